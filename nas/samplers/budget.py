"""The samplers by name: ours, and Optuna's kept within budgets and from repeating themselves."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution
from optuna.samplers import BaseSampler
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from nas.problem import Candidate, Problem, violations
from nas.quantities import format_quantity
from nas.samplers.cost_aware.sampler import CostAwareSampler
from search_spaces.errors import GraphError, NoFeasibleError
from search_spaces.registry import Value
from search_spaces.space import Choice

SamplerFactory = Callable[[int], BaseSampler]

SAMPLER_DRAWS = 25
RANDOM_DRAWS = 20_000
SMALL_SPACE = 2_000
"""A space with at most this many sets of values is listed whole, to know when all are trained."""


def _tpe(seed: int) -> BaseSampler:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        return optuna.samplers.TPESampler(
            seed=seed, multivariate=True, group=True, constant_liar=True, n_startup_trials=10
        )


def _nsga2(seed: int) -> BaseSampler:
    return optuna.samplers.NSGAIISampler(seed=seed, population_size=20)


def _random(seed: int) -> BaseSampler:
    return optuna.samplers.RandomSampler(seed=seed)


class BudgetSampler(BaseSampler):
    """Redraws another sampler's proposals until one is within the budgets and not yet known.

    The inner sampler is made anew for each trial with a seed from the study's seed and the trial's
    number, so that an interrupted search goes on with the sequence that it would have had.
    """

    def __init__(self, factory: SamplerFactory, problem: Problem, seed: int) -> None:
        self._factory = factory
        self._problem = problem
        self._seed = seed
        self._inner = factory(seed)

    def infer_relative_search_space(
        self, study: Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        return {c.name: CategoricalDistribution(c.values) for c in self._problem.choices}

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Values of the active choices.

        Raises:
            NoFeasibleError: None was found within the budgets that is not known.
        """
        rng = np.random.default_rng([self._seed, trial.number])
        known = known_architectures(study)
        self._inner = self._factory(int(rng.integers(2**31)))
        inner_space = self._inner.infer_relative_search_space(study, trial)
        for _ in range(SAMPLER_DRAWS):
            values = self._draw(study, trial, inner_space)
            if self._accepts(values, known):
                return values
        return find_new(self._problem, known, rng).values

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

    def _accepts(self, values: Mapping[str, Value], known: set[str]) -> bool:
        candidate = _buildable(self._problem, values)
        return (
            candidate is not None
            and candidate.architecture not in known
            and not violations(candidate, self._problem.limits)
        )

    def sample_independent(
        self,
        study: Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        return self._inner.sample_independent(study, trial, param_name, param_distribution)

    def after_trial(
        self,
        study: Study,
        trial: FrozenTrial,
        state: TrialState,
        values: Any,
    ) -> None:
        self._inner.after_trial(study, trial, state, values)


SAMPLERS: dict[str, Callable[[Problem, int], BaseSampler]] = {
    "cost_aware": CostAwareSampler,
    "tpe": partial(BudgetSampler, _tpe),
    "nsga2": partial(BudgetSampler, _nsga2),
    "random": partial(BudgetSampler, _random),
}
"""Each is made for a problem and a seed; equal seeds and histories give equal proposals."""


def known_architectures(study: Study) -> set[str]:
    """Ids of all architectures that the study has proposed."""
    trials = study.get_trials(deepcopy=False)
    return {t.user_attrs["architecture"] for t in trials if t.user_attrs.get("architecture")}


def feasible_architectures(problem: Problem) -> set[str] | None:
    """Ids of all architectures within the budgets; None where the space is too large to list."""
    if problem.num_combinations() > SMALL_SPACE:
        return None
    candidates = (_buildable(problem, values) for values in all_values(problem.choices))
    return {c.architecture for c in candidates if c and not violations(c, problem.limits)}


def all_values(
    choices: Sequence[Choice], head: Mapping[str, Value] = MappingProxyType({})
) -> Iterator[dict[str, Value]]:
    """Every set of values, inactive choices absent."""
    if not choices:
        yield dict(head)
        return
    choice, rest = choices[0], choices[1:]
    if not choice.is_active(head):
        yield from all_values(rest, head)
        return
    for value in choice.values:
        yield from all_values(rest, {**head, choice.name: value})


def find_new(problem: Problem, known: Set[str], rng: np.random.Generator) -> Candidate:
    """A candidate within the budgets that is not known, drawn at random.

    Raises:
        NoFeasibleError: None was found; the message says which budget stands in the way, or that
            all are known.
    """
    blocked: dict[str, int] = {}
    lowest: dict[str, float] = {}
    for _ in range(RANDOM_DRAWS):
        candidate = _buildable(problem, problem.sample(rng))
        if candidate is None or candidate.architecture in known:
            continue
        exceeded = violations(candidate, problem.limits)
        if not exceeded:
            return candidate
        worst = exceeded[0].quantity
        blocked[worst] = blocked.get(worst, 0) + 1
        lowest[worst] = min(lowest.get(worst, exceeded[0].value), exceeded[0].value)
    if known:
        raise NoFeasibleError(f"all {len(known)} architectures that could be found are known")
    location = ("constraints", max(blocked, key=blocked.__getitem__)) if blocked else ()
    raise NoFeasibleError(_blocked_message(problem, blocked, lowest), location)


def _blocked_message(
    problem: Problem, blocked: Mapping[str, int], lowest: Mapping[str, float]
) -> str:
    if not blocked:
        return "no architecture of the space can be built"
    tried = sum(blocked.values())
    worst = max(blocked, key=blocked.__getitem__)
    limit = format_quantity(problem.limits[worst], worst)
    least = format_quantity(lowest[worst], worst)
    share = blocked[worst] / tried
    return (
        f"(={limit}) stops {share:.0%} of {tried} architectures drawn, none of which meets all "
        f"budgets; the lowest of those it stops has {least}"
    )


def _buildable(problem: Problem, values: Mapping[str, Value]) -> Candidate | None:
    """The candidate; None where the values make no network (a kernel larger than its input)."""
    try:
        return problem.candidate(values)
    except GraphError:
        return None
