"""The trained weights of a trial: which file holds them, and who trained them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from nas.store.records import StudyRecord, TrialRecord
from nas.store.trainings import TrainingRecord
from nas.store.workspace import Workspace
from search_spaces.errors import ExportError, reason_of
from search_spaces.quantities import plural


@dataclass(frozen=True)
class Weights:
    """Trained weights of a network.

    Attributes:
        path: A file of its module's `state_dict`.
        origin: Who trained them, in words.
        accuracy: On the validation images, as the database has it.
        is_ours: Whether the program's own training did, not an evaluator of the user's.
    """

    path: Path
    origin: str
    accuracy: float | None
    is_ours: bool = True

    @property
    def digest(self) -> str:
        """SHA-256 of the file."""
        return sha256(self.path.read_bytes()).hexdigest()


def find_weights(
    workspace: Workspace, study: StudyRecord, trial: TrialRecord, training: TrainingRecord | None
) -> Weights | None:
    """The weights of a trial: those of its full training, else of the search; None without any.

    Raises:
        ExportError: The file of the full training is another than the database says.
    """
    found = None if training is None else _trained(workspace, training)
    if found is not None:
        return found
    path = workspace.weights(study, trial.number)
    if path.exists():
        who = "evaluator" if study.own_evaluator else "proxy training"
        origin = f"the search's {who}, {plural(trial.epochs, 'epoch')}"
        return Weights(path, origin, trial.accuracy, is_ours=not study.own_evaluator)
    return None


def find_int8_weights(
    workspace: Workspace, trainings: Iterable[TrainingRecord], trial: TrialRecord, begun: Weights
) -> Weights | None:
    """The weights that were trained on in eight bit integers from those that are given.

    Raises:
        ExportError: Their file is another than the database says.
    """
    training = last_training(trainings, trial, "int8")
    # Those of weights that have been trained anew since are of another network by now.
    if training is None or training.recipe["weights"] != begun.digest:
        return None
    return _trained(workspace, training)


def _trained(workspace: Workspace, training: TrainingRecord) -> Weights | None:
    """The file of a full training, where it is there."""
    assert training.number is not None
    path = workspace.trained_weights(training.number, training.precision)
    if not path.exists():
        return None
    found = Weights(path, training.in_words, training.validation_accuracy)
    # Another training of the network, of which this database knows nothing, may write there.
    if found.digest != training.weights_sha256:
        raise ExportError(f"{path}: is not what training {training.id} of the database wrote")
    return found


def load_weights(path: Path) -> dict[str, Any]:
    """The weights of a trial, on the CPU. Raises ExportError where the file is damaged."""
    import torch

    try:
        state = torch.load(path, weights_only=True, map_location="cpu")
    except Exception as error:  # torch raises many kinds for a damaged file
        raise ExportError(f"{path}: is no file of weights: {reason_of(error)}") from error
    if not isinstance(state, dict):
        raise ExportError(f"{path}: is no file of weights: it holds a {type(state).__name__}")
    return state


def last_training(
    trainings: Iterable[TrainingRecord], trial: TrialRecord, precision: str = "float32"
) -> TrainingRecord | None:
    """The full training of a trial that was completed last, in float32 or in `int8`."""
    ended = {
        training.finished_at: training
        for training in trainings
        if training.number == trial.number and training.state == "COMPLETE"
        and training.finished_at is not None and training.precision == precision
    }  # fmt: skip
    return ended[max(ended)] if ended else None
