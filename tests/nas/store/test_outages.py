"""Databases that are locked, full, or gone for a while: nothing that was written is lost."""

from __future__ import annotations

import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from postgres_kit import Postgres
from search_kit import Search, experiment_file
from sqlalchemy import event

from nas.store import Store
from search_spaces.errors import NasError, StoreError

LOCKED_S = 2.0
"""Shorter than half a minute; how long is waited is pinned by a test of its own."""


@contextmanager
def _locked(path: Path, seconds: float | None = None) -> Iterator[None]:
    """Another user of the database who writes, and takes so long: all the while, or `seconds`."""
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    release = threading.Timer(seconds or 0, other.execute, ("COMMIT",))
    if seconds:
        release.start()
    try:
        yield
    finally:
        if seconds:
            release.join()
        else:
            other.execute("COMMIT")
        other.close()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "nas.db"


@pytest.fixture
def search(database: Path) -> Iterator[Search]:
    with Store(f"sqlite:///{database}") as store:
        search = Search(store, experiment_file())
        yield search
        search.optuna.close()


def test_many_who_make_one_database_at_once_wait_for_each_other(tmp_path: Path) -> None:
    """SQLite lets nobody wait who would turn a new file to its log at the same moment."""
    failures: list[NasError] = []

    def opens(path: Path, start: threading.Barrier) -> None:
        start.wait()
        try:
            Store(f"sqlite:///{path}").close()
        except NasError as error:
            failures.append(error)

    for number in range(12):
        arguments = tmp_path / f"{number}.db", threading.Barrier(8)
        threads = [threading.Thread(target=opens, args=arguments) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []


def test_a_lock_is_waited_for_a_minute(search: Search) -> None:
    for engine in (search.store.engine, search.optuna.study._storage._backend.engine):
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 60_000


def test_a_search_survives_a_lock(database: Path, search: Search) -> None:
    """At each of the calls that write: a proposal, a start, a report, and the end of a trial."""
    with _locked(database, LOCKED_S):
        proposal = search.begin()
    assert proposal is not None
    with _locked(database, LOCKED_S):
        search.train(proposal)
    assert search.run() == "COMPLETE"
    assert {trial.state for trial in search.store.trials(search.study)} == {"COMPLETE"}
    assert len(search.store.trials(search.study)) == 6


def test_a_lock_that_stays_is_one_line(
    database: Path, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nas.store.engines.PATIENCE_S", 0.2)
    with Store(f"sqlite:///{database}") as store:
        hasty = Search(store, experiment_file())
        with _locked(database):
            with pytest.raises(StoreError, match=r"nas\.db: database is locked$"):
                store.add_event(hasty.study, "kind", "text")
            with pytest.raises(StoreError, match=r"nas\.db: database is locked$"):
                hasty.optuna.ask(hasty.problem)
        assert hasty.run() == "COMPLETE"


def _fill(search: Search) -> list[tuple[int, int]]:
    """Searches until the disk is full; returns the epochs that were said to be recorded."""
    recorded = []
    with pytest.raises(NasError, match="database or disk is full"):
        while (proposal := search.begin()) is not None:
            for epoch in (1, 2):
                search.session.report(proposal.number, epoch, 0.5, 1.0, 1.0)
                recorded.append((proposal.number, epoch))
    return recorded


def _epochs(store: Store, name: str) -> set[tuple[int, int]]:
    return {(epoch.number, epoch.epochs) for epoch in store.epochs(store.study(name))}


def test_a_full_database_loses_nothing(database: Path, search: Search) -> None:
    """SQLite ends at a number of pages with the very error of a disk that is full."""
    with closing(sqlite3.connect(database)) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    engines = search.store.engine, search.optuna.study._storage._backend.engine
    for engine in engines:
        event.listen(engine, "connect", limit)
        engine.dispose()
    recorded = _fill(search)
    for engine in engines:
        event.remove(engine, "connect", limit)
        engine.dispose()
    _goes_on(search.store, recorded)


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "none", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no small disk can be mounted here: that takes rights of root")
    try:
        with Store(f"sqlite:///{folder / 'nas.db'}") as store:
            search = Search(store, experiment_file())
            ballast = folder / "ballast"
            _fill_disk(ballast)
            recorded = _fill(search)
            search.optuna.close()
            ballast.unlink()
            _goes_on(store, recorded)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _fill_disk(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
        while True:
            file.write(bytes(4096))


def _goes_on(store: Store, recorded: list[tuple[int, int]]) -> None:
    """Once there is room, what was recorded is there, and the same search comes to its end."""
    assert _epochs(store, "six") >= set(recorded)
    again = Search(store, experiment_file())
    assert again.run() == "COMPLETE"
    assert _epochs(store, "six") == {
        (trial.number, e) for trial in store.trials(again.study) for e in (1, 2)
    }
    assert len(store.trials(again.study)) == 6


@pytest.mark.parametrize("way", ["stop", "kill"])
def test_a_search_survives_a_server_that_restarts(way: str, postgres: Postgres) -> None:
    with Store(postgres.emptied_database()) as store:
        search = Search(store, experiment_file())
        proposal = search.begin()
        assert proposal is not None
        search.train(proposal, epochs=1)
        getattr(postgres, way)()
        restart = threading.Timer(1.0, postgres.start)
        restart.start()
        search.session.report(proposal.number, 2, 0.5, 1.0, 1.0)
        restart.join()
        assert search.run() == "COMPLETE"
        assert _epochs(store, "six") == {(number, epoch) for number in range(6) for epoch in (1, 2)}


def test_a_server_that_was_never_there_is_told_at_once(tmp_path: Path) -> None:
    url = f"postgresql+psycopg://nas:s3cret@/nas?host={tmp_path}"
    with pytest.raises(StoreError, match=r"nas:\*\*\*@/nas.*: connection is bad: .*No such file"):
        Store(url)
