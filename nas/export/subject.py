"""What is to be exported, and what its header says: a trial of a study, or a reference network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nas.export.proof import LatencyOf
from nas.provenance import package_versions
from nas.quantities import format_quantity, plural
from nas.store import StudyRecord, TrialRecord
from nas.ties import measured_in_words, tied_with, ties_in_words
from nas.workspace import Workspace
from search_spaces.cost import cost
from search_spaces.errors import ExportError
from search_spaces.network import Network

if TYPE_CHECKING:
    from nas.store.trainings import TrainingRecord

MADE_BY = ("python", "conv-nas", "torch", "numpy")
"""Whose versions the header says; the database has those of all packages."""

LICENCE = "this file is yours, under any licence you choose"


@dataclass(frozen=True)
class Weights:
    """Trained weights of a network.

    Attributes:
        path: A file of its module's `state_dict`.
        origin: Who trained them, in words.
    """

    path: Path
    origin: str


@dataclass(frozen=True)
class Subject:
    """A network that is to be exported.

    Attributes:
        name: Of its files, without suffix.
        title: First line of the header.
        facts: The rest of the header, by name.
        weights: None where there are no trained ones, or none are wanted.
        latency: How the search measured latency.
        latency_ms: What the search says of it.
    """

    name: str
    network: Network
    title: str
    facts: Mapping[str, object]
    weights: Weights | None
    latency: LatencyOf
    latency_ms: float | None


def subject_of_trial(
    network: Network,
    study: StudyRecord,
    trial: TrialRecord,
    weights: Weights | None,
    *,
    trials: Iterable[TrialRecord] = (),
    training: TrainingRecord | None = None,
    note: str | None = None,
) -> Subject:
    """A trial with its provenance.

    Args:
        trials: All of the study; the header says which of them are as fast.
        training: Its last full training that is complete.
        note: Of the user's, for the header.
    """
    accuracy = "no accuracy" if trial.accuracy is None else f"accuracy {trial.accuracy:.4f}"
    title = f"{_costs_in_words(network)}, {accuracy}: a network found by conv-nas."
    facts: dict[str, object] = {
        "Study": f"{study.name}, trial {trial.number}, architecture {trial.architecture}",
        "Network": trial.description,
        "Accuracy": _accuracy(study, trial),
        "Full training": _full_training(training),
        "Costs": _costs(trial.flops, trial.params),
        "Latency": _latency(study, trial, trials),
        "Data": _data(study),
        "Input": _input(study),
        "Weights": None if weights is None else _loading(f"trial_{trial.number}", weights),
        "Note": note,
        "Versions": _made_by(study.versions),
        "Licence": LICENCE,
    }
    return Subject(
        name=f"trial_{trial.number}", network=network, title=title, facts=_said(facts),
        weights=weights, latency=_latency_of(study.experiment["latency"]),
        latency_ms=trial.latency_ms,
    )  # fmt: skip


def subject_of_reference(name: str, network: Network, note: str | None = None) -> Subject:
    """A network of the literature, for example `shufflenet_v1`, with fresh weights.

    Args:
        name: With arguments behind a colon where there are any.
    """
    total = cost(network)
    facts: dict[str, object] = {
        "Network": f"{name}, of the literature, written by conv-nas",
        "Costs": _costs(total.flops, total.params),
        "Note": note,
        "Versions": _made_by(package_versions()),
        "Licence": LICENCE,
    }
    file = "".join(c if c.isalnum() else "_" for c in name)
    title = f"{name.partition(':')[0]}: {_costs_in_words(network)}."
    return Subject(file, network, title, _said(facts), None, LatencyOf(), None)


def find_weights(
    workspace: Workspace, study: StudyRecord, trial: TrialRecord, training: TrainingRecord | None
) -> Weights | None:
    """The weights of a trial: those of its full training, else of the search; None without any.

    Raises:
        ExportError: The file of the full training is another than the database says.
    """
    path = workspace.trained_weights(trial.number)
    if training is not None and path.exists():
        if sha256(path.read_bytes()).hexdigest() != training.weights_sha256:
            raise ExportError(f"{path}: is not what training {training.id} of the database wrote")
        return Weights(path, f"full training, {plural(training.epochs, 'epoch')}")
    path = workspace.weights(study, trial.number)
    if path.exists():
        who = "evaluator" if study.own_evaluator else "proxy training"
        return Weights(path, f"the search's {who}, {plural(trial.epochs, 'epoch')}")
    return None


def last_training(trainings: Iterable[TrainingRecord], trial: TrialRecord) -> TrainingRecord | None:
    """The full training of a trial that was completed last."""
    ended = {
        training.finished_at: training
        for training in trainings
        if training.number == trial.number and training.state == "COMPLETE"
        and training.finished_at is not None
    }  # fmt: skip
    return ended[max(ended)] if ended else None


def _said(facts: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in facts.items() if value is not None}


def _costs_in_words(network: Network) -> str:
    total = cost(network)
    params = format_quantity(total.params, "params")
    return f"{params} parameters, {format_quantity(total.flops, 'flops')} FLOPs"


def _costs(flops: int, params: int) -> str:
    return f"{flops:,} FLOPs (multiply-adds, counted once, of one image), {params:,} parameters"


def _accuracy(study: StudyRecord, trial: TrialRecord) -> str:
    if trial.accuracy is None:
        return "not measured"
    epochs = f"after {trial.epochs} of {study.experiment['fidelity']['max_epochs']} epochs"
    if study.own_evaluator:
        return f"{trial.accuracy} by the evaluator {study.own_evaluator}, {epochs}"
    return f"{trial.accuracy} on the validation split of {study.dataset} {epochs} of proxy training"


def _full_training(training: TrainingRecord | None) -> str | None:
    if training is None:
        return None
    parts = [plural(training.epochs, "epoch")]
    if training.validation_accuracy is not None:
        parts.append(f"accuracy {training.validation_accuracy} on the validation split")
    if training.test_accuracy is not None:
        images = f" ({training.num_test_images:,} images)" if training.num_test_images else ""
        parts.append(f"{training.test_accuracy} on the test images{images}")
    return ", ".join(parts)


def _latency(study: StudyRecord, trial: TrialRecord, trials: Iterable[TrialRecord]) -> str:
    if trial.latency_ms is None:
        return "not measured"
    how = _latency_of(study.experiment["latency"]).in_words
    said = f"{trial.latency_ms:.3f} ms by the table of blocks ({how})"
    if trial.measured is None:
        return said
    quiet = "" if trial.measured.is_quiet else ", while the device was not quiet"
    ties = ties_in_words(tied_with(trial, trials))
    words = f"{said}; {measured_in_words(trial.measured)} measured end to end{quiet}"
    return f"{words}; {ties}" if ties else words


def _data(study: StudyRecord) -> str:
    given = study.experiment.get("dataset") or {}
    options = {k: v for k, v in given.items() if k != "name" and v is not None}
    told = f" ({_in_words(options)})" if options else ""
    return f"{study.dataset}{told}, fingerprint {study.dataset_fingerprint}"


def _input(study: StudyRecord) -> str:
    images = f"float32 {study.in_shape}"
    if study.own_evaluator:
        return f"{images}, as the evaluator prepares them"
    return f"{images}, each channel of mean 0 and variance 1 over the training images"


def _loading(name: str, weights: Weights) -> str:
    return f'{weights.origin}, load_state_dict(torch.load("{name}.pt"))'


def _made_by(versions: Mapping[str, Any]) -> str:
    return _in_words({name: versions[name] for name in MADE_BY if name in versions})


def _in_words(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


def _latency_of(section: Mapping[str, Any]) -> LatencyOf:
    return LatencyOf(
        section["device"], section["dtype"], section["batch_size"], section["num_threads"]
    )
