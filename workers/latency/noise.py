"""Noise of a measurement: whether others use the processor, and how sure a median is."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from math import comb, inf
from typing import NamedTuple, Self

from workers.devices import others_share

MIN_OWN_SHARE = 0.95
"""A thread that got less than this of its core had to share it."""

MAX_FOREIGN_SHARE = 0.5
"""Where others use more than this of all other cores, caches and clock are theirs as well."""


class Moment(NamedTuple):
    """Counters of seconds since some moment in the past, or of those between two moments.

    Attributes:
        wall_s: Of the clock.
        thread_s: For which this thread had a core.
        process_s: For which all threads of this process had one.
        busy_s: For which all cores together were busy; None where the system does not tell.
    """

    wall_s: float
    thread_s: float
    process_s: float
    busy_s: float | None

    @classmethod
    def now(cls) -> Self:
        return cls(time.perf_counter(), time.thread_time(), time.process_time(), _busy_seconds())

    def since(self, start: Moment) -> Moment:
        """What passed on each counter since an earlier moment."""
        return self._with(start, -1)

    def and_then(self, other: Moment) -> Moment:
        """Two spells together: the system counts in ticks of 10 ms, too coarse for one alone."""
        return self._with(other, 1)

    def _with(self, other: Moment, sign: int) -> Moment:
        known = self.busy_s is not None and other.busy_s is not None
        return Moment(
            self.wall_s + sign * other.wall_s, self.thread_s + sign * other.thread_s,
            self.process_s + sign * other.process_s,
            self.busy_s + sign * other.busy_s if known else None,  # type: ignore[operator]
        )  # fmt: skip


NOTHING = Moment(0.0, 0.0, 0.0, 0.0)
"""No time at all."""


def is_alone(spent: Moment, num_threads: int, num_cores: int | None = None) -> bool:
    """Whether the cores were ours while so many seconds passed."""
    if spent.thread_s < MIN_OWN_SHARE * spent.wall_s:
        return False
    others = (num_cores or os.cpu_count() or 1) - num_threads
    if spent.busy_s is None or others < 1:
        return True
    return spent.busy_s - spent.process_s <= MAX_FOREIGN_SHARE * others * spent.wall_s


MAX_CARD_SHARE = 0.05
"""A GPU that is busy for more than this of its time while we keep still has other users."""

LOOK_EVERY_S = 30.0


class CardWatch:
    """Whether a GPU is ours alone: a steady neighbour slows the reference down as it does blocks.

    A look takes a second, in which this process must give the GPU nothing to do.
    """

    def __init__(
        self,
        others: Callable[[], float | None] = others_share,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Takes what tells the share of time that others use; None where it cannot."""
        self._others, self._clock = others, clock
        self._looked_at = -inf
        self._is_alone = True

    def is_alone(self) -> bool:
        """What the last look has shown, which is at most half a minute old."""
        if self._clock() - self._looked_at > LOOK_EVERY_S:
            share = self._others()
            self._is_alone = share is None or share <= MAX_CARD_SHARE
            self._looked_at = self._clock()
        return self._is_alone


def _busy_seconds() -> float | None:
    try:
        with open("/proc/stat") as file:
            # What guests use, which follows, is in `user` and `nice` already.
            user, nice, system, _idle, _iowait, irq, softirq, steal = map(
                int, file.readline().split()[1:9]
            )
    except (OSError, ValueError):
        return None
    # Time stolen is that of neighbours on the same host: the core was busy, and not by us.
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


_ONE_SIDE = 40
"""One in so many true medians may lie below the interval, and one above."""


class MedianInterval(NamedTuple):
    """A median and the interval that covers the true one with 95% confidence."""

    median: float
    low: float
    high: float

    @property
    def relative_width(self) -> float:
        """Width of the interval as a part of the median."""
        return (self.high - self.low) / self.median if self.median > 0 else inf


def median_interval(values: Sequence[float]) -> MedianInterval:
    """The median of some values and its interval.

    The number of values below the true median is binomial with probability 1/2, which bounds the
    ranks between which it lies (Conover 1999, section 3.2). Five values or fewer bound nothing: the
    interval is then without end.
    """
    ordered = sorted(values)
    count = len(ordered)
    median = (ordered[(count - 1) // 2] + ordered[count // 2]) / 2
    rank = lower_rank(count)
    if rank == 0:
        return MedianInterval(median, 0.0, inf)
    return MedianInterval(median, ordered[rank - 1], ordered[count - rank])


@lru_cache(maxsize=4096)
def lower_rank(count: int) -> int:
    """The largest rank r with P(fewer than r of `count` values are below the median) <= 2.5%.

    The r-th smallest and the r-th largest value are the ends of the interval; 0 where there is no
    such rank.
    """
    tail, rank = 0, 0
    # In whole numbers: 2**count leaves the range of floats at 1,024 values.
    while (tail := tail + comb(count, rank)) * _ONE_SIDE <= 2**count:
        rank += 1
    return rank
