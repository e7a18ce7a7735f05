"""Revisions of the schema: which one a database has, and the way from it to the present one.

A revision is a file of `versions/`. Optuna keeps its own revision in `alembic_version`, ours is in
`nas_alembic_version` beside it.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect

HEAD = "0007"
"""The revision that the models describe."""

VERSION_TABLE = "nas_alembic_version"

_VERSIONS = Table(VERSION_TABLE, MetaData(), Column("version_num", String(32), primary_key=True))


def revision_of(connection: Connection) -> str | None:
    """The revision of a database; None where none is noted."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.scalar(_VERSIONS.select())


def stamp(connection: Connection) -> None:
    """Notes that a database, whose tables were just made from the models, has the present one."""
    _VERSIONS.create(connection, checkfirst=True)
    connection.execute(_VERSIONS.insert().values(version_num=HEAD))


def migrate(connection: Connection, revision: str = HEAD) -> None:
    """Goes from the revision of a database to another, in the transaction that is open."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
