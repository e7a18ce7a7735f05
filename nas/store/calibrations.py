"""How well short trainings order the networks of a space, as it was measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from nas.store.moments import now, utc
from nas.store.schema import Base
from nas.store.transactions import Transactions


class CalibrationRow(Base):
    """One calibration; `result` is what `nas calibrate --json` printed."""

    __tablename__ = "nas_calibrations"

    id: Mapped[int] = mapped_column(primary_key=True)
    experiment_name: Mapped[str] = mapped_column(index=True)
    dataset_fingerprint: Mapped[str]
    calibrated_at: Mapped[datetime] = mapped_column(default=now)
    recommended_epochs: Mapped[int | None]
    result: Mapped[dict[str, Any]]


@dataclass(frozen=True)
class CalibrationRecord:
    """One calibration.

    Attributes:
        experiment_name: `name` of the experiment file.
        recommended_epochs: The cheapest rung that orders well enough; None where none does.
        result: As `nas calibrate --json` prints it.
    """

    experiment_name: str
    dataset_fingerprint: str
    calibrated_at: datetime
    recommended_epochs: int | None
    result: dict[str, Any]


class CalibrationTables(Transactions):
    """The part of a store that keeps calibrations."""

    def add_calibration(
        self,
        experiment_name: str,
        dataset_fingerprint: str,
        recommended_epochs: int | None,
        result: Mapping[str, Any],
    ) -> None:
        """Keeps a calibration."""
        with self._transaction() as session:
            session.add(
                CalibrationRow(
                    experiment_name=experiment_name, dataset_fingerprint=dataset_fingerprint,
                    recommended_epochs=recommended_epochs, result=dict(result),
                )
            )  # fmt: skip

    def calibrations(self, experiment_name: str) -> list[CalibrationRecord]:
        """Those of an experiment of this name, the latest first."""
        query = (
            select(CalibrationRow)
            .where(CalibrationRow.experiment_name == experiment_name)
            .order_by(CalibrationRow.id.desc())
        )
        with self._transaction() as session:
            return [
                CalibrationRecord(
                    row.experiment_name, row.dataset_fingerprint, utc(row.calibrated_at),
                    row.recommended_epochs, row.result,
                )
                for row in session.scalars(query)
            ]  # fmt: skip
