"""Architectures drawn once for a search, as numbers for a kernel over choices and costs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nas.samplers.cached_problem import CachedProblem
from nas.samplers.feasible import distinct, draw
from nas.samplers.joint import feasible_candidates
from nas.samplers.neighbours import extremes
from nas.statistics.pareto import as_log_points
from search_spaces.measures import is_known
from search_spaces.registry import Value
from search_spaces.spaces.choices import Choice
from search_spaces.spaces.problem import Candidate, Problem

Array = NDArray[np.float64]


class Scale:
    """Maps the log costs of some architectures to [0, 1], each cost for itself.

    Attributes:
        names: Of the costs.
    """

    def __init__(self, candidates: Sequence[Candidate], names: Sequence[str]) -> None:
        self.names = tuple(names)
        logs = as_log_points((c.costs for c in candidates), names)
        self._low = logs.min(axis=0)
        spread = logs.max(axis=0) - self._low
        self._spread = np.where(spread > 0, spread, 1.0)

    def __call__(self, candidates: Sequence[Candidate]) -> Array:
        """`(num_candidates, num_names)`; beyond [0, 1] for those beyond the range."""
        logs = as_log_points((c.costs for c in candidates), self.names)
        return np.asarray((logs - self._low) / self._spread)


class Encoding:
    """Columns for the choices: one group for each choice.

    Within a group the squared distance of two different values is one. Half of it stands for being
    different, and half for how far apart they are in order, where the values are numbers. A choice
    that does not exist stands in the middle of its values, and so at distance zero from itself.

    Attributes:
        columns: `(num_columns,)`, the group of each column.
    """

    def __init__(self, choices: Sequence[Choice]) -> None:
        self._choices = tuple(choices)
        tables = [_columns(choice.values) for choice in choices]
        self.columns = np.repeat(np.arange(len(tables)), [table.shape[1] for table in tables])
        self._tables = tables
        self._codes = [
            {value: code for code, value in enumerate(choice.values)} | {None: len(choice.values)}
            for choice in choices
        ]

    def __call__(self, candidates: Sequence[Candidate]) -> Array:
        """`(num_candidates, num_columns)`."""
        parts = [
            table[[codes[candidate.values.get(choice.name)] for candidate in candidates]]
            for choice, codes, table in zip(self._choices, self._codes, self._tables, strict=True)
        ]
        return np.hstack(parts)


def _columns(values: Sequence[Value]) -> Array:
    """A row for each value and one, in their middle, for its absence."""
    number = len(values)
    # Two rows differ in two of its columns, each by half of the distance's one.
    differ = np.eye(number) / np.sqrt(2)
    # Of two values the order says no more than that they differ.
    if number > 2 and all(isinstance(value, int | float) for value in values):
        rank = np.argsort(np.argsort(np.array(values, dtype=np.float64)))
        # A thermometer: values k places apart differ in k columns, the ends in all.
        above = (rank[:, None] > np.arange(number - 1)) / np.sqrt(number - 1)
        differ = np.hstack([differ, above]) / np.sqrt(2)
    return np.vstack([differ, differ.mean(axis=0)])


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
        objectives = [name for name in problem.objectives if is_known(name)]
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
