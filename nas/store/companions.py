"""Studies that serve another, and how well short trainings order the networks of a space."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column

from nas.store.records import Companion, StudyRecord
from nas.store.schema import Base, StudyRow, study_record
from nas.store.transactions import Transactions, insert_into, now, utc


class CompanionRow(Base):
    """A study that was made for the experiment of another."""

    __tablename__ = "nas_companions"

    study_id: Mapped[int] = mapped_column(ForeignKey("nas_studies.id"), primary_key=True)
    experiment_name: Mapped[str] = mapped_column(index=True)
    purpose: Mapped[str]


def served(row: CompanionRow | None) -> Companion | None:
    """What a row says; None where there is none."""
    return None if row is None else Companion(row.experiment_name, row.purpose)


class CompanionTables(Transactions):
    """The part of a store that knows which studies serve others."""

    def add_companion(self, study: StudyRecord, companion: Companion) -> None:
        """Notes what a study serves; nothing where that is noted already."""
        with self._transaction() as session:
            session.execute(
                insert_into(session, CompanionRow)
                .values(study_id=study.id, **companion._asdict())
                # Each launch notes it again, since a kill may have come between study and note.
                .on_conflict_do_nothing()
            )

    def served_by(self, study: StudyRecord) -> Companion | None:
        """What a study serves; None where it was searched for its own sake."""
        with self._transaction() as session:
            return served(session.get(CompanionRow, study.id))

    def companions_of(self, experiment_name: str) -> list[StudyRecord]:
        """All studies that serve an experiment, whatever for, oldest first."""
        query = select(StudyRow).join(CompanionRow, CompanionRow.study_id == StudyRow.id)
        query = query.where(CompanionRow.experiment_name == experiment_name)
        with self._transaction() as session:
            return [study_record(row) for row in session.scalars(query.order_by(StudyRow.id))]

    def companions(self, companion: Companion) -> list[StudyRecord]:
        """The studies that serve this, oldest first."""
        query = (
            select(StudyRow)
            .join(CompanionRow, CompanionRow.study_id == StudyRow.id)
            .where(
                CompanionRow.experiment_name == companion.experiment_name,
                CompanionRow.purpose == companion.purpose,
            )
            .order_by(StudyRow.id)
        )
        with self._transaction() as session:
            return [study_record(row) for row in session.scalars(query)]


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
