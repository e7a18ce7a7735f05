"""One unit of work: what it writes is there as a whole or not at all, and its errors are ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from nas.store.address import masked
from search_spaces.errors import StoreError


class Transactions:
    """What every part of a store works with.

    Attributes:
        url: Address of the database.
    """

    url: URL
    _sessions: sessionmaker[Session]

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        with self._errors(), self._sessions.begin() as session:
            yield session

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
            raise StoreError(f"{masked(self.url)}: {first_line(cause)}") from error


def first_line(error: BaseException) -> str:
    """What an error says in its first line."""
    return (str(error).splitlines() or [type(error).__name__])[0]
