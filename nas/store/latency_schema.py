"""The latency tables: what was measured on which device."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from nas.store.moments import now
from nas.store.schema import Base


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
