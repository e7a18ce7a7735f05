"""A figure with the interval that covers the true one: by formulas and by resampling.

`scipy.stats` has them too, and takes a second to load, which every command that prints a front
would wait for; even `scipy.special` is loaded where a quantile is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import hypot, inf, nan, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Indices = NDArray[np.int64]

CONFIDENCE = 0.95
"""Share of intervals that are to cover what is estimated."""

TAIL = (1 - CONFIDENCE) / 2
"""What may lie beyond either end."""


class Estimate(NamedTuple):
    """A statistic and its interval.

    Attributes:
        value: The estimate itself.
        low: Lower end of the interval.
        high: Upper end.
    """

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.2f} [{self.low:.2f}, {self.high:.2f}]"


def normal_quantile(probability: float) -> float:
    """Of the standard normal distribution."""
    from scipy.special import ndtri

    return float(ndtri(probability))


def student_quantile(probability: float, degrees_of_freedom: float) -> float:
    """Of Student's t distribution."""
    from scipy.special import stdtrit

    return float(stdtrit(degrees_of_freedom, probability))


def beta_quantile(probability: float, a: float, b: float) -> float:
    """Of the beta distribution."""
    from scipy.special import betaincinv

    return float(betaincinv(a, b, probability))


def chi2_quantiles(probabilities: Values, degrees_of_freedom: float) -> Values:
    """Of the chi-squared distribution, one for each probability."""
    from scipy.special import chdtri

    # scipy's `chdtri` takes the upper tail.
    return np.asarray(chdtri(degrees_of_freedom, 1 - probabilities))


NUM_RESAMPLES = 2_000


def bootstrap(
    statistic: Callable[[Indices], Values],
    number: int,
    rng: np.random.Generator,
    num_resamples: int = NUM_RESAMPLES,
) -> Estimate:
    """A statistic of some things and the percentiles of it over resampled ones (Efron 1979).

    Resamples for which the statistic is not defined (NaN) are left out.

    Args:
        statistic: Of the things with these indices, `(num_resamples, number)`, one value for each
            row.
        number: How many things there are.

    Returns:
        NaN where the statistic is not defined for the things themselves, or for no resample.
    """
    value = float(statistic(np.arange(number)[None])[0])
    resampled = statistic(rng.integers(number, size=(num_resamples, number)))
    defined = resampled[np.isfinite(resampled)]
    if not len(defined) or not np.isfinite(value):
        return Estimate(value, float("nan"), float("nan"))
    low, high = np.percentile(defined, (100 * TAIL, 100 * (1 - TAIL)))
    return Estimate(value, float(low), float(high))


class Spread(NamedTuple):
    """How far trainings of one network lie apart.

    Attributes:
        deviation: Standard deviation of a single training; NaN where no network has two.
        degrees_of_freedom: On how many differences that rests.
    """

    deviation: float
    degrees_of_freedom: int


def pooled_spread(groups: Sequence[Sequence[float]]) -> Spread:
    """The spread that the trainings of several networks have in common.

    Args:
        groups: The accuracies of each network, one for each seed. Those of a single seed say
            nothing of it.
    """
    freedom = sum(len(group) - 1 for group in groups if group)
    if freedom == 0:
        return Spread(nan, 0)
    # Sums of squares and not a mean of variances: who was trained more often knows it better.
    squares = sum(float(np.var(group)) * len(group) for group in groups if group)
    return Spread(sqrt(squares / freedom), freedom)


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
    # The beta distribution has no parameter of 0: the ends are then 0 and 1 by definition.
    low = beta_quantile(TAIL, num_right, number - num_right + 1) if num_right else 0.0
    wrong = number - num_right
    high = beta_quantile(1 - TAIL, num_right + 1, wrong) if wrong else 1.0
    return Estimate(num_right / number, low, high)


def image_variance(
    share: float, num_images: int, interval: tuple[float, float] | None = None
) -> float:
    """How much a quality would vary over sets of images of the kind: the square of its deviation.

    Args:
        share: The quality, 0 to 1.
        num_images: That it was measured on. A share of them is binomial, and no mean of what each
            is worth, from 0 to 1, varies more.
        interval: Its own 95% interval, bootstrapped, where it is no such mean.
    """
    if interval is None:
        return max(share * (1 - share), 0.0) / num_images
    low, high = interval
    return ((high - low) / (2 * normal_quantile(1 - TAIL))) ** 2


def accuracy_interval(
    accuracies: Sequence[float],
    num_images: int,
    spread: Spread | None = None,
    interval: tuple[float, float] | None = None,
) -> Estimate:
    """Mean quality over seeds, with what both seeds and validation images leave open.

    Trainings of several seeds are measured on the same images, so that more seeds make the part of
    the seeds smaller (Student's interval) and not that of the images (`image_variance`). Both are
    independent; their half-widths add as squares. The interval is for the quality on all images of
    the kind. To compare networks that were measured on the same images take the `mean_interval` of
    differences instead: what the images have in common cancels.

    Args:
        accuracies: Of the same network, one for each seed, 0 to 1.
        num_images: Validation images.
        spread: Of single trainings, known from more networks than this one.
        interval: Bootstrapped over images, of one training, where the quality is no share of them.
    """
    over_seeds = mean_interval(accuracies, spread)
    share = over_seeds.value
    of_images = normal_quantile(1 - TAIL) * sqrt(image_variance(share, num_images, interval))
    half = hypot(over_seeds.high - share, of_images)
    return Estimate(share, max(0.0, share - half), min(1.0, share + half))
