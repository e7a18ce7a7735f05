"""Tables and JSON on standard output."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from nas.cli.tables.columns import print_table, room_for
from nas.store import StudyRecord, TrialRecord
from search_spaces.measures import LATENCY, int8_of, is_trained, measure, measures, told_beside
from search_spaces.quantities import format_quantity
from search_spaces.spaces.problem import Limit

if TYPE_CHECKING:
    from nas.trust.confirmed import Confirmation


def print_json(value: Any) -> None:
    """One JSON document."""
    click.echo(json.dumps(value, indent=2))


def print_csv(rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows as CSV with a header; nested values as JSON."""
    # By itself it ends lines as Windows does, and `cut` or `awk` would see that in the last value.
    writer = csv.writer(sys.stdout, lineterminator="\n")
    if rows:
        writer.writerow(rows[0])
    for row in rows:
        writer.writerow(json.dumps(v) if isinstance(v, dict) else v for v in row.values())


def print_front(
    study: StudyRecord,
    trials: Iterable[TrialRecord],
    confirmed: Confirmation | None = None,
    only: TrialRecord | None = None,
) -> list[TrialRecord]:
    """The front of a study from the cheapest network up; returns it.

    The knee is marked. Below stand the networks that only a limit keeps off it, marked too.

    Args:
        confirmed: What other seeds say of it.
        only: The one network of it that is printed.
    """
    from nas.cli.tables.trust import said_of_confirmed
    from nas.quantisation.told import said as said_of_int8
    from nas.store.results import (
        knee_trial,
        nothing_feasible,
        outside_limits,
        pareto_front,
        reused_in_words,
    )

    listed, limits = list(trials), study.limits
    front = pareto_front(listed, study.objectives, limits)
    if not front:
        return front
    outside = outside_limits(listed, study.objectives, limits)
    # Of the whole front, before one network of it is taken: the mark says what it is among all.
    knee = knee_trial(front, study.objectives).number
    said = nothing_feasible(front, limits)
    if only is not None:
        front, outside = [only], []
    if said:
        click.echo(said)
    shown = [*front, *outside]
    _print_rows(study, shown, knee, confirmed)
    for line in _of_latencies(study, shown):
        click.echo(line)
    reused = reused_in_words(shown)
    if reused:
        click.echo(reused)
    for line in (*said_of_int8(study, shown), *said_of_confirmed(confirmed)):
        click.echo(line)
    return front


def _print_rows(
    study: StudyRecord,
    shown: Sequence[TrialRecord],
    knee: int,
    confirmed: Confirmation | None,
) -> None:
    """A row for each network; where any was measured, a measured and a predicted latency."""
    from nas.cli.tables.trust import CONFIRMED_HEADINGS, confirmed_cells

    columns = _columns(study, shown)
    with_measured = any(trial.measured for trial in shown)
    with_int8 = int8_of(study.quality) in columns
    rows = [
        [
            str(trial.number),
            *(_quantity(trial, name) for name in columns),
            *([_difference(trial)] if with_int8 else []),
            *([_predicted(trial)] if with_measured else []),
            *confirmed_cells(trial, confirmed),
            _mark(trial, knee, study.limits),
            trial.description,
        ]
        for trial in shown
    ]
    words = {name: measure(name).column for name in columns}
    if LATENCY in words and not with_measured:
        words[LATENCY] = f"predicted {words[LATENCY]}"
    headings = [(words[name], "right") for name in columns]
    headings += [("to float32", "right")] if with_int8 else []
    headings += [("predicted", "right")] if with_measured else []
    headings += [(name, "right") for name in CONFIRMED_HEADINGS] if confirmed else []
    _print_networks([("trial", "right"), *headings, ("", "right")], rows)


def _print_networks(headings: list[tuple[str, str]], rows: list[list[str]]) -> None:
    """Rows whose last cell is an architecture; below the others where the terminal is narrow."""
    columns = [*headings, ("network", "left")]
    if room_for(columns, rows) >= _LEAST_WORDS:
        print_table(columns, rows)
        return
    print_table(headings, [row[:-1] for row in rows])
    print_table([headings[0], ("network", "left")], [[row[0], row[-1]] for row in rows])


_LEAST_WORDS = 36
"""Characters that an architecture in words needs beside the numbers."""


def _columns(study: StudyRecord, trials: Sequence[TrialRecord]) -> list[str]:
    """The usual quantities, the latency that was measured, the objectives and what is limited."""
    shown = {
        study.quality,
        *told_beside(study.quality),
        int8_of(study.quality),
        "flops",
        "params",
        LATENCY,
        *study.objectives,
    }
    shown |= {limit.quantity for limit in study.limits}
    measured = {name for trial in trials for name in trial.values()}
    known = [name for name in measures() if name in shown & measured]
    return sorted(known, key=lambda name: not is_trained(name))


def _difference(trial: TrialRecord) -> str:
    from nas.quantisation.told import difference_in_short

    return "-" if trial.int8 is None else difference_in_short(trial.int8)


def _mark(trial: TrialRecord, knee: int, limits: Iterable[Limit]) -> str:
    from nas.store.results import excess

    if excess(trial, limits):
        return "outside"
    return "knee" if trial.number == knee else ""


def _predicted(trial: TrialRecord) -> str:
    predicted = trial.predicted_latency_ms
    return "-" if predicted is None else format_quantity(predicted, LATENCY)


def _of_latencies(study: StudyRecord, trials: Sequence[TrialRecord]) -> Iterator[str]:
    """Whose latencies these are, which are equal, and which were measured on a busy device."""
    from nas.store.results import tied_with

    if study.estimated_by and any(trial.latency_ms is not None for trial in trials):
        yield f"Latencies are estimated by {study.estimated_by}, not measured."
    ties = {trial.number: tied_with(trial, trials) for trial in trials}
    named = [f"{n} with {', '.join(map(str, others))}" for n, others in ties.items() if others]
    if named:
        (how,) = {trial.measured.how for trial in trials if trial.measured is not None}
        yield f"Tied in {how} latency: {'; '.join(named)}."
    busy = [str(t.number) for t in trials if t.measured is not None and not t.measured.is_quiet]
    if busy:
        yield f"Measured while the device was not quiet: {', '.join(busy)}."


def _quantity(trial: TrialRecord, name: str) -> str:
    from nas.store.results import measured_in_short

    if name == LATENCY and trial.measured is not None:
        return measured_in_short(trial.measured)
    values = trial.values()
    return format_quantity(values[name], name) if name in values else "-"
