"""One unit of work: what it writes is there as a whole or not at all, and its errors are ours."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from json import JSONDecodeError
from typing import cast

from sqlalchemy import URL, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from nas.store.address import masked
from nas.store.engines import one_line
from search_spaces.errors import StoreError

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
            with self._errors():
                yield session
                session.flush()
            return
        with self._errors(), self._sessions.begin() as session:
            self._units.session = session
            try:
                yield session
            finally:
                self._units.session = None

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
            raise StoreError(f"{masked(self.url)}: {one_line(cause)}") from error
        except JSONDecodeError as error:
            raise StoreError(f"{masked(self.url)}: is damaged: a value is no JSON") from error
