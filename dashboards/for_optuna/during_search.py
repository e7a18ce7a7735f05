"""A search that Optuna's dashboard can follow, and whose front it holds as code at the end."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from dashboards.for_optuna.files import attach_files, attached_names
from dashboards.for_optuna.fresh import kept_fresh, refresh
from nas.export import Wishes, subject_source, subjects_of_trials
from nas.store import Store
from nas.store.results import pareto_front
from nas.store.workspace import Workspace
from search_spaces.errors import ExportError, StoreError

if TYPE_CHECKING:
    from nas.runner.progress import Observer, Progress


@contextmanager
def shown_in_optuna(observer: Observer, storage: str, workspace: Workspace) -> Iterator[Observer]:
    """Gives an observer for a search; notes and figures are fresh while that runs, and after it.

    At the end the code of the front's networks is attached to the study. What goes wrong with any
    of it is told to `observer`, and takes nothing from the search.
    """
    try:
        yield _Following(observer, storage, workspace.study)
    except BaseException:
        with suppress(StoreError):  # what ended the search is what people are told
            refresh(storage, lambda store: [workspace.study])
        raise
    try:
        refresh(storage, lambda store: [workspace.study])
        attach_front(storage, workspace)
    except (StoreError, ExportError) as error:
        observer.message(f"Optuna's dashboard does not show all: {error}")


def attach_front(storage: str, workspace: Workspace) -> None:
    """Attaches to a study the code of the networks on its front, where it is not there yet.

    It is the text that `nas export` proves and writes with the weights.

    Raises:
        StoreError: The database or a file cannot be written.
        ExportError: A network cannot be written as code.
    """
    with Store(storage, create=False) as store, tempfile.TemporaryDirectory() as folder:
        study = store.study(workspace.study)
        front = pareto_front(store.trials(study), study.objectives, study.limits)
        wishes = Wishes(weights=False, with_latency=False)
        # The code of a network does not change: what is attached is not uploaded with each launch.
        there = attached_names(store, study.name)
        paths = []
        for subject in subjects_of_trials(store, workspace, study, front, wishes):
            path = Path(folder) / f"{subject.name}.py"
            if path.name not in there:
                path.write_text(subject_source(subject), encoding="utf-8")
                paths.append(path)
        if paths:
            attach_files(store, study.name, paths, workspace.root)


class _Following:
    """An observer that also keeps what Optuna's dashboard shows fresh while a search runs."""

    def __init__(self, observer: Observer, storage: str, name: str) -> None:
        self._observer = observer
        self._storage = storage
        self._name = name

    def message(self, text: str) -> None:
        self._observer.message(text)

    def profiling(self, done: int, total: int) -> None:
        self._observer.profiling(done, total)

    @contextmanager
    def searching(self, progress: Progress) -> Iterator[None]:
        shown: AbstractContextManager[None] = self._observer.searching(progress)
        # The front is measured after the search: the study is drawn for the last time after that.
        names = [self._name]
        with shown, kept_fresh(self._storage, lambda store: names, self.message, at_end=False):
            yield
