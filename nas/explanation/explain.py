"""One-edit neighbours of a trial: costs exactly, accuracies as the study's own trials tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nas.config import ExperimentFile
from nas.document import Document
from nas.explanation.neighbours import Neighbour, neighbours
from nas.latency.table import LatencyTable
from nas.problem import SpaceProblem, violations
from nas.samplers.cost_aware.accuracy_model import AccuracyModel
from nas.samplers.cost_aware.features import Array
from nas.samplers.cost_aware.pool import Pool
from nas.samplers.observations import Observation
from nas.statistics import Estimate
from nas.statistics.estimate import TAIL
from nas.store import Store, StudyRecord, TrialRecord
from search_spaces.enumeration import distinct_blocks
from search_spaces.errors import LatencyError, SearchError
from search_spaces.network_list import CHOICE
from search_spaces.space import Space
from workers.latency import setting_here

LEAST_TRIALS = 5
NUM_DRAWS = 2_000


@dataclass(frozen=True)
class Explained:
    """A neighbour, and what is known of it.

    Attributes:
        changes: Its costs less those of the network that is explained, exactly.
        accuracy_change: Predicted, at the end of a search's training, with its 95% interval.
        within_limits: Whether the study's budgets allow it.
        trial: Number of the study's finished trial of it; None where it was not trained.
        trained_change: Its measured accuracy less that of the network that is explained; None where
            one of both was not trained to the end.
    """

    neighbour: Neighbour
    changes: Mapping[str, float]
    accuracy_change: Estimate
    within_limits: bool
    trial: int | None
    trained_change: float | None


def explain(store: Store, study: StudyRecord, trial: TrialRecord) -> list[Explained]:
    """The one-edit neighbours of a trial, the one of largest predicted accuracy first.

    Raises:
        SearchError: Too few trials were trained to predict from, or the network is none of a space.
    """
    if CHOICE in trial.choices:
        raise SearchError(f"study {study.name!r} lists its networks: there is no choice to edit")
    problem = study_problem(store, study)
    observations = _observations(store, study, problem)
    if len(observations) < LEAST_TRIALS:
        rule = f"needs {LEAST_TRIALS} trained trials to predict from"
        raise SearchError(f"study {study.name!r} {rule}; it has {len(observations)}")
    own = problem.candidate(trial.choices)
    found = neighbours(problem, trial.choices)
    rng = np.random.default_rng(study.seed)
    model = AccuracyModel(Pool(problem, rng), observations)
    candidates = [neighbour.candidate for neighbour in found]
    changes = _changes(model.draw_accuracies([own, *candidates], NUM_DRAWS, rng))
    trials = {other.architecture: other for other in store.trials(study)}
    explained = [
        Explained(
            neighbour,
            {name: value - own.costs[name] for name, value in neighbour.candidate.costs.items()},
            change,
            not violations(neighbour.candidate, problem.limits),
            *_trained(trial, trials.get(neighbour.candidate.architecture)),
        )
        for neighbour, change in zip(found, changes, strict=True)
    ]
    return sorted(explained, key=lambda e: -e.accuracy_change.value)


def _changes(accuracies: Array) -> list[Estimate]:
    """Differences to the first column: means, and the intervals that hold the middle of them."""
    changes = accuracies[:, 1:] - accuracies[:, :1]
    low, high = np.percentile(changes, (100 * TAIL, 100 * (1 - TAIL)), axis=0)
    rows = zip(changes.mean(axis=0), low, high, strict=True)
    return [Estimate(*map(float, row)) for row in rows]


def study_problem(store: Store, study: StudyRecord) -> SpaceProblem:
    """The space of a study with its budgets; latency where the table of this device has all."""
    file = ExperimentFile(Document(f"study {study.name}", study.experiment_file))
    experiment = file.experiment
    space = file.space(study.in_shape, study.num_classes)
    table = _table(store, file, space) if experiment.needs_latency else None
    limits = experiment.constraints.limits()
    objectives = experiment.objectives
    if table is None:
        limits = tuple(limit for limit in limits if limit.quantity != "latency_ms")
        objectives = tuple(name for name in objectives if name != "latency_ms")
    return SpaceProblem(space, objectives, limits, None if table is None else table.predict)


def _table(store: Store, file: ExperimentFile, space: Space) -> LatencyTable | None:
    section = file.experiment.latency
    if section.table is not None:
        return None
    try:
        table = LatencyTable.load(store, setting_here(**section.conditions()))
    except LatencyError:  # another machine than the one that searched
        return None
    blocks = list(distinct_blocks(space))
    known = table.blocks.keys() >= {graph.id for graph in blocks}
    return table.corrected(blocks) if known else None


def _observations(store: Store, study: StudyRecord, problem: SpaceProblem) -> list[Observation]:
    curves: dict[int, list[tuple[int, float]]] = {}
    for epoch in store.epochs(study):
        curves.setdefault(epoch.number, []).append((epoch.epochs, epoch.accuracy))
    return [
        Observation(
            problem.candidate(trial.choices), tuple(curves[trial.number]),
            trial.state == "COMPLETE",
        )
        for trial in store.trials(study)
        if trial.state in ("COMPLETE", "PRUNED") and trial.number in curves
    ]  # fmt: skip


def _trained(trial: TrialRecord, other: TrialRecord | None) -> tuple[int | None, float | None]:
    if other is None or other.state not in ("COMPLETE", "PRUNED"):
        return None, None
    both = trial.state == other.state == "COMPLETE"
    if not both or trial.accuracy is None or other.accuracy is None:
        return other.number, None
    return other.number, other.accuracy - trial.accuracy
