"""Files on a study that Optuna's dashboard lists: exported code."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import optuna
from optuna.artifacts import FileSystemArtifactStore, upload_artifact
from optuna.artifacts.exceptions import ArtifactNotFound

from dashboards.for_optuna.attributes import StudyAttributes
from nas.runner.optuna_tables import ForeignStudyError, closed, optuna_storage, own_study_id
from nas.store import Store
from search_spaces.errors import StoreError

ARTIFACTS = "_artifacts"
"""The folder of such files of all studies, beside the studies' own, whose names begin otherwise."""

_PREFIX = "artifacts:"


def attach_files(store: Store, study_name: str, paths: Sequence[Path], root: Path) -> bool:
    """Attaches copies of files to a study, in place of those of the same names.

    Args:
        root: Folder of all studies.

    Returns:
        Whether they were attached: they are not where Optuna knows no such study.

    Raises:
        StoreError: A copy or the database cannot be written, or Optuna's study is not ours.
    """
    folder = root / ARTIFACTS
    with closed(optuna_storage(store)) as storage:
        study_id = own_study_id(storage, store, store.study(study_name))
        if study_id is None:
            return False
        study = optuna.load_study(study_name=study_name, storage=storage)
        attributes = StudyAttributes(storage, study_id)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            files = FileSystemArtifactStore(folder)
            before = _attached(attributes)
            for path in paths:
                # Before the former file goes: a process that is killed between the two leaves one
                # too many.
                upload_artifact(artifact_store=files, file_path=str(path), study_or_trial=study)
                _detach(attributes, files, before.get(path.name, ()))
        except OSError as error:
            raise StoreError(f"{folder}: cannot be written: {error.strerror or error}") from error
    return True


def detach_files(store: Store, study_name: str, root: Path) -> None:
    """Removes all files that are attached to a study of ours, and their folder where it is empty.

    Raises:
        StoreError: The database cannot be read or written.
    """
    with closed(optuna_storage(store)) as storage:
        try:
            study_id = own_study_id(storage, store, store.study(study_name))
        except ForeignStudyError:
            return
        if study_id is None or not (root / ARTIFACTS).is_dir():
            return
        attributes = StudyAttributes(storage, study_id)
        files = FileSystemArtifactStore(root / ARTIFACTS)
        for ids in _attached(attributes).values():
            _detach(attributes, files, ids)
    with suppress(OSError):
        (root / ARTIFACTS).rmdir()


def attached_names(store: Store, study_name: str) -> set[str]:
    """Names of the files on a study; none where Optuna does not know it."""
    with closed(optuna_storage(store)) as storage:
        study_id = own_study_id(storage, store, store.study(study_name))
        return set() if study_id is None else set(_attached(StudyAttributes(storage, study_id)))


def _attached(attributes: StudyAttributes) -> dict[str, list[str]]:
    """The ids of the files on a study, by name; one that was deleted has left a null behind."""
    found: dict[str, list[str]] = {}
    for text in attributes.read(_PREFIX).values():
        meta = json.loads(text) if isinstance(text, str) else None
        if meta:
            found.setdefault(meta["filename"], []).append(meta["artifact_id"])
    return found


def _detach(
    attributes: StudyAttributes, files: FileSystemArtifactStore, ids: Sequence[str]
) -> None:
    attributes.write({}, remove=[f"{_PREFIX}{artifact}" for artifact in ids])
    for artifact in ids:
        try:
            files.remove(artifact)
        except ArtifactNotFound:
            continue  # it was deleted by hand
