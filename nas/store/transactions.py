"""One unit of work: all or nothing, its errors ours; moments and texts as any database has them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import cast

from sqlalchemy import URL, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from nas.store.engines import errors_told


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def utc(moment: datetime) -> datetime:
    """A moment in UTC; SQLite gives them back without the zone, which is always UTC."""
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def storable(text: str) -> str:
    """A text with `␀` for zero characters and `?` for halves of surrogate pairs."""
    # PostgreSQL keeps no zero character, and UTF-8 has no halves of pairs.
    return text.replace("\0", "\u2400").encode("utf-8", "replace").decode("utf-8")


Insert = postgresql.Insert | sqlite.Insert


def insert_into(session: Session, row: type[DeclarativeBase]) -> Insert:
    """An insertion that can say what happens where the row is there already, in both databases."""
    table = cast(Table, row.__table__)
    is_postgres = session.get_bind().dialect.name == "postgresql"
    return postgresql.insert(table) if is_postgres else sqlite.insert(table)


class Transactions:
    """What every part of a store works with.

    Attributes:
        url: Address of the database.
    """

    url: URL
    _sessions: sessionmaker[Session]
    _units: threading.local

    @contextmanager
    def unit_of_work(self) -> Iterator[None]:
        """What this thread writes while it is open is committed together, or not at all."""
        with self._transaction():
            yield

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        """A transaction, or a part of the one that this thread has open."""
        session: Session | None = getattr(self._units, "session", None)
        if session is not None:
            with errors_told(self.url):
                yield session
                # Here, so that who wrote what is wrong hears of it, and not who commits later.
                session.flush()
            return
        with errors_told(self.url), self._sessions.begin() as session:
            self._units.session = session
            try:
                yield session
            finally:
                self._units.session = None
