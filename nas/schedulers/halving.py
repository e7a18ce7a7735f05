"""Asynchronous successive halving for several objectives.

At each rung a trial is compared with all trials that reached the same rung, that is with equal
epochs. The most accurate goes on, and after it the best by non-dominated rank over accuracy there
and the known costs, ties by what each adds to the hypervolume of those before it (Schmucker et al.
2021, arXiv:2106.12639; Li et al. 2020, arXiv:1810.05934). So a cheap network is not stopped for
being less accurate than a dear one, and of many on one front those go on that together cover most
of it, its most accurate end among them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from nas.statistics.hypervolume import MARGIN, bounds
from nas.statistics.pareto import Points, as_points, log_costs, non_dominated_rank
from search_spaces.measures import quality_of


class ParetoHalving:
    """Decides at each rung who goes on.

    Attributes:
        rungs: Epochs at which trials are compared; the last one is the end.
    """

    def __init__(
        self, rungs: Sequence[int], reduction_factor: int, objectives: Sequence[str]
    ) -> None:
        self.rungs = tuple(rungs)
        self._reduction_factor = reduction_factor
        self._objectives = tuple(objectives)
        self._reached: dict[int, dict[int, dict[str, float]]] = {rung: {} for rung in rungs}
        self._best: dict[int, frozenset[int]] = {}

    def record(self, number: int, epochs: int, values: Mapping[str, float]) -> None:
        """Notes what a trial had when it reached a rung, so that others are compared with it."""
        if epochs not in self._reached:
            return
        noted = {name: values[name] for name in self._objectives}
        # A simulation asks again and again for the same trials, with what they had.
        if self._reached[epochs].get(number) != noted:
            self._reached[epochs][number] = noted
            self._best.pop(epochs, None)

    def compared(self, number: int, epochs: int) -> Mapping[int, Mapping[str, float]]:
        """What all that reached a rung had there; nobody between rungs."""
        return dict(self._reached.get(epochs, {}))

    def promotes(self, number: int, epochs: int, values: Mapping[str, float]) -> bool:
        """Whether a trial goes on after `epochs`.

        True between rungs. At a rung: whether the trial is among the best 1/reduction_factor of
        all that reached it, the number rounded up, so that the first to arrive goes on, and so does
        whoever is the most accurate so far.
        """
        if epochs not in self._reached or epochs >= self.rungs[-1]:
            return epochs < self.rungs[-1]
        self.record(number, epochs, values)
        if epochs not in self._best:
            self._best[epochs] = self._best_at(epochs)
        return number in self._best[epochs]

    def _best_at(self, epochs: int) -> frozenset[int]:
        """Numbers of the trials that go on, as far as is known."""
        reached = dict(sorted(self._reached[epochs].items()))  # ties do not hang on who came first
        keep = -(-len(reached) // self._reduction_factor)
        points = as_points(reached.values(), self._objectives)
        numbers = list(reached)
        quality = self._objectives.index(quality_of(self._objectives))
        chosen = best(_scaled(points, self._objectives), keep, quality)
        return frozenset(numbers[i] for i in chosen)


def best(points: Points, number: int, first: int) -> list[int]:
    """Indices of the best points: front by front, and of the last front those that cover most.

    Args:
        points: `(num_points, num_objectives)`, minimised, each objective scaled to [0, 1].
        number: How many to take; at least one.
        first: The objective of which the best point comes before all others: of equal ones one
            that is not dominated.
    """
    ranks = non_dominated_rank(points)
    # By hypervolume alone the most accurate of a large front could be left behind.
    chosen = [int(np.lexsort((ranks, points[:, first]))[0])]
    for rank in range(int(ranks.max()) + 1):
        front = np.flatnonzero(ranks == rank)
        taken = np.flatnonzero(front == chosen[0])
        chosen += [int(front[i]) for i in covering(points[front], number - len(chosen), taken)]
    return chosen


def covering(points: Points, number: int, taken: Sequence[int] | NDArray[np.int64]) -> list[int]:
    """Indices of points, each adding most to the hypervolume of those before it.

    The hypervolume is the share of fixed quasi-random samples of the box up to `MARGIN` beyond 1
    that a point dominates; greedy choice is within 1 - 1/e of the best (Nemhauser et al. 1978).

    Args:
        points: `(num_points, num_objectives)`, minimised, scaled to [0, 1].
        number: How many to take.
        taken: Indices of those that are taken already.
    """
    samples = _samples(points.shape[1])
    covers = np.asarray((points[:, None, :] <= samples[None, :, :]).all(axis=2))
    chosen = list(taken)
    covers &= ~covers[chosen].any(axis=0)
    for _ in range(min(number, len(points) - len(taken))):
        gains = covers.sum(axis=1).astype(float)
        # Where nothing covers anything more, what is chosen would come again.
        gains[chosen] = -1.0
        chosen.append(int(np.argmax(gains)))
        covers &= ~covers[chosen[-1]]
    return chosen[len(taken) :]


def _scaled(points: Points, objectives: Sequence[str]) -> Points:
    """Each objective to [0, 1] over the rung, see `bounds`; costs as logarithms."""
    values = log_costs(points, objectives)
    low, high = bounds(values)
    scaled: Points = (values - low) / np.where(high > low, high - low, 1.0)
    return scaled


@cache
def _samples(num_objectives: int) -> Points:
    # The same samples in every process: a resumed study must decide as before. Sobol's points are
    # balanced at powers of two only, about which scipy warns otherwise.
    with_seed = qmc.Sobol(num_objectives, rng=0)
    return (1 + MARGIN) * np.asarray(with_seed.random_base2(12), dtype=np.float64)
