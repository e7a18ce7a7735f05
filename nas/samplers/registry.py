"""The samplers by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

from optuna.samplers import BaseSampler

from nas.config.search import SamplerName
from nas.samplers import optuna_samplers
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


def _of_optuna(make: Callable[[int], BaseSampler], num_draws: int) -> SamplerKind:
    return SamplerKind(lambda problem, seed: make(seed), num_draws)


# A proposal of `gp` takes seconds and one of `random` next to nothing (see
# benchmarks/results/sampler_speed.md): so often are they asked. `cost_aware` and `grid` propose
# only what is new and within; what they keep is of problem and seed, so they are not renewed.
_KINDS: dict[SamplerName, SamplerKind] = {
    "cost_aware": SamplerKind(
        CostAwareSampler, num_draws=1, is_renewed=False, num_remembered=10_000
    ),
    "tpe": _of_optuna(optuna_samplers.tpe, num_draws=10),
    "nsga2": _of_optuna(optuna_samplers.nsga2, num_draws=25),
    "nsga3": _of_optuna(optuna_samplers.nsga3, num_draws=25),
    "gp": _of_optuna(optuna_samplers.gp, num_draws=1),
    "regularized_evolution": SamplerKind(RegularizedEvolutionSampler),
    "random": _of_optuna(optuna_samplers.random, num_draws=100),
    "grid": SamplerKind(GridSampler, num_draws=1, is_renewed=False),
}

SAMPLERS: Mapping[str, MakeSampler] = {
    name: partial(BudgetSampler, kind) for name, kind in _KINDS.items()
}
"""Each is made for a problem and a seed; equal seeds and histories give equal proposals."""
