"""What is to be exported, and what its header says: a trial of a study, or a reference network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nas.export.code.ends import CLASSES, stands_beside
from nas.export.images import StudyImages
from nas.export.proof import LatencyOf
from nas.runner.machine import package_versions
from nas.store import StudyRecord, TrialRecord
from nas.store.results import measured_in_words, tied_with, ties_in_words, whole_in_words
from nas.store.weights import Weights
from search_spaces.graphs.cost import cost
from search_spaces.graphs.inference import InputFormat
from search_spaces.graphs.network import Network
from search_spaces.measures import ACCURACY, format_ms, measure
from search_spaces.quantities import format_quantity, plural
from workers.datasets import Dataset, Split, input_format

if TYPE_CHECKING:
    from nas.store.trainings import TrainingRecord

MADE_BY = ("python", "conv-nas", "torch", "numpy")
"""Whose versions the header says; the database has those of all packages."""

LICENCE = "this file is yours, under any licence you choose"


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
        input_format: How it is given images; None where that is not known.
        class_names: By label; None likewise.
        validation: Images that it was not trained on; None where they are not there.
        missing: Why they are not, in one line.
        quality: Name of the trained measure.
        training: Images that it was trained on; None where they are not there.
        int8_weights: Those that were trained on in eight bit integers, and the ranges of its maps;
            None where there are none.
    """

    name: str
    network: Network
    title: str
    facts: Mapping[str, object]
    weights: Weights | None
    latency: LatencyOf
    latency_ms: float | None
    input_format: InputFormat | None = None
    class_names: tuple[str, ...] | None = None
    validation: Split | None = None
    missing: str | None = None
    quality: str = ACCURACY
    training: Split | None = None
    int8_weights: Weights | None = None

    def metadata(self) -> dict[str, Any]:
        """What is known of how it is given images and what its outputs mean, as plain values."""
        found = self.input_format.as_json() if self.input_format else {}
        return found | ({"class_names": list(self.class_names)} if self.class_names else {})


def subject_of_trial(
    network: Network,
    study: StudyRecord,
    trial: TrialRecord,
    weights: Weights | None,
    *,
    trials: Iterable[TrialRecord] = (),
    training: TrainingRecord | None = None,
    images: StudyImages | None = None,
    note: str | None = None,
    int8_weights: Weights | None = None,
) -> Subject:
    """A trial with its provenance.

    Args:
        trials: All of the study; the header says which of them are as fast.
        training: Its last full training that is complete.
        images: Of the study; None where nobody has looked for them.
        note: Of the user's, for the header.
    """
    images = images or StudyImages(None)
    found = _input_format(study, weights, images.dataset)
    names = study.class_names
    if names is None and images.dataset is not None:
        names = images.dataset.info.class_names
    word = measure(study.quality).in_words
    accuracy = f"no {word}" if trial.accuracy is None else f"{word} {trial.accuracy:.4f}"
    title = f"{_costs_in_words(network)}, {accuracy}: a network found by conv-nas."
    facts: dict[str, object] = {
        "Study": f"{study.name}, trial {trial.number}, architecture {trial.architecture}",
        "Network": trial.description,
        measure(study.quality).label: _accuracy(study, trial),
        "Full training": _full_training(training, word),
        "Costs": _costs(trial.flops, trial.params),
        "Latency": _latency(study, trial, trials),
        "Data": _data(study),
        "Input": _input(study, network, found),
        "Classes": _classes(f"trial_{trial.number}", names),
        "Weights": None if weights is None else _loading(f"trial_{trial.number}", weights),
        "Note": note,
        "Versions": _made_by(study.versions),
        "Licence": LICENCE,
    }
    return Subject(
        name=f"trial_{trial.number}", network=network, title=title, facts=_said(facts),
        weights=weights, latency=_latency_of(study.experiment["latency"]),
        latency_ms=trial.latency_ms, input_format=found, class_names=names,
        validation=images.dataset.validation if images.dataset and found else None,
        missing=images.missing, quality=study.quality,
        training=images.dataset.train if images.dataset else None, int8_weights=int8_weights,
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


def _full_training(training: TrainingRecord | None, word: str) -> str | None:
    if training is None:
        return None
    parts = [plural(training.epochs, "epoch")]
    if training.validation_accuracy is not None:
        parts.append(f"{word} {training.validation_accuracy} on the validation split")
    if training.test_accuracy is not None:
        images = f" ({training.num_test_images:,} images)" if training.num_test_images else ""
        parts.append(f"{training.test_accuracy} on the test images{images}")
    return ", ".join(parts)


def _latency(study: StudyRecord, trial: TrialRecord, trials: Iterable[TrialRecord]) -> str:
    if trial.latency_ms is None:
        return "not measured"
    how = study.estimated_by or _latency_of(study.experiment["latency"]).in_words
    predicted_ms = trial.predicted_latency_ms or trial.latency_ms
    said = f"{format_ms(predicted_ms)} ms predicted by the table of blocks ({how})"
    if trial.measured is None:
        return said
    quiet = "" if trial.measured.is_quiet else ", while the device was not quiet"
    ties = ties_in_words(tied_with(trial, trials))
    whole = whole_in_words(trial.measured.how)
    words = f"{said}; {measured_in_words(trial.measured)} {whole}{quiet}"
    return f"{words}; {ties}" if ties else words


def _data(study: StudyRecord) -> str:
    given = study.experiment.get("dataset") or {}
    options = {k: v for k, v in given.items() if k != "name" and v is not None}
    told = f" ({_in_words(options)})" if options else ""
    return f"{study.dataset}{told}, fingerprint {study.dataset_fingerprint}"


def _input_format(
    study: StudyRecord, weights: Weights | None, dataset: Dataset | None
) -> InputFormat | None:
    """How images were given to a network in its training; of an evaluator's own we do not know."""
    if not (weights.is_ours if weights else study.own_evaluator is None):
        return None
    return study.input_format or (input_format(dataset) if dataset else None)


def _input(study: StudyRecord, network: Network, found: InputFormat | None) -> str:
    images = f"float32 {network.in_shape}"
    if found is not None:
        return f"{images}, which `preprocess` makes of bytes"
    if study.own_evaluator:
        return f"{images}, as the evaluator prepares them"
    said = f"{images}, each channel of mean 0 and variance 1 over the training images"
    return f"{said}; by which mean and deviation was not noted, and the images are not here to tell"


def _classes(name: str, names: tuple[str, ...] | None) -> str | None:
    """Where the names of classes are found that the code has no room for."""
    if names is None or not stands_beside(names):
        return None
    return f"{len(names):,}, named in {name}{CLASSES}, one a line"


def _loading(name: str, weights: Weights) -> str:
    return f'{weights.origin}, load_state_dict(torch.load("{name}.pt"))'


def _made_by(versions: Mapping[str, Any]) -> str:
    return _in_words({name: versions[name] for name in MADE_BY if name in versions})


def _in_words(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


def _latency_of(section: Mapping[str, Any]) -> LatencyOf:
    if section.get("estimator"):
        return LatencyOf("npu", "int8")
    return LatencyOf(
        section["device"], section["dtype"], section["batch_size"], section["num_threads"]
    )
