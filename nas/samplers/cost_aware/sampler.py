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
from optuna.distributions import BaseDistribution
from optuna.trial import FrozenTrial, TrialState

from nas.samplers.cost_aware.pool import Pool
from nas.samplers.cost_aware.proposal import propose
from nas.samplers.joint import FINISHED, JointSampler, Observation, observation, was_proposed
from search_spaces.spaces.problem import Candidate, Problem


class CostAwareSampler(JointSampler):
    """Proposes architectures of largest expected hypervolume improvement.

    Reads of the study what `observation` reads of a trial. Running trials are accounted for, and no
    architecture that the study knows is proposed again. The generator of a proposal is made of the
    seed and the trial's number, so that an interrupted study goes on with the same sequence.

    A proposal costs a bounded model (see `AccuracyModel`) and a look at each trial that finished
    since the last one.
    """

    def __init__(self, problem: Problem, seed: int) -> None:
        """See `JointSampler`."""
        super().__init__(problem, seed)
        self._observations: dict[int, Observation] = {}

    @cached_property
    def pool(self) -> Pool:
        """Architectures drawn once. Raises NoFeasibleError where none is within the limits."""
        return Pool(self._problem, np.random.default_rng([self._seed]))

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Values of the active choices. Raises NoFeasibleError when nothing new is left."""
        trials = study.get_trials(deepcopy=False)
        running = (t for t in trials if t.state is TrialState.RUNNING)
        # Another process writes that a trial runs before it writes what it is.
        pending = [t for t in running if t.number != trial.number and t.params]
        return propose(
            self.pool,
            self._read(trials),
            [self._candidate(other) for other in pending],
            np.random.default_rng([self._seed, trial.number]),
        )

    def _read(self, trials: Sequence[FrozenTrial]) -> list[Observation]:
        for trial in trials:
            if trial.number not in self._observations and _is_finished(trial):
                self._observations[trial.number] = observation(trial, self.pool.problem)
        # By number, as a resumed study reads them, and not in the order in which they ended.
        return [self._observations[number] for number in sorted(self._observations)]

    def _candidate(self, trial: FrozenTrial) -> Candidate:
        return self.pool.problem.candidate(trial.params)


def _is_finished(trial: FrozenTrial) -> bool:
    return trial.state in FINISHED and was_proposed(trial)
