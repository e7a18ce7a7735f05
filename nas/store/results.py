"""Fronts and their knees, of trials as the store has them; which networks are equally fast."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from nas.statistics.intervals import Estimate, proportion_interval
from nas.statistics.pareto import as_log_points, as_points, knee, non_dominated
from nas.store import StudyRecord, TrialRecord
from nas.store.records import MeasuredLatency
from search_spaces.errors import StoreError
from search_spaces.measures import ACCURACY, LATENCY, costs, format_ms
from search_spaces.quantities import format_limit
from search_spaces.spaces.problem import Limit


def tied_with(trial: TrialRecord, trials: Iterable[TrialRecord]) -> list[int]:
    """Numbers of the other trials whose latency's 95% interval overlaps with this one's."""
    own = trial.measured
    if own is None:
        return []
    return [
        other.number
        for other in trials
        if other.number != trial.number
        and other.measured is not None
        # What another device takes says nothing of this one.
        and other.measured.setting == own.setting
        and own.low_ms <= other.measured.high_ms
        and other.measured.low_ms <= own.high_ms
    ]


def measured_in_words(found: MeasuredLatency) -> str:
    """For example `1.23 ms [1.21, 1.26]`: median and its 95% interval; compiled, it is exact."""
    if not found.num_runs:
        return f"{format_ms(found.latency_ms)} ms"
    interval = f"[{format_ms(found.low_ms)}, {format_ms(found.high_ms)}]"
    return f"{format_ms(found.latency_ms)} ms {interval}"


def whole_in_words(how: str) -> str:
    """How the latency of a whole network is known: `measured end to end`, or `compiled whole`."""
    return "measured end to end" if how == "measured" else f"{how} whole"


def measured_in_short(found: MeasuredLatency) -> str:
    """For example `1.23 ms ±2%`: median, and by how much its 95% interval goes beyond it."""
    if not found.num_runs:
        return measured_in_words(found)
    beyond = max(found.high_ms - found.latency_ms, found.latency_ms - found.low_ms)
    return f"{format_ms(found.latency_ms)} ms ±{beyond / found.latency_ms:.0%}"


def ties_in_words(numbers: list[int]) -> str:
    """For example `tied with 3, 7`; empty where there is none."""
    return f"tied with {', '.join(map(str, numbers))}" if numbers else ""


def pareto_front(
    trials: Iterable[TrialRecord], objectives: Sequence[str], limits: Sequence[Limit] = ()
) -> list[TrialRecord]:
    """The COMPLETE trials that no other dominates, from the cheapest up.

    A trial within all limits dominates one that is not; where none is within, only those that
    violate them least are compared (constrained domination, Deb 2000,
    doi:10.1016/S0045-7825(99)00389-8). A stopped trial never counts as finished. Of trials equal in
    all objectives the first is kept.
    """
    finished = contenders(trials, limits)
    if not finished:
        return []
    points = as_points((trial.values() for trial in finished), objectives)
    mask = non_dominated(points)
    front: dict[tuple[float, ...], TrialRecord] = {}
    for trial, point, kept in zip(finished, points, mask, strict=True):
        if kept:
            # `non_dominated` keeps all of equal points.
            front.setdefault(tuple(point), trial)
    order = [name for name in costs() if name in objectives]
    return sorted(front.values(), key=lambda t: [t.values()[name] for name in order])


def contenders(trials: Iterable[TrialRecord], limits: Sequence[Limit] = ()) -> list[TrialRecord]:
    """The COMPLETE trials within all limits; where none is, those that violate them least."""
    finished = [trial for trial in trials if trial.state == "COMPLETE"]
    excesses = [excess(trial, limits) for trial in finished]
    least = min(excesses, default=0.0)
    return [trial for trial, e in zip(finished, excesses, strict=True) if e == least]


def excess(trial: TrialRecord, limits: Iterable[Limit]) -> float:
    """How far a trial is outside the limits: the sum of `Limit.excess`; 0 within.

    That is the logarithm of the product of how many times beyond each limit it is, so that no unit
    matters. A quantity that was not measured in the trial's time is not judged.
    """
    values = trial.values()
    return sum(limit.excess(values[limit.quantity]) for limit in limits if limit.quantity in values)


def outside_limits(
    trials: Iterable[TrialRecord], objectives: Sequence[str], limits: Sequence[Limit]
) -> list[TrialRecord]:
    """What limits alone keep off the front: on it without them, and outside one of them."""
    listed = list(trials)
    on_front = {trial.number for trial in pareto_front(listed, objectives, limits)}
    return [
        trial
        for trial in pareto_front(listed, objectives)
        if trial.number not in on_front and excess(trial, limits)
    ]


def nothing_feasible(front: Sequence[TrialRecord], limits: Sequence[Limit]) -> str | None:
    """What to say where a front is the least violating set; None where its trials are within."""
    violated = [limit for limit in limits if any(excess(trial, [limit]) for trial in front)]
    if not violated:
        return None
    named = ", ".join(f"{limit.quantity} {format_limit(limit)}" for limit in violated)
    return f"No finished trial is within all limits ({named}); shown is what violates them least."


def knee_trial(front: Sequence[TrialRecord], objectives: Sequence[str]) -> TrialRecord:
    """The front's best compromise: closest to the best of each objective, costs as logarithms.

    Raises:
        StoreError: The front is empty.
    """
    if not front:
        raise StoreError("the front is empty: no trial of this study is COMPLETE yet")
    return front[knee(as_log_points((trial.values() for trial in front), objectives))]


def measured_as_json(trial: TrialRecord, trials: Iterable[TrialRecord]) -> dict[str, Any] | None:
    """The latency measured end to end, and the trials that are as fast; None before that."""
    if trial.measured is None:
        return None
    return {**asdict(trial.measured), "tied_with": tied_with(trial, trials)}


def front_as_json(
    trials: Sequence[TrialRecord], objectives: Sequence[str], limits: Sequence[Limit]
) -> dict[str, Any]:
    """A front as the commands print it with `--json`, see docs/results.md."""
    front = pareto_front(trials, objectives, limits)
    return {
        "feasible": bool(front) and not excess(front[0], limits),
        "front": [with_measured_latency(trial, limits, trials) for trial in front],
        "outside_limits": [
            with_measured_latency(trial, limits, trials)
            for trial in outside_limits(trials, objectives, limits)
        ],
    }


def with_measured_latency(
    trial: TrialRecord, limits: Iterable[Limit], trials: Iterable[TrialRecord]
) -> dict[str, Any]:
    """A trial as the commands print it with `--json`.

    Args:
        trials: All of the study; some may be as fast as this one.
    """
    return {**as_json(trial, limits), "measured_latency": measured_as_json(trial, trials)}


def reused_as_json(trial: TrialRecord) -> dict[str, Any] | None:
    """The study and trial that trained its first epochs, and how many; None where itself did."""
    return None if trial.reused is None else trial.reused._asdict()


def reused_in_words(trials: Iterable[TrialRecord]) -> str | None:
    """Which trials other studies trained, in one line; None where none did."""
    named = [
        f"{trial.number} ({trial.reused.study}, trial {trial.reused.number})"
        for trial in trials
        if trial.reused is not None and trial.is_reused
    ]
    return f"Trained in other studies: {', '.join(named)}." if named else None


def quality_as_json(trial: TrialRecord) -> dict[str, Any]:
    """The trained measure by its name; where it has an interval of its own, that as well."""
    interval = None if trial.interval is None else list(trial.interval)
    named = {} if trial.quality == ACCURACY else {f"{trial.quality}_interval": interval}
    return {trial.quality: trial.accuracy, **named}


def quality_interval(study: StudyRecord, trial: TrialRecord) -> Estimate | None:
    """What the images that a trial was judged by leave open of its quality, with 95%.

    None where that is not known: of an evaluator of one's own, or of a study of an early program.
    """
    number = study.num_validation_images
    if trial.accuracy is None or study.own_evaluator is not None:
        return None
    if trial.interval is not None:
        return Estimate(trial.accuracy, *trial.interval)
    if number is None or trial.quality != ACCURACY:
        return None
    return proportion_interval(round(trial.accuracy * number), number)


def as_json(trial: TrialRecord, limits: Iterable[Limit]) -> dict[str, Any]:
    """A trial's facts by name, all but the latency measured end to end."""
    values: Mapping[str, Any] = {
        "trial": trial.number,
        "architecture": trial.architecture,
        "state": trial.state,
        **quality_as_json(trial),
        "flops": trial.flops,
        "params": trial.params,
        LATENCY: trial.latency_ms,
        "predicted_latency_ms": trial.predicted_latency_ms,
        "peak_activation_bytes": trial.peak_activation_bytes,
        "weight_bytes": trial.weight_bytes,
        **trial.own,
        "epochs": trial.epochs,
        "reused_from": reused_as_json(trial),
        "feasible": not excess(trial, limits),
        "description": trial.description,
        "choices": trial.choices,
    }
    return dict(values)
