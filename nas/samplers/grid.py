"""Every architecture in order, for small spaces."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np
from optuna.distributions import BaseDistribution
from optuna.study import Study
from optuna.trial import FrozenTrial

from nas.config.search import MAX_GRID
from nas.samplers.feasible import all_known, find_new
from nas.samplers.joint import JointSampler, known_architectures
from nas.samplers.neighbours import all_values
from search_spaces.errors import SearchError
from search_spaces.spaces.problem import Candidate, Problem


class GridSampler(JointSampler):
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
        super().__init__(problem, seed)
        self._listed: list[Candidate] = []
        self._rest = self._within()

    def _within(self) -> Iterator[Candidate]:
        for values in all_values(self._problem.choices):
            candidate = self._problem.within(values)
            if candidate is not None:
                self._listed.append(candidate)
                yield candidate

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
        # Nothing is within the budgets: asked for its error alone, which names the one that blocks.
        return dict(find_new(self._problem, known, np.random.default_rng(0)).values)
