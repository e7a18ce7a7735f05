"""What happened to a study, in order, and what happens in it now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import Mapped, mapped_column

from nas.store.records import StudyRecord
from nas.store.schema import Base, TrialRow
from nas.store.transactions import Transactions, now, utc


class EventRow(Base):
    """One thing that happened; without a study, to the whole database."""

    __tablename__ = "nas_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int | None] = mapped_column(ForeignKey("nas_studies.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=now)
    kind: Mapped[str]
    trial_number: Mapped[int | None]
    text: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)


@dataclass(frozen=True)
class EventRecord:
    """One thing that happened.

    Attributes:
        kind: One word, as `launched`.
        trial_number: Where it happened to a trial.
        text: One line for people.
        data: The same for programs.
    """

    at: datetime
    kind: str
    trial_number: int | None
    text: str
    data: dict[str, Any]


class EventTables(Transactions):
    """The part of a store that keeps events."""

    def add_event(
        self,
        study: StudyRecord | None,
        kind: str,
        text: str,
        trial_number: int | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """Notes what happened, to a study or, with None, to the whole database."""
        with self._transaction() as session:
            session.add(
                EventRow(
                    study_id=None if study is None else study.id, kind=kind, text=text,
                    trial_number=trial_number, data=dict(data or {}),
                )
            )  # fmt: skip

    def events(self, study: StudyRecord | None) -> list[EventRecord]:
        """What happened to a study, the earliest first; with None, to the whole database."""
        owner = None if study is None else study.id
        query = select(EventRow).where(EventRow.study_id.is_not_distinct_from(owner))
        with self._transaction() as session:
            return [_event(row) for row in session.scalars(query.order_by(EventRow.id))]

    def last_events(self, study: StudyRecord, number: int) -> list[EventRecord]:
        """The last so many things that happened to a study, the earliest first."""
        query = select(EventRow).where(EventRow.study_id == study.id)
        with self._transaction() as session:
            rows = session.scalars(query.order_by(EventRow.id.desc()).limit(number)).all()
            return [_event(row) for row in reversed(rows)]


def _event(row: EventRow) -> EventRecord:
    return EventRecord(utc(row.at), row.kind, row.trial_number, row.text, row.data)


@dataclass(frozen=True)
class RunningTrial:
    """A trial that a worker trains.

    Attributes:
        worker: Ray Tune's name of the training.
        since: When this worker, or this try, began it.
    """

    number: int
    epochs: int
    worker: str | None
    since: datetime | None
    retries: int
    restarts: int


class ActivityTables(Transactions):
    """The part of a store that counts."""

    def num_trials_by_state(self, study: StudyRecord) -> dict[str, int]:
        """How many trials of a study are in each state that one is in."""
        query = select(TrialRow.state, func.count()).where(TrialRow.study_id == study.id)
        with self._transaction() as session:
            return {state: number for state, number in session.execute(query.group_by("state"))}

    def running_trials(self, study: StudyRecord) -> list[RunningTrial]:
        """The trials that workers train, by number."""
        query = (
            select(TrialRow)
            .where(TrialRow.study_id == study.id, TrialRow.state == "RUNNING")
            .order_by(TrialRow.number)
        )
        with self._transaction() as session:
            return [
                RunningTrial(
                    row.number, row.epochs, row.worker,
                    None if row.started_at is None else utc(row.started_at), row.retries,
                    row.restarts,
                )
                for row in session.scalars(query)
            ]  # fmt: skip
