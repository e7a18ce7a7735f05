"""What the trained measure of a study is called, and the view of all values that says so."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from nas.store.schema import CREATE_VALUES_VIEW

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Adds the column and makes the view anew."""
    op.add_column("nas_studies", sa.Column("quality", sa.String()))
    op.execute("DROP VIEW nas_values")
    op.execute(CREATE_VALUES_VIEW)
