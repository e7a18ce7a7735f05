"""What the report says, section by section, as plain values for its template."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Any

from dashboards.plots.axes import MEASURED_LATENCY, axis_names, known_costs, quantity_of
from dashboards.sections.findings import Findings
from dashboards.sections.words import (
    MISSING,
    STATES,
    accuracy_in_words,
    architecture_lines,
    best_words,
    label,
    latency,
    quantity,
    value_label,
)
from nas.quantisation.told import difference_in_short
from nas.quantisation.told import said as said_of_int8
from nas.store import TrialRecord
from nas.store.results import excess, measured_in_words, nothing_feasible, tied_with, ties_in_words
from nas.trust.confirmed import (
    mean_in_words,
    probability_in_words,
    summary,
    trained_in_words,
    verdict_in_words,
)
from search_spaces.measures import LATENCY, int8_of
from search_spaces.quantities import format_duration, format_limit, format_quantity, plural

MAX_REASONS = 50
"""Distinct reasons of failure that the page lists; it says how many more there are."""


def notices(findings: Findings, *, is_live: bool = False) -> list[str]:
    """What a reader must know before the numbers; that a search runs is none on a live page."""
    counts = {state: len(findings.in_state(state)) for state in STATES}
    said = {
        "RUNNING": "The search was still running when this page was written; the front may change.",
        "INTERRUPTED": "The search was interrupted; the same nas launch command goes on with it.",
        "FAIL": "The search ended with an error.",
    }
    if is_live:
        del said["RUNNING"]
    lines = [said[findings.study.state]] if findings.study.state in said else []
    if not findings.trials:
        lines.append("No network has been tried yet, so there is nothing to compare.")
    elif counts["FAIL"] == len(findings.trials):
        lines.append("Every trial failed, so there is no front. The reasons stand under Trials.")
    elif not findings.front:
        lines.append("No trial has been trained to the end yet, so there is no front.")
    least_violating = nothing_feasible(findings.front, findings.limits)
    return [*lines, least_violating] if least_violating else lines


def tiles(findings: Findings) -> list[dict[str, Any]]:
    """The answers at the top: heading, value, a line below, the trial that it links to."""
    shown = []
    if findings.knee is not None:
        best = max(findings.front, key=lambda trial: trial.accuracy or 0.0)
        for heading, trial in (
            ("Best compromise", findings.knee),
            (best_words(findings.quality), best),
        ):
            note = f"{quantity(trial, 'flops')} FLOPs"
            note += f", {latency(trial)}" if latency(trial) else ""
            value = quantity(trial, findings.quality)
            shown.append(_tile(heading, value, note, trial.number, trial == findings.knee))
        note = f"{_span(findings.front, 'flops')} FLOPs"
        shown.append(_tile("On the front", plural(len(findings.front), "network"), note))
    total = plural(len(findings.trials), "trial")
    spent = format_duration(sum(trial.train_s for trial in findings.trials))
    reused = sum(trial.is_reused for trial in findings.trials)
    known = f"; {reused} known from other studies" if reused else ""
    return [*shown, _tile("Searched", total, f"{spent} of training{known}")]


def _tile(
    heading: str, value: str, note: str, trial: int | None = None, is_knee: bool = False
) -> dict[str, Any]:
    return {"heading": heading, "value": value, "note": note, "trial": trial, "is_knee": is_knee}


def _span(trials: Sequence[TrialRecord], cost: str) -> str:
    values = known_costs(trials, cost)
    if not values:
        return MISSING
    ends = (min(values), max(values))
    low, high = (format_quantity(value, quantity_of(cost)) for value in ends)
    return low if low == high else f"{low} to {high}"


def _latency_span(trials: Sequence[TrialRecord]) -> str:
    """Of what was measured, and of the predictions for those that were not."""
    measured = [trial for trial in trials if trial.measured]
    predicted = [t for t in trials if not t.measured and t.latency_ms is not None]
    known = [trial.measured.how for trial in measured if trial.measured]
    spans = [
        *([f"{_span(measured, MEASURED_LATENCY)} {known[0]}"] if known else []),
        *([f"{_span(predicted, 'latency_ms')} predicted"] if predicted else []),
    ]
    return ", ".join(spans) or MISSING


def table_columns(findings: Findings, trials: Sequence[TrialRecord] | None = None) -> list[str]:
    """The quantities of a table of trials: the usual ones, the objectives, what has a budget.

    Args:
        trials: Of the table; the front by default.
    """
    limited = (limit.quantity for limit in findings.limits)
    always = {"flops", "params", LATENCY, *findings.study.objectives, *limited}
    shown = findings.front if trials is None else trials
    known = [cost for cost in axis_names() if known_costs(shown, cost)]
    return [findings.quality, *(cost for cost in known if cost in always)]


def has_measured(findings: Findings) -> bool:
    """Whether networks of the front were measured end to end."""
    return any(trial.measured for trial in findings.front)


def has_int8(findings: Findings) -> bool:
    """Whether networks of the front were measured in eight bit integers."""
    return any(trial.int8 for trial in findings.front)


def int8_words(findings: Findings) -> str:
    """What such integers cost the front, in all; empty where there is nothing to say."""
    return " ".join(said_of_int8(findings.study, findings.front))


def _in_int8(trial: TrialRecord) -> list[str]:
    if trial.int8 is None:
        return [MISSING, MISSING]
    return [quantity(trial, int8_of(trial.quality)), difference_in_short(trial.int8)]


def front_headings(findings: Findings) -> list[str]:
    """Of the columns of the front's table: `front_rows` has a value for each."""
    # A column with both kinds of latency has a plain heading: each cell says how it is known.
    labels = label if has_measured(findings) else value_label
    first, *others = (labels(name) for name in table_columns(findings))
    int8 = [label(int8_of(findings.quality)), "Less float32"] if has_int8(findings) else []
    return [first, *int8, *others, *confirmed_headings(findings)]


def _cell(trial: TrialRecord, name: str, findings: Findings) -> str:
    if name == findings.quality:
        return accuracy_in_words(trial, findings.accuracy_interval(trial))
    if name != LATENCY or not has_measured(findings):
        return quantity(trial, name)
    if trial.measured is None:
        return latency(trial) or MISSING
    quiet = "" if trial.measured.is_quiet else "not quiet"
    ties = ties_in_words(tied_with(trial, findings.measured))
    return "; ".join(part for part in (measured_in_words(trial.measured), quiet, ties) if part)


def has_confirmed(findings: Findings) -> bool:
    """Whether networks of the front were trained again with other seeds."""
    return any(findings.confirmed(trial) for trial in findings.front)


def confirmed_headings(findings: Findings) -> list[str]:
    """Of the columns of the front's table that a confirmation adds."""
    found = findings.confirmation
    if found is None or not has_confirmed(findings):
        return []
    as_long = found == findings.as_long_as_search
    length = "" if as_long else f", {plural(found.max_epochs, 'epoch')}"
    return [f"With other seeds{length}", "On the true front"]


def _confirmed(trial: TrialRecord, findings: Findings) -> list[str]:
    network = findings.confirmed(trial)
    if network is None:
        return [MISSING, MISSING]
    probability = probability_in_words(network.front_probability)
    verdict = "" if network.verdict == "front" else f", {verdict_in_words(network)}"
    return [mean_in_words(network), probability + verdict]


def confirmed_words(findings: Findings) -> str:
    """What a confirmation says in all; empty where there is none."""
    found = findings.confirmation
    if found is None:
        return ""
    return f"Trained again: {trained_in_words(found)}. {' '.join(summary(found))}"


def front_rows(findings: Findings) -> list[dict[str, Any]]:
    """The front's table: number, values in the order of the columns, words.

    Below the front stand the trials that only a limit keeps off it.
    """
    first, *columns = table_columns(findings)
    return [
        {
            "number": trial.number,
            "is_knee": trial == findings.knee,
            "is_outside": excess(trial, findings.limits) > 0,
            "values": [
                _cell(trial, first, findings),
                *(_in_int8(trial) if has_int8(findings) else []),
                *(_cell(trial, name, findings) for name in columns),
                *(_confirmed(trial, findings) if has_confirmed(findings) else []),
            ],
            "lines": architecture_lines(trial),
        }
        for trial in (*findings.front, *findings.outside)
    ]


def export_command(study: str, number: int | str, storage: str) -> str:
    """What a reader types to get a network as code.

    Args:
        storage: `nas.store.storage_words` of the database.
    """
    return f"nas export {shlex.quote(study)} --trial {number}{storage}"


def budget_fields(findings: Findings) -> list[dict[str, Any]]:
    """For each cost what a field for a budget needs, in a unit in which its numbers are short.

    `value` is the study's own limit from above, or none; all are in that unit.
    """
    return [_budget_field(findings, cost) for cost in findings.figure_costs]


def _budget_field(findings: Findings, cost: str) -> dict[str, Any]:
    values = known_costs(findings.in_state("COMPLETE"), cost)
    own = [] if cost == MEASURED_LATENCY else findings.limits_on(cost)  # few are measured
    upper = [limit.value for limit in own if not limit.is_lower]
    unit, factor = _short_unit(max(values), cost)
    return {
        "cost": cost, "label": value_label(cost, findings.study.how_timed),
        "unit": unit, "factor": factor,
        "low": min(values) / factor, "high": max(*values, *upper) / factor if upper else
        max(values) / factor,
        "value": upper[0] / factor if upper else None,
    }  # fmt: skip


def _short_unit(largest: float, cost: str) -> tuple[str, float]:
    if quantity_of(cost) == LATENCY:
        return "ms", 1.0
    steps = (("KiB", 2.0**10), ("MiB", 2.0**20)) if cost.endswith("_bytes") else _COUNTS
    fitting = [step for step in steps if largest >= step[1]]
    return fitting[-1] if fitting else ("B" if cost.endswith("_bytes") else "", 1.0)


_COUNTS = (("k", 1e3), ("M", 1e6), ("G", 1e9))


def counts(findings: Findings) -> list[tuple[str, int]]:
    """How many trials are in each state; of states that should not last, only those there are."""
    numbers = {state: len(findings.in_state(state)) for state in STATES}
    shown = [s for s, count in numbers.items() if count or s in ("COMPLETE", "PRUNED", "FAIL")]
    return [(STATES[state], numbers[state]) for state in shown]


def failures(findings: Findings) -> list[dict[str, Any]]:
    """Reasons of failure with the trials that failed so, the most frequent first."""
    numbers: dict[str, list[int]] = {}
    for trial in findings.in_state("FAIL"):
        numbers.setdefault(trial.failure or "no reason was recorded", []).append(trial.number)
    by_count = sorted(numbers.items(), key=lambda item: -len(item[1]))
    return [{"reason": reason, "trials": trials} for reason, trials in by_count]


def budgets(findings: Findings) -> list[dict[str, str]]:
    """The limits, and what the front takes of them."""
    return [
        {
            "name": label(limit.quantity),
            "limit": format_limit(limit, ""),
            "front": _latency_span(findings.front)
            if limit.quantity == LATENCY
            else _span(findings.front, limit.quantity),
        }
        for limit in findings.limits
    ]
