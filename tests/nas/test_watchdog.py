"""Time limits, with a clock made by hand."""

import pytest

from nas.runner.watchdog import LEAST_EPOCH_LIMIT_S, Watchdog
from workers.failure import FailureKind


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_an_epoch_without_end_hangs(clock: Clock) -> None:
    watchdog = Watchdog(clock, epoch_time_limit=10)
    watchdog.started(3, epochs=0)
    clock.now = 9
    watchdog.reported(3, 1)
    clock.now = 19
    assert watchdog.overdue() == {}
    clock.now = 19.5
    failure = watchdog.overdue()[3]
    assert failure.kind is FailureKind.HUNG
    expected = "epoch 2 took more than 10 s, the limit is 10 s (`workers.epoch_time_limit`)"
    assert failure.reason == expected


def test_by_default_ten_times_the_longest_epoch_and_an_hour_at_least(clock: Clock) -> None:
    watchdog = Watchdog(clock)
    watchdog.started(0, epochs=0)
    assert watchdog.epoch_limit == LEAST_EPOCH_LIMIT_S == 3600
    clock.now = 100
    watchdog.reported(0, 1)
    assert watchdog.epoch_limit == 3600
    clock.now = 700
    watchdog.reported(0, 2)
    assert watchdog.epoch_limit == 6000
    clock.now = 720
    watchdog.reported(0, 3)
    assert watchdog.epoch_limit == 6000
    clock.now = 720 + 6000
    assert watchdog.overdue() == {}
    clock.now += 1
    assert list(watchdog.overdue()) == [0]


def test_a_trial_has_its_time_in_all_its_tries_together(clock: Clock) -> None:
    watchdog = Watchdog(clock, trial_time_limit=100)
    watchdog.started(0, epochs=0)
    clock.now = 60
    watchdog.interrupted(0)
    clock.now = 1000  # it waits for a worker
    assert watchdog.overdue() == {}
    watchdog.started(0, epochs=2)
    clock.now = 1040
    assert watchdog.overdue() == {}
    clock.now = 1041
    failure = watchdog.overdue()[0]
    assert failure.kind is FailureKind.TIME_LIMIT
    expected = "trained for 1 min 41 s, the limit is 1 min 40 s (`workers.trial_time_limit`)"
    assert failure.reason == expected


def test_what_has_ended_is_not_watched(clock: Clock) -> None:
    watchdog = Watchdog(clock, epoch_time_limit=1, trial_time_limit=1)
    watchdog.started(0, epochs=0)
    watchdog.ended(0)
    clock.now = 100
    assert watchdog.overdue() == {}
