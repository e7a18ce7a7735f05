"""`nas retarget`: another front, for another device, from the trainings already done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nas.cli.options import json_option, storage_option

if TYPE_CHECKING:
    from nas.retarget import Retargeted

EPILOG = """
\b
Examples:
  nas retarget quickstart --latency-table phone.csv --constraints 'latency_ms<=3'
  nas retarget quickstart --constraints 'flops<=2M, latency_ms=none'
  nas retarget quickstart --latency-table phone.csv --objectives accuracy,latency_ms --json

\b
The table is made on the other device; see `nas profile --help`:
  nas profile space.yaml --bundle device.pyz
"""


@click.command(epilog=EPILOG)
@click.argument("study")
@storage_option
@click.option(
    "--latency-table", "table", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="TABLE.CSV", help="Latencies of blocks measured on the other device.",
)  # fmt: skip
@click.option(
    "--constraints", metavar="LIMITS",
    help="Limits in place of the study's on the same quantities, as in 'latency_ms<=3, flops<=10M';"
    " QUANTITY=none takes one away.",
)  # fmt: skip
@click.option(
    "--objectives", metavar="NAMES",
    help="In place of the study's, as in accuracy,latency_ms; a table adds latency_ms to those.",
)  # fmt: skip
@json_option
def command(
    study: str,
    storage: str,
    table: Path | None,
    constraints: str | None,
    objectives: str | None,
    as_json: bool,
) -> None:
    """Print the front of a study as it is for another device or with other limits.

    Nothing is trained: every finished network keeps its accuracy and gets the latency of the other
    device. The study itself stays as it is.
    """
    from nas.cli.tables import print_front, print_json
    from nas.config.constraints import written_constraints
    from nas.results import front_as_json
    from nas.retarget import retarget
    from nas.store import Store

    if table is None and constraints is None and objectives is None:
        raise click.UsageError("give --latency-table, --constraints or --objectives")
    limits = written_constraints(constraints) if constraints else {}
    with Store(storage, create=False) as store:
        found = retarget(
            store, store.study(study), table=table, constraints=limits,
            objectives=_names(objectives),
        )  # fmt: skip
    if as_json:
        front = front_as_json(found.trials, found.study.objectives, found.study.limits)
        print_json({"study": study, **_facts(found), **front})
        return
    for line in _in_words(found):
        click.echo(line, err=True)
    if not print_front(found.study, found.trials):
        click.echo(f"{study}: the front is empty: no trial is COMPLETE yet", err=True)


def _names(text: str | None) -> tuple[str, ...]:
    """Objectives as written on the command line."""
    from typing import get_args

    from nas.config.values import ObjectiveName

    names = tuple(name.strip() for name in (text or "").split(",") if name.strip())
    known = get_args(ObjectiveName)
    for name in names:
        if name not in known:
            raise click.UsageError(f"an objective must be one of {', '.join(known)}; got {name!r}")
    return tuple(dict.fromkeys(names))


def _facts(found: Retargeted) -> dict[str, object]:
    from dataclasses import asdict

    return {
        "device": None if found.setting is None else asdict(found.setting),
        "objectives": list(found.study.objectives),
        "constraints": found.study.experiment["constraints"],
    }


def _in_words(found: Retargeted) -> list[str]:
    """What the front is one of."""
    from nas.quantities import format_limit

    device = "as the study measured it" if found.setting is None else found.setting.in_words
    limits = ", ".join(f"{lim.quantity} {format_limit(lim)}" for lim in found.study.limits)
    return [f"latency      {device}", f"limits       {limits or 'none'}"]
