"""Several subjects timed in turns, until each of their medians is known well enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf
from typing import NamedTuple

from workers.latency.deployed import Deployed
from workers.latency.intervals import median_interval
from workers.latency.timing import Timer

GROUP = 8
"""Subjects that are timed in turns, about as many as a network has blocks."""


class Effort(NamedTuple):
    """How long a subject is timed.

    Attributes:
        max_relative_width: Of the median's interval; where it is reached, the subject is done.
        max_seconds: Timed seconds after which it is done, if enough repeats count.
        min_repeats: Repeats that must count.
        best_of: Runs of one repeat, the fastest of which stands for it.
        runs_in_a_row: Runs in one turn. More than one stand for a network that runs again and
            again: an untimed run comes before them, so that its weights are in the cache.
        in_turns: How many subjects take turns.
        patience: After so many times `max_seconds` it is done in any case.
    """

    max_relative_width: float = 0.02
    max_seconds: float = 0.06
    min_repeats: int = 8
    best_of: int = 4
    max_runs: int = 2000
    runs_in_a_row: int = 1
    in_turns: int = GROUP
    patience: float = 4.0


WARM_UP_RUNS = 3
CHECK_EVERY = 4
"""Turns between two looks at the intervals."""

MAX_SLOWNESS = 1.15
"""A run beside which the reference takes longer than this times its usual time does not count.

Processors change their speed by a third or more when a neighbour wakes up (a shared core, a
clock), for milliseconds or for seconds; the reference itself scatters by some 5%, and by as much
with the blocks that ran before it.
"""


class Fence:
    """The reference block, timed before and after each run, and what it usually takes.

    Attributes:
        seconds: All that it took here.
    """

    def __init__(
        self, reference: Deployed, timer: Timer, usual_s: float = inf, *, fetch: bool = False
    ) -> None:
        """Takes the reference as it is to be timed.

        Args:
            usual_s: What it took on earlier occasions.
            fetch: Run it once, untimed, before each timed run: a whole network leaves nothing of
                it in the cache, a block most.
        """
        self.seconds: list[float] = []
        self._reference = reference
        self._timer = timer
        self._usual_s = usual_s
        self._fetch = fetch
        self._limit = (0, inf)

    def __call__(self) -> float:
        """Seconds of one run."""
        if self._fetch:
            self._timer(self._reference)
        seconds = self._timer(self._reference).seconds
        self.seconds.append(seconds)
        return seconds

    @property
    def limit(self) -> float:
        """Seconds above which the device is not itself.

        What is usual was known before, or is what the fastest tenth here stays below.
        """
        count, limit = self._limit
        if count != len(self.seconds):
            fast = sorted(self.seconds)[len(self.seconds) // 10]
            limit = MAX_SLOWNESS * min(self._usual_s, fast)
            self._limit = len(self.seconds), limit
        return limit

    @property
    def counted(self) -> list[float]:
        """What the reference took while the device was itself, or all where it never was."""
        limit = self.limit
        return [seconds for seconds in self.seconds if seconds <= limit] or self.seconds


class FencedRun(NamedTuple):
    """One run, and the longer one of the two runs of the reference beside it."""

    seconds: float
    fence_s: float


@dataclass
class Sample:
    """The runs of one subject so far.

    Attributes:
        runs: Those that were interrupted stand beside an endless fence.
    """

    fence: Fence
    runs: list[FencedRun] = field(default_factory=list)

    def whole(self) -> list[float]:
        """Seconds of the runs that nobody interrupted or slowed down."""
        limit = self.fence.limit
        return [run.seconds for run in self.runs if run.fence_s <= limit]

    def counted(self, effort: Effort) -> list[float]:
        """The runs that count: the whole ones, or all where those are too few."""
        return self.whole() if self.is_clean(effort) else [run.seconds for run in self.runs]

    def repeats(self, effort: Effort) -> list[float]:
        """Seconds of the fastest of every few runs that count; see `Effort.best_of`.

        What slows a run down between two runs of the reference, unseen, is left out that way.
        """
        counted, size = self.counted(effort), effort.best_of
        return [min(counted[at : at + size]) for at in range(0, len(counted) - size + 1, size)]

    def is_clean(self, effort: Effort) -> bool:
        """Whether enough runs were whole."""
        return len(self.whole()) >= effort.min_repeats * effort.best_of

    def is_enough(self, effort: Effort) -> bool:
        """Whether the median of the repeats is known well enough, or too much time was spent."""
        spent = sum(run.seconds for run in self.runs)
        num_runs, limit = len(self.runs), effort.patience * effort.max_seconds
        enough_at_all = num_runs >= effort.min_repeats * effort.best_of
        if num_runs >= effort.max_runs or (spent >= limit and enough_at_all):
            return True
        if not self.is_clean(effort):
            return False
        if spent >= effort.max_seconds:
            return True
        return median_interval(self.repeats(effort)).relative_width <= effort.max_relative_width


def time_in_turns(
    subjects: Sequence[Deployed], fence: Fence, timer: Timer, effort: Effort
) -> list[Sample]:
    """Times each subject in turn, again and again; those that are known well enough drop out.

    Between two runs of a block others run, as in a network: its weights are no longer in the
    nearest cache, its input is. The reference is timed between any two.
    """
    for deployed in subjects:
        for _ in range(WARM_UP_RUNS):
            timer(deployed)
    for _ in range(WARM_UP_RUNS):
        fence()
    samples = [Sample(fence) for _ in subjects]
    left = list(range(len(subjects)))
    turn = 0
    while left:
        turn += 1
        before_s = fence()
        for index in left:
            before_s = _take_turn(subjects[index], samples[index], timer, effort, before_s)
        if turn % CHECK_EVERY == 0:
            left = [index for index in left if not samples[index].is_enough(effort)]
    return samples


def _take_turn(
    deployed: Deployed, sample: Sample, timer: Timer, effort: Effort, before_s: float
) -> float:
    """One turn between two runs of the reference; returns what the last of them took."""
    if effort.runs_in_a_row > 1:
        timer(deployed)
    for _ in range(effort.runs_in_a_row):
        run = timer(deployed)
        after_s = sample.fence()
        fence_s = max(before_s, after_s) if run.is_whole else inf
        sample.runs.append(FencedRun(run.seconds, fence_s))
        before_s = after_s
    return before_s
