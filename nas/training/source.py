"""What `nas train` trains, on which images, where its files lie; and what came of it."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from nas.config import ExperimentFile
from nas.config.dataset import DatasetSpec
from nas.config.training import Precision
from nas.store import Store, StudyRecord, TrialRecord
from nas.store.weights import Weights, find_weights, last_training
from nas.store.workspace import Workspace
from search_spaces.errors import GraphError, TrainingError
from search_spaces.graphs.network import Network
from search_spaces.measures import ACCURACY
from search_spaces.tflite.lowering import lowered
from workers.training import FileSubject, NetworkSubject, Subject


@dataclass(frozen=True)
class TrainingResult:
    """One full training, complete or stopped.

    Attributes:
        name: Of the network.
        study: Where it is of a trial, with its number.
        state: COMPLETE, or INTERRUPTED: the same call goes on.
        epochs: Trained so far, of `max_epochs`.
        validation_accuracy: Of the averaged weights, when last measured; None before.
        test_accuracy: Measured once, at the end; None before, and where there are no test images.
        train_s: Seconds of training.
        weights: File of the trained weights; None before the end, and where they are gone or of a
            later training.
        recipe: All that the training was told.
        input_format: How images are given to the network, as the database has it; None where an
            earlier program trained it.
        class_names: What the network tells apart, by label; None likewise.
        quality: Name of the trained measure, which stands in the place of accuracy.
        readings: What the test images tell beside it, by name.
        predictions: Folder of what was predicted of the test images now.
    """

    name: str
    study: str | None
    trial: int | None
    architecture: str
    state: str
    epochs: int
    max_epochs: int
    validation_accuracy: float | None
    test_accuracy: float | None
    num_test_images: int | None
    train_s: float
    weights: str | None
    weights_sha256: str | None
    recipe: dict[str, Any]
    input_format: dict[str, Any] | None = None
    class_names: list[str] | None = None
    quality: str = ACCURACY
    readings: dict[str, float] | None = None
    predictions: str | None = None

    @property
    def precision(self) -> str:
        """`float32`, or `int8` where eight bit integers were trained."""
        return str(self.recipe.get("precision", "float32"))

    def as_json(self) -> dict[str, Any]:
        """As `nas train --json` prints it."""
        found = asdict(self)
        quality, readings = found.pop("quality"), found.pop("readings") or {}
        named = {name.replace(f"_{ACCURACY}", f"_{quality}"): v for name, v in found.items()}
        return {**named, **{f"test_{name}": value for name, value in readings.items()}}


@dataclass(frozen=True)
class Source:
    """A network and the images that it is trained on.

    Attributes:
        name: What to call it.
        architecture: Id of the network; of a file that of its content.
        fingerprint: Of the images that a search saw; None where there was none.
        weights: Where its trained weights will lie.
        study: Where it is of a trial, with `number`.
        quality: Name of the trained measure.
        begun: The weights that training in eight bit integers begins with; None in float32.
    """

    name: str
    subject: Subject
    architecture: str
    dataset: DatasetSpec
    weights: Path
    fingerprint: str | None = None
    study: StudyRecord | None = None
    number: int | None = None
    quality: str = ACCURACY
    begun: Weights | None = None

    @property
    def conditions(self) -> dict[str, str]:
        """What decides beside the recipe what comes out of training in eight bit integers."""
        return {} if self.begun is None else {"precision": "int8", "weights": self.begun.digest}

    @property
    def network(self) -> Network | None:
        """The network of a trial; None for a file."""
        return self.subject.network if isinstance(self.subject, NetworkSubject) else None

    def weights_digest(self) -> str | None:
        """SHA-256 of the file of weights; None where there is none."""
        return sha256(self.weights.read_bytes()).hexdigest() if self.weights.exists() else None

    def checkpoint(self, seed: int) -> Path:
        """What an unfinished training under a seed goes on from."""
        return self.weights.with_name(f"{self.weights.stem}-seed{seed}.checkpoint")


def source_of_trial(
    store: Store,
    study: StudyRecord,
    trial: TrialRecord,
    workspace: Workspace,
    precision: Precision = "float32",
) -> Source:
    """The network of a trial, on the images of its study.

    Raises:
        TrainingError: It cannot be trained in eight bit integers, or not yet.
        ExportError: The file of its weights is another than the database says.
    """
    name, network = f"{study.name} trial {trial.number}", store.network(trial.architecture)
    begun = None
    if precision == "int8":
        training = last_training(store.trainings(study), trial)
        begun = require_begun(name, network, find_weights(workspace, study, trial, training))
    return Source(
        name=name,
        subject=NetworkSubject(network),
        architecture=trial.architecture,
        dataset=DatasetSpec.model_validate(study.experiment["dataset"]),
        weights=workspace.trained_weights(trial.number, precision),
        fingerprint=study.dataset_fingerprint,
        study=study,
        number=trial.number,
        quality=study.quality,
        begun=begun,
    )


def require_begun(name: str, network: Network, begun: Weights | None) -> Weights:
    """The weights that training in eight bit integers begins with.

    Raises:
        TrainingError: There are none, or the network cannot be written in eight bit integers.
    """
    try:
        lowered(network)
    except GraphError as error:
        raise TrainingError(f"{name}: cannot be trained in eight bit integers: {error}") from error
    if begun is None:
        rule = "training in eight bit integers begins with trained weights, and there are none"
        raise TrainingError(f"{name}: {rule}; `nas train` without --precision makes them")
    if not begun.is_ours:
        rule = "its weights are an evaluator's, and how that prepares images is not known"
        raise TrainingError(f"{name}: {rule}; `nas train` without --precision makes others")
    return begun


def source_of_file(path: Path, space: Path, root: Path) -> Source:
    """The class `Network` of a file that a user names, on the images of an experiment file.

    Args:
        root: Folder of all studies; files lie in that of the experiment's name.

    Raises:
        NasError: One of the files is not there or not as it should be.
    """
    experiment = ExperimentFile.read(space).experiment
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TrainingError(f"{path}: cannot be read: {error.strerror}") from error
    # It becomes part of paths, whatever the user's file is called.
    stem = re.sub(r"[^A-Za-z0-9_.-]", "_", path.stem)
    workspace = Workspace(root, experiment.name)
    return Source(
        name=path.name,
        subject=FileSubject(path.resolve()),
        architecture=f"file-{sha256(content).hexdigest()[:16]}",
        dataset=experiment.dataset,
        weights=workspace.trained_folder / f"{stem}.pt",
        quality=experiment.quality,
    )
