"""Whether probabilities come true as often as they say."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nas.statistics.estimate import Estimate, Values
from nas.statistics.means import proportion_interval


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
    bins = np.minimum((probabilities * num_bins).astype(int), num_bins - 1)
    return [
        ReliabilityBin(
            float(probabilities[bins == index].mean()),
            proportion_interval(int(came[bins == index].sum()), int((bins == index).sum())),
            int((bins == index).sum()),
        )
        for index in np.unique(bins)
    ]
