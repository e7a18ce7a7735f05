"""What somebody watching a search wants to know beside its trials, in few cheap queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select

from nas.store.companions import CalibrationRow, CompanionRow
from nas.store.latency import FrontLatencyRow
from nas.store.leases import LeaseTables, RunnerRecord
from nas.store.quantised import int8_counts
from nas.store.records import StudyRecord
from nas.store.schema import StudyRow, TrialRow
from nas.store.transactions import utc
from search_spaces.quantities import seconds_left

TRIAL_STATES = ("WAITING", "RUNNING", "COMPLETE", "PRUNED", "FAIL")


@dataclass(frozen=True)
class Worker:
    """A worker and the trial that it trains."""

    name: str
    number: int
    started_at: datetime | None


@dataclass(frozen=True)
class Activity:
    """What goes on in a study.

    Attributes:
        state: Of the study.
        workers: Those that train, by number of their trial.
        runner: Who runs the study; None after an orderly end.
        num_done: Trials that have come to an end under this runner, failed ones left out.
    """

    state: str
    workers: tuple[Worker, ...]
    runner: RunnerRecord | None
    num_done: int

    def seconds_left(
        self, num_left: int, now: datetime, time_limit: float | None = None
    ) -> float | None:
        """How long so many trials take at this runner's pace; None where that is not known.

        Args:
            time_limit: Seconds after which the runner begins no more.
        """
        if self.runner is None:
            return None
        elapsed = (now - self.runner.acquired_at).total_seconds()
        return seconds_left(elapsed, self.num_done, num_left, time_limit)


class StudyVersion(NamedTuple):
    """Two texts, of which one changes with whatever pages say of a study.

    Attributes:
        trials: With each trial that comes, goes on or ends.
        rest: With its state, its experiment, latencies measured end to end, what networks are worth
            in eight bit integers, calibrations, and the studies that serve it, such as
            confirmations.
    """

    trials: str
    rest: str


class Watching(LeaseTables):
    """The part of a store that tells what goes on."""

    def study_name(self, study_id: int) -> str | None:
        """The name of a study by its id in `nas_studies`; None where there is none."""
        with self._transaction() as session:
            return session.scalar(select(StudyRow.name).where(StudyRow.id == study_id))

    def version(self, study: StudyRecord) -> StudyVersion:
        """What changes with all that pages say of a study, in a few cheap queries."""
        own, trials = TrialRow.study_id == study.id, _trial_counts()
        row = select(StudyRow.name, StudyRow.created_at, StudyRow.state, StudyRow.experiment_file)
        measured = (
            select(func.count(), func.max(FrontLatencyRow.measured_at))
            .join(TrialRow, TrialRow.id == FrontLatencyRow.trial_id)
            .where(own)
        )
        calibrated = select(func.max(CalibrationRow.id)).where(
            CalibrationRow.experiment_name == study.name
        )
        companions = (
            select(StudyRow.id, StudyRow.state, CompanionRow.purpose, *trials)
            .join(CompanionRow, CompanionRow.study_id == StudyRow.id)
            .outerjoin(TrialRow, TrialRow.study_id == StudyRow.id)
            .where(CompanionRow.experiment_name == study.name)
            .group_by(StudyRow.id, CompanionRow.study_id)
            .order_by(StudyRow.id)
        )
        with self._transaction() as session:
            counts = session.execute(select(*trials).where(own)).one()
            queries = (
                row.where(StudyRow.id == study.id), measured, int8_counts(study), calibrated,
                companions,
            )  # fmt: skip
            rest = [row_of for query in queries for row_of in session.execute(query).all()]
        return StudyVersion(_digest(counts), _digest(rest))

    def activity(self, study: StudyRecord) -> Activity:
        """What goes on in a study now."""
        of_study = TrialRow.study_id == study.id
        running = (
            select(TrialRow.worker, TrialRow.number, TrialRow.started_at)
            .where(of_study, TrialRow.state == "RUNNING")
            .order_by(TrialRow.number)
        )
        done = select(func.count()).where(of_study, TrialRow.state.in_(("COMPLETE", "PRUNED")))
        runner = self.runner_of(study)
        if runner is not None:  # what an earlier one did, perhaps days ago, tells no pace
            done = done.where(TrialRow.finished_at >= utc(runner.acquired_at))
        with self._transaction() as session:
            state = session.scalar(select(StudyRow.state).where(StudyRow.id == study.id))
            workers = [
                Worker(name or "", number, utc(start) if start else None)
                for name, number, start in session.execute(running)
            ]
            num_done = session.scalar(done) or 0
        return Activity(state or study.state, tuple(workers), runner, num_done)


def _trial_counts() -> list[ColumnElement[int]]:
    """Columns that say how far the trials of a study, or of a group, have come."""
    counts = [func.count().filter(TrialRow.state == state) for state in TRIAL_STATES]
    # Counts of states alone miss a trial that failed and was begun again between two looks.
    sums = (TrialRow.epochs, TrialRow.retries, TrialRow.restarts)
    return [*counts, *(func.coalesce(func.sum(column), 0) for column in sums)]


def _digest(found: Any) -> str:
    return sha256(repr(found).encode()).hexdigest()[:16]
