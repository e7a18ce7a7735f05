"""What `nas train` trains, on which images, where its files lie; and what came of it."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from nas.config import ExperimentFile
from nas.config.dataset import DatasetSpec
from nas.store import Store, StudyRecord, TrialRecord
from nas.store.workspace import Workspace
from search_spaces.errors import TrainingError
from search_spaces.graphs.network import Network
from search_spaces.measures import ACCURACY
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
    store: Store, study: StudyRecord, trial: TrialRecord, workspace: Workspace
) -> Source:
    """The network of a trial, on the images of its study."""
    return Source(
        name=f"{study.name} trial {trial.number}",
        subject=NetworkSubject(store.network(trial.architecture)),
        architecture=trial.architecture,
        dataset=DatasetSpec.model_validate(study.experiment["dataset"]),
        weights=workspace.trained_weights(trial.number),
        fingerprint=study.dataset_fingerprint,
        study=study,
        number=trial.number,
        quality=study.quality,
    )


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
