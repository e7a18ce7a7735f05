"""What samplers share that propose every choice together: what a study knows and was told."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution
from optuna.samplers import BaseSampler
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from nas.samplers.cached_problem import CachedProblem
from nas.samplers.neighbours import all_values
from search_spaces.measures import quality_of
from search_spaces.spaces.problem import Candidate, Problem

SMALL_SPACE = 2_000
"""A space with at most this many sets of values is listed whole, to know when all are trained."""


def known_architectures(study: Study) -> set[str]:
    """Ids of all architectures that the study has proposed."""
    # Optuna copies every trial with all of its attributes unless told not to.
    trials = study.get_trials(deepcopy=False)
    return {t.user_attrs["architecture"] for t in trials if t.user_attrs.get("architecture")}


def feasible_architectures(problem: Problem) -> set[str] | None:
    """Ids of all architectures within the budgets; None where the space is too large to list."""
    candidates = feasible_candidates(CachedProblem.of(problem))
    return None if candidates is None else {c.architecture for c in candidates}


def feasible_candidates(problem: CachedProblem) -> list[Candidate] | None:
    """All sets of values within the budgets; None where the space is too large to list."""
    # One more than allowed tells that there are more, without listing millions.
    whole = list(islice(all_values(problem.choices), SMALL_SPACE + 1))
    if len(whole) > SMALL_SPACE:
        return None
    return [c for values in whole if (c := problem.within(values)) is not None]


FINISHED = (TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL)


@dataclass(frozen=True)
class Observation:
    """What training told about an architecture.

    Attributes:
        candidate: The architecture.
        curve: `(epochs, accuracy)` of each measurement, epochs ascending, accuracy in [0, 1]; empty
            where training failed.
        complete: Whether it was trained to the end.
    """

    candidate: Candidate
    curve: tuple[tuple[int, float], ...]
    complete: bool = True


def was_proposed(trial: FrozenTrial) -> bool:
    """Whether a trial stands for an architecture: not one that was given up before it was written.

    A process that dies between two writes leaves such a trial, and what it meant may come again.
    """
    # None was noted for one that was given up; where nobody noted anything there is no attribute.
    return bool(trial.params) and trial.user_attrs.get("architecture", "") is not None


def observation(trial: FrozenTrial, problem: Problem) -> Observation:
    """What a finished trial tells.

    Reads its parameters; the user attribute `curve`, pairs of epochs and accuracy, of COMPLETE and
    PRUNED ones; and the accuracy of a COMPLETE one from its values, which stand in the order of the
    problem's objectives.
    """
    complete = trial.state is TrialState.COMPLETE
    measured = trial.user_attrs.get("curve", ()) if trial.state is not TrialState.FAIL else ()
    curve = [(int(epochs), float(accuracy)) for epochs, accuracy in measured]
    if complete:
        epochs = curve[-1][0] if curve else 1
        place = problem.objectives.index(quality_of(problem.objectives))
        curve = [*curve[:-1], (epochs, trial.values[place])]
    return Observation(problem.candidate(trial.params), tuple(curve), complete)


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
        # Of the name as well: two choices of as many values would always be drawn alike.
        rng = np.random.default_rng([self._seed, trial.number, *param_name.encode()])
        return param_distribution.choices[int(rng.integers(len(param_distribution.choices)))]
