"""Latency tables in SQL: what was measured on which device."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from nas.store.records import StudyRecord
from nas.store.schema import Base, TrialRow, trial_row
from nas.store.transactions import Transactions, now


class LatencySettingRow(Base):
    """A device and how networks run on it; `setting` is the key that tables are found by."""

    __tablename__ = "nas_latency_settings"

    setting: Mapped[str] = mapped_column(primary_key=True)
    device: Mapped[str]
    backend: Mapped[str]
    dtype: Mapped[str]
    batch_size: Mapped[int]
    num_threads: Mapped[int]
    memory_format: Mapped[str]
    device_name: Mapped[str]
    versions: Mapped[str]


class _Measured:
    """What every measurement has; 0 runs say that a value is predicted from others."""

    setting: Mapped[str] = mapped_column(
        ForeignKey("nas_latency_settings.setting"), primary_key=True
    )
    latency_ms: Mapped[float]
    low_ms: Mapped[float]
    high_ms: Mapped[float]
    spread_ms: Mapped[float]
    num_runs: Mapped[int]
    reference_ms: Mapped[float]
    is_quiet: Mapped[bool]
    measured_at: Mapped[datetime] = mapped_column(default=now)


class BlockLatencyRow(_Measured, Base):
    """The latency of one block at one input shape."""

    __tablename__ = "nas_latency_blocks"

    block: Mapped[str] = mapped_column(primary_key=True)


class NetworkLatencyRow(_Measured, Base):
    """The latency of a whole network, measured end to end, with the blocks that it consists of."""

    __tablename__ = "nas_latency_networks"

    network: Mapped[str] = mapped_column(primary_key=True)
    blocks: Mapped[list[Any]] = mapped_column(JSON)


class FrontLatencyRow(Base):
    """The latency of a network of a study's front, measured end to end, beside its prediction."""

    __tablename__ = "nas_front_latencies"

    trial_id: Mapped[int] = mapped_column(ForeignKey("nas_trials.id"), primary_key=True)
    setting: Mapped[str] = mapped_column(ForeignKey("nas_latency_settings.setting"))
    predicted_ms: Mapped[float]
    latency_ms: Mapped[float]
    low_ms: Mapped[float]
    high_ms: Mapped[float]
    num_runs: Mapped[int]
    is_quiet: Mapped[bool]
    measured_at: Mapped[datetime] = mapped_column(default=now)


class LatencyFitRow(Base):
    """How well latencies of one space are predicted in one setting, where something was fitted.

    `fit` is `blocks` (blocks that were not measured, from those that were) or `networks` (whole
    networks from sums of blocks); `error` is the mean relative error on what was held out.
    """

    __tablename__ = "nas_latency_fits"

    setting: Mapped[str] = mapped_column(
        ForeignKey("nas_latency_settings.setting"), primary_key=True
    )
    space: Mapped[str] = mapped_column(primary_key=True)
    fit: Mapped[str] = mapped_column(primary_key=True)
    error: Mapped[float]
    num_fitted: Mapped[int]
    fitted_at: Mapped[datetime] = mapped_column(default=now)


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
            # The setting first: without relationships SQLAlchemy sorts no rows by their references.
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
                # Measured latencies decide who is on the front: all must be of one device.
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
