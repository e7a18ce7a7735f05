"""Runs the revisions on a connection that is handed in; its caller commits."""

from __future__ import annotations

from alembic import context

from nas.store.migrations import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
context.run_migrations()
