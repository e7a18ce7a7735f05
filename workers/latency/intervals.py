"""Median and its confidence interval from order statistics: no shape of the noise is assumed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import comb, inf
from typing import NamedTuple

CONFIDENCE = 0.95
_ONE_SIDE = 40
"""One in so many true medians may lie below the interval, and one above."""


class MedianInterval(NamedTuple):
    """A median and the interval that covers the true one with `CONFIDENCE`."""

    median: float
    low: float
    high: float

    @property
    def relative_width(self) -> float:
        """Width of the interval as a part of the median."""
        return (self.high - self.low) / self.median if self.median > 0 else inf

    def overlaps(self, other: MedianInterval) -> bool:
        """Whether the two intervals have a point in common."""
        return self.low <= other.high and other.low <= self.high


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
    while (tail := tail + comb(count, rank)) * _ONE_SIDE <= 2**count:
        rank += 1
    return rank
