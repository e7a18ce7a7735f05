"""Intervals of a mean over seeds, and of a share of images."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot, inf, nan, sqrt

import numpy as np

from nas.statistics.estimate import TAIL, Estimate
from nas.statistics.quantiles import beta_quantile, normal_quantile, student_quantile
from nas.statistics.spread import Spread, pooled_spread


def mean_interval(values: Sequence[float], spread: Spread | None = None) -> Estimate:
    """The mean of a small sample and Student's interval of it.

    Args:
        values: Independent, about normal.
        spread: Of single values, known from more than these; by default that of the values. One
            value alone has no spread: its interval is then without end.

    Returns:
        All NaN where there are no values.
    """
    if not values:
        return Estimate(nan, nan, nan)
    mean = float(np.mean(values))
    half = half_width(spread or pooled_spread([values]), len(values))
    return Estimate(mean, mean - half, mean + half)


def half_width(spread: Spread, number: int) -> float:
    """Half the width of Student's interval of a mean of so many values."""
    if spread.degrees_of_freedom <= 0:
        return inf
    quantile = student_quantile(1 - TAIL, spread.degrees_of_freedom)
    return quantile * spread.deviation / sqrt(number)


def proportion_interval(num_right: int, number: int) -> Estimate:
    """A share and its exact interval (Clopper and Pearson 1934, doi:10.1093/biomet/26.4.404).

    Covers at least as often as it says, whatever the share.
    """
    low = beta_quantile(TAIL, num_right, number - num_right + 1) if num_right else 0.0
    wrong = number - num_right
    high = beta_quantile(1 - TAIL, num_right + 1, wrong) if wrong else 1.0
    return Estimate(num_right / number, low, high)


def accuracy_interval(
    accuracies: Sequence[float], num_images: int, spread: Spread | None = None
) -> Estimate:
    """Mean accuracy over seeds, with what both seeds and validation images leave open.

    Trainings of several seeds are measured on the same images, so that more seeds make the part of
    the seeds smaller (Student's interval) and not that of the images (binomial: p(1 - p) over their
    number). The two are independent; their half-widths add as squares. The interval is for the
    accuracy on all images of the kind. To compare networks that were measured on the same images
    take `compare_pairs` or `mean_interval` instead: what the images have in common cancels.

    Args:
        accuracies: Of the same network, one for each seed, 0 to 1.
        num_images: Validation images.
        spread: Of single trainings, known from more networks than this one.
    """
    over_seeds = mean_interval(accuracies, spread)
    share = over_seeds.value
    of_images = normal_quantile(1 - TAIL) * sqrt(max(share * (1 - share), 0.0) / num_images)
    half = hypot(over_seeds.high - share, of_images)
    return Estimate(share, max(0.0, share - half), min(1.0, share + half))
