"""Which studies serve others, and on how many images their accuracy is measured."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Adds the table and the column."""
    images = sa.Column("num_validation_images", sa.Integer())
    op.add_column("nas_studies", images)
    study = sa.ForeignKey("nas_studies.id")
    op.create_table(
        "nas_companions",
        sa.Column("study_id", sa.Integer(), study, primary_key=True),
        sa.Column("experiment_name", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
    )
    op.create_index("ix_nas_companions_experiment_name", "nas_companions", ["experiment_name"])
