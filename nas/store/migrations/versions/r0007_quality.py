"""What the trained measure of a study is called; what a full training tells beside it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from nas.store.schema import CREATE_VALUES_VIEW

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Adds the columns, and makes the view of all values anew."""
    op.add_column("nas_studies", sa.Column("quality", sa.String()))
    op.add_column("nas_trainings", sa.Column("readings", sa.JSON()))
    op.execute("DROP VIEW nas_values")
    op.execute(CREATE_VALUES_VIEW)
