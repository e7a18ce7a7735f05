"""A limit on what a network may cost, or must reach."""

from __future__ import annotations

from math import log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_LEAST = 1e-12
"""Stands for zero where a ratio is taken."""


class Limit(NamedTuple):
    """One limit, from above or from below; a range is two.

    Attributes:
        quantity: What is limited, for example `flops`.
        value: The limit itself, above zero, which is allowed.
        is_lower: Whether values below it are outside, instead of those above it.
    """

    quantity: str
    value: float
    is_lower: bool = False

    def is_exceeded(self, value: float) -> bool:
        """Whether a value is outside."""
        return value < self.value if self.is_lower else value > self.value

    def beyond(self, value: float) -> float:
        """How far a value is on the wrong side of the limit; below 0 on the right one."""
        return self.value - value if self.is_lower else value - self.value

    def ratios(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """How many times beyond the limit values are, whatever the side; above 1 is outside."""
        positive = np.maximum(values, _LEAST)
        return self.value / positive if self.is_lower else positive / self.value

    def excess(self, value: float) -> float:
        """The logarithm of how many times beyond the limit a value is; 0 within.

        So that excesses of different quantities can be added: twice too much counts alike for all.
        """
        if not self.is_exceeded(value):
            return 0.0
        above = max(value, _LEAST) / self.value
        return -log(above) if self.is_lower else log(above)
