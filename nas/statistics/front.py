"""The front where accuracies are known only so far and costs exactly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nas.statistics.belief import Believed
from nas.statistics.hypervolume import hypervolume
from nas.statistics.intervals import TAIL, Estimate, Values
from nas.statistics.pareto import Points

NUM_DRAWS = 4_000
_CHUNK = 4_000_000
"""Numbers compared at once."""


def front_probability(
    believed: Believed, costs: Points, rng: np.random.Generator, num_draws: int = NUM_DRAWS
) -> Values:
    """The probability of each network to be on the true front.

    That is the share of draws of all accuracies in which none that costs no more in anything is as
    accurate; of equal costs, none is more accurate. The standard error of the share is at most
    `0.5 / sqrt(num_draws)`.

    Args:
        costs: `(num_networks, num_costs)`, exactly known.

    Returns:
        `(num_networks,)`.
    """
    accuracies = believed.draw(num_draws, rng)
    rivals = _rivals(costs)
    cheaper, equals = rivals & ~rivals.T, rivals & rivals.T
    found = [
        (own > _best(accuracies, cheaper[network])) & (own >= _best(accuracies, equals[network]))
        for network, own in enumerate(accuracies.T)
    ]
    return np.array([float(is_on.mean()) for is_on in found])


def hypervolume_difference(
    ours: tuple[Believed, Points],
    theirs: tuple[Believed, Points],
    reference_point: Points,
    rng: np.random.Generator,
    num_draws: int = 500,
) -> Estimate:
    """By how much the hypervolume of some networks is larger than that of others.

    Args:
        ours: What is believed of their accuracies, and their costs, `(num_networks, num_costs)`,
            minimised, scaled as the caller wants.
        theirs: Likewise.
        reference_point: Error (one less accuracy) and costs that count nothing, `(1 + num_costs,)`.

    Returns:
        The mean over draws, and the interval that holds the middle of them.
    """
    of_ours, of_theirs = (
        _volumes(believed, costs, reference_point, rng, num_draws)
        for believed, costs in (ours, theirs)
    )
    return _middle(of_ours - of_theirs)


def _volumes(
    believed: Believed,
    costs: Points,
    reference_point: Points,
    rng: np.random.Generator,
    num_draws: int,
) -> Values:
    errors = 1 - believed.draw(num_draws, rng)
    return np.array([hypervolume(np.column_stack([e, costs]), reference_point) for e in errors])


def _middle(drawn: Values) -> Estimate:
    """The mean of draws, and the interval that holds the middle of them."""
    low, high = np.percentile(drawn, (100 * TAIL, 100 * (1 - TAIL)))
    return Estimate(float(np.mean(drawn)), float(low), float(high))


def _rivals(costs: Points) -> NDArray[np.bool_]:
    """Who keeps whom off the front by being more accurate: `(whom, who)`.

    Of equal costs both are rivals of each other; nobody is of himself.
    """
    no_dearer = np.asarray((costs[None] <= costs[:, None]).all(axis=2))
    np.fill_diagonal(no_dearer, False)
    return no_dearer


def _best(accuracies: Values, networks: NDArray[np.bool_]) -> Values:
    """The best accuracy of some networks in each draw; minus infinity where there are none."""
    chosen = np.flatnonzero(networks)
    best = np.full(len(accuracies), -np.inf)
    # The selection is a copy: of 10,000 networks it would be 320 MB, once for each of them.
    width = max(1, _CHUNK // len(accuracies))
    for start in range(0, len(chosen), width):
        part = accuracies[:, chosen[start : start + width]]
        best = np.maximum(best, part.max(axis=1))
    return best
