"""`nas list`: the studies of a database."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from nas.cli.options import json_option, storage_option

if TYPE_CHECKING:
    from nas.store import StudySummary

EPILOG = """
\b
Examples:
  nas list
  nas list --all
  nas list --storage sqlite:///other.db --json
"""


@click.command(epilog=EPILOG)
@storage_option
@click.option(
    "--all", "with_serving", is_flag=True,
    help="Show studies that serve another too, below it: calibrations, baselines and the like.",
)  # fmt: skip
@json_option
def command(storage: str, with_serving: bool, as_json: bool) -> None:
    """List the studies of a database.

    With --json those that serve another are listed in any case, with what they serve.
    """
    from nas.cli.tables.tables import print_json
    from nas.runner.lease import as_it_stands
    from nas.store import Store, masked, with_serving_below

    with Store(storage, create=False) as store:
        # A search that was killed could not say so: the lease does.
        summaries = [replace(s, study=as_it_stands(store, s.study)) for s in store.studies()]
    if as_json:
        print_json({"studies": [summary.as_json() for summary in summaries]})
        return
    if not summaries:
        click.echo(f"{masked(storage)}: no study yet; `nas launch FILE` makes one", err=True)
        return
    serving = [summary for summary in summaries if summary.serves is not None]
    own = [summary for summary in summaries if summary.serves is None]
    shown = with_serving_below(summaries) if with_serving else own
    if shown:
        _print(shown)
    if serving and not with_serving:
        click.echo(f"{_counted(serving)}; nas list --all shows them", err=True)


def _counted(serving: list[StudySummary]) -> str:
    purposes = sorted({s.serves.purpose for s in serving if s.serves is not None})
    more = "1 more study serves" if len(serving) == 1 else f"{len(serving)} more studies serve"
    return f"{more} others ({', '.join(purposes)})"


def _print(summaries: list[StudySummary]) -> None:
    from nas.cli.tables.columns import print_table

    with_failed = any(summary.num_failed for summary in summaries)
    columns = [("study", "left"), ("state", "left"), ("trials", "right"), ("complete", "right")]
    columns += [("failed", "right")] if with_failed else []
    with_data = all(summary.serves is None for summary in summaries)  # long names need the room
    columns += [("best", "right"), *([("data set", "left")] if with_data else [])]
    columns += [("created", "right")]
    rows = [
        (
            s.study.name if s.serves is None else f"  {s.study.name}",
            s.study.state.lower(),
            str(s.num_trials),
            str(s.num_complete),
            *([str(s.num_failed)] if with_failed else []),
            "-" if s.best_accuracy is None else f"{s.best_accuracy:.4f}",
            *([s.study.dataset] if with_data else []),
            f"{s.study.created_at:%Y-%m-%d}",
        )
        for s in summaries
    ]
    print_table(columns, rows)
