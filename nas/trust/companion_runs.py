"""Trains networks to the end with the recipe of a search, without early stops.

Calibrations, confirmations, baselines and the neighbours of a network are trained so: by the same
workers as any search. They go on where they were interrupted, and what other studies of the
database have trained is not trained again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from nas.config import ExperimentFile
from nas.runner.parts import Parts
from nas.runner.preparation import checked_space
from nas.runner.progress import Observer
from nas.runner.run import run_search
from nas.runner.stopping import StopRequest
from nas.samplers import SAMPLERS
from nas.store import Companion, EpochRecord, Store, StudyRecord, TrialRecord
from nas.store.workspace import Workspace
from nas.trust.baselines import PURPOSE, checked_baselines
from nas.trust.companions import variant_of
from search_spaces.errors import LatencyError, SearchError
from search_spaces.graphs.network import Network
from search_spaces.quantities import plural
from search_spaces.spaces.problem import CHOICE, NetworkList, Values
from workers.evaluator import EvaluatorFactory

NUM_SEEDS_IN_ALL = 2**32
"""Beyond the last seed that an experiment may have comes the first again."""

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
        stop: What tells all of it to end.
    """

    storage: str
    workspace: Workspace
    observer: Observer
    address: str | None = None
    evaluator: EvaluatorFactory | None = None
    stop: StopRequest = field(default_factory=StopRequest)


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
    # With the id: another program may build another network by the same name.
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
    # `random` proposes its starts first, and there are as many trials as starts: just these.
    parts = Parts(
        sampler=lambda problem, seed, _=(): SAMPLERS["random"](problem, seed, starts),
        evaluator=place.evaluator, networks=networks, companion=companion,
    )  # fmt: skip
    workspace = Workspace(place.workspace.root, variant.experiment.name)
    outcome = run_search(
        variant, place.storage, workspace, place.observer, address=place.address, parts=parts,
        stop=place.stop,
    )  # fmt: skip
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


def train_baselines(file: ExperimentFile, place: Place, seed: int | None = None) -> None:
    """Trains the baselines of a file to the end; those that are known are not trained again.

    Args:
        seed: Of the trainings; that of the search by default.

    Raises:
        SearchError: It was interrupted; the same call goes on.
        NasError: The file is wrong, or a search cannot run.
    """
    experiment = file.experiment
    chosen = checked_baselines(file, checked_space(file))
    if chosen.left_out:
        named = ", ".join(chosen.left_out)
        place.observer.message(f"baselines: {named} left out: over the budget at every width")
    if not chosen.networks:
        return
    epochs = experiment.fidelity.max_epochs
    place.observer.message(
        f"baselines: {plural(len(chosen.networks), 'network')} for {plural(epochs, 'epoch')} each, "
        f"whatever budget of trials or time the search had: {', '.join(chosen.networks)}"
    )
    seed = experiment.seed if seed is None else seed
    try:
        train_networks(file, chosen.networks, epochs, seed, place, PURPOSE, with_latency=True)
    except LatencyError as error:  # such as that of a table of another device without their blocks
        place.observer.message(f"baselines are trained without latency: {error}")
        train_networks(file, chosen.networks, epochs, seed, place, PURPOSE)
