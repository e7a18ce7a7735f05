"""Measures from outside the package: a row for each value, and one view of all values."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


_VALUES = "CREATE VIEW nas_values AS " + " UNION ALL ".join(
    [
        *(
            f"SELECT id AS trial_id, '{name}' AS measure, {name} AS value FROM nas_trials "
            f"WHERE {name} IS NOT NULL"
            for name in ("accuracy", "latency_ms")
        ),
        *(
            f"SELECT t.id, '{name}', a.{name} FROM nas_trials t "
            "JOIN nas_architectures a ON a.id = t.architecture_id"
            for name in ("flops", "params", "peak_activation_bytes", "weight_bytes")
        ),
        "SELECT trial_id, measure, value FROM nas_own_values",
    ]
)


def upgrade() -> None:
    """Adds the column, the table and the view."""
    op.add_column("nas_studies", sa.Column("measures", sa.JSON()))
    op.create_table(
        "nas_own_values",
        sa.Column("trial_id", sa.Integer(), sa.ForeignKey("nas_trials.id"), primary_key=True),
        sa.Column("measure", sa.String(), primary_key=True),
        sa.Column("value", sa.Double(), nullable=False),
    )
    op.execute(_VALUES)
