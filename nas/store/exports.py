"""What was exported from a study, and how that was checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column

from nas.store.records import StudyRecord
from nas.store.schema import Base, TrialRow, trial_row
from nas.store.transactions import Transactions, now, utc


class ExportRow(Base):
    """One file that was written for one trial."""

    __tablename__ = "nas_exports"

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("nas_studies.id"), index=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("nas_trials.id"), index=True)
    exported_at: Mapped[datetime] = mapped_column(default=now)
    format: Mapped[str]
    file_name: Mapped[str]
    sha256: Mapped[str]
    proof: Mapped[dict[str, Any]]


@dataclass(frozen=True)
class ExportRecord:
    """One file that was written for one trial.

    Attributes:
        number: Of the trial.
        format: As `code`, `weights` or `onnx`.
        file_name: Its name without folders.
        sha256: Of its bytes.
        proof: What was checked, with figures.
    """

    number: int
    exported_at: datetime
    format: str
    file_name: str
    sha256: str
    proof: dict[str, Any]


class ExportTables(Transactions):
    """The part of a store that keeps exports."""

    def add_export(
        self,
        study: StudyRecord,
        number: int,
        *,
        format: str,
        file_name: str,
        sha256: str,
        proof: Mapping[str, Any],
    ) -> None:
        """Notes a file that was written for a trial."""
        with self._transaction() as session:
            trial = trial_row(session, study.id, number)
            session.add(
                ExportRow(
                    study_id=study.id, trial_id=trial.id, format=format, file_name=file_name,
                    sha256=sha256, proof=dict(proof),
                )
            )  # fmt: skip

    def exports(self, study: StudyRecord) -> list[ExportRecord]:
        """What was exported from a study, the earliest first."""
        query = (
            select(TrialRow.number, ExportRow)
            .join(TrialRow, TrialRow.id == ExportRow.trial_id)
            .where(ExportRow.study_id == study.id)
            .order_by(ExportRow.id)
        )
        with self._transaction() as session:
            return [
                ExportRecord(
                    number, utc(row.exported_at), row.format, row.file_name, row.sha256, row.proof
                )
                for number, row in session.execute(query)
            ]
