"""Keeps what Optuna's dashboard shows of a study fresh while a search runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from optuna.storages import RDBStorage

from dashboards.for_optuna.view import OptunaView
from nas.runner.optuna_tables import ForeignStudyError, closed, optuna_storage
from nas.store import Store
from search_spaces.errors import StoreError
from workers.memory import give_back

EVERY_S = 2.0
SHARE = 0.03
"""Of its time a process may spend on this: the more trials, the rarer notes and figures are new."""


@contextmanager
def kept_fresh(
    storage: str,
    names: Callable[[Store], Sequence[str]],
    notify: Callable[[str], None],
    *,
    at_end: bool = True,
) -> Iterator[None]:
    """Keeps notes and figures of studies fresh while this context is open, and at its end.

    They are written by a thread of their own: no trial waits for them. What goes wrong with them
    is told once, and stops nothing.

    Args:
        storage: Address of a database that has the tables already.
        names: Which studies; those that Optuna does not know are left out.
        at_end: Whether they are brought up to date once more at the end.
    """
    done = threading.Event()
    keeper = threading.Thread(
        target=_keep, args=(storage, names, notify, done, at_end), daemon=True
    )
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()


def refresh(storage: str, names: Callable[[Store], Sequence[str]]) -> None:
    """Brings notes and figures of studies up to date once.

    Raises:
        StoreError: The database cannot be read or written.
    """
    with Store(storage, create=False) as store, closed(optuna_storage(store)) as optuna:
        _Views(store, optuna, _raise).refresh(names(store))
    give_back()


def _raise(text: str) -> None:
    raise StoreError(text)


def _keep(
    storage: str,
    names: Callable[[Store], Sequence[str]],
    notify: Callable[[str], None],
    done: threading.Event,
    at_end: bool,
) -> None:
    try:
        with Store(storage, create=False) as store, closed(optuna_storage(store)) as optuna:
            if store.is_read_only:
                notify("Optuna's dashboard shows no new notes: the database may only be read")
                return
            views = _Views(store, optuna, notify)
            while not done.is_set():
                start = time.perf_counter()
                views.refresh(names(store))
                give_back()  # a study that is read and drawn takes megabytes for moments
                done.wait(max(EVERY_S, (time.perf_counter() - start) / SHARE))
            # Once more at the end, since the last results came after the last round.
            if at_end:
                views.refresh(names(store))
    except StoreError as error:
        notify(f"Optuna's dashboard shows no new notes and figures: {error}")


class _Views:
    """The views of the studies of one database, made when Optuna knows the study."""

    def __init__(self, store: Store, storage: RDBStorage, notify: Callable[[str], None]) -> None:
        self._store = store
        self._storage = storage
        self._notify = notify
        self._views: dict[str, OptunaView] = {}
        self._refused: set[str] = set()

    def refresh(self, names: Sequence[str]) -> None:
        for name in names:
            if name in self._refused:
                continue
            view = self._views.get(name) or self._made(name)
            if view is not None:
                view.refresh()

    def _made(self, name: str) -> OptunaView | None:
        try:
            view = OptunaView(self._store, self._storage, name)
        # Optuna's tables do not have it yet; the next round asks again.
        except KeyError:
            return None
        except ForeignStudyError as error:
            self._refused.add(name)
            self._notify(f"Optuna's dashboard shows no notes and figures of {name}: {error}")
            return None
        return self._views.setdefault(name, view)
