"""What happened to a study, in order: launched, resumed, a trial failed, stopped, upgraded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column

from nas.store.moments import now, utc
from nas.store.records import StudyRecord
from nas.store.schema import Base
from nas.store.transactions import Transactions


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
