"""The folder of a study: trained weights, reports, exported code."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nas.config.values import check_name
from search_spaces.errors import SearchError
from search_spaces.whole_file import replacing

if TYPE_CHECKING:
    from nas.store import StudyRecord

DEFAULT_ROOT = "nas_studies"


@dataclass(frozen=True)
class Workspace:
    """Where a study's files lie.

    Attributes:
        root: Folder of all studies.
        study: Name of the study.
    """

    root: Path
    study: str

    @property
    def folder(self) -> Path:
        return self.root / check_name(self.study)

    @property
    def report(self) -> Path:
        return self.folder / "report.html"

    @property
    def export(self) -> Path:
        return self.folder / "export"

    def weights(self, study: StudyRecord, number: int) -> Path:
        """Where the weights that a search trained for a trial lie, if there are any.

        Another database may have a study of this name in this folder: theirs are other files.
        """
        return self.folder / "weights" / f"trial-{number:05d}-{study.digest}.pt"

    def sample(self, study: StudyRecord) -> Path:
        """Where a few of its validation images lie, see `nas.store.sample`."""
        return self.folder / f"sample-{study.digest}.npz"

    @property
    def checkpoints(self) -> Path:
        """Where the states of unfinished trials lie, unless the experiment file says otherwise."""
        return self.folder / "checkpoints"

    def trained_weights(self, number: int, precision: str = "float32") -> Path:
        """Where the weights of a trial's full training lie, once there was one (`nas train`)."""
        kind = "" if precision == "float32" else f".{precision}"
        return self.trained_folder / f"trial-{number:05d}{kind}.pt"

    @property
    def trained_folder(self) -> Path:
        """Weights of full trainings, and what those that are under way go on from."""
        return self.folder / "trained"

    def create(self) -> None:
        """Makes the folders. Raises SearchError where that is not possible."""
        try:
            (self.folder / "weights").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SearchError(f"{self.folder}: cannot be made: {error.strerror}") from error

    def keep(self, study: StudyRecord, number: int, weights: bytes) -> None:
        """Writes the weights of a trial, as `torch.save` made them, in one step.

        Raises:
            SearchError: They cannot be written.
        """
        target = self.weights(study, number)
        try:
            with replacing(target) as partial:
                partial.write_bytes(weights)
        except OSError as error:
            raise SearchError(f"{target}: cannot be written: {error.strerror}") from error

    def discard(self, study: StudyRecord, number: int) -> None:
        """Removes the weights of a trial that failed after all."""
        self.weights(study, number).unlink(missing_ok=True)
