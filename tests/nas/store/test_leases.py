"""One runner a study: whoever holds the lease, until it expires or is given back."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from search_kit import experiment_file, new_study

from nas.store import RunnerRecord, Store, StudyRecord

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def study(store: Store) -> StudyRecord:
    return new_study(store, experiment_file())


def _at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def _acquire(store: Store, study: StudyRecord, token: str, seconds: float) -> RunnerRecord:
    return store.acquire(study, token, f"host-{token}", 17, "ann", 30, _at(seconds))


def test_the_first_runner_takes_the_lease(store: Store, study: StudyRecord) -> None:
    assert store.runner_of(study) is None
    taken = _acquire(store, study, "a", 0)
    assert taken == RunnerRecord("a", "host-a", 17, "ann", _at(0), _at(0), _at(30), None)
    assert store.runner_of(study) == taken


def test_a_second_runner_is_told_who_and_since_when(store: Store, study: StudyRecord) -> None:
    _acquire(store, study, "a", 0)
    assert store.renew(study, "a", 30, _at(20))
    held = _acquire(store, study, "b", 25)
    assert (held.token, held.host, held.acquired_at) == ("a", "host-a", _at(0))
    assert (held.heartbeat_at, held.expires_at) == (_at(20), _at(50))
    assert store.runner_of(study) == held


def test_an_expired_lease_is_taken_over(store: Store, study: StudyRecord) -> None:
    _acquire(store, study, "a", 0)
    store.request_stop(study, _at(1))
    assert _acquire(store, study, "b", 29.999).token == "a"
    taken = _acquire(store, study, "b", 30)
    assert (taken.token, taken.acquired_at, taken.stop_requested_at) == ("b", _at(30), None)
    assert not store.renew(study, "a", 30, _at(31))
    assert not store.release(study, "a")
    assert store.runner_of(study) == taken


def test_an_expired_lease_that_nobody_took_is_renewed(store: Store, study: StudyRecord) -> None:
    _acquire(store, study, "a", 0)
    runner = store.runner_of(study)
    assert runner is not None
    assert [runner.is_expired(_at(s)) for s in (0, 29, 30, 90)] == [False, False, True, True]
    assert store.renew(study, "a", 30, _at(90))
    assert _acquire(store, study, "b", 100).token == "a"


def test_a_lease_is_given_back(store: Store, study: StudyRecord) -> None:
    _acquire(store, study, "a", 0)
    assert store.release(study, "a")
    assert store.runner_of(study) is None
    assert not store.renew(study, "a", 30, _at(1))
    assert _acquire(store, study, "b", 1).token == "b"


def test_who_asks_twice_holds_it_once(store: Store, study: StudyRecord) -> None:
    """The answer to the first may have been lost with the connection."""
    _acquire(store, study, "a", 0)
    assert _acquire(store, study, "a", 5).expires_at == _at(35)


def test_a_stop_is_asked_of_whoever_runs(store: Store, study: StudyRecord) -> None:
    assert store.request_stop(study, _at(0)) is None
    assert store.stop_requested(study, "a")  # which holds nothing, and so must not run
    taken = _acquire(store, study, "a", 0)
    assert not store.stop_requested(study, "a")
    asked = replace(taken, stop_requested_at=_at(3))
    assert store.request_stop(study, _at(3)) == asked
    assert store.request_stop(study, _at(4)) == asked
    assert store.stop_requested(study, "a")
    assert store.renew(study, "a", 30, _at(5))
    assert store.stop_requested(study, "a")
    assert store.request_stop(study, _at(35)) is None  # by then it is gone


def test_studies_have_leases_of_their_own(store: Store, study: StudyRecord) -> None:
    text = experiment_file().document.text.replace("name: six", "name: other")
    other = new_study(store, experiment_file(text))
    assert _acquire(store, study, "a", 0).token == "a"
    assert _acquire(store, other, "b", 0).token == "b"


def test_moments_of_any_zone_are_compared(store: Store, study: StudyRecord) -> None:
    """Noon in UTC is 14 o'clock two hours east: the same moment."""
    east = timezone(timedelta(hours=2))
    store.acquire(study, "a", "host", 1, "ann", 30, NOON.astimezone(east))
    assert _acquire(store, study, "b", 29).token == "a"
    assert _acquire(store, study, "b", 30).token == "b"


def test_of_many_that_try_at_once_one_succeeds(url: str, store: Store, study: StudyRecord) -> None:
    barrier = threading.Barrier(8)
    won = []

    def run(token: str) -> None:
        with Store(url, create=False) as own:
            barrier.wait()
            if _acquire(own, study, token, 0).token == token:
                won.append(token)

    threads = [threading.Thread(target=run, args=(f"t{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    runner = store.runner_of(study)
    assert runner is not None
    assert won == [runner.token]
