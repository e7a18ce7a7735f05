"""How far trainings of one network lie apart."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan, sqrt
from typing import NamedTuple

import numpy as np


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
    squares = sum(float(np.var(group)) * len(group) for group in groups if group)
    return Spread(sqrt(squares / freedom), freedom)
