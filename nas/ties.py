"""Which networks are equally fast as far as their measurements tell."""

from __future__ import annotations

from collections.abc import Iterable

from nas.quantities import format_ms
from nas.store import TrialRecord
from nas.store.records import MeasuredLatency


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
        and other.measured.setting == own.setting
        and own.low_ms <= other.measured.high_ms
        and other.measured.low_ms <= own.high_ms
    ]


def measured_in_words(found: MeasuredLatency) -> str:
    """For example `1.23 ms [1.21, 1.26]`: median and its 95% interval."""
    interval = f"[{format_ms(found.low_ms)}, {format_ms(found.high_ms)}]"
    return f"{format_ms(found.latency_ms)} ms {interval}"


def measured_in_short(found: MeasuredLatency) -> str:
    """For example `1.23 ms ±2%`: median, and by how much its 95% interval goes beyond it."""
    beyond = max(found.high_ms - found.latency_ms, found.latency_ms - found.low_ms)
    return f"{format_ms(found.latency_ms)} ms ±{beyond / found.latency_ms:.0%}"


def ties_in_words(numbers: list[int]) -> str:
    """For example `tied with 3, 7`; empty where there is none."""
    return f"tied with {', '.join(map(str, numbers))}" if numbers else ""
