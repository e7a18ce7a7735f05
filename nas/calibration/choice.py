"""Which architectures stand for a space: spread over its costs and types of blocks."""

from __future__ import annotations

import numpy as np

from nas.latency.features import spread_order
from nas.problem import Candidate, SpaceProblem
from nas.samplers.cached_problem import CachedProblem
from nas.samplers.feasible import draw
from nas.samplers.start_from import Likeness, likeness

NUM_DRAWN = 400


def spread_candidates(problem: SpaceProblem, number: int, seed: int) -> list[Candidate]:
    """Distinct architectures within the budgets, each as different as can be from those before it.

    Of `NUM_DRAWN` drawn ones, by the logarithms of FLOPs and parameters and the share of the FLOPs
    in each type of block. More networks under the same seed begin with the same ones. Fewer than
    `number` where the space has no more.

    Raises:
        BudgetError: Nothing is within the budgets.
    """
    drawn = draw(CachedProblem.of(problem), np.random.default_rng([seed]), NUM_DRAWN)
    likenesses = [likeness(problem.space.network(candidate.values)) for candidate in drawn]
    types = sorted({name for found in likenesses for name in found.shares})
    features = np.array([_features(found, types) for found in likenesses])
    return [drawn[index] for index in spread_order(features)[:number]]


def _features(found: Likeness, types: list[str]) -> list[float]:
    return [found.flops, found.params, *(found.shares.get(name, 0.0) for name in types)]
