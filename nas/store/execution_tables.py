"""Keeps by which timings the trainings of a study choose their arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column

from nas.store.moments import now
from nas.store.records import StudyRecord
from nas.store.schema import Base
from nas.store.transactions import Transactions


class ExecutionRow(Base):
    """The timings of a study, the same for all its trainings."""

    __tablename__ = "nas_executions"

    study_id: Mapped[int] = mapped_column(ForeignKey("nas_studies.id"), primary_key=True)
    execution: Mapped[dict[str, Any]]
    measured_at: Mapped[datetime] = mapped_column(default=now)


class ExecutionTables(Transactions):
    """The part of a store that keeps such timings."""

    def execution(self, study: StudyRecord) -> dict[str, Any] | None:
        """The timings of a study; None before the first training."""
        with self._transaction() as session:
            row = session.get(ExecutionRow, study.id)
            return None if row is None else row.execution

    def executions(self) -> list[dict[str, Any]]:
        """Those of all studies, the latest first."""
        query = select(ExecutionRow.execution).order_by(ExecutionRow.study_id.desc())
        with self._transaction() as session:
            return list(session.scalars(query))

    def add_execution(self, study: StudyRecord, execution: Mapping[str, Any]) -> None:
        """Keeps a study's timings, for good."""
        with self._transaction() as session:
            session.add(ExecutionRow(study_id=study.id, execution=dict(execution)))
