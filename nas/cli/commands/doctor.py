"""`nas doctor`: what this machine has, what is wrong with it, and what to type."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nas.cli.options import folder_option, json_option, storage_option

if TYPE_CHECKING:
    from nas.doctor import Facts, Finding
    from workers.gpu_checks import Verdict

EPILOG = """
\b
Examples:
  nas doctor
  nas doctor --gpu                                    and prove training and timing on the card
  nas doctor --storage postgresql+psycopg://nas@db/nas
  nas doctor --address auto --json
"""


@click.command(epilog=EPILOG)
@click.option("--gpu", is_flag=True, help="Also check training on the GPU: two minutes.")
@click.option("--address", metavar="ADDRESS", help="Also look at this Ray cluster, or at `auto`.")
@storage_option
@folder_option
@json_option
@click.pass_context
def command(
    ctx: click.Context, gpu: bool, address: str | None, storage: str, folder: Path, as_json: bool
) -> None:
    """Show what this machine has, what is wrong with it, and what to type.

    Exits with 1 where something is wrong. Changes nothing.
    """
    from nas.cli.tables.tables import print_json
    from nas.doctor import findings, gather

    facts = gather(storage, folder, address)
    found = findings(facts, wants_gpu=gpu)
    verdicts = _checked() if gpu and facts.gpus.seen else []
    is_well = all(f.level != "wrong" for f in found) and all(v.passed for v in verdicts)
    if as_json:
        print_json({
            "is_well": is_well, "findings": [asdict(finding) for finding in found],
            "checks": [verdict._asdict() for verdict in verdicts], "facts": _as_json(facts),
        })  # fmt: skip
    else:
        _print(facts, found, verdicts)
    ctx.exit(0 if is_well else 1)


def _checked() -> list[Verdict]:
    """What the checks of the card find, each told when it is done."""
    from workers.gpu_checks import CHECKS, this_card

    card = this_card()
    assert card is not None, "facts have seen one"
    verdicts = []
    for check in CHECKS.values():
        click.echo(f"checking: {check.question}", err=True)
        verdicts.append(check.run(card))
    return verdicts


def _as_json(facts: Facts) -> dict[str, Any]:
    values = asdict(facts)
    values["cores"] = {**facts.cores._asdict(), "usable": facts.cores.usable}
    return values


def _print(facts: Facts, found: list[Finding], verdicts: list[Verdict]) -> None:
    from nas.doctor.words import facts_in_words

    # One wording for all: a subject is called the same where it is shown and where it is wrong.
    for subject, said in facts_in_words(facts):
        click.echo(f"{subject:<15}{said}")
    if verdicts:
        click.echo()
    for verdict in verdicts:
        click.echo(f"{'ok' if verdict.passed else 'wrong':<8}{verdict.check}: {verdict.said}")
    click.echo()
    for finding in found:
        click.echo(f"{finding.level:<8}{finding.subject}: {finding.said}")
        if finding.help:
            click.echo(f"{'':8}-> {finding.help}")
    if not any(f.level == "wrong" for f in found) and all(v.passed for v in verdicts):
        click.echo("nothing is wrong")
