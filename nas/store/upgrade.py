"""Brings the tables of an older version up to date: columns that came later are added."""

from __future__ import annotations

from sqlalchemy import Column, Engine, Table, inspect, text
from sqlalchemy.schema import CreateColumn

from nas.store.schema import Base


def add_missing_columns(engine: Engine) -> None:
    """Adds to existing tables the columns that they lack.

    A column that came later may be null or has a default of the server, so that rows that are
    there already stay valid.

    Raises:
        SQLAlchemyError: The database cannot be written.
    """
    there = inspect(engine)
    for table in Base.metadata.tables.values():
        if not there.has_table(table.name):
            continue
        known = {column["name"] for column in there.get_columns(table.name)}
        for column in table.columns:
            if column.name not in known:
                _add(engine, table, column)


def _add(engine: Engine, table: Table, column: Column[object]) -> None:
    assert column.nullable or column.server_default is not None, f"{table.name}.{column.name}"
    preparer = engine.dialect.identifier_preparer
    definition = CreateColumn(column).compile(dialect=engine.dialect)
    with engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {preparer.format_table(table)} ADD {definition}"))
