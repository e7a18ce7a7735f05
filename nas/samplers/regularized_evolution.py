"""Regularized evolution (Real et al. 2019, arXiv:1802.01548), for several objectives.

The population are the youngest architectures that have a result: the oldest dies, however good it
is. The best of a few drawn from it has a child, which differs from it in one choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from optuna.distributions import BaseDistribution
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from nas.samplers.joint import JointSampler, Observation, observation, was_proposed
from nas.samplers.neighbours import mutated
from nas.statistics.pareto import as_log_points, crowding_distance, non_dominated_rank
from search_spaces.measures import compared, quality_of
from search_spaces.spaces.problem import Problem

POPULATION_SIZE = 20
TOURNAMENT_SIZE = 5


class RegularizedEvolutionSampler(JointSampler):
    """Proposes children of the best of a few of the youngest architectures.

    The best one has the lowest non-dominated rank, and of equal ranks the largest crowding
    distance. Trials that were stopped early are ranked among all that reached as many epochs, with
    the accuracy there. Before there are enough results, architectures are drawn at random. It
    remembers nothing: the population is read from the study.
    """

    def __init__(self, problem: Problem, seed: int) -> None:
        """Prepares.

        Args:
            problem: What is searched.
            seed: Of the draws; one proposal after another goes on with the same generator.
        """
        super().__init__(problem, seed)
        self._rng = np.random.default_rng(seed)

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Values of the active choices; they may be known or beyond the budgets."""
        population = self._population(study)
        if len(population) < POPULATION_SIZE:
            return self._problem.sample(self._rng)
        drawn = self._rng.choice(len(population), TOURNAMENT_SIZE, replace=False)
        ranked = standing(population, compared(self._problem.objectives))
        parent = population[min(drawn, key=lambda index: ranked[index])]
        return mutated(self._problem.choices, parent.candidate.values, self._rng)

    def _population(self, study: Study) -> list[Observation]:
        """The youngest with a result."""
        states = (TrialState.COMPLETE, TrialState.PRUNED)
        trials = study.get_trials(deepcopy=False, states=states)
        youngest = [t for t in trials if was_proposed(t) and _has_result(t)][-POPULATION_SIZE:]
        return [observation(trial, self._problem) for trial in youngest]


def _has_result(trial: FrozenTrial) -> bool:
    return trial.state is TrialState.COMPLETE or bool(trial.user_attrs.get("curve"))


def standing(
    population: Sequence[Observation], objectives: Sequence[str]
) -> list[tuple[int, float]]:
    """Rank and negative crowding distance of each: the lower the better.

    Each is ranked at its own last epoch, among all that got as far.
    """
    found: list[tuple[int, float]] = [(0, 0.0)] * len(population)
    quality = quality_of(objectives)
    last = [member.curve[-1][0] for member in population]
    for epochs in set(last):
        reached = [index for index, end in enumerate(last) if end >= epochs]
        there = ((population[i], _accuracy(population[i], epochs)) for i in reached)
        rows = ({**member.candidate.costs, quality: accuracy} for member, accuracy in there)
        points = as_log_points(rows, objectives)
        ranks = non_dominated_rank(points)
        for rank in range(int(ranks.max()) + 1):
            members = np.flatnonzero(ranks == rank)
            for member, apart in zip(members, crowding_distance(points[members]), strict=True):
                if last[reached[member]] == epochs:
                    found[reached[member]] = (rank, -float(apart))
    return found


def _accuracy(member: Observation, epochs: int) -> float:
    """What it had after so many epochs."""
    return next(accuracy for end, accuracy in reversed(member.curve) if end <= epochs)
