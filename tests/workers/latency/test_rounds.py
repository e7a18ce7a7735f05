"""Timing in turns: who is timed when, how often, and what counts."""

from collections.abc import Iterator
from itertools import cycle, repeat

import pytest

from workers.latency.rounds import CHECK_EVERY, WARM_UP_RUNS, Effort, Sample, time_in_turns
from workers.latency.timing import ClockTimer, Run


class Scripted:
    """Takes the given seconds, run by run."""

    def __init__(self, name: str, seconds: Iterator[float], is_whole: Iterator[bool]) -> None:
        self.name = name
        self.seconds = seconds
        self.is_whole = is_whole

    def refresh(self) -> None: ...

    def run(self) -> None: ...


class Log:
    """A timer that notes whom it times."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, deployed: Scripted) -> Run:  # type: ignore[override]
        self.names.append(deployed.name)
        return Run(next(deployed.seconds), next(deployed.is_whole))


def _steady(name: str, seconds: float) -> Scripted:
    return Scripted(name, repeat(seconds), repeat(True))


def _times(effort: Effort, *subjects: Scripted) -> tuple[list[Sample], Log]:
    log = Log()
    samples, _ = time_in_turns(subjects, _steady("ref", 1e-4), log, effort)
    return samples, log


def test_subjects_take_turns_after_a_warm_up() -> None:
    _, log = _times(Effort(min_runs=4), _steady("a", 1e-3), _steady("b", 1e-3))
    warm = ["a"] * WARM_UP_RUNS + ["b"] * WARM_UP_RUNS + ["ref"] * WARM_UP_RUNS
    turn = ["a", "b", "ref", "ref", "ref"]
    turns = log.names[len(warm) :]
    assert log.names[: len(warm)] == warm
    assert turns == turn * (len(turns) // len(turn))


def test_networks_run_several_times_in_a_row_the_first_untimed() -> None:
    fast = Scripted("a", cycle([9.0, 1e-3, 1e-3]), repeat(True))
    (sample,), _ = _times(Effort(runs_in_a_row=2, max_seconds=0.1), fast)
    assert set(sample.whole) == {1e-3}


def test_steady_subject_is_done_as_soon_as_the_interval_is_narrow() -> None:
    (sample,), _ = _times(Effort(min_runs=12), _steady("a", 1e-4))
    assert len(sample.whole) == 12


def test_noisy_subject_goes_on_until_its_time_is_up() -> None:
    noisy = Scripted("a", cycle([1e-3, 3e-3]), repeat(True))
    (sample,), _ = _times(Effort(max_seconds=0.1), noisy)
    assert len(sample.whole) == 52  # 50 runs of 2 ms on average; looked at every fourth turn


def test_runs_are_bounded() -> None:
    noisy = Scripted("a", cycle([1e-9, 3e-9]), repeat(True))
    (sample,), _ = _times(Effort(max_runs=100), noisy)
    assert len(sample.whole) == 100


def test_one_that_is_done_drops_out() -> None:
    noisy = Scripted("noisy", cycle([1e-3, 3e-3]), repeat(True))
    samples, log = _times(Effort(min_runs=8), _steady("steady", 1e-3), noisy)
    assert len(samples[0].whole) == 8
    assert len(samples[1].whole) > 8
    last = log.names[-4 * CHECK_EVERY :]
    assert "steady" not in last


def test_interrupted_runs_do_not_count() -> None:
    """Every third run is interrupted and takes ten times as long."""
    disturbed = Scripted("a", cycle([1e-3, 1e-3, 1e-2]), cycle([True, True, False]))
    effort = Effort(max_seconds=0.1)
    (sample,), _ = _times(effort, disturbed)
    assert sample.is_clean(effort)
    assert set(sample.counted(effort)) == {1e-3}


def test_where_all_are_interrupted_all_count_and_the_sample_is_not_clean() -> None:
    effort = Effort(max_seconds=0.05)
    (sample,), _ = _times(effort, Scripted("a", repeat(2e-3), repeat(False)))
    assert not sample.is_clean(effort)
    assert sample.interval(effort).median == 2e-3
    assert len(sample.counted(effort)) == len(sample.interrupted) >= effort.min_runs


def test_clock_timer_reads_the_clock_around_the_run_alone() -> None:
    events: list[str] = []

    class Logged:
        def refresh(self) -> None:
            events.append("refresh")

        def run(self) -> None:
            events.append("run")

    readings = iter([1.0, 1.25])

    def clock() -> float:
        events.append("clock")
        return next(readings)

    assert ClockTimer(clock)(Logged()).seconds == 0.25
    assert events == ["refresh", "clock", "run", "clock"]


def test_clock_timer_notices_that_the_core_was_taken_away() -> None:
    class Waits:
        def refresh(self) -> None: ...

        def run(self) -> None: ...

    timer = ClockTimer()
    counts = iter([4, 4, 4, 5])
    timer._preemptions = lambda: next(counts)
    assert [timer(Waits()).is_whole, timer(Waits()).is_whole] == [True, False]


@pytest.mark.parametrize("missing", ["module", "constant"])
def test_where_the_system_does_not_tell_every_run_is_whole(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import resource
    import sys

    if missing == "module":
        monkeypatch.setitem(sys.modules, "resource", None)
    else:
        monkeypatch.delattr(resource, "RUSAGE_THREAD")
    assert ClockTimer()(_steady("a", 1.0)).is_whole
