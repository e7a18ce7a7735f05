"""Quantiles of the usual distributions, by special functions.

`scipy.stats` has them too, and takes a second to load, which every command that prints a front
would wait for.
"""

from __future__ import annotations

import numpy as np
from scipy.special import betaincinv, chdtri, ndtri, stdtrit

from nas.statistics.estimate import Values


def normal_quantile(probability: float) -> float:
    """Of the standard normal distribution."""
    return float(ndtri(probability))


def student_quantile(probability: float, degrees_of_freedom: float) -> float:
    """Of Student's t distribution."""
    return float(stdtrit(degrees_of_freedom, probability))


def beta_quantile(probability: float, a: float, b: float) -> float:
    """Of the beta distribution."""
    return float(betaincinv(a, b, probability))


def chi2_quantiles(probabilities: Values, degrees_of_freedom: float) -> Values:
    """Of the chi-squared distribution, one for each probability."""
    return np.asarray(chdtri(degrees_of_freedom, 1 - probabilities))
