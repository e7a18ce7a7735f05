"""Architectures drawn once for a search, and the scales and numbers that follow from them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nas.problem import ACCURACY, Candidate, Problem
from nas.samplers.cached_problem import CachedProblem
from nas.samplers.cost_aware.features import Array, Encoding, Scale
from nas.samplers.descent import extremes
from nas.samplers.feasible import distinct, draw
from nas.samplers.known import feasible_candidates

POOL_SIZE = 500

BEYOND = 0.05
"""How far beyond the dearest within the limits the reference point is at least, of [0, 1]."""


class Pool:
    """Architectures within the limits: all of them in a small space, else drawn ones and extremes.

    Attributes:
        problem: The problem.
        candidates: The architectures, the extremes of each cost last.
        num_drawn: How many of them were drawn from the space, or all.
        is_whole: Whether there are no others.
        scale: Maps the objectives' log costs to [0, 1] over these.
        cost_names: All costs that tell about accuracy.
        columns: `(num_columns,)`, the group of each column of `encode`: the choices, then the
            costs.
        encoded: `encode(candidates)`.
        reference_costs: `(num_objectives - 1,)`, the reference point's scaled costs.
    """

    def __init__(self, problem: Problem, rng: np.random.Generator) -> None:
        """Draws. Raises NoFeasibleError where nothing is within the limits."""
        self.problem = CachedProblem.of(problem)
        whole = feasible_candidates(self.problem)
        self.is_whole = whole is not None
        self.candidates = distinct(whole) if whole else draw(self.problem, rng, POOL_SIZE)
        self.num_drawn = len(self.candidates)
        objectives = [name for name in problem.objectives if name != ACCURACY]
        self.candidates += extremes(self.problem, self.candidates, objectives)
        self.scale = Scale(self.candidates, objectives)
        self.cost_names = sorted(self.candidates[0].costs)
        self._cost_scale = Scale(self.candidates, self.cost_names)
        self._encoding = Encoding(problem.choices)
        groups = len(problem.choices) + np.arange(len(self.cost_names))
        self.columns: NDArray[np.int64] = np.concatenate([self._encoding.columns, groups])
        self.encoded = self.encode(self.candidates)
        self.reference_costs = self._reference_costs()

    def _reference_costs(self) -> Array:
        """As far beyond the dearest as neighbouring values are apart (Ishibuchi et al. 2018).

        Just at the dearest it would make worthless all that cost as much: of two values of a cost,
        half the space. Within limits at least `BEYOND`, as there the dearest are what is wanted.
        """
        values = self.scale(self.candidates).T
        steps = np.array([1 / max(len(np.unique(each)) - 1, 1) for each in values])
        reference: Array = 1 + np.maximum(steps, BEYOND if self.problem.limits else 0.0)
        return reference

    def encode(self, candidates: Sequence[Candidate]) -> Array:
        """Choices and log costs as numbers, `(num_candidates, num_columns)`."""
        return np.hstack([self._encoding(candidates), self._cost_scale(candidates)])
