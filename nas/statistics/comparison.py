"""Better, worse, or not to be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, inf, sqrt
from typing import Literal

import numpy as np

from nas.statistics.intervals import (
    TAIL,
    Estimate,
    Spread,
    image_variance,
    normal_quantile,
    pooled_spread,
    student_quantile,
)

Verdict = Literal["win", "tie", "loss"]


@dataclass(frozen=True)
class Comparison:
    """What one thing is better by than another.

    Attributes:
        difference: With its interval; larger is better.
    """

    difference: Estimate

    @property
    def verdict(self) -> Verdict:
        """`tie` where the interval contains zero: the data do not tell."""
        if self.difference.low > 0:
            return "win"
        return "loss" if self.difference.high < 0 else "tie"


def compare(
    ours: Sequence[float], theirs: Sequence[float], spread: Spread | None = None
) -> Comparison:
    """Difference of the means of two independent samples.

    With the spread of single values known from elsewhere, Student's interval with it; else Welch's,
    whose samples may spread differently (Welch 1947, doi:10.1093/biomet/34.1-2.28).

    Args:
        ours: Such as accuracies over seeds.
        theirs: Likewise.
        spread: Of single values of either sample; needed where one has a single value.
    """
    value = float(np.mean(ours) - np.mean(theirs))
    half = _welch(ours, theirs) if spread is None else _pooled(len(ours), len(theirs), spread)
    return Comparison(Estimate(value, value - half, value + half))


Interval = tuple[float, float] | None
"""Of a network's quality, as its images leave it open; None where a formula tells."""


def compare_accuracies(
    ours: Sequence[float],
    theirs: Sequence[float],
    num_images: int,
    spread: Spread | None = None,
    intervals: tuple[Interval, Interval] = (None, None),
) -> Comparison:
    """Difference of the mean accuracies of two networks that were measured on the same images.

    The interval has two parts, whose half-widths add as squares: the seeds (Student's, with the
    spread of single trainings), and the images (`image_variance` of each network). Networks mostly
    fail on the same images, so that the second part is too wide rather than too narrow.

    Args:
        ours: One for each seed, 0 to 1.
        theirs: Likewise.
        num_images: Validation images.
        spread: Of single trainings; where it is None or rests on nothing, the seeds are not in the
            interval.
        intervals: Of each network's quality, where that is no share of images.
    """
    value = float(np.mean(ours) - np.mean(theirs))
    variance = sum(
        image_variance(float(np.mean(values)), num_images, interval)
        for values, interval in zip((ours, theirs), intervals, strict=True)
    )
    half = normal_quantile(1 - TAIL) * sqrt(variance)
    if spread is not None and spread.degrees_of_freedom > 0:
        half = hypot(half, _pooled(len(ours), len(theirs), spread))
    return Comparison(Estimate(value, value - half, value + half))


def _pooled(num_ours: int, num_theirs: int, spread: Spread) -> float:
    if spread.degrees_of_freedom <= 0:
        return inf
    error = spread.deviation * sqrt(1 / num_ours + 1 / num_theirs)
    return student_quantile(1 - TAIL, spread.degrees_of_freedom) * error


def _welch(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Half the width of the interval, without end where one of them has no spread to be seen."""
    if min(len(ours), len(theirs)) < 2:
        return inf
    parts = [pooled_spread([values]).deviation ** 2 / len(values) for values in (ours, theirs)]
    total = sum(parts)
    # The degrees of freedom would be 0 / 0.
    if total == 0:
        return 0.0
    shares = zip(parts, (ours, theirs), strict=True)
    # Satterthwaite's approximation (1946), in general no whole number.
    freedom = total**2 / sum(part**2 / (len(values) - 1) for part, values in shares)
    return student_quantile(1 - TAIL, freedom) * sqrt(total)
