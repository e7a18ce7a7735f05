"""A figure and the interval that covers the true one."""

from __future__ import annotations

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
