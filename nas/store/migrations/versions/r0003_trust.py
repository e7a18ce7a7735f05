"""Trainings that several studies share, and calibrations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Adds the tables."""
    trial = sa.ForeignKey("nas_trials.id")
    op.create_table(
        "nas_training_keys",
        sa.Column("trial_id", sa.Integer(), trial, primary_key=True),
        sa.Column("training_key", sa.String(), nullable=False),
    )
    op.create_index("ix_nas_training_keys_training_key", "nas_training_keys", ["training_key"])
    op.create_table(
        "nas_reused_trials",
        sa.Column("trial_id", sa.Integer(), sa.ForeignKey("nas_trials.id"), primary_key=True),
        sa.Column("source_trial_id", sa.Integer(), sa.ForeignKey("nas_trials.id"), nullable=False),
        sa.Column("epochs", sa.Integer(), nullable=False),
    )
    op.create_table(
        "nas_calibrations",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("experiment_name", sa.String(), nullable=False),
        sa.Column("dataset_fingerprint", sa.String(), nullable=False),
        sa.Column("calibrated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recommended_epochs", sa.Integer()),
        sa.Column("result", sa.JSON(), nullable=False),
    )
    op.create_index("ix_nas_calibrations_experiment_name", "nas_calibrations", ["experiment_name"])
