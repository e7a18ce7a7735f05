"""SQLite files: which of them may only be read, and the copy before an upgrade."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Connection

from nas.store.address import masked
from search_spaces.errors import StoreError
from search_spaces.whole_file import replacing


def sqlite_file(url: URL) -> Path | None:
    """The file of a SQLite database; None for any other, and for one in memory."""
    is_file = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
    return Path(str(url.database)) if is_file else None


def is_read_only(url: URL) -> bool:
    """Whether a database is a file that is there and that this process may not write.

    SQLite writes into the folder too: its journal stands beside the file.
    """
    path = sqlite_file(url)
    if path is None or not path.is_file():
        return False
    return not (_is_writable(path) and _is_writable(path.parent))


def _is_writable(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def reading_uri(url: URL) -> str:
    """How SQLite opens a file that may only be read.

    A file in WAL mode can be read only if the files beside it can be made, or if SQLite is told
    that nobody writes. That is so where there is no journal. Where there is one, it holds what the
    file lacks, and SQLite needs both of its files.

    Raises:
        StoreError: There is a journal that cannot be read.
    """
    path = sqlite_file(url)
    assert path is not None
    wal, shm, journal = (Path(f"{path}{suffix}") for suffix in ("-wal", "-shm", "-journal"))
    has_wal = wal.exists() and wal.stat().st_size > 0
    if has_wal and not shm.exists():
        rule = "cannot be read where neither it nor its folder may be written"
        advice = f"{wal.name} has what was written last; copy both files to another folder"
        raise StoreError(f"{masked(url)}: {rule}: {advice}")
    mode = "mode=ro" if has_wal or journal.exists() else "mode=ro&immutable=1"
    return f"file:{quote(str(path.absolute()))}?{mode}"


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
    target = _free_name(source, revision)
    try:
        # On the disk before the upgrade begins, which the copy is kept for.
        with replacing(target, lasting=True) as partial:
            _copy(source, partial)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            f"{source}: must be upgraded, and cannot be copied first: {error}; nothing was changed"
        ) from error
    return target


def _file(connection: Connection) -> Path | None:
    if connection.dialect.name != "sqlite":
        return None
    path = next(row[2] for row in connection.exec_driver_sql("PRAGMA database_list"))
    return Path(path) if path else None


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
        # A copy of the file alone would lack what its journal holds.
        read.backup(written)


def _free_name(source: Path, revision: str) -> Path:
    names = (f"{source.name}.{revision}{'' if n == 1 else f'-{n}'}.bak" for n in count(1))
    return next(path for path in map(source.with_name, names) if not path.exists())
