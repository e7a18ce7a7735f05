"""Intervals from resampling: no shape of the noise is assumed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nas.statistics.estimate import TAIL, Estimate, Indices, Values

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
