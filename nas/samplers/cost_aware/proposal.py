"""Which architecture to train next: the core of the cost-aware sampler, without Optuna."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

import numpy as np
from threadpoolctl import threadpool_limits

from nas.samplers.cost_aware.accuracy_model import AccuracyModel
from nas.samplers.cost_aware.acquisition import expected_improvement
from nas.samplers.cost_aware.pool import Array, Pool
from nas.samplers.feasible import all_known, distinct, find_new
from nas.samplers.joint import Observation
from nas.samplers.neighbours import mutated
from nas.statistics.hypervolume import open_boxes
from nas.statistics.pareto import Points, non_dominated
from search_spaces.registry import Value
from search_spaces.spaces.problem import Candidate

NUM_START = 4
NUM_MUTATED = 400
NUM_PARENTS = 10
NUM_LOCAL = 100

_WORST = 0.95
_BEYOND_WORST = 0.5
_LEAST_RANGE = 1e-3
_MAX_FRONT = {1: 400, 2: 400, 3: 200}
_MAX_FRONT_OF_MANY = 40


def propose(
    pool: Pool,
    observations: Sequence[Observation],
    pending: Sequence[Candidate],
    rng: np.random.Generator,
) -> dict[str, Value]:
    """The values of the architecture to train next: within the limits, and not yet known.

    The first few are spread over the range of the objectives' log costs. After that: the candidate
    of largest expected hypervolume improvement over the front of complete observations, among the
    pool, mutations of the front, and mutations of the best of those. Costs are logarithms scaled to
    [0, 1], with the reference point a little beyond the dearest and a little above the predicted
    loss of the worst.

    Args:
        pool: The problem and architectures drawn once.
        observations: What is known.
        pending: What is being trained.
        rng: Source of randomness; the same one leads to the same proposal.

    Raises:
        NoFeasibleError: Nothing new is left, or found in a bounded effort.
    """
    # Small matrices: more threads take time from the workers and make each step slower.
    with threadpool_limits(1, "blas"):
        return choose(pool, observations, pending, rng).values


def choose(
    pool: Pool,
    observations: Sequence[Observation],
    pending: Sequence[Candidate],
    rng: np.random.Generator,
) -> Candidate:
    """As `propose`, the whole candidate."""
    trained = [o.candidate for o in observations]
    known = {candidate.architecture for candidate in [*trained, *pending]}
    told = [o for o in observations if o.curve]
    if len(known) < NUM_START or not told:
        return _start(pool, [*trained, *pending], _new(pool, pool.candidates, known, rng))
    ranking = Ranking(pool, told, pending)
    mutants = (_mutated(pool, ranking.parents, rng) for _ in range(NUM_MUTATED))
    candidates = _new(pool, [*pool.candidates, *_made(mutants)], known, rng)
    gain = ranking.gain(candidates)
    best = [candidates[i] for i in np.argsort(-gain, kind="stable")[:NUM_PARENTS]]
    local = distinct(_made(_mutated(pool, best, rng) for _ in range(NUM_LOCAL)))
    more = [candidate for candidate in local if candidate.architecture not in known]
    if more:
        candidates, gain = candidates + more, np.append(gain, ranking.gain(more))
    return candidates[int(np.argmax(gain))]


def most_valuable(pool: Pool, observations: Sequence[Observation], number: int) -> list[Candidate]:
    """Those that were not trained to the end and are best worth it, the best first.

    One after the other, each time the one that adds most hypervolume to those before it, with the
    model's mean standing for accuracy: what is between the noisy short results.

    Args:
        pool: The problem and architectures drawn once.
        observations: What is known.
        number: How many to take; fewer come where fewer wait.
    """
    told = [o for o in observations if o.curve]
    ended = {o.candidate.architecture for o in told if o.complete}
    waiting = distinct(o.candidate for o in told if o.candidate.architecture not in ended)
    if not waiting:
        return []
    ranking = Ranking(pool, told, ())
    # Where all of them failed, some are still to be trained.
    waiting = [c for c in waiting if c.architecture not in ranking.left_out] or waiting
    predicted = ranking.predicted(waiting)
    # Without complete ones the ranking's front is of short results: luck would count as reached.
    front = ranking.front if ended else predicted[:0]
    chosen: list[int] = []
    for _ in range(min(number, len(waiting))):
        lower, upper = open_boxes(front, ranking.reference_point)
        sides = np.maximum(upper - np.maximum(lower, predicted[:, None]), 0.0)
        gains = sides.prod(axis=2).sum(axis=1)
        # Where nothing adds anything more, what is chosen would come again.
        gains[chosen] = -1.0
        chosen.append(int(np.argmax(gains)))
        front = np.vstack([front, predicted[chosen[-1]]])
    return [waiting[index] for index in chosen]


class Ranking:
    """How much candidates are expected to add to what is known.

    Attributes:
        parents: The architectures on the front.
        front: `(num_points, 1 + num_costs)`, loss and scaled costs of the complete ones.
        reference_point: `(1 + num_costs,)`.
        left_out: Architectures that failed, see `AccuracyModel`.
    """

    def __init__(
        self, pool: Pool, observations: Sequence[Observation], pending: Sequence[Candidate]
    ) -> None:
        self._pool = pool
        self._model = AccuracyModel(pool, observations)
        self.left_out = self._model.left_out
        final = [o for o in observations if o.curve[-1][0] >= self._model.final_epochs]
        architectures = [o.candidate for o in final]
        loss = self._model.loss([o.curve[-1][1] for o in final])
        if pending:
            believed = self._model.believe(pool.encode(pending))
            architectures, loss = [*architectures, *pending], np.append(loss, believed)
        points = np.column_stack([loss, pool.scale(architectures)])
        mask = non_dominated(points)
        self.parents = [c for c, on_front in zip(architectures, mask, strict=True) if on_front]
        self.front = _sparse(points[mask])
        # The extremes behind them are no sample of the space and would move its quantiles.
        drawn, _ = self._model.predict(pool.encoded[: pool.num_drawn])
        worst = _worst(drawn, points[mask, 0])
        self.reference_point = np.append(worst, pool.reference_costs)

    def predicted(self, candidates: Sequence[Candidate]) -> Points:
        """Mean of the loss, and the scaled costs, `(num_candidates, 1 + num_costs)`."""
        mean, _ = self._model.predict(self._pool.encode(candidates))
        return np.column_stack([mean, self._pool.scale(candidates)])

    def gain(self, candidates: Sequence[Candidate]) -> Array:
        """Expected hypervolume improvement of each, `(num_candidates,)`."""
        mean, std = self._model.predict(self._pool.encode(candidates))
        costs = self._pool.scale(candidates)
        return expected_improvement(self.front, self.reference_point, mean, std, costs)


def _worst(predicted: Array, front: Array) -> float:
    """A loss that few architectures of the space exceed, and worse than the front's best.

    As the prediction of the worst ones is unsure, somewhat more than their 95th percentile: a
    network that lies beyond the reference point is worth nothing and would never be tried.
    """
    middle, worst = np.quantile(predicted, [0.5, _WORST])
    return max(float(worst + _BEYOND_WORST * (worst - middle)), float(front.min()) + _LEAST_RANGE)


def _sparse(front: Points) -> Points:
    """At most so many points, in the order of loss, that their boxes are quickly counted."""
    most = _MAX_FRONT.get(front.shape[1], _MAX_FRONT_OF_MANY)
    if len(front) <= most:
        return front
    order = np.argsort(front[:, 0], kind="stable")
    return front[order[np.linspace(0, len(front) - 1, most).astype(np.int64)]]


def _start(pool: Pool, taken: Sequence[Candidate], candidates: Sequence[Candidate]) -> Candidate:
    """The candidate farthest in log costs from all that were taken; the first is in the middle."""
    at = pool.scale(candidates)
    if not taken:
        return candidates[int(np.argmin(np.abs(at - 0.5).sum(axis=1)))]
    gaps = np.linalg.norm(at[:, None] - pool.scale(taken)[None], axis=2)
    return candidates[int(np.argmax(gaps.min(axis=1)))]


def _mutated(
    pool: Pool, parents: Sequence[Candidate], rng: np.random.Generator
) -> Candidate | None:
    """A random parent with one to three choices changed."""
    parent = parents[int(rng.integers(len(parents)))]
    num_changes = 1 + int(rng.integers(3))
    return pool.problem.within(mutated(pool.problem.choices, parent.values, rng, num_changes))


def _made(candidates: Iterable[Candidate | None]) -> Iterable[Candidate]:
    return (candidate for candidate in candidates if candidate is not None)


def _new(
    pool: Pool, candidates: Iterable[Candidate], known: Set[str], rng: np.random.Generator
) -> list[Candidate]:
    """Those not yet known; where all are, another one within the budgets."""
    found = [c for c in distinct(candidates) if c.architecture not in known]
    if not found and pool.is_whole:
        raise all_known(pool.candidates)
    return found or [find_new(pool.problem, known, rng)]
