"""What is finished stays as it is: the units of work refuse to change it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.attributes import get_history

from nas.store.records import FINISHED_STATES
from nas.store.schema import TrialRow
from nas.store.trainings import TrainingRow
from search_spaces.errors import StoreError


def protect_finished(sessions: sessionmaker[Session]) -> None:
    """Lets every unit of work raise StoreError, and write nothing, that changes finished rows."""
    event.listen(sessions, "before_flush", _refuse_changes)


def _refuse_changes(session: Session, _context: Any, _instances: Any) -> None:
    for row in session.dirty:
        if isinstance(row, TrialRow):
            _refuse(session, row, f"trial {row.number}")
        elif isinstance(row, TrainingRow):
            _refuse(session, row, f"training {row.id}")


def _refuse(session: Session, row: TrialRow | TrainingRow, name: str) -> None:
    history = get_history(row, "state")
    before = next(iter(history.deleted or history.unchanged))
    if before in FINISHED_STATES and session.is_modified(row):
        raise StoreError(f"{name} is {before}: what is finished does not change")
