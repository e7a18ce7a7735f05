"""`nas pareto`: the front of a study."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from nas.cli.options import json_option, storage_option
from search_spaces.measures import costs

if TYPE_CHECKING:
    from nas.store import StudyRecord, TrialRecord

EPILOG = """
\b
Examples:
  nas pareto quickstart
  nas pareto quickstart --against latency_ms
  nas pareto quickstart --best params
  nas pareto quickstart --json | jq '.front[0]'
  nas pareto quickstart --csv > front.csv
"""


@click.command(epilog=EPILOG)
@click.argument("study")
@storage_option
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.option("--best", metavar="MEASURE", help="Only the network that is best in this, or `knee`.")
@click.option(
    "--plot/--no-plot",
    default=None,
    help="Whether a plot stands above the table; by default where the output is a terminal.",
)
@click.option(
    "--against",
    metavar="COST",
    help="Cost on the axis of the plot; the first that is an objective by default.",
)
def command(
    study: str,
    storage: str,
    as_json: bool,
    as_csv: bool,
    best: str | None,
    plot: bool | None,
    against: str | None,
) -> None:
    """Print the front: the trials that no other is better than in all objectives.

    Trials within all limits come before those outside; where none is within, the front is what
    violates the limits least. Where the study was confirmed, `again` is the mean with other
    seeds, and `on front` the probability of being on the true front.
    """
    from nas.cli.tables.tables import print_csv, print_front, print_json
    from nas.cli.tables.trust import print_compared
    from nas.quantisation.told import as_json as int8_as_json
    from nas.store import Store
    from nas.store.results import front_as_json
    from nas.store.selection import Selection, selected_trial
    from nas.trust.confirmed import confirmation, with_confirmed
    from nas.trust.standing import compared

    with Store(storage, create=False) as store:
        record = store.study(study)
        trials = store.trials(record)
        beside = compared(store, record, trials)
        again = confirmation(store, record, trials)
    if against is not None and against not in costs():
        known = ", ".join(costs())
        raise click.UsageError(f"--against must be one of {known}; got {against!r}")
    only = None if best is None else selected_trial(record, trials, Selection(best=best))
    if not as_json and not as_csv:
        # In a pipe only where somebody asks: programs read the table.
        if plot or against or (plot is None and sys.stdout.isatty()):
            _plot(record, trials, against)
        if not print_front(record, trials, again, only):
            click.echo(f"{study}: the front is empty: no trial is COMPLETE yet", err=True)
        if only is None:
            print_compared(beside)
        return
    found = with_confirmed(front_as_json(trials, record.objectives, record.limits), again)
    if only is not None:
        found["front"] = [row for row in found["front"] if row["trial"] == only.number]
        found["outside_limits"] = []
    if as_json:
        in_int8 = int8_as_json(record, trials)
        estimated = {"latency_estimated_by": record.estimated_by} if record.estimated_by else {}
        print_json({"study": study, **estimated, **found, **in_int8, **beside.as_json()})
    else:
        print_csv(found["front"])


def _plot(study: StudyRecord, trials: list[TrialRecord], against: str | None) -> None:
    from nas.cli.tables.front_plot import default_cost, front_plot

    cost = against or default_cost(study)
    if any(t.state == "COMPLETE" for t in trials) and not front_plot(study, trials, cost):
        click.echo(f"{study.name}: no finished trial has a value of {cost}", err=True)
