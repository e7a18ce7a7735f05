"""Every architecture in order, for small spaces."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution
from optuna.samplers import BaseSampler
from optuna.study import Study
from optuna.trial import FrozenTrial

from nas.config.search import MAX_GRID
from nas.problem import Candidate, Problem
from nas.samplers.cached_problem import CachedProblem
from nas.samplers.feasible import all_known, find_new
from nas.samplers.known import known_architectures
from nas.samplers.values import all_values
from search_spaces.errors import SearchError


class GridSampler(BaseSampler):
    """Proposes every architecture within the budgets once, in the order of the choices.

    The last choice changes first; the values of a choice come in the order of the file. The seed
    changes nothing.
    """

    def __init__(self, problem: Problem, seed: int = 0) -> None:
        """Lists nothing yet. Raises SearchError where the space is too large to list."""
        number = problem.num_combinations()
        if number > MAX_GRID:
            raise SearchError(
                f"the sampler grid takes spaces of at most {MAX_GRID:,} sets of values; "
                f"this one has {number:,}"
            )
        self._problem = CachedProblem.of(problem)
        self._listed: list[Candidate] = []
        self._rest = self._within()

    def _within(self) -> Iterator[Candidate]:
        for values in all_values(self._problem.choices):
            candidate = self._problem.within(values)
            if candidate is not None:
                self._listed.append(candidate)
                yield candidate

    def infer_relative_search_space(
        self, study: Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        return {c.name: CategoricalDistribution(c.values) for c in self._problem.choices}

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """The first that the study does not know.

        Raises:
            NoFeasibleError: The study knows all, or nothing is within the budgets.
        """
        known = known_architectures(study)
        for candidate in chain(self._listed[:], self._rest):
            if candidate.architecture not in known:
                return dict(candidate.values)
        if self._listed:
            raise all_known(self._listed)
        return dict(find_new(self._problem, known, np.random.default_rng(0)).values)

    def sample_independent(
        self,
        study: Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        """The first value, for choices that were not proposed, as in an enqueued trial."""
        assert isinstance(param_distribution, CategoricalDistribution)
        return param_distribution.choices[0]
