"""How images are given to networks, and what their classes are called."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Adds the columns."""
    for table in ("nas_studies", "nas_trainings"):
        for column in ("input_format", "class_names"):
            op.add_column(table, sa.Column(column, sa.JSON()))
