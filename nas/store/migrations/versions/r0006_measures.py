"""Measures from outside the package: a row for each value, and one view of all values."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from nas.store.schema import CREATE_VALUES_VIEW

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Adds the column, the table and the view."""
    op.add_column("nas_studies", sa.Column("measures", sa.JSON()))
    op.create_table(
        "nas_own_values",
        sa.Column("trial_id", sa.Integer(), sa.ForeignKey("nas_trials.id"), primary_key=True),
        sa.Column("measure", sa.String(), primary_key=True),
        sa.Column("value", sa.Double(), nullable=False),
    )
    op.execute(CREATE_VALUES_VIEW)
