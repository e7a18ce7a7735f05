"""SQLite files that may only be read, because of their mount, folder or owner."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL

from nas.store.address import masked
from search_spaces.errors import StoreError


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
