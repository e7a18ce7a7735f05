"""The sampler that models accuracy alone, because everything else is known before training.

A Gaussian process predicts accuracy from the choices, from the logarithms of all known costs and
from the epochs trained (`accuracy_model`). The next architecture is the one with the largest
expected hypervolume improvement at its exactly known costs (`proposal`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from optuna import Study
from optuna.distributions import BaseDistribution, CategoricalDistribution
from optuna.samplers import BaseSampler
from optuna.trial import FrozenTrial, TrialState

from nas.problem import Candidate, Problem
from nas.samplers.cost_aware.pool import Pool
from nas.samplers.cost_aware.proposal import propose
from nas.samplers.observations import FINISHED, Observation, observation, was_proposed


class CostAwareSampler(BaseSampler):
    """Proposes architectures of largest expected hypervolume improvement.

    Reads of the study what `observation` reads of a trial. Running trials are accounted for, and no
    architecture that the study knows is proposed again. The generator of a proposal is made of the
    seed and the trial's number, so that an interrupted study goes on with the same sequence.

    A proposal costs a bounded model (see `AccuracyModel`) and a look at each trial that finished
    since the last one.
    """

    def __init__(self, problem: Problem, seed: int) -> None:
        """Nothing is drawn before the first proposal.

        Args:
            problem: What is searched.
            seed: Of the search.
        """
        self._problem = problem
        self._seed = seed
        self._observations: dict[int, Observation] = {}

    @cached_property
    def pool(self) -> Pool:
        """Architectures drawn once. Raises NoFeasibleError where none is within the limits."""
        return Pool(self._problem, np.random.default_rng([self._seed]))

    def infer_relative_search_space(
        self, study: Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        """Every choice, those included that will not be active."""
        return {c.name: CategoricalDistribution(c.values) for c in self._problem.choices}

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Values of the active choices. Raises NoFeasibleError when nothing new is left."""
        trials = study.get_trials(deepcopy=False)
        running = (t for t in trials if t.state is TrialState.RUNNING)
        pending = [t for t in running if t.number != trial.number and t.params]
        return propose(
            self.pool,
            self._read(trials),
            [self._candidate(other) for other in pending],
            np.random.default_rng([self._seed, trial.number]),
        )

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

    def _read(self, trials: Sequence[FrozenTrial]) -> list[Observation]:
        for trial in trials:
            if trial.number not in self._observations and _is_finished(trial):
                self._observations[trial.number] = observation(trial, self.pool.problem)
        return [self._observations[number] for number in sorted(self._observations)]

    def _candidate(self, trial: FrozenTrial) -> Candidate:
        return self.pool.problem.candidate(trial.params)


def _is_finished(trial: FrozenTrial) -> bool:
    return trial.state in FINISHED and was_proposed(trial)
