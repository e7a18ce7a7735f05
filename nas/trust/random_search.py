"""What random search would be expected to win, had it been run instead.

Nobody has run it, so this is an estimate, and says so. Networks are drawn at random from the
study's space, within its budgets on costs, as the sampler `random` draws them. Their FLOPs,
parameters and memory are exact. Their accuracy is what a model says, with an error drawn from those
that the model makes on trials left out of its fit; so is their latency. The model is that of
`nas.trust.effects` with a weight for each choice of each stage: loss explained by the choices
(ridge) and by the logarithms of FLOPs and parameters and their squares. All drawn networks are
trained to the end; `nas.trust.progress` says how much any number of them is expected to win.

On made-up studies of 24, 60 and 150 trials whose truth was known, the estimate was 0%, 3% and 11%
below what further random searches of as many trials won on average.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nas.statistics.pareto import Points, as_points
from nas.store import StudyRecord, TrialRecord
from nas.trust.effects import Ridge, fit_ridge, thinned, usable
from nas.trust.outcomes import Array, Choices, Outcomes, accuracy_of, each_choice, log_cost_columns
from search_spaces.measures import LATENCY
from search_spaces.spaces.problem import Limit, SpaceProblem

NUM_DRAWN = 500
NUM_ERRORS = 8
"""Errors drawn for each network."""

MIN_TRIALS = 20
MIN_EXPLAINED = 0.01
"""A model that explains less of the variance of accuracy's loss says nothing of random search."""

_COSTS = ("flops", "params")


@dataclass(frozen=True)
class RandomSearch:
    """Networks that random search might have trained.

    Attributes:
        points: `(num, num_objectives)`, as for `pareto`; one out of the limits is infinite.
        num_networks: How many networks were drawn.
        explained: Share of the variance of accuracy's loss that the model explains on trials left
            out of its fit.
    """

    points: Points
    num_networks: int
    explained: float


class _Model:
    """Explains quantities of trials by their choices and costs, and draws them for networks."""

    def __init__(
        self,
        trials: Sequence[TrialRecord],
        choices: Sequence[Choices],
        costs: Sequence[Mapping[str, float]],
    ) -> None:
        factors = each_choice([trial.choices for trial in trials])
        # `hstack` of nothing fails: there may be no choice that trials made in two ways.
        none = np.empty((len(trials), 0))
        self._seen = np.hstack([none, *(factor.columns for factor in factors)])
        self._seen_costs = log_cost_columns([trial.values() for trial in trials], _COSTS)
        self._drawn = np.hstack(
            [np.empty((len(choices), 0)), *(factor.encode(choices) for factor in factors)]
        )
        self._drawn_costs = log_cost_columns(costs, _COSTS)

    def fit(self, target: Array) -> Ridge:
        """Explains a quantity of the trials."""
        return fit_ridge(self._seen, self._seen_costs, target)

    def draw(self, ridge: Ridge, rng: np.random.Generator) -> Array:
        """`(num_networks, NUM_ERRORS)`: predictions, each with errors of trials left out."""
        means = ridge.predict(self._drawn, self._drawn_costs)
        errors: Array = rng.choice(ridge.left_out, size=(len(means), NUM_ERRORS))
        return means[:, None] + errors


def random_search(
    study: StudyRecord, outcomes: Outcomes, *, num_drawn: int = NUM_DRAWN, seed: int = 0
) -> RandomSearch | None:
    """The estimate of this module; None where there are fewer than 20 trials to learn from.

    Raises:
        NasError: The study's space cannot be built here, as where one of its blocks comes from a
            plugin that is not loaded.
    """
    needed = {*study.objectives} | ({LATENCY} if _needs_latency(study) else set())
    rows = thinned(usable(outcomes, *needed))
    if len(rows) < MIN_TRIALS:
        return None
    trials = [outcomes.trials[row] for row in rows]
    rng = np.random.default_rng(seed)
    choices, costs = _drawn(study, num_drawn, rng)
    model = _Model(trials, choices, costs)
    accuracy = model.fit(outcomes.final()[rows])
    values = {name: np.repeat([[c[name]] for c in costs], NUM_ERRORS, axis=1) for name in costs[0]}
    values[study.quality] = accuracy_of(model.draw(accuracy, rng))
    if _needs_latency(study):
        logs = np.log([trial.latency_ms or np.nan for trial in trials])
        values[LATENCY] = np.exp(model.draw(model.fit(logs), rng))
    flat = {name: found.ravel() for name, found in values.items()}
    points = as_points(_rows(flat), study.objectives)
    # Drawn beyond limits that only a device or a training tells: paid for, and worth nothing.
    points[_outside(flat, study.limits)] = np.inf
    return RandomSearch(points, len(choices), accuracy.explained)


def _needs_latency(study: StudyRecord) -> bool:
    return LATENCY in {*study.objectives, *(limit.quantity for limit in study.limits)}


def _rows(columns: Mapping[str, Array]) -> list[dict[str, float]]:
    names = list(columns)
    return [dict(zip(names, row, strict=True)) for row in np.column_stack(list(columns.values()))]


def _outside(columns: Mapping[str, Array], limits: Sequence[Limit]) -> NDArray[np.bool_]:
    mask: NDArray[np.bool_] = np.zeros(len(next(iter(columns.values()))), dtype=np.bool_)
    for limit in limits:
        mask |= [limit.is_exceeded(float(value)) for value in columns[limit.quantity]]
    return mask


def _drawn(
    study: StudyRecord, number: int, rng: np.random.Generator
) -> tuple[list[Choices], list[dict[str, float]]]:
    """Choices and exact costs of networks within the budgets that do not need measuring."""
    # Here, since looking at results should not wait for Optuna, which `nas.samplers` loads.
    from nas.config import ExperimentFile
    from nas.config.document import Document
    from nas.samplers.cached_problem import CachedProblem
    from nas.samplers.feasible import draw
    from search_spaces.spaces.space import Space

    file = ExperimentFile(Document("experiment", study.experiment_file), study.task)
    exact = tuple(limit for limit in study.limits if limit.quantity not in (study.quality, LATENCY))
    space = Space(file.experiment.space, study.in_shape, study.num_classes)
    problem = SpaceProblem(space, tuple(study.objectives), exact)
    found = draw(CachedProblem.of(problem), rng, number)
    return [candidate.values for candidate in found], [candidate.costs for candidate in found]
