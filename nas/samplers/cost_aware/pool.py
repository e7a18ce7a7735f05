"""Architectures drawn once for a search, and the scales and numbers that follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from nas.problem import ACCURACY, Candidate, Problem, violations
from nas.samplers.cost_aware.candidates import CachedProblem, distinct, draw, every, extremes
from nas.samplers.cost_aware.features import Array, Encoding, Scale

POOL_SIZE = 500
NUM_ENUMERATED = 2000


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
    """

    def __init__(self, problem: Problem, rng: np.random.Generator) -> None:
        """Draws. Raises NoFeasibleError where nothing is within the limits."""
        self.problem = CachedProblem(problem)
        whole = list(islice(every(problem.choices), NUM_ENUMERATED + 1))
        self.is_whole = len(whole) <= NUM_ENUMERATED
        if self.is_whole:
            possible = map(self.problem.possible, whole)
            within = (c for c in possible if c is not None and not violations(c, problem.limits))
            self.candidates = distinct(within)
        if not self.is_whole or not self.candidates:
            self.candidates = draw(self.problem, rng, POOL_SIZE)
        self.num_drawn = len(self.candidates)
        self.candidates += extremes(self.problem, self.candidates)
        self.scale = Scale(self.candidates, [n for n in problem.objectives if n != ACCURACY])
        self.cost_names = sorted(self.candidates[0].costs)
        self._cost_scale = Scale(self.candidates, self.cost_names)
        self._encoding = Encoding(problem.choices)
        groups = len(problem.choices) + np.arange(len(self.cost_names))
        self.columns: NDArray[np.int64] = np.concatenate([self._encoding.columns, groups])
        self.encoded = self.encode(self.candidates)

    def encode(self, candidates: Sequence[Candidate]) -> Array:
        """Choices and log costs as numbers, `(num_candidates, num_columns)`."""
        return np.hstack([self._encoding(candidates), self._cost_scale(candidates)])
