"""What happens in a study now, counted in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from nas.store.moments import utc
from nas.store.records import StudyRecord
from nas.store.schema import TrialRow
from nas.store.transactions import Transactions


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

    def num_trials_by_state(
        self, study: StudyRecord, finished_since: datetime | None = None
    ) -> dict[str, int]:
        """How many trials of a study are in each state that one is in.

        Args:
            finished_since: Counts only those that have finished since.
        """
        query = select(TrialRow.state, func.count()).where(TrialRow.study_id == study.id)
        if finished_since is not None:
            query = query.where(TrialRow.finished_at >= utc(finished_since))
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
