"""What is finished stays as it is, until a study is removed with all that hangs on it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Table, delete, event, or_, select
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.attributes import get_history

from nas.store.companions import CalibrationRow
from nas.store.records import FINISHED_STATES, StudyRecord
from nas.store.schema import ArchitectureRow, Base, StudyRow, TrialRow
from nas.store.trainings import TrainingRow
from nas.store.transactions import Transactions
from search_spaces.errors import StoreError


def protect_finished(sessions: sessionmaker[Session]) -> None:
    """Lets every unit of work raise StoreError, and write nothing, that changes finished rows."""
    # Statements that go past mapped rows are not seen here, of which `delete_study` makes use.
    event.listen(sessions, "before_flush", _refuse_changes)


def _refuse_changes(session: Session, _context: Any, _instances: Any) -> None:
    for row in session.dirty:
        if isinstance(row, TrialRow):
            _refuse(session, row, f"trial {row.number}")
        elif isinstance(row, TrainingRow):
            _refuse(session, row, f"training {row.id}")


def _refuse(session: Session, row: TrialRow | TrainingRow, name: str) -> None:
    history = get_history(row, "state")
    # What the database has: `deleted` where this unit of work has changed it, else `unchanged`.
    before = next(iter(history.deleted or history.unchanged))
    if before in FINISHED_STATES and session.is_modified(row):
        raise StoreError(f"{name} is {before}: what is finished does not change")


_BATCH = 500
"""Values in one statement, of which SQLite does not take any number."""


class DeletionTables(Transactions):
    """The part of a store that forgets."""

    def delete_study(self, study: StudyRecord) -> None:
        """Removes a study: its rows in every table, and the networks that only it had.

        Latency tables stay, and so do results that trials of other studies took over from it; that
        they took them over is forgotten.
        """
        trials = select(TrialRow.id).where(TrialRow.study_id == study.id)
        trainings = select(TrainingRow.id).where(
            or_(TrainingRow.study_id == study.id, TrainingRow.trial_id.in_(trials))
        )
        gone = {"nas_studies": [study.id], "nas_trials": trials, "nas_trainings": trainings}
        of_study = TrialRow.study_id == study.id
        of_experiment = CalibrationRow.experiment_name == study.name
        with self._transaction() as session:
            networks = list(session.scalars(select(TrialRow.architecture_id).where(of_study)))
            for table in reversed(Base.metadata.sorted_tables):  # none before those that name it
                hanging = _hanging_on(table, gone)
                if hanging is not None:
                    session.execute(delete(table).where(hanging))
            session.execute(delete(StudyRow).where(StudyRow.id == study.id))
            session.execute(delete(CalibrationRow).where(of_experiment))
            for start in range(0, len(networks), _BATCH):
                few = networks[start : start + _BATCH]
                kept = select(TrialRow.architecture_id).where(TrialRow.architecture_id.in_(few))
                alone = ArchitectureRow.id.in_(few) & ArchitectureRow.id.not_in(kept)
                session.execute(delete(ArchitectureRow).where(alone))


def _hanging_on(table: Table, gone: dict[str, object]) -> ColumnElement[bool] | None:
    """Which rows of a table name one that goes; None where it names none of them."""
    named = [
        key.parent.in_(gone[key.column.table.name])  # type: ignore[arg-type]
        for key in table.foreign_keys
        if key.column.table.name in gone
    ]
    return or_(*named) if named else None
