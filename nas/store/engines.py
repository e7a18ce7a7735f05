"""Connections to databases: how long they wait, and what they do when a server goes away."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from json import JSONDecodeError
from typing import Any, TypeVar

from sqlalchemy import URL, Dialect, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DBAPIError,
    NoSuchModuleError,
    OperationalError,
    SQLAlchemyError,
)

from nas.store.address import masked
from nas.store.files import is_read_only, reading_uri
from search_spaces.errors import StoreError

T = TypeVar("T")

PATIENCE_S = 60
"""How long to wait for a lock that another process holds, or for a server that restarts."""

_DRIVERS = {"postgresql": "; pip install 'conv-nas[postgres]', and postgresql+psycopg://host/name"}

_PAUSE_S = 0.25
_CONNECT_S = 10


def make_engine(url: URL, *, to_wal: bool = False) -> Engine:
    """An engine with the settings of `prepare_engine`; nothing is reached yet.

    Raises:
        StoreError: There is no driver for this database, or the file cannot be read.
    """
    try:
        engine = create_engine(url, **engine_options(url))
    except (NoSuchModuleError, ImportError) as error:
        hint = _DRIVERS.get(url.get_backend_name(), "")
        raise StoreError(f"{masked(url)}: no driver for this database: {error}{hint}") from error
    except ArgumentError as error:
        raise StoreError(f"{masked(url)}: {one_line(error)}") from error
    prepare_engine(engine, to_wal=to_wal)
    return engine


def engine_options(url: URL) -> dict[str, Any]:
    """Options of `create_engine` for a database; a SQLite file may be one that is only read.

    Raises:
        StoreError: It may only be read, and what was written last cannot be.
    """
    if url.get_backend_name() == "sqlite":
        waiting: dict[str, Any] = {"timeout": PATIENCE_S}
        if not is_read_only(url):
            return {"connect_args": waiting}
        uri = reading_uri(url)
        # With a `creator`, SQLAlchemy does not itself let other threads use a pooled connection.
        return {
            "creator": partial(sqlite3.connect, uri, uri=True, check_same_thread=False, **waiting)
        }
    # A connection that has lain in the pool may be of before a restart of the server.
    return {"pool_pre_ping": True, "connect_args": {"connect_timeout": _CONNECT_S}}


def prepare_engine(engine: Engine, *, to_wal: bool = False) -> None:
    """Settings of all its connections; errors of the database become StoreError of one line.

    For SQLite: readers beside one writer, and no lost transaction when the process is killed. A
    commit then waits for no disk; only a machine that loses its power may lose the last ones.

    Args:
        to_wal: Whether a SQLite file is brought into that mode, which it then stays in.

    A server that was reached once may go away between two units of work: for `PATIENCE_S` seconds
    it is tried again.
    """
    event.listen(engine, "handle_error", _our_error)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_settings)
        if to_wal:
            event.listen(engine, "connect", _to_wal)
    else:
        _Reconnect(engine)


def _sqlite_settings(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    # FULL, the default, waits for the disk at each commit, and between quick trials it is felt
    # (benchmarks/results/dispatch.md). In WAL mode neither can damage the file.
    cursor.execute("PRAGMA synchronous=NORMAL")
    # SQLite looks at no reference unless each connection asks for it.
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _to_wal(connection: Any, _record: Any) -> None:
    """Waits as long as for a lock: where others open a new file as well, SQLite refuses at once."""
    _patiently(
        partial(connection.execute, "PRAGMA journal_mode=WAL"),
        lambda error: getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY,
        PATIENCE_S,
    )


def _patiently(
    attempt: Callable[[], T], is_passing: Callable[[Exception], bool], seconds: float
) -> T:
    """What an attempt gives, made again for so long while what it raises may pass."""
    give_up_at = time.monotonic() + seconds
    while True:
        try:
            return attempt()
        except Exception as error:
            if not is_passing(error) or time.monotonic() >= give_up_at:
                raise
            time.sleep(_PAUSE_S)


def _our_error(context: ExceptionContext) -> StoreError | None:
    """Instead of what is damaged or cannot be reached, written or locked, whoever asked.

    Broken constraints are Optuna's to handle, and a failed ping leads to a new connection.
    """
    # These very types: a broken constraint is a DatabaseError too, by inheritance.
    is_ours = type(context.sqlalchemy_exception) in (OperationalError, DatabaseError)
    if not is_ours or context.is_pre_ping or context.engine is None:
        return None
    return StoreError(f"{masked(context.engine.url)}: {one_line(context.original_exception)}")


class _Reconnect:
    """Connects again to a server that restarts, patiently once it has been reached."""

    def __init__(self, engine: Engine) -> None:
        self._was_reached = False
        event.listen(engine, "do_connect", self._connect)

    def _connect(self, dialect: Dialect, _record: Any, args: Any, options: Any) -> Any:
        connection = _patiently(
            partial(dialect.connect, *args, **options),
            lambda error: isinstance(error, dialect.loaded_dbapi.OperationalError),
            # At first nobody waits: the address may be wrong.
            PATIENCE_S if self._was_reached else 0,
        )
        self._was_reached = True
        return connection


@contextmanager
def errors_told(url: URL) -> Iterator[None]:
    """Raises StoreError, with the address and in one line, for whatever a database objects to."""
    try:
        yield
    except SQLAlchemyError as error:
        cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
        raise StoreError(f"{masked(url)}: {one_line(cause)}") from error
    except JSONDecodeError as error:
        raise StoreError(f"{masked(url)}: is damaged: a value is no JSON") from error


def one_line(error: BaseException) -> str:
    """What an error says in its first line."""
    return next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
