"""Values far above the others, such as the losses of trainings that failed without an error."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

FAR = 4.0
"""How many times as far above the median as the best twentieth is below it."""

MIN_VALUES = 8
"""Of fewer it cannot be told which of them stand alone."""

NUM_NEIGHBOURS = 5


def far_above(values: Array) -> Mask:
    """Which values are far above the median, measured by how far below it the best are.

    The best are measured by, and not the spread, since a tenth of failed ones would widen that.
    None where there are fewer than `MIN_VALUES`, or where the best are no better than the median.

    Args:
        values: `(num_values,)`, the lower the better.

    Returns:
        `(num_values,)`.
    """
    if len(values) < MIN_VALUES:
        return np.zeros(len(values), dtype=np.bool_)
    best, median = np.quantile(values, [0.05, 0.5])
    if median <= best:
        return np.zeros(len(values), dtype=np.bool_)
    far: Mask = values > median + FAR * (median - best)
    return far


def isolated(marked: Mask, similarity: Array) -> Mask:
    """Which marked points stand among others: fewer than half of the most similar are marked.

    Args:
        marked: `(num_points,)`.
        similarity: `(num_marked, num_points)`; that of a point to itself is not read.

    Returns:
        `(num_points,)`.
    """
    alone = np.zeros(len(marked), dtype=np.bool_)
    for index, row in zip(np.flatnonzero(marked), similarity, strict=True):
        order = np.argsort(-row, kind="stable")
        nearest = order[order != index][:NUM_NEIGHBOURS]
        alone[index] = 2 * np.count_nonzero(marked[nearest]) < len(nearest)
    return alone
