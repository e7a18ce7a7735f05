"""Asynchronous successive halving for several objectives.

At each rung a trial is compared with all trials that reached the same rung, that is with equal
epochs, by non-dominated rank over its accuracy there and its known costs, ties by crowding
(Schmucker et al. 2021, arXiv:2106.12639; Li et al. 2020, arXiv:1810.05934). So a cheap network is
not stopped for being less accurate than a dear one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from nas.pareto import as_points, crowding_distance, non_dominated_rank


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

    def record(self, number: int, epochs: int, values: Mapping[str, float]) -> None:
        """Notes what a trial had when it reached a rung, so that others are compared with it."""
        if epochs in self._reached:
            self._reached[epochs][number] = {name: values[name] for name in self._objectives}

    def promotes(self, number: int, epochs: int, values: Mapping[str, float]) -> bool:
        """Whether a trial goes on after `epochs`.

        True between rungs. At a rung: whether the trial is among the best 1/reduction_factor of all
        that reached it, the number rounded up, so that the first to arrive goes on.
        """
        if epochs not in self._reached or epochs >= self.rungs[-1]:
            return epochs < self.rungs[-1]
        self.record(number, epochs, values)
        reached = self._reached[epochs]
        keep = -(-len(reached) // self._reduction_factor)
        return self._place(number, reached) < keep

    def _place(self, number: int, reached: Mapping[int, Mapping[str, float]]) -> int:
        """How many trials of the rung are better than this one."""
        numbers = list(reached)
        points = as_points(reached.values(), self._objectives)
        ranks = non_dominated_rank(points)
        crowding = np.empty(len(points))
        for rank in range(int(ranks.max()) + 1):
            members = np.flatnonzero(ranks == rank)
            crowding[members] = crowding_distance(points[members])
        order = np.lexsort((np.array(numbers), -crowding, ranks))
        return int(np.flatnonzero(order == numbers.index(number))[0])
