"""What `nas train` trains, on which images, and where its files lie."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from nas.config import ExperimentFile
from nas.config.dataset import DatasetSpec
from nas.store import Store, StudyRecord, TrialRecord
from nas.workspace import Workspace
from search_spaces.errors import TrainingError
from search_spaces.network import Network
from workers.training import FileSubject, NetworkSubject, Subject


@dataclass(frozen=True)
class Source:
    """A network and the images that it is trained on.

    Attributes:
        name: What to call it.
        architecture: Id of the network; of a file that of its content.
        fingerprint: Of the images that a search saw; None where there was none.
        weights: Where its trained weights will lie.
        study: Where it is of a trial, with `number`.
    """

    name: str
    subject: Subject
    architecture: str
    dataset: DatasetSpec
    weights: Path
    fingerprint: str | None = None
    study: StudyRecord | None = None
    number: int | None = None

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
    stem = re.sub(r"[^A-Za-z0-9_.-]", "_", path.stem)
    workspace = Workspace(root, experiment.name)
    return Source(
        name=path.name,
        subject=FileSubject(path.resolve()),
        architecture=f"file-{sha256(content).hexdigest()[:16]}",
        dataset=experiment.dataset,
        weights=workspace.trained_folder / f"{stem}.pt",
    )
