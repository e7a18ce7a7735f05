"""The first schema: studies, architectures, trials, curves, diagnostics, latencies, timings.

Databases written before there were revisions have these tables, or some of them: only what is
missing is made.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Makes the tables that are missing, and columns that came before there were revisions."""
    inspector = sa.inspect(op.get_bind())
    there = set(inspector.get_table_names())
    for name, columns in TABLES.items():
        if name not in there:
            op.create_table(name, *columns())
    if "nas_trials" in there:
        known = {column["name"] for column in inspector.get_columns("nas_trials")}
        for column in _later_columns():
            if column.name not in known:
                op.add_column("nas_trials", column)


def _later_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("failure_kind", sa.String()),
        sa.Column("traceback", sa.String()),
        sa.Column("retries", sa.Integer(), nullable=False, server_default="0"),
    ]


def _studies() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False, unique=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("experiment_file", sa.String(), nullable=False),
        sa.Column("experiment", sa.JSON(), nullable=False),
        sa.Column("dataset", sa.String(), nullable=False),
        sa.Column("dataset_fingerprint", sa.String(), nullable=False),
        sa.Column("in_shape", sa.JSON(), nullable=False),
        sa.Column("num_classes", sa.Integer(), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("hardware", sa.JSON(), nullable=False),
    ]


def _architectures() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("network", sa.JSON(), nullable=False),
        sa.Column("flops", sa.Integer(), nullable=False),
        sa.Column("params", sa.Integer(), nullable=False),
        sa.Column("weight_bytes", sa.Integer(), nullable=False),
        sa.Column("peak_activation_bytes", sa.Integer(), nullable=False),
        sa.Column("receptive_field_px", sa.Integer(), nullable=False),
    ]


def _trials() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("study_id", sa.Integer(), sa.ForeignKey("nas_studies.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "architecture_id", sa.String(), sa.ForeignKey("nas_architectures.id"), nullable=False
        ),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("latency_ms", sa.Double()),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("epochs", sa.Integer(), nullable=False),
        sa.Column("accuracy", sa.Double()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT),
        sa.Column("finished_at", MOMENT),
        sa.Column("train_s", sa.Double(), nullable=False),
        sa.Column("worker", sa.String()),
        sa.Column("failure", sa.String()),
        *_later_columns(),
        sa.UniqueConstraint("study_id", "number"),
        sa.UniqueConstraint("study_id", "architecture_id"),
    ]


def _epochs() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("trial_id", sa.Integer(), sa.ForeignKey("nas_trials.id"), primary_key=True),
        sa.Column("epochs", sa.Integer(), primary_key=True),
        sa.Column("accuracy", sa.Double(), nullable=False),
        sa.Column("train_loss", sa.Double()),
        sa.Column("train_s", sa.Double(), nullable=False),
    ]


def _layer_diagnostics() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("trial_id", sa.Integer(), sa.ForeignKey("nas_trials.id"), primary_key=True),
        sa.Column("layer", sa.String(), primary_key=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("num_channels", sa.Integer(), nullable=False),
        sa.Column("dead_share", sa.Double(), nullable=False),
        sa.Column("mean_correlation", sa.Double()),
        sa.Column("effective_rank", sa.Double(), nullable=False),
    ]


def _latency_settings() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("setting", sa.String(), primary_key=True),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("backend", sa.String(), nullable=False),
        sa.Column("dtype", sa.String(), nullable=False),
        sa.Column("batch_size", sa.Integer(), nullable=False),
        sa.Column("num_threads", sa.Integer(), nullable=False),
        sa.Column("memory_format", sa.String(), nullable=False),
        sa.Column("device_name", sa.String(), nullable=False),
        sa.Column("versions", sa.String(), nullable=False),
    ]


def _measured() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column(
            "setting", sa.String(), sa.ForeignKey("nas_latency_settings.setting"), primary_key=True
        ),
        sa.Column("latency_ms", sa.Double(), nullable=False),
        sa.Column("low_ms", sa.Double(), nullable=False),
        sa.Column("high_ms", sa.Double(), nullable=False),
        sa.Column("spread_ms", sa.Double(), nullable=False),
        sa.Column("num_runs", sa.Integer(), nullable=False),
        sa.Column("reference_ms", sa.Double(), nullable=False),
        sa.Column("is_quiet", sa.Boolean(), nullable=False),
        sa.Column("measured_at", MOMENT, nullable=False),
    ]


def _latency_blocks() -> list[sa.schema.SchemaItem]:
    return [sa.Column("block", sa.String(), primary_key=True), *_measured()]


def _latency_networks() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("network", sa.String(), primary_key=True),
        *_measured(),
        sa.Column("blocks", sa.JSON(), nullable=False),
    ]


def _front_latencies() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("trial_id", sa.Integer(), sa.ForeignKey("nas_trials.id"), primary_key=True),
        sa.Column(
            "setting", sa.String(), sa.ForeignKey("nas_latency_settings.setting"), nullable=False
        ),
        sa.Column("predicted_ms", sa.Double(), nullable=False),
        sa.Column("latency_ms", sa.Double(), nullable=False),
        sa.Column("low_ms", sa.Double(), nullable=False),
        sa.Column("high_ms", sa.Double(), nullable=False),
        sa.Column("num_runs", sa.Integer(), nullable=False),
        sa.Column("is_quiet", sa.Boolean(), nullable=False),
        sa.Column("measured_at", MOMENT, nullable=False),
    ]


def _latency_fits() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column(
            "setting", sa.String(), sa.ForeignKey("nas_latency_settings.setting"), primary_key=True
        ),
        sa.Column("space", sa.String(), primary_key=True),
        sa.Column("fit", sa.String(), primary_key=True),
        sa.Column("error", sa.Double(), nullable=False),
        sa.Column("num_fitted", sa.Integer(), nullable=False),
        sa.Column("fitted_at", MOMENT, nullable=False),
    ]


def _executions() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("study_id", sa.Integer(), sa.ForeignKey("nas_studies.id"), primary_key=True),
        sa.Column("execution", sa.JSON(), nullable=False),
        sa.Column("measured_at", MOMENT, nullable=False),
    ]


TABLES = {
    "nas_studies": _studies,
    "nas_architectures": _architectures,
    "nas_trials": _trials,
    "nas_epochs": _epochs,
    "nas_layer_diagnostics": _layer_diagnostics,
    "nas_latency_settings": _latency_settings,
    "nas_latency_blocks": _latency_blocks,
    "nas_latency_networks": _latency_networks,
    "nas_front_latencies": _front_latencies,
    "nas_latency_fits": _latency_fits,
    "nas_executions": _executions,
}
"""What makes the columns of each table, in the order of their references."""
