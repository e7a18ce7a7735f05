"""Brings the tables of a database that is opened up to date, once, whoever else opens it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, func, insert, inspect, select, text

from nas.store.address import masked, parsed
from nas.store.engines import errors_told, make_engine
from nas.store.events import EventRow
from nas.store.files import copy_of, is_read_only, sqlite_file
from nas.store.migrations import HEAD, migrate, revision_of, stamp
from nas.store.schema import CREATE_VALUES_VIEW, Base, StudyRow
from search_spaces.errors import StoreError

BEFORE_REVISIONS = "0001"
"""What a database has that knows of no revision."""

_LOCK = 0x6E6173  # any number that all our programs share


def bring_up_to_date(engine: Engine, *, create: bool) -> None:
    """Makes the tables where `create` allows it, or upgrades those of an older program.

    All of it is one transaction, and a SQLite file is copied first. Where the tables are those of
    this program, one look at the revision is all that happens.

    Raises:
        StoreError: The tables are those of a newer program; there are none and `create` is false;
            or no copy could be made.
        SQLAlchemyError: The database cannot be reached or written.
    """
    with engine.connect() as connection:
        if _is_present(connection):
            return
        if not create and not _has_studies(connection):
            raise StoreError(f"{masked(engine.url)}: has no studies; `nas launch` makes them")
        if is_read_only(engine.url):
            rule = "was written by an older version of this program, and cannot be upgraded here"
            raise StoreError(f"{masked(engine.url)}: {rule}; copy it to where it can be written")
    with _alone(engine) as connection:
        # Looked at again: another process may have done it while this one waited.
        if not _is_present(connection):
            _make_or_upgrade(connection)


def look_at(url: str) -> tuple[str, int]:
    """What state a database is in, and how many studies it has; nothing is made or upgraded.

    Returns:
        `ready`, `absent` (the first launch makes it) or `older` (the next command upgrades it).

    Raises:
        StoreError: It cannot be reached or read, or cannot be made; or a newer program wrote it.
    """
    address = parsed(url)
    engine = make_engine(address)
    with errors_told(address):
        engine.dialect.create_connect_args(address)  # refuses what is no address of its kind
    path = sqlite_file(address)
    if path is not None and not path.exists():
        if not os.access(path.absolute().parent, os.W_OK | os.X_OK):
            raise StoreError(f"{masked(address)}: its folder is not there, or cannot be written")
        return "absent", 0
    try:
        with errors_told(address), engine.connect() as connection:
            if not _has_studies(connection):
                return "absent", 0
            count = connection.scalar(select(func.count()).select_from(StudyRow)) or 0
            return "ready" if _is_present(connection) else "older", count
    finally:
        engine.dispose()


def _make_or_upgrade(connection: Connection) -> None:
    if not _has_studies(connection):
        Base.metadata.create_all(connection)
        connection.execute(text(CREATE_VALUES_VIEW))
        stamp(connection)
        return
    found = revision_of(connection) or BEFORE_REVISIONS
    copy = copy_of(connection, found)
    migrate(connection)
    _note_upgrade(connection, found, copy)


def _is_present(connection: Connection) -> bool:
    found = revision_of(connection)
    if found is not None and found > HEAD:
        raise StoreError(
            f"{masked(connection.engine.url)}: was written by a newer version of this program "
            f"(schema {found}, this one knows {HEAD}); upgrade conv-nas to open it"
        )
    return found == HEAD


def _has_studies(connection: Connection) -> bool:
    return inspect(connection).has_table(StudyRow.__tablename__)


def _note_upgrade(connection: Connection, found: str, copy: Path | None) -> None:
    kept = f"; before that it was copied to {copy.name}" if copy else ""
    data = {"from": found, "to": HEAD, "copy": copy.name if copy else None}
    text = f"schema upgraded from {found} to {HEAD}{kept}"
    connection.execute(insert(EventRow).values(kind="upgraded", text=text, data=data))


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A transaction that no other process upgrades beside."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            # A transaction that begins by reading is refused to write, at once and without waiting,
            # where another has written meanwhile.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        yield connection
        connection.commit()
