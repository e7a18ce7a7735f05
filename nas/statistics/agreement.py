"""How well one figure tells another: ranks in the same order, probabilities that come true."""

from __future__ import annotations

from collections.abc import Callable
from math import atanh, ceil
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nas.statistics.intervals import (
    TAIL,
    Estimate,
    Values,
    bootstrap,
    normal_quantile,
    proportion_interval,
)

Measure = Callable[[Values, Values], Values]
"""Of two orders, or of many side by side: `(..., number)` twice, to `(...)`."""


def kendall_tau(first: Values, second: Values) -> Values:
    """Kendall's tau-b, which allows for ties (Kendall 1945, doi:10.1093/biomet/33.3.239).

    Pairs in the same order less those in the opposite one, over the geometric mean of the numbers
    of pairs that are not tied in each.

    Args:
        first: `(..., number)`.
        second: Likewise.

    Returns:
        `(...)`, from -1 to 1; NaN where either has no order at all.
    """
    one, other = _signs(first), _signs(second)
    # Each pair stands twice in these sums, above and below the diagonal, which cancels.
    agreement = (one * other).sum(axis=(-2, -1))
    return _ratio(agreement, np.abs(one).sum(axis=(-2, -1)), np.abs(other).sum(axis=(-2, -1)))


def spearman_rho(first: Values, second: Values) -> Values:
    """Spearman's rank correlation: Pearson's of the ranks, ties sharing their mean rank.

    Args:
        first: `(..., number)`.
        second: Likewise.

    Returns:
        `(...)`, from -1 to 1; NaN where either has no order at all.
    """
    from scipy.stats import rankdata  # slow to load

    one, other = (_centred(rankdata(values, axis=-1)) for values in (first, second))
    return _ratio((one * other).sum(-1), (one**2).sum(-1), (other**2).sum(-1))


def kept_of_best(early: Values, final: Values, number: int) -> float:
    """Share of the best few at the end that are among the best as many early on.

    Of equal values those count as better that come first.
    """
    best_early, best = (set(np.argsort(-v, kind="stable")[:number]) for v in (early, final))
    return len(best & best_early) / len(best)


def correlation(
    measure: Measure, early: Values, final: Values, rng: np.random.Generator
) -> Estimate:
    """How well early values order networks as final ones do, the networks resampled.

    In 1,000 simulated studies of twelve networks 95% to 98% of the intervals cover the truth. Where
    the two orders are equal the interval has no width.

    Args:
        early: `(num_networks,)`.
        final: Likewise.
    """
    return bootstrap(lambda i: measure(early[i], final[i]), len(final), rng)


def number_to_show(tau: float, least: float) -> int:
    """About how many networks it takes for an interval around `tau` to lie above `least`.

    The inverse hyperbolic tangent of Kendall's tau varies by about 0.437 / (number - 4) (Fieller,
    Hartley and Pearson 1957, doi:10.1093/biomet/44.3-4.470). Resampled intervals of fewer than
    twenty networks may be wider than that, and want some more.

    Args:
        tau: From `least` to 1, both excluded.
    """
    distance = atanh(tau) - atanh(least)
    return ceil(4 + 0.437 * (normal_quantile(1 - TAIL) / distance) ** 2)


def _signs(values: Values) -> Values:
    """Which of each pair is larger: `(..., number, number)` of -1, 0 and 1."""
    return np.sign(values[..., :, None] - values[..., None, :])


def _centred(values: Values) -> Values:
    return np.asarray(values - values.mean(axis=-1, keepdims=True))


def _ratio(above: Values, one: Values, other: Values) -> Values:
    below = np.sqrt(one * other)
    # A resample may be one network again and again, which has no order: a division by zero would
    # warn, and NaN is what `bootstrap` leaves out.
    nothing = np.full(np.shape(below), np.nan)
    return np.asarray(np.divide(above, below, out=nothing, where=below > 0))


class ReliabilityBin(NamedTuple):
    """Probabilities that are about equal, and how often what they foretold came.

    Attributes:
        probability: Their mean.
        came: How often it came, with its interval as if all were independent.
        number: How many there are.
    """

    probability: float
    came: Estimate
    number: int


def brier_score(probabilities: Values, came: NDArray[np.bool_]) -> float:
    """Mean squared difference of probability and outcome (Brier 1950); 0 is perfect.

    Always saying the share `p` of what comes scores `p (1 - p)`.
    """
    return float(((probabilities - came) ** 2).mean())


def reliability(
    probabilities: Values, came: NDArray[np.bool_], num_bins: int = 10
) -> list[ReliabilityBin]:
    """Probabilities in bins of equal width, empty ones left out.

    Args:
        probabilities: `(number,)`, 0 to 1.
        came: Whether it came, likewise.
    """
    # Without the minimum a probability of exactly 1 would open a bin of its own.
    bins = np.minimum((probabilities * num_bins).astype(int), num_bins - 1)
    return [
        ReliabilityBin(
            float(probabilities[bins == index].mean()),
            proportion_interval(int(came[bins == index].sum()), int((bins == index).sum())),
            int((bins == index).sum()),
        )
        for index in np.unique(bins)
    ]
