"""One runner a study: a lease in the database that a thread renews while the search runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from nas.runner.machine import Runner, is_dead
from nas.store import RunnerRecord, Store, StudyRecord
from search_spaces.errors import SearchError, StoreError
from search_spaces.quantities import format_duration

LEASE_S = 15.0
"""After so many seconds without a heartbeat another launch may take a study over."""

HEARTBEAT_S = 5.0
POLL_S = 1.0
"""How often the runner looks whether it is asked to stop."""


class LostLeaseError(SearchError):
    """Another process has taken the study over; nothing more may be written."""


def take_over(
    store: Store, study: StudyRecord, me: Runner, lease_s: float = LEASE_S
) -> RunnerRecord | None:
    """Takes the lease of a study that nobody runs, or whose runner is known to be dead.

    Returns:
        Who ran it last, where that had no orderly end.

    Raises:
        SearchError: Somebody runs it; says who, and since when.
    """
    before = store.runner_of(study)
    holder = _acquire(store, study, me, lease_s)
    # Only the lease of the dead one is released: of two launches that see it dead one gets it.
    if holder.token != me.token and is_dead(holder.token, holder.pid):
        store.release(study, holder.token)
        holder = _acquire(store, study, me, lease_s)
    if holder.token != me.token:
        raise _taken(study, holder)
    return before


def require_free(store: Store, study: StudyRecord) -> None:
    """Raises SearchError where somebody runs a study; says who, and since when."""
    holder = running(store, study)
    if holder is not None:
        raise _taken(study, holder)


def running(store: Store, study: StudyRecord) -> RunnerRecord | None:
    """Who runs a study, as far as that can be known; None where nobody does."""
    holder = store.runner_of(study)
    if holder is None or holder.is_expired(datetime.now(UTC)):
        return None
    return None if is_dead(holder.token, holder.pid) else holder


def shown_state(state: str, holder: RunnerRecord | None) -> str:
    """That of a study for people; INTERRUPTED where its process has died and could not say so.

    Args:
        holder: Who runs it, by `running`.
    """
    return "INTERRUPTED" if state == "RUNNING" and holder is None else state


def as_it_stands(store: Store, study: StudyRecord) -> StudyRecord:
    """A study in the state that it is shown in."""
    holder = running(store, study) if study.state == "RUNNING" else None
    return replace(study, state=shown_state(study.state, holder))


def run_for(store: Store, study: StudyRecord) -> list[StudyRecord]:
    """The studies that serve this one, such as its baselines, and that somebody runs now."""
    return [found for found in store.companions_of(study.name) if running(store, found)]


def _taken(study: StudyRecord, holder: RunnerRecord) -> SearchError:
    advice = f"wait for it, or end it with `nas stop {study.name}`"
    return SearchError(f"study {study.name!r} is run by {described(holder)}; {advice}")


def described(holder: RunnerRecord) -> str:
    """Who runs a study, and since when."""
    since = holder.acquired_at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    ago = format_duration((datetime.now(UTC) - holder.acquired_at).total_seconds())
    return f"process {holder.pid} of {holder.user} on {holder.host} since {since} ({ago})"


def _acquire(store: Store, study: StudyRecord, me: Runner, lease_s: float) -> RunnerRecord:
    return store.acquire(study, me.token, me.host, me.pid, me.user, lease_s, datetime.now(UTC))


class Lease:
    """The right to run a study, renewed by a thread.

    Attributes:
        before: Who ran the study last, where that had no orderly end.

    Args:
        on_stop: Called once, from that thread, when somebody asks for an orderly end.
        on_lost: Called once, from that thread, when another has the study.
        notify: Told once, in one line, that the database cannot be reached.
    """

    def __init__(
        self,
        store: Store,
        study: StudyRecord,
        me: Runner,
        *,
        on_stop: Callable[[], None],
        on_lost: Callable[[], None],
        notify: Callable[[str], None],
        lease_s: float = LEASE_S,
        heartbeat_s: float = HEARTBEAT_S,
        poll_s: float = POLL_S,
    ) -> None:
        self._store, self._study, self._me = store, study, me
        self._on_stop, self._on_lost, self._notify = on_stop, on_lost, notify
        self._lease_s, self._heartbeat_s, self._poll_s = lease_s, heartbeat_s, poll_s
        self.before: RunnerRecord | None = None
        self._done = threading.Event()
        self._is_asked = self._is_lost = self._is_cut_off = False
        self._thread = threading.Thread(target=self._beat, daemon=True, name="lease")

    @property
    def token(self) -> str:
        """That of the process which holds it."""
        return self._me.token

    @property
    def is_lost(self) -> bool:
        """Whether another has the study."""
        return self._is_lost

    @property
    def lost(self) -> str:
        """What to say where it is."""
        by = "taken over by another process, or ended by `nas stop --now`"
        return f"study {self._study.name!r} was {by}; nothing of it is lost"

    def __enter__(self) -> Lease:
        """Takes the study over. Raises SearchError where somebody runs it."""
        self.before = take_over(self._store, self._study, self._me, self._lease_s)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        # Before the release, after which a heartbeat would find no lease and call the study lost.
        self._thread.join()
        if not self._is_lost:
            self._store.release(self._study, self._me.token)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A unit of work that is committed only if the study is still ours.

        Raises:
            LostLeaseError: It is not.
        """
        with self._store.unit_of_work():
            # In the same transaction: until it is committed nobody else can change the row.
            if not self._renew():
                raise LostLeaseError(self.lost)
            yield

    def _renew(self) -> bool:
        return self._store.renew(self._study, self._me.token, self._lease_s, datetime.now(UTC))

    def _beat(self) -> None:
        """Between two heartbeats it looks several times whether it shall stop."""
        waited = 0.0
        while not self._done.wait(self._poll_s):
            waited += self._poll_s
            try:
                if waited >= self._heartbeat_s:
                    waited = 0.0
                    self._renew()
                self._look()
                self._is_cut_off = False
            except StoreError as error:  # the next write of the search meets it too
                if not self._is_cut_off:
                    self._notify(f"the database does not answer: {error}")
                self._is_cut_off = True

    def _look(self) -> None:
        holder = self._store.runner_of(self._study)
        if holder is None or holder.token != self._me.token:
            if not self._is_lost:
                # Before the call: the search that it ends asks whether the study is lost.
                self._is_lost = True
                self._on_lost()
        elif holder.stop_requested_at is not None and not self._is_asked:
            self._is_asked = True
            self._on_stop()
