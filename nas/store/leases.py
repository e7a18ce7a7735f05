"""Who runs a study: one runner at a time, by a lease that must be renewed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ForeignKey, and_, delete, or_, update
from sqlalchemy.orm import Mapped, mapped_column

from nas.store.records import StudyRecord
from nas.store.schema import Base
from nas.store.transactions import Transactions, insert_into, utc


class RunnerRow(Base):
    """The process that runs a study, or ran it last without an orderly end."""

    __tablename__ = "nas_runners"

    study_id: Mapped[int] = mapped_column(ForeignKey("nas_studies.id"), primary_key=True)
    token: Mapped[str]
    host: Mapped[str]
    pid: Mapped[int]
    user_name: Mapped[str]
    acquired_at: Mapped[datetime]
    heartbeat_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    stop_requested_at: Mapped[datetime | None]


@dataclass(frozen=True)
class RunnerRecord:
    """Who holds a study.

    Attributes:
        token: Chosen by the runner; who knows it may renew and release the lease.
        acquired_at: Since when it runs the study.
        heartbeat_at: When it last renewed the lease.
        expires_at: From then on another may take over.
        stop_requested_at: When somebody asked it to end.
    """

    token: str
    host: str
    pid: int
    user: str
    acquired_at: datetime
    heartbeat_at: datetime
    expires_at: datetime
    stop_requested_at: datetime | None

    def is_expired(self, now: datetime) -> bool:
        """Whether it has not renewed its lease in time."""
        return self.expires_at <= now


class LeaseTables(Transactions):
    """The part of a store that keeps leases. Moments are passed in and have a time zone."""

    def acquire(
        self,
        study: StudyRecord,
        token: str,
        host: str,
        pid: int,
        user: str,
        lease_s: float,
        now: datetime,
    ) -> RunnerRecord:
        """Takes the lease of a study that nobody holds, or whose holder let it expire.

        Of many that try at once, one succeeds. Who holds it already and asks again renews it.

        Args:
            lease_s: Seconds until it expires unless it is renewed.

        Returns:
            Who holds the lease now: with the given `token` where it was taken, else the other.
        """
        now = utc(now)
        values = {
            "token": token, "host": host, "pid": pid, "user_name": user, "acquired_at": now,
            "heartbeat_at": now, "expires_at": now + timedelta(seconds=lease_s),
            "stop_requested_at": None,  # that was said to the runner before
        }  # fmt: skip
        table = RunnerRow.__table__
        with self._transaction() as session:
            session.execute(
                # One statement: between a look and a write another could take the lease as well.
                insert_into(session, RunnerRow)
                .values(study_id=study.id, **values)
                .on_conflict_do_update(
                    index_elements=["study_id"], set_=values,
                    where=or_(table.c.expires_at <= now, table.c.token == token),
                )
            )  # fmt: skip
            # Still in the transaction: what the statement left, be it ours or another's.
            row = session.get(RunnerRow, study.id)
            if row is not None:
                return _runner(row)
        return self.acquire(study, token, host, pid, user, lease_s, now)  # just given back

    def renew(self, study: StudyRecord, token: str, lease_s: float, now: datetime) -> bool:
        """Holds a lease for `lease_s` seconds from now; False where another has taken it over.

        An expired lease that nobody took can still be renewed.
        """
        now = utc(now)
        expires_at = now + timedelta(seconds=lease_s)
        with self._transaction() as session:
            renewed = (
                update(RunnerRow)
                .where(_is_held(study, token))
                .values(heartbeat_at=now, expires_at=expires_at)
                .returning(RunnerRow.study_id)
            )
            return session.scalar(renewed) is not None

    def release(self, study: StudyRecord, token: str) -> bool:
        """Gives a lease back; False where it was not, or no longer, this runner's."""
        with self._transaction() as session:
            removed = delete(RunnerRow).where(_is_held(study, token)).returning(RunnerRow.study_id)
            return session.scalar(removed) is not None

    def request_stop(self, study: StudyRecord, now: datetime) -> RunnerRecord | None:
        """Asks whoever runs a study to end; returns who that is, None where nobody does."""
        with self._transaction() as session:
            row = session.get(RunnerRow, study.id)
            if row is None or utc(row.expires_at) <= utc(now):
                return None
            row.stop_requested_at = row.stop_requested_at or utc(now)
            session.flush()
            return _runner(row)

    def stop_requested(self, study: StudyRecord, token: str) -> bool:
        """Whether this runner was asked to end, or is no longer the one that runs the study."""
        runner = self.runner_of(study)
        return runner is None or runner.token != token or runner.stop_requested_at is not None

    def runner_of(self, study: StudyRecord) -> RunnerRecord | None:
        """Who runs a study or let its lease expire; None after an orderly end."""
        with self._transaction() as session:
            row = session.get(RunnerRow, study.id)
            return None if row is None else _runner(row)


def _is_held(study: StudyRecord, token: str) -> ColumnElement[bool]:
    return and_(RunnerRow.study_id == study.id, RunnerRow.token == token)


def _runner(row: RunnerRow) -> RunnerRecord:
    asked = row.stop_requested_at
    return RunnerRecord(
        token=row.token, host=row.host, pid=row.pid, user=row.user_name,
        acquired_at=utc(row.acquired_at), heartbeat_at=utc(row.heartbeat_at),
        expires_at=utc(row.expires_at), stop_requested_at=utc(asked) if asked else None,
    )  # fmt: skip
