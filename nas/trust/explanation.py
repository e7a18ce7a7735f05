"""What would change if one choice of a network were another: predicted, or trained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from nas.config import ExperimentFile
from nas.config.document import Document
from nas.latency.table import LatencyTable, own_setting
from nas.samplers.cached_problem import CachedProblem
from nas.samplers.cost_aware.accuracy_model import AccuracyModel
from nas.samplers.cost_aware.pool import Array, Pool
from nas.samplers.joint import Observation
from nas.statistics import Estimate
from nas.statistics.intervals import TAIL
from nas.store import Store, StudyRecord, TrialRecord
from nas.trust.companion_runs import Place, train_all
from nas.trust.companions import study_file
from search_spaces.errors import LatencyError, SearchError
from search_spaces.measures import LATENCY
from search_spaces.registry import Value
from search_spaces.spaces.choices import Choice
from search_spaces.spaces.enumeration import distinct_blocks
from search_spaces.spaces.problem import (
    CHOICE,
    Candidate,
    Problem,
    SpaceProblem,
    Values,
    violations,
)
from search_spaces.spaces.space import Space


@dataclass(frozen=True)
class Neighbour:
    """A network with one choice changed.

    Attributes:
        choice: Name of that choice.
        before: Its value in the network that is explained.
        after: Its value here.
        candidate: The network, with its exactly known costs.
    """

    choice: str
    before: Value
    after: Value
    candidate: Candidate


def neighbours(problem: Problem, values: Values) -> list[Neighbour]:
    """All networks that differ in the value of one choice, within the limits or not.

    Choices that come to exist by the edit, as those of another type of block, take over the value
    of the choice of the same name that ceases to exist (a 5x5 stays a 5x5) where it is one of
    theirs, else their first. Edits that lead to the same network are one.
    """
    cached = CachedProblem.of(problem)
    own = cached.candidate(values)
    found: dict[str, Neighbour] = {}
    for choice in problem.choices:
        if choice.name not in own.values:
            continue
        for value in choice.values:
            candidate = cached.possible(_edited(problem, own.values, choice, value))
            if candidate is not None and candidate.architecture != own.architecture:
                edit = Neighbour(choice.name, own.values[choice.name], value, candidate)
                found.setdefault(candidate.architecture, edit)
    return list(found.values())


def _edited(problem: Problem, values: Values, changed: Choice, value: Value) -> dict[str, Value]:
    edited: dict[str, Value] = {}
    for choice in problem.choices:
        if choice.is_active(edited):
            edited[choice.name] = value if choice is changed else _kept(choice, values)
    return edited


def _kept(choice: Choice, values: Values) -> Value:
    if choice.name in values:
        return values[choice.name]
    return next((v for v in _same(choice, values) if v in choice.values), choice.values[0])


def _same(choice: Choice, values: Values) -> Iterator[Value]:
    """Values of choices that are called the same at the same place, as `stage2.*.kernel_size`."""
    place, _, rest = choice.name.partition(".")
    name = rest.rpartition(".")[2]
    for other, value in values.items():
        if other.startswith(f"{place}.") and other.rpartition(".")[2] == name:
            yield value


def with_trained(
    explained: Sequence[Explained], study: StudyRecord, trial: TrialRecord, place: Place
) -> list[Explained]:
    """The same neighbours with measured gains; those outside the budgets are not trained.

    They are trained to the end in a study of their own, with the recipe and seed of the study. What
    was trained before, the network that is explained among it, is not trained again.

    Raises:
        SearchError: It was interrupted; the same call goes on.
        NasError: A search cannot run.
    """
    file = study_file(study)
    starts: list[Values] = [trial.choices]
    starts += [e.neighbour.candidate.values for e in explained if e.within_limits]
    max_epochs = file.experiment.fidelity.max_epochs
    curves = train_all(file, starts, max_epochs, study.seed, place, "edits").curves
    own = curves.get(trial.architecture)
    return [_measured(e, own, curves.get(e.neighbour.candidate.architecture)) for e in explained]


def _measured(
    explained: Explained, own: Sequence[float] | None, other: Sequence[float] | None
) -> Explained:
    """Unchanged where one of both could not be trained."""
    if not own or not other:
        return explained
    return replace(explained, trained_change=other[-1] - own[-1])


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
    # Drawn together with the network itself: what is not known of both alike cancels.
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
    file = ExperimentFile(Document(f"study {study.name}", study.experiment_file), study.task)
    experiment = file.experiment
    space = file.space(study.in_shape, study.num_classes)
    table = _table(store, file, space) if experiment.needs_latency else None
    limits = experiment.constraints.limits()
    objectives = experiment.objectives
    if table is None:
        limits = tuple(limit for limit in limits if limit.quantity != LATENCY)
        objectives = tuple(name for name in objectives if name != LATENCY)
    return SpaceProblem(space, objectives, limits, None if table is None else table.predict)


def _table(store: Store, file: ExperimentFile, space: Space) -> LatencyTable | None:
    section = file.experiment.latency
    if section.table is not None:
        return None
    try:
        table = LatencyTable.load(store, own_setting(section))
    except LatencyError:  # another machine than the one that searched
        return None
    blocks = list(distinct_blocks(space))
    # A sum that lacks a block would look fast.
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
