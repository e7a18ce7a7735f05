"""Exports trials of a study, and keeps in the database what was written and how it was proven."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nas.export.files import Exported, export_subjects
from nas.export.images import StudyImages
from nas.export.subject import Subject, subject_of_trial
from nas.store import Store, StudyRecord, TrialRecord
from nas.store.weights import find_int8_weights, find_weights, last_training
from nas.store.workspace import Workspace
from search_spaces.errors import ExportError
from workers.datasets.base import Report


@dataclass(frozen=True)
class Wishes:
    """How trials are exported.

    Attributes:
        formats: Beside code, see `SUFFIXES`.
        weights: Whether trained weights come with it; where None, if there are any.
        opset: Of ONNX; where None the usual one.
        note: Of the user's, for the header.
        with_latency: Whether latency is measured again.
        precision: Of files of TensorFlow Lite.
    """

    formats: tuple[str, ...] = ()
    weights: bool | None = None
    note: str | None = None
    with_latency: bool = True
    opset: int | None = None
    precision: str = "int8"


def export_trials(
    store: Store,
    workspace: Workspace,
    study: StudyRecord,
    chosen: Sequence[TrialRecord],
    folder: Path,
    wishes: Wishes,
    report: Report = lambda line: None,
) -> list[Exported]:
    """Writes the networks of some trials, with the weights of their full training or the search's.

    The database keeps what was written, unless it may only be read. Where the study's images are
    there, the code is tried on those of validation.

    Args:
        report: Told, in one line, what takes its time.

    Raises:
        ExportError: A file is not its network, weights are wanted that are not there, or nothing
            can be written. No file is there then.
    """
    images = StudyImages.of(study, report)
    subjects = subjects_of_trials(store, workspace, study, chosen, wishes, images)
    exported = export_subjects(
        subjects, folder, wishes.formats, with_latency=wishes.with_latency, opset=wishes.opset,
        precision=wishes.precision,
    )  # fmt: skip
    # Once all files are in their place: the database tells of none that is not there.
    if not store.is_read_only:
        for trial, found in zip(chosen, exported, strict=True):
            _keep(store, study, trial.number, found)
    return exported


def missing_weights(
    store: Store, workspace: Workspace, study: StudyRecord, trial: TrialRecord
) -> Path | None:
    """The file that the weights of a trained trial should be in, where it is not there."""
    training = last_training(store.trainings(study), trial)
    is_trained = training is not None or trial.state in ("COMPLETE", "PRUNED")
    if not is_trained or find_weights(workspace, study, trial, training) is not None:
        return None
    if training is not None and training.weights_sha256 is not None:
        return workspace.trained_weights(trial.number)
    return workspace.weights(study, trial.number)


def subjects_of_trials(
    store: Store,
    workspace: Workspace,
    study: StudyRecord,
    chosen: Sequence[TrialRecord],
    wishes: Wishes,
    images: StudyImages | None = None,
) -> list[Subject]:
    """Trials with their weights and all that their headers say.

    Args:
        images: Of the study; None where they are not needed.

    Raises:
        ExportError: Weights are wanted that are not there, or are not those of the database.
    """
    trials = store.trials(study)
    trainings = store.trainings(study)
    subjects = []
    for trial in chosen:
        training = last_training(trainings, trial)
        weights = find_weights(workspace, study, trial, training)
        if weights is None and wishes.weights:
            where = workspace.weights(study, trial.number)
            raise ExportError(f"trial {trial.number} has no trained weights: there is no {where}")
        weights = None if wishes.weights is False else weights
        subject = subject_of_trial(
            store.network(trial.architecture), study, trial, weights,
            trials=trials, training=training, images=images, note=wishes.note,
            int8_weights=weights and find_int8_weights(workspace, trainings, trial, weights),
        )  # fmt: skip
        subjects.append(subject)
    return subjects


def _keep(store: Store, study: StudyRecord, number: int, exported: Exported) -> None:
    for name, path in exported.files.items():
        store.add_export(
            study, number, format=name, file_name=path.name, sha256=exported.sha256[name],
            proof=exported.proof.as_json(),
        )  # fmt: skip
