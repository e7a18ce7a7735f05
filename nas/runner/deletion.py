"""Removes studies: their rows, Optuna's part of them, and the files that they have written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from shutil import rmtree

from filelock import FileLock, Timeout

from nas.runner.checkpoint_files import Folder, remove
from nas.runner.lease import LEASE_S, require_free, take_over
from nas.runner.machine import this_process
from nas.runner.optuna_tables import ForeignStudyError, closed, optuna_storage, own_study_id
from nas.store import Store, StudyRecord, TrainingRecord
from nas.store.workspace import Workspace
from search_spaces.errors import SearchError, StoreError


@dataclass(frozen=True)
class Condemned:
    """A study that may be removed, and those that were made for it.

    Attributes:
        studies: Itself, then those that serve it or one of them.
        files: Which they wrote.
    """

    studies: tuple[StudyRecord, ...]
    files: tuple[Path, ...]

    @property
    def study(self) -> StudyRecord:
        return self.studies[0]

    @property
    def num_bytes(self) -> int:
        return sum(path.stat().st_size for path in self.files)


def condemned(store: Store, study: StudyRecord, root: Path) -> Condemned:
    """What goes with a study. Changes nothing.

    Args:
        root: Folder of all studies.

    Raises:
        SearchError: Somebody runs it or one that serves it; says who.
        StoreError: The database may only be read.
    """
    if store.is_read_only:
        raise StoreError(f"{study.name}: cannot be removed: the database may only be read")
    found = {study.id: study}
    for name in _names_from(study.name, store):
        found |= {served.id: served for served in store.companions_of(name)}
    for each in found.values():
        require_free(store, each)
        _require_untrained(store, each)
    files = [path for each in found.values() for path in _files(store, each, root)]
    return Condemned(tuple(found.values()), tuple(files))


def _require_untrained(store: Store, study: StudyRecord) -> None:
    """Raises SearchError where a process trains a network of a study to the end."""
    for training in store.trainings(study):
        lock = _lock_of(training)
        if lock is None or not lock.exists():
            continue
        try:
            # The file alone says nothing: a training that was stopped leaves its own behind.
            with FileLock(lock, timeout=0):
                continue
        except Timeout as error:
            rule = f"another process trains trial {training.number} of it now"
            raise SearchError(f"study {study.name!r} is not removed: {rule}") from error


def _lock_of(training: TrainingRecord) -> Path | None:
    """That of a full training which has not ended, and which may run now."""
    is_open = training.state == "RUNNING" and training.checkpoint is not None
    return Path(str(training.checkpoint)).with_suffix(".lock") if is_open else None


def _names_from(name: str, store: Store) -> Iterator[str]:
    """An experiment, and what was made for it, and for that."""
    names = [name]
    # The list grows while it is gone through, so that what serves those is found as well.
    for each in names:
        yield each
        names += [s.name for s in store.companions_of(each) if s.name not in names]


def remove_all(store: Store, doomed: Condemned, root: Path) -> list[Path]:
    """Removes it, those that serve it first; what was begun is ended by the same call.

    Returns:
        Folders that hold something which the studies did not write.

    Raises:
        SearchError: Somebody has begun to run one of them.
        StoreError: The database or a file cannot be written.
    """
    left = []
    # Those that serve it first: by its name, to the last, the same call finds what is left.
    for study in reversed(doomed.studies):
        take_over(store, study, this_process(), LEASE_S)
        try:
            for path in _files(store, study, root):
                path.unlink(missing_ok=True)
            for checkpoint in store.checkpoints(study).values():
                remove(checkpoint.uri)
                Folder(checkpoint.uri.rpartition("/")[0]).remove()
            strays = Workspace(root, study.name).checkpoints / f"{study.name}-{study.digest}"
            rmtree(strays, ignore_errors=True)
        except OSError as error:
            place = error.filename or Workspace(root, study.name).folder
            raise StoreError(f"{place}: cannot be removed: {error.strerror or error}") from error
        # Our rows last: after a kill they still tell which files and trials are left.
        _remove_from_optuna(store, study)
        store.delete_study(study)
        left += _remove_folders(Workspace(root, study.name))
    return left


def _remove_from_optuna(store: Store, study: StudyRecord) -> None:
    with closed(optuna_storage(store)) as storage, suppress(ForeignStudyError):
        study_id = own_study_id(storage, store, study)
        if study_id is not None:
            storage.delete_study(study_id)


def _files(store: Store, study: StudyRecord, root: Path) -> Iterator[Path]:
    """The files of a study, by its digest, or by what the database knows of them.

    Another database may have a study of this name in this folder: its files stay.
    """
    workspace = Workspace(root, study.name)
    weights = workspace.folder / "weights"
    own = sorted(weights.glob(f"trial-*-{study.digest}.*"))
    # Weights of another digest are those of another database's study of this name, whose report
    # it may be: there is one a folder.
    is_shared = weights.is_dir() and len(list(weights.iterdir())) > len(own)
    yield from own
    if workspace.sample(study).is_file():
        yield workspace.sample(study)
    for training in store.trainings(study):
        if training.number is None:
            continue
        path = workspace.trained_weights(training.number, training.precision)
        # The name tells the trial, but not of which database.
        if path.is_file() and sha256(path.read_bytes()).hexdigest() == training.weights_sha256:
            yield path
        lock = _lock_of(training)
        if lock is not None:
            begun = (Path(str(training.checkpoint)), lock)
            yield from (each for each in begun if each.is_file())
    for exported in store.exports(study):
        path = workspace.export / exported.file_name
        if path.is_file() and sha256(path.read_bytes()).hexdigest() == exported.sha256:
            yield path
    if workspace.report.is_file() and not is_shared:
        yield workspace.report


def _remove_folders(workspace: Workspace) -> list[Path]:
    """Removes the folders of a study that are empty; returns the study's where it is not."""
    inner = ("weights", "trained", "export", "checkpoints")
    for folder in (*(workspace.folder / name for name in inner), workspace.folder):
        with suppress(OSError):
            folder.rmdir()
    return [workspace.folder] if workspace.folder.exists() else []
