"""What unfinished trials go on from, and by which timings their arithmetic was chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from nas.store.records import StudyRecord
from nas.store.schema import Base, LargeInteger, TrialRow, trial_row
from nas.store.transactions import Transactions, now, utc


class CheckpointRow(Base):
    """The state of a trial at its last rung."""

    __tablename__ = "nas_checkpoints"

    trial_id: Mapped[int] = mapped_column(ForeignKey("nas_trials.id"), primary_key=True)
    epochs: Mapped[int]
    uri: Mapped[str]
    sha256: Mapped[str]
    bytes: Mapped[int] = mapped_column(LargeInteger)
    written_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


@dataclass(frozen=True)
class CheckpointRecord:
    """The state of a trial at its last rung.

    Attributes:
        number: Of the trial.
        epochs: How many it was trained by then.
        uri: Where it lies; any address that fsspec knows.
        sha256: Of its bytes; what differs is damaged.
        bytes: How many there are.
    """

    number: int
    epochs: int
    uri: str
    sha256: str
    bytes: int
    written_at: datetime


class CheckpointTables(Transactions):
    """The part of a store that keeps checkpoints."""

    def set_checkpoint(
        self, study: StudyRecord, number: int, *, epochs: int, uri: str, sha256: str, bytes: int
    ) -> None:
        """Notes the checkpoint of a trial, in place of its last."""
        with self._transaction() as session:
            trial_id = trial_row(session, study.id, number).id
            session.merge(
                CheckpointRow(
                    trial_id=trial_id, epochs=epochs, uri=uri, sha256=sha256, bytes=bytes,
                    written_at=now(),
                )
            )  # fmt: skip

    def drop_checkpoint(self, study: StudyRecord, number: int) -> None:
        """Forgets the checkpoint of a trial; one without is left alone."""
        with self._transaction() as session:
            trial_id = trial_row(session, study.id, number).id
            session.execute(delete(CheckpointRow).where(CheckpointRow.trial_id == trial_id))

    def checkpoints(self, study: StudyRecord) -> dict[int, CheckpointRecord]:
        """The checkpoints of a study by the number of their trial."""
        query = (
            select(TrialRow.number, CheckpointRow)
            .join(TrialRow, TrialRow.id == CheckpointRow.trial_id)
            .where(TrialRow.study_id == study.id)
            .order_by(TrialRow.number)
        )
        with self._transaction() as session:
            return {
                number: CheckpointRecord(
                    number, row.epochs, row.uri, row.sha256, row.bytes, utc(row.written_at)
                )
                for number, row in session.execute(query)
            }


class ExecutionRow(Base):
    """The timings of a study, the same for all its trainings on one kind of device."""

    __tablename__ = "nas_executions"

    study_id: Mapped[int] = mapped_column(ForeignKey("nas_studies.id"), primary_key=True)
    execution: Mapped[dict[str, Any]]
    measured_at: Mapped[datetime] = mapped_column(default=now)


_LATER = "later"
"""The key under which timings lie that came after the first ones of a study."""


class ExecutionTables(Transactions):
    """The part of a store that keeps such timings."""

    def executions_of(self, study: StudyRecord) -> list[dict[str, Any]]:
        """What a study's trainings choose by, in the order in which it was kept.

        One for each kind of device that it was launched on; none before the first training.
        """
        with self._transaction() as session:
            row = session.get(ExecutionRow, study.id)
            return [] if row is None else _all_of(row.execution)

    def executions(self) -> list[dict[str, Any]]:
        """Those of all studies, the latest study first."""
        query = select(ExecutionRow.execution).order_by(ExecutionRow.study_id.desc())
        with self._transaction() as session:
            return [each for kept in session.scalars(query) for each in _all_of(kept)]

    def add_execution(self, study: StudyRecord, execution: Mapping[str, Any]) -> None:
        """Keeps a study's timings, for good, behind those that it has."""
        with self._transaction() as session:
            row = session.get(ExecutionRow, study.id)
            if row is None:
                session.add(ExecutionRow(study_id=study.id, execution=dict(execution)))
                return
            later = [*row.execution.get(_LATER, ()), dict(execution)]
            row.execution = {**row.execution, _LATER: later}


def _all_of(kept: Mapping[str, Any]) -> list[dict[str, Any]]:
    first = {key: value for key, value in kept.items() if key != _LATER}
    return [first, *kept.get(_LATER, ())]
