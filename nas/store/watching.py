"""What somebody watching a search wants to know beside its trials, in few cheap queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from nas.store.latency_schema import FrontLatencyRow
from nas.store.leases import LeaseTables, RunnerRecord
from nas.store.moments import utc
from nas.store.records import StudyRecord
from nas.store.schema import StudyRow, TrialRow

TRIAL_STATES = ("WAITING", "RUNNING", "COMPLETE", "PRUNED", "FAIL")
LATEST = 20


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
        latest: When the latest trials ended, the last one first.
        runner: Who runs the study; None after an orderly end.
    """

    state: str
    workers: tuple[Worker, ...]
    latest: tuple[datetime, ...]
    runner: RunnerRecord | None

    def is_lost(self, now: datetime) -> bool:
        """Whether the study should run, but nothing more has been heard of who runs it."""
        is_gone = self.runner is not None and self.runner.is_expired(now)
        return self.state == "RUNNING" and is_gone

    def seconds_left(
        self, num_left: int, now: datetime, time_limit: float | None = None
    ) -> float | None:
        """How long so many trials take at the pace of the latest; None where that is not known.

        Args:
            time_limit: Seconds after which the runner begins no more.
        """
        if len(self.latest) < 3 or num_left <= 0:
            return None
        pace = (self.latest[0] - self.latest[-1]).total_seconds() / (len(self.latest) - 1)
        if time_limit is None or self.runner is None:
            return pace * num_left
        spent = (now - self.runner.acquired_at).total_seconds()
        return min(pace * num_left, max(0.0, time_limit - spent))


class Watching(LeaseTables):
    """The part of a store that tells what goes on."""

    def study_name(self, study_id: int) -> str | None:
        """The name of a study by its id in `nas_studies`; None where there is none."""
        with self._transaction() as session:
            return session.scalar(select(StudyRow.name).where(StudyRow.id == study_id))

    def version(self, study: StudyRecord) -> str:
        """A text that changes when a trial comes, goes on or ends, or the study's state changes."""
        counts = [func.count().filter(TrialRow.state == state) for state in TRIAL_STATES]
        trials = select(*counts, func.coalesce(func.sum(TrialRow.epochs), 0)).where(
            TrialRow.study_id == study.id
        )
        measured = (
            select(func.count(), func.max(FrontLatencyRow.measured_at))
            .join(TrialRow, TrialRow.id == FrontLatencyRow.trial_id)
            .where(TrialRow.study_id == study.id)
        )
        with self._transaction() as session:
            state = session.scalar(select(StudyRow.state).where(StudyRow.id == study.id))
            parts = (state, *session.execute(trials).one(), *session.execute(measured).one())
        return "-".join(map(str, parts))

    def activity(self, study: StudyRecord) -> Activity:
        """What goes on in a study now."""
        of_study = TrialRow.study_id == study.id
        running = (
            select(TrialRow.worker, TrialRow.number, TrialRow.started_at)
            .where(of_study, TrialRow.state == "RUNNING")
            .order_by(TrialRow.number)
        )
        ended = (
            select(TrialRow.finished_at)
            .where(of_study, TrialRow.finished_at.is_not(None))
            .order_by(TrialRow.finished_at.desc())
            .limit(LATEST)
        )
        with self._transaction() as session:
            state = session.scalar(select(StudyRow.state).where(StudyRow.id == study.id))
            workers = [
                Worker(name or "", number, utc(start) if start else None)
                for name, number, start in session.execute(running)
            ]
            latest = [utc(moment) for moment in session.scalars(ended) if moment is not None]
        runner = self.runner_of(study)
        return Activity(state or study.state, tuple(workers), tuple(latest), runner)
