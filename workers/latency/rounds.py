"""Several subjects timed in turns, until each of their medians is known well enough."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import NamedTuple

from workers.latency.deployed import Deployed
from workers.latency.noise import median_interval
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

    max_relative_width: float = 0.05
    max_seconds: float = 0.06
    min_repeats: int = 8
    best_of: int = 4
    max_runs: int = 2000
    runs_in_a_row: int = 1
    in_turns: int = GROUP
    patience: float = 4.0

    @property
    def min_runs(self) -> int:
        """Fewer say nothing."""
        return self.min_repeats * self.best_of


WARM_UP_RUNS = 3
CHECK_EVERY = 4
"""Turns between two looks at the intervals."""

# Without this rule Kendall's tau was .71 on one machine, with it .89, and with the fastest of
# four runs as a repeat .95 to .97 (benchmarks/results/latency.md).
MAX_SLOWNESS = 1.15
"""A run beside which the reference takes longer than this times its usual time does not count.

Processors change their speed by a third or more when a neighbour wakes up (a shared core, a
clock), for milliseconds or for seconds; the reference itself scatters by some 10%.
"""

MAX_ABOVE_BEST = 1.5
"""Where a GPU's reference usually takes so many times its best, it takes turns with a neighbour:
the best run came whole, most had to wait."""

_STALE = 1.05
"""What is usual is worked out anew when there are so many times more runs of the reference."""


class Fence:
    """The reference block, timed before and after each run, and what it takes here.

    Attributes:
        seconds: All that it took.
    """

    def __init__(self, timer: Timer) -> None:
        self.seconds: list[float] = []
        self._timer = timer
        self._reference: Deployed | None = None
        self._num_known = 0
        self._limit = inf
        self._counted_s = inf

    def renew(self, reference: Deployed) -> None:
        """Goes on with another copy of the reference.

        Where its tensors happen to lie in memory makes some 4% of its time: with many copies that
        is averaged out.
        """
        self._reference = reference
        for _ in range(WARM_UP_RUNS):
            self._timer(reference)

    def __call__(self) -> float:
        """Seconds of one run, after an untimed one: what ran before has left none of it behind."""
        assert self._reference is not None, "there is a reference before anything is timed"
        self._timer(self._reference)
        seconds = self._timer(self._reference).seconds
        self.seconds.append(seconds)
        return seconds

    @property
    def limit(self) -> float:
        """Seconds above which the device is not itself.

        What is usual is what the fastest quarter stays below; the fastest of all were lucky.
        """
        self._look()
        return self._limit

    @property
    def counted_s(self) -> float:
        """Median of what it took while the device was itself."""
        self._look()
        return self._counted_s

    @property
    def is_steady(self) -> bool:
        """Whether it usually takes about what it took at best."""
        return self.counted_s <= MAX_ABOVE_BEST * min(self.seconds, default=inf)

    def _look(self) -> None:
        """Works out anew what is usual, where there are enough new runs to change it."""
        # Else all runs would be sorted at each look at each sample.
        if len(self.seconds) <= _STALE * self._num_known:
            return
        ordered = sorted(self.seconds)
        self._num_known = len(ordered)
        self._limit = MAX_SLOWNESS * ordered[len(ordered) // 4]
        counted = ordered[: bisect_right(ordered, self._limit)]
        self._counted_s = counted[len(counted) // 2]


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
        return len(self.whole()) >= effort.min_runs

    def is_enough(self, effort: Effort) -> bool:
        """Whether the median of the repeats is known well enough, or too much time was spent."""
        spent = sum(run.seconds for run in self.runs)
        num_runs, limit = len(self.runs), effort.patience * effort.max_seconds
        enough_at_all = num_runs >= effort.min_runs
        if num_runs >= effort.max_runs or (spent >= limit and enough_at_all):
            return True
        if not self.is_clean(effort):
            return False
        if spent >= effort.max_seconds:
            return True
        return median_interval(self.repeats(effort)).relative_width <= effort.max_relative_width


def time_in_turns(
    subjects: Sequence[Deployed],
    samples: Sequence[Sample],
    timer: Timer,
    effort: Effort,
    num_turns: float = inf,
    is_time_up: Callable[[], bool] = lambda: False,
) -> None:
    """Times each subject in turn, so many turns; those that are known well enough drop out.

    Between two runs of a block others run, as in a network: its weights are no longer in the
    nearest cache, its input is. The reference is timed between any two.

    Args:
        samples: Of the subjects so far; they grow. All have the same fence.
        is_time_up: Asked before each turn.
    """
    fence = samples[0].fence
    left = [index for index, sample in enumerate(samples) if not sample.is_enough(effort)]
    turn = 0
    while left and turn < num_turns and not is_time_up():
        turn += 1
        before_s = fence()
        for index in left:
            before_s = _take_turn(subjects[index], samples[index], timer, effort, before_s)
        if turn % CHECK_EVERY == 0:
            left = [index for index in left if not samples[index].is_enough(effort)]


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
