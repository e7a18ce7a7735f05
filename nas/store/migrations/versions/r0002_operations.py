"""Runners, events, exports, trainings, checkpoints; large numbers on PostgreSQL; an index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)

_BEYOND_INTEGER = {
    "nas_studies": ("seed",),
    "nas_architectures": ("flops", "params", "weight_bytes", "peak_activation_bytes"),
}


def upgrade() -> None:
    """Adds the tables, how often a trial was taken up again, and what lists of studies count by."""
    op.add_column(
        "nas_trials", sa.Column("restarts", sa.Integer(), nullable=False, server_default="0")
    )
    op.create_index("ix_nas_trials_study_id_state", "nas_trials", ["study_id", "state", "accuracy"])
    _runners()
    _events()
    _exports()
    _trainings()
    _checkpoints()
    if op.get_bind().dialect.name != "sqlite":  # whose integers have 64 bits
        for table, columns in _BEYOND_INTEGER.items():
            for column in columns:
                op.alter_column(table, column, type_=sa.BigInteger())


def _runners() -> None:
    op.create_table(
        "nas_runners",
        sa.Column("study_id", sa.Integer(), sa.ForeignKey("nas_studies.id"), primary_key=True),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("acquired_at", MOMENT, nullable=False),
        sa.Column("heartbeat_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("stop_requested_at", MOMENT),
    )


def _events() -> None:
    op.create_table(
        "nas_events",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("study_id", sa.Integer(), sa.ForeignKey("nas_studies.id")),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("trial_number", sa.Integer()),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
    )
    op.create_index("ix_nas_events_study_id", "nas_events", ["study_id"])


def _exports() -> None:
    op.create_table(
        "nas_exports",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("study_id", sa.Integer(), sa.ForeignKey("nas_studies.id"), nullable=False),
        sa.Column("trial_id", sa.Integer(), sa.ForeignKey("nas_trials.id"), nullable=False),
        sa.Column("exported_at", MOMENT, nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("proof", sa.JSON(), nullable=False),
    )
    op.create_index("ix_nas_exports_study_id", "nas_exports", ["study_id"])
    op.create_index("ix_nas_exports_trial_id", "nas_exports", ["trial_id"])


def _trainings() -> None:
    op.create_table(
        "nas_trainings",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("study_id", sa.Integer(), sa.ForeignKey("nas_studies.id")),
        sa.Column("trial_id", sa.Integer(), sa.ForeignKey("nas_trials.id")),
        sa.Column("architecture_id", sa.String(), nullable=False),
        sa.Column("recipe", sa.JSON(), nullable=False),
        sa.Column("seed", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.Column("epochs", sa.Integer(), nullable=False),
        sa.Column("max_epochs", sa.Integer(), nullable=False),
        sa.Column("validation_accuracy", sa.Double()),
        sa.Column("test_accuracy", sa.Double()),
        sa.Column("num_test_images", sa.Integer()),
        sa.Column("train_s", sa.Double(), nullable=False),
        sa.Column("failure", sa.String()),
        sa.Column("checkpoint", sa.String()),
        sa.Column("weights_sha256", sa.String()),
        sa.Column("hardware", sa.JSON(), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
    )
    op.create_index("ix_nas_trainings_study_id", "nas_trainings", ["study_id"])
    op.create_index("ix_nas_trainings_trial_id", "nas_trainings", ["trial_id"])
    op.create_table(
        "nas_training_epochs",
        sa.Column("training_id", sa.Integer(), sa.ForeignKey("nas_trainings.id"), primary_key=True),
        sa.Column("epochs", sa.Integer(), primary_key=True),
        sa.Column("validation_accuracy", sa.Double()),
        sa.Column("train_loss", sa.Double(), nullable=False),
        sa.Column("train_s", sa.Double(), nullable=False),
    )


def _checkpoints() -> None:
    op.create_table(
        "nas_checkpoints",
        sa.Column("trial_id", sa.Integer(), sa.ForeignKey("nas_trials.id"), primary_key=True),
        sa.Column("epochs", sa.Integer(), nullable=False),
        sa.Column("uri", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("bytes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
    )
