"""The samplers by name, Optuna's set up for choices of which some depend on others.

TPE models groups of choices that exist together. NSGA-II, NSGA-III and the Gaussian process look at
the choices that every trial has; those that depend on another choice are drawn at random.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

import optuna
from optuna.samplers import BaseSampler, RandomSampler

from nas.config.search import SamplerName
from nas.samplers.budget import BudgetSampler, SamplerKind
from nas.samplers.cost_aware.sampler import CostAwareSampler
from nas.samplers.grid import GridSampler
from nas.samplers.regularized_evolution import RegularizedEvolutionSampler
from search_spaces.spaces.problem import Problem, Values


class MakeSampler(Protocol):
    """Makes a sampler for a problem and a seed; `starts` are proposed first."""

    def __call__(
        self, problem: Problem, seed: int, starts: Sequence[Values] = ()
    ) -> BaseSampler: ...


_POPULATION_SIZE = 20


def _tpe(seed: int) -> BaseSampler:
    """Tree-structured Parzen estimator, multivariate (Bergstra et al. 2011; Ozaki et al. 2022).

    Running trials count as bad ones, so that parallel proposals differ (constant liar).
    """
    # Optuna says that these options are experimental, and a sampler is made anew for each trial.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        return optuna.samplers.TPESampler(
            seed=seed, multivariate=True, group=True, constant_liar=True, n_startup_trials=10
        )


def _nsga2(seed: int) -> BaseSampler:
    """NSGA-II (Deb et al. 2002)."""
    return optuna.samplers.NSGAIISampler(seed=seed, population_size=_POPULATION_SIZE)


def _nsga3(seed: int) -> BaseSampler:
    """NSGA-III (Deb and Jain 2014), made for three objectives and more."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        return optuna.samplers.NSGAIIISampler(seed=seed, population_size=_POPULATION_SIZE)


def _gp(seed: int) -> BaseSampler:
    """A Gaussian process for each objective, expected hypervolume improvement; slow."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        # It would warn of each choice that depends on another, for each trial.
        return optuna.samplers.GPSampler(
            seed=seed, n_startup_trials=10, warn_independent_sampling=False
        )


def _of_optuna(make: Callable[[int], BaseSampler], num_draws: int) -> SamplerKind:
    return SamplerKind(lambda problem, seed: make(seed), num_draws)


# A proposal of `gp` takes seconds and one of `random` next to nothing (see
# benchmarks/results/sampler_speed.md): so often are they asked. `cost_aware` and `grid` propose
# only what is new and within; what they keep is of problem and seed, so they are not renewed.
_KINDS: dict[SamplerName, SamplerKind] = {
    "cost_aware": SamplerKind(
        CostAwareSampler, num_draws=1, is_renewed=False, num_remembered=10_000
    ),
    "tpe": _of_optuna(_tpe, num_draws=10),
    "nsga2": _of_optuna(_nsga2, num_draws=25),
    "nsga3": _of_optuna(_nsga3, num_draws=25),
    "gp": _of_optuna(_gp, num_draws=1),
    "regularized_evolution": SamplerKind(RegularizedEvolutionSampler),
    "random": _of_optuna(RandomSampler, num_draws=100),
    "grid": SamplerKind(GridSampler, num_draws=1, is_renewed=False),
}

SAMPLERS: Mapping[str, MakeSampler] = {
    name: partial(BudgetSampler, kind) for name, kind in _KINDS.items()
}
"""Each is made for a problem and a seed; equal seeds and histories give equal proposals."""
