"""`nas explain`: what one edit of a found network would change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nas.cli.options import (
    folder_option,
    json_option,
    plugin_option,
    selection_options,
    storage_option,
)
from search_spaces.measures import LATENCY, measure

if TYPE_CHECKING:
    from nas.store.selection import Selection
    from nas.trust.explanation import Explained

EPILOG = """
\b
Examples:
  nas explain quickstart                      the best compromise
  nas explain quickstart --trial 12 --limit 10
  nas explain quickstart --best accuracy --json
  nas explain quickstart --limit 4 --train    trains the four as the search did
"""


@click.command(epilog=EPILOG)
@click.argument("study")
@selection_options
@storage_option
@click.option(
    "--limit", type=click.IntRange(1), metavar="N",
    help="Show the N edits of largest predicted gain; all by default.",
)  # fmt: skip
@click.option(
    "--train", is_flag=True, help="Train those that are shown and within the budgets, and measure."
)
@folder_option
@click.option("--address", metavar="ADDRESS", help="With --train: an existing Ray cluster.")
@plugin_option
@json_option
def command(
    study: str,
    selection: Selection,
    storage: str,
    limit: int | None,
    train: bool,
    folder: Path,
    address: str | None,
    as_json: bool,
) -> None:
    """Show the networks that differ from a trial's in one choice.

    What each costs more or less is exact; what it gains is predicted from the study's own trials,
    with a 95% interval, and beside it stands what was measured, where the study trained both to the
    end. With --train those within the budgets are trained as the search trains, in a study of their
    own.
    """
    from nas.cli.options import selected, training_place
    from nas.cli.tables.tables import print_json
    from nas.store import Store
    from nas.trust.explanation import explain, with_trained

    with Store(storage, create=False) as store:
        record = store.study(study)
        trial = selected(record, store.trials(record), selection)
        found = explain(store, record, trial)[:limit]
    if train:
        with training_place(storage, folder, study, address) as place:
            found = with_trained(found, record, trial, place)
    if as_json:
        edits = [_as_json(edit, trial.quality) for edit in found]
        print_json({"study": study, "trial": trial.number, "neighbours": edits})
        return
    click.echo(f"{study} trial {trial.number}: {trial.description}", err=True)
    _print(found, trial.quality)


def _as_json(edit: Explained, quality: str) -> dict[str, Any]:
    neighbour, predicted = edit.neighbour, edit.accuracy_change
    return {
        "choice": neighbour.choice,
        "before": neighbour.before,
        "after": neighbour.after,
        "architecture": neighbour.candidate.architecture,
        "choices": neighbour.candidate.values,
        "costs": neighbour.candidate.costs,
        "cost_changes": dict(edit.changes),
        f"{quality}_change": predicted.value,
        "interval": [predicted.low, predicted.high],
        "within_limits": edit.within_limits,
        "trial": edit.trial,
        "measured_change": edit.trained_change,
    }


def _print(found: list[Explained], quality: str) -> None:
    from nas.cli.tables.columns import print_table

    has_latency = any(LATENCY in edit.changes for edit in found)
    costs = ["flops", "params", *([LATENCY] if has_latency else [])]
    columns = [
        ("edit", "left"), *((measure(name).column, "right") for name in costs),
        (f"{measure(quality).column}, predicted", "right"), ("measured", "right"),
    ]  # fmt: skip
    rows = [
        [_edit(edit), *(_change(edit, name) for name in costs), _predicted(edit), _measured(edit)]
        for edit in found
    ]
    print_table(columns, rows)


def _edit(edit: Explained) -> str:
    change = edit.neighbour
    outside = "" if edit.within_limits else ", outside the budgets"
    return f"{change.choice}: {change.before} to {change.after}{outside}"


def _change(edit: Explained, name: str) -> str:
    change = edit.changes[name]
    # Of what it was: the neighbour's cost is the trial's with the change in it.
    before = edit.neighbour.candidate.costs[name] - change
    return f"{change / before:+.1%}" if change else "="


def _predicted(edit: Explained) -> str:
    found = edit.accuracy_change
    return f"{found.value:+.3f} [{found.low:+.3f}, {found.high:+.3f}]"


def _measured(edit: Explained) -> str:
    return "-" if edit.trained_change is None else f"{edit.trained_change:+.3f}"
