"""Addresses of databases: reading them, and showing them without their secrets."""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, Engine, event, make_url
from sqlalchemy.exc import ArgumentError

from search_spaces.errors import StoreError

DEFAULT_URL = "sqlite:///nas.db"
BUSY_TIMEOUT_S = 60


def parsed(url: str) -> URL:
    """A database address. Raises StoreError where it is none; the message does not repeat it."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):  # a port that is no number is a ValueError
        address = None
    if address is None or "\0" in url:
        rule = "a storage address reads like sqlite:///nas.db or postgresql+psycopg://host/name"
        raise StoreError(f"{rule}; this one does not")
    return address


def masked(url: str | URL) -> str:
    """A database address that may be shown: its password hidden, wherever in it that stands."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        return "the storage address"
    secrets = {key: "hidden" for key in address.query if "password" in key.lower()}
    return address.update_query_dict(secrets).render_as_string(hide_password=True)


def engine_options(url: URL) -> dict[str, Any]:
    """Options of `create_engine` for a database: how long to wait for a lock."""
    if url.get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": BUSY_TIMEOUT_S}}
    return {"pool_pre_ping": True}


def tune_sqlite(engine: Engine) -> None:
    """For SQLite: readers beside one writer, and no lost transaction when the process is killed.

    A commit then waits for no disk; only a machine that loses its power may lose the last ones.
    """
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_settings)


def _sqlite_settings(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()
