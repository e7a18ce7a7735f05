"""One runner a study: who may run it, who is told what, and who may still write."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from search_kit import experiment_file, new_study

from nas.runner.lease import Lease, LostLeaseError, require_free, running
from nas.runner.leftovers import TOKEN_VARIABLE, end_processes, end_session
from nas.runner.machine import Runner, is_alive, is_dead, machine_mark, this_process
from nas.store import Store, StudyRecord
from search_spaces.errors import SearchError

ELSEWHERE = Runner("elsewhere-1", "other", 4711, "ann")


@pytest.fixture
def study(store: Store) -> StudyRecord:
    return new_study(store, experiment_file())


@pytest.fixture
def dead_pid() -> int:
    """A process id of this machine that nobody has any more."""
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


class Watched(Lease):
    """A lease whose calls are awaited."""

    def __init__(self, store: Store, study: StudyRecord, me: Runner, lease_s: float = 15) -> None:
        self.stopped, self.was_lost = threading.Event(), threading.Event()
        self.said: list[str] = []
        super().__init__(
            store, study, me, on_stop=self.stopped.set, on_lost=self.was_lost.set,
            notify=self.said.append, lease_s=lease_s, heartbeat_s=0.02, poll_s=0.01,
        )  # fmt: skip


def _acquire(store: Store, study: StudyRecord, runner: Runner, lease_s: float = 15) -> None:
    now = datetime.now(UTC)
    store.acquire(study, runner.token, runner.host, runner.pid, runner.user, lease_s, now)


def test_a_second_launch_says_who_runs_the_study(store: Store, study: StudyRecord) -> None:
    require_free(store, study)
    me = this_process()
    with Watched(store, study, me) as lease:
        assert lease.before is None
        rule = rf"study 'six' is run by process {os.getpid()} of .* on .* since 20.*; wait for it, "
        with pytest.raises(SearchError, match=rule), Watched(store, study, this_process()):
            pass
        with pytest.raises(SearchError, match=rule):
            require_free(store, study)
    require_free(store, study)
    assert store.runner_of(study) is None


def test_the_lease_is_renewed_while_the_search_runs(store: Store, study: StudyRecord) -> None:
    with Watched(store, study, this_process(), lease_s=0.3) as lease:
        first = store.runner_of(study)
        assert first is not None
        assert not lease.was_lost.wait(0.5)
        now = store.runner_of(study)
        assert now is not None
        assert now.heartbeat_at > first.heartbeat_at
        assert now.acquired_at == first.acquired_at
        assert running(store, study) is not None


def test_a_runner_whose_process_is_gone_is_replaced_at_once(
    store: Store, study: StudyRecord, dead_pid: int
) -> None:
    dead = Runner(f"{machine_mark()}-1", "here", dead_pid, "ann")
    _acquire(store, study, dead, 3600)
    assert is_dead(dead.token, dead.pid)
    assert running(store, study) is None
    with Watched(store, study, this_process()) as lease:
        assert lease.before is not None
        assert lease.before.token == dead.token


def test_a_runner_elsewhere_is_waited_for(store: Store, study: StudyRecord, dead_pid: int) -> None:
    """Its process id means nothing here."""
    _acquire(store, study, Runner("elsewhere-1", "other", dead_pid, "ann"), 0.2)
    with pytest.raises(SearchError, match="of ann on other since"):
        require_free(store, study)
    holder = store.runner_of(study)
    assert holder is not None
    threading.Event().wait((holder.expires_at - datetime.now(UTC)).total_seconds() + 0.01)
    with Watched(store, study, this_process()) as lease:
        assert lease.before == holder


def test_a_zombie_is_dead() -> None:
    with subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.read()  # until it is about to end
        while is_alive(child.pid):
            pass


def test_asked_to_stop(store: Store, study: StudyRecord) -> None:
    with Watched(store, study, this_process()) as lease:
        store.request_stop(study, datetime.now(UTC))
        assert lease.stopped.wait(10)
        assert not lease.is_lost


def test_who_lost_the_study_writes_nothing(store: Store, study: StudyRecord) -> None:
    with Watched(store, study, this_process()) as lease:
        with lease.writing():
            store.set_study_state(study, "COMPLETE")
        assert store.study("six").state == "COMPLETE"
        holder = store.runner_of(study)
        assert holder is not None
        store.release(study, holder.token)
        _acquire(store, study, ELSEWHERE)
        with pytest.raises(LostLeaseError, match="taken over by another process"), lease.writing():
            store.set_study_state(study, "FAIL")
        assert lease.was_lost.wait(10)
        assert lease.is_lost
    assert store.study("six").state == "COMPLETE"
    kept = store.runner_of(study)
    assert kept is not None
    assert kept.token == ELSEWHERE.token


def test_half_a_unit_of_work_is_not_written(store: Store, study: StudyRecord) -> None:
    with Watched(store, study, this_process()) as lease:
        with pytest.raises(ZeroDivisionError), lease.writing():
            store.set_study_state(study, "FAIL")
            _ = 1 / 0
        assert store.study("six").state == "RUNNING"


@pytest.fixture
def sleepers() -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Processes with the tokens `a` and `b`, and one without."""
    begun = {
        token: subprocess.Popen(["sleep", "600"], env={**os.environ, TOKEN_VARIABLE: token})
        for token in ("a", "b", "")
    }
    yield begun
    for process in begun.values():
        process.kill()
        process.wait()


def test_only_processes_of_the_dead_run_are_ended(
    sleepers: dict[str, subprocess.Popen[bytes]],
) -> None:
    assert end_processes("a") == 1
    assert sleepers["a"].wait(10) == -9
    assert sleepers["b"].poll() is None
    assert sleepers[""].poll() is None
    assert end_processes("a") == 0


def test_processes_of_ray_are_known_by_the_logs_they_write(tmp_path: Path) -> None:
    """Ray writes their titles over their environment; who reads a log is none of them."""
    logs, other = tmp_path / "session_1" / "logs", tmp_path / "session_12" / "logs"
    for folder in (logs, other):
        folder.mkdir(parents=True)
    command = ["sleep", "600"]
    with (logs / "worker.out").open("w") as own, (other / "worker.out").open("w") as foreign:
        worker = subprocess.Popen(command, stdout=own)
        agent = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=own)
        bystander = subprocess.Popen(command, stdout=foreign)
    with (logs / "worker.out").open() as read:
        reader = subprocess.Popen(command, stdin=read)
    try:
        (tmp_path / "ray-session").write_text(str(logs.parent))
        assert end_session(tmp_path) == 2
        assert (worker.wait(10), agent.wait(10)) == (-9, -9)
        assert (bystander.poll(), reader.poll()) == (None, None)
    finally:
        for process in (worker, agent, bystander, reader):
            process.kill()
            process.communicate()
