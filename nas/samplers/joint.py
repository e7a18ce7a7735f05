"""What all samplers share that propose every choice together."""

from __future__ import annotations

from typing import Any

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution
from optuna.samplers import BaseSampler
from optuna.study import Study
from optuna.trial import FrozenTrial

from nas.problem import Problem
from nas.samplers.cached_problem import CachedProblem


class JointSampler(BaseSampler):
    """A sampler whose `sample_relative` gives a value to every choice that is active."""

    def __init__(self, problem: Problem, seed: int) -> None:
        """Nothing is drawn yet.

        Args:
            problem: What is searched.
            seed: Of the search.
        """
        self._problem = CachedProblem.of(problem)
        self._seed = seed

    def infer_relative_search_space(
        self, study: Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        """Every choice, those included that will not be active."""
        return {c.name: CategoricalDistribution(c.values) for c in self._problem.choices}

    def sample_independent(
        self,
        study: Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        """A random value, for choices that were not proposed, as in an enqueued trial."""
        assert isinstance(param_distribution, CategoricalDistribution)
        rng = np.random.default_rng([self._seed, trial.number, *param_name.encode()])
        return param_distribution.choices[int(rng.integers(len(param_distribution.choices)))]
