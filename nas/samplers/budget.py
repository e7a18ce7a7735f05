"""The wrapper around every sampler: hard budgets, nothing twice, exact when resumed."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from typing import Any

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution
from optuna.samplers import BaseSampler
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from nas.samplers.cached_problem import CachedProblem
from nas.samplers.feasible import find_new
from nas.samplers.joint import JointSampler, known_architectures
from search_spaces.registry import Value
from search_spaces.spaces.problem import Candidate, Problem, Values, violations


@dataclass(frozen=True)
class SamplerKind:
    """How a sampler is made and asked.

    Attributes:
        make: Makes one for a problem and a seed.
        num_draws: So many of its proposals are looked at before one is led into the budgets.
        is_renewed: Whether it is made anew for each trial, with a seed from the study's seed and
            the trial's number; for those that remember something that the study does not say.
        num_remembered: Architectures whose costs are remembered; those that look at many of the
            same ones again and again need more.
    """

    make: Callable[[Problem, int], BaseSampler]
    num_draws: int = 25
    is_renewed: bool = True
    num_remembered: int = 200


class BudgetSampler(JointSampler):
    """Asks another sampler until a proposal is within the budgets and not yet known.

    Where none of its proposals is, small changes lead from the nearest of them to one that is
    (`nas.samplers.feasible.find_new`). So no trial is ever made for an architecture that may not be
    trained. The first trials are the given starts.

    A proposal depends on the study's trials, the seed and the trial's number alone, so that an
    interrupted search goes on with the sequence that it would have had.
    """

    def __init__(
        self, kind: SamplerKind, problem: Problem, seed: int, starts: Sequence[Values] = ()
    ) -> None:
        """Wraps a sampler.

        Args:
            kind: The sampler.
            problem: What is searched.
            seed: Of the search.
            starts: Values to propose first; those beyond the budgets or known are left out.
        """
        super().__init__(CachedProblem.of(problem, kind.num_remembered), seed)
        self._kind = kind
        self._starts = tuple(starts)
        self._inner = kind.make(self._problem, seed)

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Values of the active choices.

        Raises:
            NoFeasibleError: None was found within the budgets that is not known.
        """
        known = known_architectures(study)
        # By what is known and not by the trial's number: after an interruption it goes on with the
        # first start that is missing.
        for start in self._starts:
            candidate = self._problem.possible(start)
            if candidate is not None and self._fits(candidate, known):
                return dict(candidate.values)
        rng = np.random.default_rng([self._seed, trial.number])
        return dict(self._propose(study, trial, known, rng).values)

    def _propose(
        self, study: Study, trial: FrozenTrial, known: Set[str], rng: np.random.Generator
    ) -> Candidate:
        if self._kind.is_renewed:
            # Optuna's samplers seed numpy's old generators, which take 32 bits.
            self._inner = self._kind.make(self._problem, int(rng.integers(2**31)))
        inner_space = self._inner.infer_relative_search_space(study, trial)
        missed: list[Candidate] = []
        for _ in range(self._kind.num_draws):
            candidate = self._problem.possible(self._draw(study, trial, inner_space))
            if candidate is None:
                continue
            if self._fits(candidate, known):
                return candidate
            missed.append(candidate)
        return find_new(self._problem, known, rng, missed)

    def _draw(
        self, study: Study, trial: FrozenTrial, inner_space: dict[str, BaseDistribution]
    ) -> dict[str, Value]:
        """One proposal of the inner sampler; only choices that exist get a value."""
        together = self._inner.sample_relative(study, trial, inner_space)
        values: dict[str, Value] = {}
        for choice in self._problem.choices:
            if not choice.is_active(values):
                continue
            if choice.name in together:
                values[choice.name] = together[choice.name]
            else:
                allowed = CategoricalDistribution(choice.values)
                values[choice.name] = self._inner.sample_independent(
                    study, trial, choice.name, allowed
                )
        return values

    def _fits(self, candidate: Candidate, known: Set[str]) -> bool:
        within = not violations(candidate, self._problem.limits)
        return within and candidate.architecture not in known

    def after_trial(
        self,
        study: Study,
        trial: FrozenTrial,
        state: TrialState,
        values: Sequence[float] | None,
    ) -> None:
        self._inner.after_trial(study, trial, state, values)
