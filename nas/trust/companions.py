"""Studies that serve another: networks trained to the end with its recipe, without early stops.

Calibrations, confirmations, baselines and the neighbours of a network are trained so: by the same
workers as any search. They go on where they were interrupted, and what other studies of the
database have trained is not trained again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
import yaml

from nas.config import ExperimentFile
from nas.config.document import Document
from nas.config.edits import with_values
from nas.config.search import PROXY
from nas.runner.parts import Parts
from nas.runner.progress import Observer
from nas.runner.run import run_search
from nas.samplers import SAMPLERS
from nas.store import Companion, EpochRecord, Store, StudyRecord, TrialRecord
from nas.store.workspace import Workspace
from search_spaces.errors import SearchError
from search_spaces.graphs.network import Network
from search_spaces.spaces.problem import CHOICE, NetworkList, Values
from workers.evaluator import EvaluatorFactory


def variant_of(
    file: ExperimentFile,
    networks: Sequence[Mapping[str, Any]],
    max_epochs: int,
    seed: int,
    purpose: str,
    *,
    with_latency: bool = False,
) -> ExperimentFile:
    """The experiment whose search trains these to the end, under a name that none else has.

    Args:
        networks: What tells them from all others, as the values of their choices.
        with_latency: Whether their latency is of interest where that of the search is.
    """
    experiment = file.experiment
    latency = ["latency_ms"] if with_latency and experiment.needs_latency else []
    search = {"sampler": "random", "num_trials": len(networks), "reuse": experiment.search.reuse}
    values: dict[tuple[str, ...], object] = {
        ("seed",): seed,
        ("objectives",): ["accuracy", "flops", *latency],
        ("fidelity",): {"scheduler": "none", "max_epochs": max_epochs},
        ("search",): search,
    }
    for quantity in ("latency_ms", "accuracy"):
        if getattr(experiment.constraints, quantity) is not None:
            values["constraints", quantity] = None
    changed = ExperimentFile(Document(file.document.path, with_values(file.document.text, values)))
    which = json.dumps([changed.experiment.identity(), *map(dict, networks)], sort_keys=True)
    digest = sha256(which.encode()).hexdigest()[:6]
    return changed.with_name(f"{experiment.name[:60]}-{purpose}-{max_epochs}-{digest}")


def study_file(study: StudyRecord) -> ExperimentFile:
    """The experiment of a study, a key on each line.

    Its name and evaluator are the study's, which a launch may have given in place of the file's;
    what the file does not say is what it meant when the study began. A module that it names as
    evaluator is looked for in the working folder.
    """
    given = Document(f"{study.name}.yaml", study.experiment_file)
    own = {"name": study.name, "evaluator": study.own_evaluator or PROXY}
    text = yaml.safe_dump({**given.data, **own}, sort_keys=False, allow_unicode=True)
    return ExperimentFile(Document(given.path, text)).as_begun(study.experiment)


def serving(store: Store, study: StudyRecord, purpose: str) -> list[StudyRecord]:
    """The studies that serve this one, trained on the same data by the same recipe, and as long."""
    return [
        found
        for found in store.companions(Companion(study.name, purpose))
        if found.dataset_fingerprint == study.dataset_fingerprint
        and _recipe(found) == _recipe(study)
    ]


def seed_accuracies(store: Store, study: StudyRecord, purpose: str) -> dict[str, dict[int, float]]:
    """Final validation accuracies in the studies that serve this one: by architecture and seed."""
    found: dict[str, dict[int, float]] = {}
    for companion in serving(store, study, purpose):
        for trial in store.trials(companion):
            if trial.state == "COMPLETE" and trial.accuracy is not None:
                found.setdefault(trial.architecture, {})[companion.seed] = trial.accuracy
    return found


def _recipe(study: StudyRecord) -> tuple[Any, ...]:
    """All that an accuracy depends on but the data, the network and the seed."""
    experiment = study.experiment
    proxy, epochs = experiment.get("proxy"), experiment.get("fidelity", {}).get("max_epochs")
    return study.own_evaluator, proxy, epochs


TIMES_THE_PROXY = 5
"""Epochs of full training where not said, over those of a search's."""


@dataclass(frozen=True)
class Place:
    """Where trainings run and what they leave.

    Attributes:
        storage: Address of the database.
        workspace: Of the experiment; the studies that serve it have theirs beside it.
        address: Of an existing Ray cluster.
        evaluator: In place of the one that the file names.
    """

    storage: str
    workspace: Workspace
    observer: Observer
    address: str | None = None
    evaluator: EvaluatorFactory | None = None


@dataclass(frozen=True)
class Trained:
    """Networks trained to the end.

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
    purpose: str,
) -> Trained:
    """Trains architectures of the space for so many epochs, with the recipe of a file.

    Args:
        purpose: What they are for; a part of the name of their study.

    Raises:
        SearchError: It was interrupted; the same call goes on.
        NasError: A search cannot run.
    """
    variant = variant_of(file, starts, max_epochs, seed, purpose)
    return _train(variant, starts, Companion(file.experiment.name, purpose), place)


def train_networks(
    file: ExperimentFile,
    networks: Mapping[str, Network],
    max_epochs: int,
    seed: int,
    place: Place,
    purpose: str,
    *,
    with_latency: bool = False,
) -> Trained:
    """Trains networks of any kind for so many epochs, with the recipe of a file.

    Args:
        networks: By the name that their trials go by; for the images and classes of the file.
        purpose: What they are for; a part of the name of their study.
        with_latency: Whether their latency is of interest where that of the search is.

    Raises:
        SearchError: It was interrupted; the same call goes on.
        LatencyError: Their blocks are not in the table that the file names.
        NasError: A search cannot run.
    """
    starts = [{CHOICE: name} for name in networks]
    keys = [{CHOICE: name, "id": network.id} for name, network in networks.items()]
    variant = variant_of(file, keys, max_epochs, seed, purpose, with_latency=with_latency)
    companion = Companion(file.experiment.name, purpose)
    return _train(variant, starts, companion, place, NetworkList(dict(networks)))


def _train(
    variant: ExperimentFile,
    starts: Sequence[Values],
    companion: Companion,
    place: Place,
    networks: NetworkList | None = None,
) -> Trained:
    parts = Parts(
        sampler=lambda problem, seed, _=(): SAMPLERS["random"](problem, seed, starts),
        evaluator=place.evaluator, networks=networks, companion=companion,
    )  # fmt: skip
    workspace = Workspace(place.workspace.root, variant.experiment.name)
    outcome = run_search(
        variant, place.storage, workspace, place.observer, address=place.address, parts=parts
    )
    if outcome.state != "COMPLETE":
        said = f"{companion.purpose} interrupted ({outcome.reason}); the same command goes on"
        raise SearchError(said)
    with Store(place.storage, create=False) as store:
        return trained(store, outcome.study)


def trained(store: Store, study: StudyRecord) -> Trained:
    """What a study has trained to the end."""
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
