"""Reads and writes latency tables; each method is one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, select

from nas.store.latency_schema import (
    BlockLatencyRow,
    FrontLatencyRow,
    LatencyFitRow,
    LatencySettingRow,
    NetworkLatencyRow,
)
from nas.store.moments import now
from nas.store.records import StudyRecord
from nas.store.schema import Base, TrialRow, trial_row
from nas.store.transactions import Transactions

MEASURED = (
    "latency_ms", "low_ms", "high_ms", "spread_ms", "num_runs", "reference_ms", "is_quiet",
)  # fmt: skip
"""What is known of every measurement, in the order of the columns."""


class LatencyTables(Transactions):
    """The part of a store that keeps latency tables."""

    def add_latencies(
        self,
        setting: str,
        facts: Mapping[str, Any],
        blocks: Iterable[Mapping[str, Any]] = (),
        networks: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        """Adds measurements; one of the same block or network is replaced.

        Args:
            setting: Key of the device and how networks run on it.
            facts: The other columns of `nas_latency_settings`.
            blocks: `block` and the names of `MEASURED`.
            networks: `network`, `blocks` and the names of `MEASURED`.
        """
        with self._transaction() as session:
            session.merge(LatencySettingRow(setting=setting, **facts))
            session.flush()
            for row in blocks:
                session.merge(BlockLatencyRow(setting=setting, **row))
            for row in networks:
                session.merge(NetworkLatencyRow(setting=setting, **row))

    def latency_blocks(self, setting: str) -> list[dict[str, Any]]:
        """`block` and the names of `MEASURED` for each block known in a setting."""
        return self._latencies(BlockLatencyRow, setting, ("block", *MEASURED))

    def latency_networks(self, setting: str) -> list[dict[str, Any]]:
        """`network`, `blocks` and the names of `MEASURED` for each network known in a setting."""
        return self._latencies(NetworkLatencyRow, setting, ("network", "blocks", *MEASURED))

    def set_latency_fit(
        self, setting: str, space: str, fit: str, error: float, num_fitted: int
    ) -> None:
        """Notes how well a fit predicts; `fit` is `blocks` or `networks`."""
        with self._transaction() as session:
            session.merge(
                LatencyFitRow(
                    setting=setting, space=space, fit=fit, error=error, num_fitted=num_fitted,
                    fitted_at=now(),
                )
            )  # fmt: skip

    def latency_fits(self, setting: str, space: str) -> dict[str, float]:
        """The error of each fit of a space in a setting."""
        table = LatencyFitRow.__table__
        query = select(table.c.fit, table.c.error).where(
            table.c.setting == setting, table.c.space == space
        )
        with self._transaction() as session:
            return {fit: error for fit, error in session.execute(query)}

    def set_front_latencies(
        self, study: StudyRecord, setting: str, rows: Iterable[Mapping[str, Any]]
    ) -> None:
        """Notes latencies of a front; those of the study in another setting are forgotten.

        Args:
            rows: `number` of the trial and the other columns of `nas_front_latencies`.
        """
        trials = select(TrialRow.id).where(TrialRow.study_id == study.id)
        with self._transaction() as session:
            session.execute(
                delete(FrontLatencyRow).where(
                    FrontLatencyRow.trial_id.in_(trials), FrontLatencyRow.setting != setting
                )
            )
            for row in rows:
                values = {name: value for name, value in row.items() if name != "number"}
                trial = trial_row(session, study.id, row["number"])
                session.merge(FrontLatencyRow(trial_id=trial.id, setting=setting, **values))

    def _latencies(
        self, row: type[Base], setting: str, names: tuple[str, ...]
    ) -> list[dict[str, Any]]:
        table = row.__table__
        columns = [table.c[name] for name in names]
        query = select(*columns).where(table.c.setting == setting).order_by(columns[0])
        with self._transaction() as session:
            return [dict(zip(names, found, strict=True)) for found in session.execute(query)]
