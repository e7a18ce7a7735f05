"""Copies of a SQLite database, made beside it before it is upgraded."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path

from sqlalchemy import Connection

from search_spaces.errors import StoreError


def copy_of(connection: Connection, revision: str) -> Path | None:
    """Copies a SQLite database to `nas.db.0001.bak` beside it; no earlier copy is replaced.

    The copy is there as a whole or not at all.

    Returns:
        The copy; None for a database that is no file.

    Raises:
        StoreError: It cannot be written.
    """
    source = _file(connection)
    if source is None:
        return None
    partial = source.with_name(f"{source.name}.{os.getpid()}.tmp")
    try:
        _copy(source, partial)
        target = _free_name(source, revision)
        partial.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            f"{source}: must be upgraded, and cannot be copied first: {error}; nothing was changed"
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return target


def _file(connection: Connection) -> Path | None:
    if connection.dialect.name != "sqlite":
        return None
    path = next(row[2] for row in connection.exec_driver_sql("PRAGMA database_list"))
    return Path(path) if path else None


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
        read.backup(written)
    with target.open("rb+") as file:
        os.fsync(file.fileno())


def _free_name(source: Path, revision: str) -> Path:
    names = (f"{source.name}.{revision}{'' if n == 1 else f'-{n}'}.bak" for n in count(1))
    return next(path for path in map(source.with_name, names) if not path.exists())
