"""The trainings that a calibration rests on: studies of their own, without early stopping.

So they are trained by the same workers as any search, go on where they were interrupted, and what
other studies have trained is not trained again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from nas.config import ExperimentFile
from nas.document import Document
from nas.document_edits import with_values
from nas.problem import Values
from nas.runner.observer import Observer
from nas.runner.parts import Parts
from nas.runner.run import SearchOutcome, run_search
from nas.samplers import SAMPLERS
from nas.store import EpochRecord, Store, StudyRecord, TrialRecord
from nas.workspace import Workspace
from search_spaces.errors import SearchError


@dataclass(frozen=True)
class Place:
    """Where trainings run and what they leave.

    Attributes:
        storage: Address of the database.
        workspace: Of the experiment; the studies of the calibration have theirs beside it.
        address: Of an existing Ray cluster.
    """

    storage: str
    workspace: Workspace
    observer: Observer
    address: str | None = None


@dataclass(frozen=True)
class Trained:
    """Curves of networks trained to the end.

    Attributes:
        curves: Accuracy after each epoch by architecture.
        seconds: The mean over networks of what training took until after each epoch.
    """

    curves: dict[str, list[float]]
    seconds: list[float]


def train_all(
    file: ExperimentFile,
    starts: Sequence[Values],
    max_epochs: int,
    seed: int,
    place: Place,
    label: str = "calibration",
) -> Trained:
    """Trains architectures for so many epochs, with the recipe of a file.

    Args:
        label: What they are for; a part of the name of their study.

    Raises:
        SearchError: It was interrupted; the same call goes on.
        NasError: A search cannot run.
    """
    variant = variant_of(file, starts, max_epochs, seed, label)
    parts = Parts(sampler=lambda problem, seed, _=(): SAMPLERS["random"](problem, seed, starts))
    workspace = Workspace(place.workspace.root, variant.experiment.name)
    outcome: SearchOutcome = run_search(
        variant, place.storage, workspace, place.observer, address=place.address, parts=parts
    )
    if outcome.state != "COMPLETE":
        raise SearchError(f"{label} interrupted ({outcome.reason}); the same command goes on")
    with Store(place.storage, create=False) as store:
        return _trained(store, outcome.study)


def variant_of(
    file: ExperimentFile, starts: Sequence[Values], max_epochs: int, seed: int, label: str
) -> ExperimentFile:
    """The experiment whose search trains these to the end, under a name that none else has."""
    experiment = file.experiment
    values: dict[tuple[str, ...], object] = {
        ("seed",): seed,
        ("objectives",): ["accuracy", "flops"],
        ("fidelity",): {"scheduler": "none", "max_epochs": max_epochs},
        ("search",): {"sampler": "random", "num_trials": len(starts)},
    }
    for quantity in ("latency_ms", "accuracy"):
        if getattr(experiment.constraints, quantity) is not None:
            values["constraints", quantity] = None
    changed = ExperimentFile(Document(file.document.path, with_values(file.document.text, values)))
    which = json.dumps([changed.experiment.identity(), *map(dict, starts)], sort_keys=True)
    digest = sha256(which.encode()).hexdigest()[:6]
    return changed.with_name(f"{experiment.name[:60]}-{label}-{max_epochs}-{digest}")


def _trained(store: Store, study: StudyRecord) -> Trained:
    complete = {t.number: t for t in store.trials(study) if t.state == "COMPLETE"}
    curves: dict[str, list[float]] = {trial.architecture: [] for trial in complete.values()}
    for epoch in store.epochs(study):
        if epoch.number in complete:
            curves[complete[epoch.number].architecture].append(epoch.accuracy)
    spent = [[e.train_s for e in _trained_where(store, study, t)] for t in complete.values()]
    return Trained(curves, np.cumsum(np.mean(spent, axis=0)).tolist())


def _trained_where(store: Store, study: StudyRecord, trial: TrialRecord) -> tuple[EpochRecord, ...]:
    """The curve of a trial in the study that trained it, whose seconds it took."""
    if trial.reused is None or not trial.is_reused:
        return store.curve(study, trial.number)
    return store.curve(store.study(trial.reused.study), trial.reused.number)
