"""The axis of each cost in figures, and where trials lie on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from nas.store import TrialRecord
from search_spaces.measures import LATENCY, costs, measure

MEASURED_LATENCY = "measured_latency_ms"
"""The latency of the whole network, measured end to end; `latency_ms` is the prediction."""


class Axis(NamedTuple):
    """How a cost is drawn.

    Attributes:
        unit: What its values are divided by.
        number_format: Of its ticks, in d3's words.
    """

    title: str
    unit: float
    number_format: str


def axis_names() -> tuple[str, ...]:
    """Of all costs, in the order in which pages show them."""
    first = ("flops", LATENCY, MEASURED_LATENCY)
    return (*first, *(name for name in costs() if name not in first))


def axis(name: str, how_timed: str = "measured") -> Axis:
    """How a cost is drawn.

    Args:
        how_timed: How the latency of whole networks is known, see `StudyRecord`.
    """
    cost = measure(quantity_of(name))
    how_known = {
        LATENCY: "Predicted ", MEASURED_LATENCY: f"{how_timed.capitalize()} ",
    }.get(name)  # fmt: skip
    title = cost.axis_title
    title = title if how_known is None else f"{how_known}{title.lower()}"
    return Axis(title, cost.unit.axis_factor, cost.unit.axis_format)


def value_of(trial: TrialRecord, name: str) -> float | None:
    """A measure of a trial in its base unit; None where it is not known of it."""
    if name == trial.quality:
        return trial.accuracy
    if name == MEASURED_LATENCY:
        return trial.measured.latency_ms if trial.measured else None
    if name == LATENCY:  # of the trial it is the best that is known, the axis is predictions
        return trial.predicted_latency_ms
    value: float | None = trial.own[name] if name in trial.own else getattr(trial, name, None)
    return value


def quantity_of(cost: str) -> str:
    """What a study's objectives and limits call it: both latencies are `latency_ms` there."""
    return LATENCY if cost == MEASURED_LATENCY else cost


def known_costs(trials: Iterable[TrialRecord], cost: str) -> list[float]:
    """That cost of each trial of which it is known."""
    return [value for trial in trials if (value := value_of(trial, cost)) is not None]


def on_axis(trials: Iterable[TrialRecord], cost: str) -> list[float]:
    """Where those trials lie."""
    unit = axis(cost).unit
    return [value / unit for value in known_costs(trials, cost)]


def staircase(trials: Iterable[TrialRecord], cost: str) -> list[TrialRecord]:
    """The trials that are more accurate than all that cost no more, by rising cost.

    Which is the front of accuracy and this cost alone, whatever a study's objectives are.
    """
    placed = [
        (value, -trial.accuracy, trial)
        for trial in trials
        if trial.accuracy is not None and (value := value_of(trial, cost)) is not None
    ]
    best: list[TrialRecord] = []
    least = 0.0
    # By the first two: trials have no order, and equal ones would be compared by it.
    for _, negated, trial in sorted(placed, key=lambda each: each[:2]):
        if not best or negated < least:
            best.append(trial)
            least = negated
    return best
