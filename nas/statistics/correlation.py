"""How well one order of networks agrees with another."""

from __future__ import annotations

from collections.abc import Callable
from math import atanh, ceil

import numpy as np

from nas.statistics.bootstrap import bootstrap
from nas.statistics.estimate import TAIL, Estimate, Values
from nas.statistics.quantiles import normal_quantile

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


def correlation_gain(
    measure: Measure, early: Values, other: Values, final: Values, rng: np.random.Generator
) -> Estimate:
    """By how much early values order networks better than others do, in pairs."""
    difference = lambda i: measure(early[i], final[i]) - measure(other[i], final[i])  # noqa: E731
    return bootstrap(difference, len(final), rng)


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
    nothing = np.full(np.shape(below), np.nan)
    return np.asarray(np.divide(above, below, out=nothing, where=below > 0))
