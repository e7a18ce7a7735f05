"""Several subjects timed in turns, until each of their medians is known well enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from workers.latency.deployed import Deployed
from workers.latency.intervals import MedianInterval, median_interval
from workers.latency.timing import Timer

GROUP = 8
"""Subjects that are timed in turns, about as many as a network has blocks."""


class Effort(NamedTuple):
    """How long a subject is timed.

    Attributes:
        max_relative_width: Of the median's interval; where it is reached, the subject is done.
        max_seconds: Timed seconds after which it is done in any case.
        runs_in_a_row: Runs in one turn. More than one stand for a network that runs again and
            again: an untimed run comes before them, so that its weights are in the cache.
        in_turns: How many subjects take turns.
    """

    max_relative_width: float = 0.02
    max_seconds: float = 0.06
    min_runs: int = 12
    max_runs: int = 2000
    runs_in_a_row: int = 1
    in_turns: int = GROUP


WARM_UP_RUNS = 3
CHECK_EVERY = 4
"""Turns between two looks at the intervals."""


@dataclass
class Sample:
    """The runs of one subject so far.

    Attributes:
        whole: Seconds of the runs that nobody interrupted.
        interrupted: Seconds of the others.
    """

    whole: list[float] = field(default_factory=list)
    interrupted: list[float] = field(default_factory=list)

    def is_enough(self, effort: Effort) -> bool:
        """Whether the median is known well enough, or too much time was spent on it."""
        count = len(self.whole)
        if count + len(self.interrupted) >= effort.max_runs:
            return True
        if sum(self.whole) + sum(self.interrupted) >= effort.max_seconds:
            return count + len(self.interrupted) >= effort.min_runs
        if count < effort.min_runs:
            return False
        return self.interval(effort).relative_width <= effort.max_relative_width

    def is_clean(self, effort: Effort) -> bool:
        """Whether enough runs were not interrupted."""
        return len(self.whole) >= effort.min_runs

    def counted(self, effort: Effort) -> list[float]:
        """The runs that count: the whole ones, or all where those are too few."""
        return self.whole if self.is_clean(effort) else self.whole + self.interrupted

    def interval(self, effort: Effort) -> MedianInterval:
        return median_interval(self.counted(effort))


def time_in_turns(
    subjects: Sequence[Deployed], reference: Deployed, timer: Timer, effort: Effort
) -> tuple[list[Sample], Sample]:
    """Times each subject in turn, again and again; those that are known well enough drop out.

    Between two runs of a block others run, as in a network: its weights are no longer in the
    nearest cache, its input is. The reference is timed in each turn.

    Returns:
        The samples of the subjects, and that of the reference.
    """
    for deployed in (*subjects, reference):
        for _ in range(WARM_UP_RUNS):
            timer(deployed)
    samples = [Sample() for _ in subjects]
    of_reference = Sample()
    left = list(range(len(subjects)))
    turn = 0
    while left:
        turn += 1
        for index in left:
            _take_turn(subjects[index], samples[index], timer, effort.runs_in_a_row)
        _take_turn(reference, of_reference, timer, 2)
        if turn % CHECK_EVERY == 0:
            left = [index for index in left if not samples[index].is_enough(effort)]
    return samples, of_reference


def _take_turn(deployed: Deployed, sample: Sample, timer: Timer, runs: int) -> None:
    if runs > 1:
        timer(deployed)
    for _ in range(runs):
        run = timer(deployed)
        (sample.whole if run.is_whole else sample.interrupted).append(run.seconds)
