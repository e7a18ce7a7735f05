"""Expected hypervolume improvement where only accuracy is uncertain."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from nas.statistics.hypervolume import open_boxes
from nas.statistics.pareto import Points

Array = NDArray[np.float64]


def expected_improvement(
    front: Points, reference_point: Points, mean: Array, std: Array, costs: Points
) -> Array:
    """Expected gain in hypervolume by candidates whose loss is Gaussian and whose costs are known.

    The gain is a sum over the boxes that the front leaves open (`open_boxes`). In a box the costs'
    sides are known, and the loss' side [a, b] has the expectation
    `psi(b) - psi(a)` with `psi(t) = E[max(0, t - loss)] = (t - mean) Phi(z) + std phi(z)` and
    `z = (t - mean) / std` (Emmerich et al. 2006 with one uncertain objective). Exact for any number
    of objectives.

    Args:
        front: `(num_points, 1 + num_costs)`, the loss first; all minimised.
        reference_point: `(1 + num_costs,)`.
        mean: `(num_candidates,)`, of the loss.
        std: `(num_candidates,)`, above zero.
        costs: `(num_candidates, num_costs)`.

    Returns:
        `(num_candidates,)`.
    """
    lower, upper = open_boxes(front, reference_point)
    # Boxes share their sides: the normal distribution is asked once for each level. The inverse has
    # the shape of the stack since NumPy 2.0.
    levels, where = np.unique(np.stack([lower[:, 0], upper[:, 0]]), return_inverse=True)
    below = _expected_below(levels, mean, std)
    gain: Array = below[:, where[1]] - below[:, where[0]]
    for cost, low, high in zip(costs.T, lower.T[1:], upper.T[1:], strict=True):
        gain *= np.maximum(high - np.maximum(low, cost[:, None]), 0.0)
    total: Array = gain.sum(axis=1)
    return total


def _expected_below(levels: Array, mean: Array, std: Array) -> Array:
    """`psi` at each level for each candidate, `(num_candidates, num_levels)`; zero at -inf."""
    finite = np.isfinite(levels)
    found = np.zeros((len(mean), len(levels)))
    gap = levels[finite] - mean[:, None]
    z = gap / std[:, None]
    density = np.exp(-0.5 * np.square(z)) / np.sqrt(2 * np.pi)
    found[:, finite] = gap * ndtr(z) + std[:, None] * density
    return found
