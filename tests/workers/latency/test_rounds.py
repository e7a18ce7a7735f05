"""Timing in turns: who is timed when, how often, and what counts."""

from collections.abc import Iterator
from itertools import chain, cycle, repeat

import pytest

from workers.latency.rounds import (
    CHECK_EVERY,
    MAX_SLOWNESS,
    WARM_UP_RUNS,
    Effort,
    Fence,
    Sample,
    time_in_turns,
)
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


def _times(
    effort: Effort, *subjects: Scripted, reference: Scripted | None = None
) -> tuple[list[Sample], Log]:
    log = Log()
    fence = Fence(log)  # type: ignore[arg-type]
    fence.renew(reference or _steady("ref", 1e-4))  # type: ignore[arg-type]
    samples = [Sample(fence) for _ in subjects]
    time_in_turns(subjects, samples, log, effort)  # type: ignore[arg-type]
    return samples, log


def test_subjects_take_turns_between_runs_of_the_reference() -> None:
    """Before each timed run of the reference it is run once untimed."""
    _, log = _times(Effort(min_repeats=1), _steady("a", 1e-3), _steady("b", 1e-3))
    turn = ["ref", "ref", "a", "ref", "ref", "b", "ref", "ref"]
    turns = log.names[WARM_UP_RUNS:]
    assert log.names[:WARM_UP_RUNS] == ["ref"] * WARM_UP_RUNS
    assert turns == turn * (len(turns) // len(turn))


def test_networks_run_several_times_in_a_row_the_first_untimed() -> None:
    fast = Scripted("a", cycle([9.0, 1e-3, 1e-3]), repeat(True))
    (sample,), log = _times(Effort(runs_in_a_row=2, max_seconds=0.1), fast)
    assert set(sample.whole()) == {1e-3}
    assert log.names[WARM_UP_RUNS:][:9] == ["ref", "ref", "a", "a", "ref", "ref", "a", "ref", "ref"]


def test_turns_and_time_are_bounded() -> None:
    noisy = Scripted("a", cycle([1e-3, 3e-3]), repeat(True))
    log, effort = Log(), Effort(best_of=1)
    fence = Fence(log)  # type: ignore[arg-type]
    fence.renew(_steady("ref", 1e-4))  # type: ignore[arg-type]
    samples = [Sample(fence)]
    time_in_turns([noisy], samples, log, effort, num_turns=5)  # type: ignore[list-item]
    assert len(samples[0].runs) == 5
    readings = iter([False, False, True])
    time_in_turns([noisy], samples, log, effort, 5, lambda: next(readings))  # type: ignore[list-item]
    assert len(samples[0].runs) == 7


def test_steady_subject_is_done_as_soon_as_the_interval_is_narrow() -> None:
    effort = Effort(min_repeats=6, best_of=2)
    (sample,), _ = _times(effort, _steady("a", 1e-4))
    assert len(sample.whole()) == 12


def test_a_repeat_is_the_fastest_of_a_few_runs() -> None:
    uneven = Scripted("a", cycle([3e-3, 1e-3, 2e-3, 5e-3]), repeat(True))
    effort = Effort(min_repeats=6, best_of=4)
    (sample,), _ = _times(effort, uneven)
    assert len(sample.whole()) == 24
    assert len(sample.repeats(effort)) == 6
    assert set(sample.repeats(effort)) <= {1e-3}


def test_noisy_subject_goes_on_until_its_time_is_up() -> None:
    noisy = Scripted("a", cycle([1e-3, 3e-3]), repeat(True))
    (sample,), _ = _times(Effort(max_seconds=0.1, best_of=1), noisy)
    assert len(sample.whole()) == 52  # 50 runs of 2 ms on average; looked at every fourth turn


def test_runs_are_bounded() -> None:
    noisy = Scripted("a", cycle([1e-9, 3e-9]), repeat(True))
    (sample,), _ = _times(Effort(max_runs=100, best_of=1), noisy)
    assert len(sample.whole()) == 100


def test_one_that_is_done_drops_out() -> None:
    noisy = Scripted("noisy", cycle([1e-3, 3e-3]), repeat(True))
    effort = Effort(min_repeats=8, best_of=1)
    samples, log = _times(effort, _steady("steady", 1e-3), noisy)
    assert len(samples[0].whole()) == 8
    assert len(samples[1].whole()) > 8
    last = log.names[-3 * CHECK_EVERY :]
    assert "steady" not in last


def test_interrupted_runs_do_not_count() -> None:
    """Every third run is interrupted and takes ten times as long."""
    disturbed = Scripted("a", cycle([1e-3, 1e-3, 1e-2]), cycle([True, True, False]))
    effort = Effort(max_seconds=0.1, best_of=1)
    (sample,), _ = _times(effort, disturbed)
    assert sample.is_clean(effort)
    assert set(sample.counted(effort)) == {1e-3}


def test_runs_beside_a_slow_reference_do_not_count() -> None:
    """In ten turns of thirty the device, and so the reference and the subject, is a third slower.

    A turn has two timed runs of the reference, each after an untimed one; three come before all.
    """
    pattern = [1.0] * 20 + [1.33] * 10
    fourfold = [slow for slow in pattern for _ in range(4)]
    subject = Scripted("a", cycle([1e-3 * slow for slow in pattern]), repeat(True))
    seconds = chain(repeat(1e-4, WARM_UP_RUNS), cycle([1e-4 * slow for slow in fourfold]))
    effort = Effort(min_repeats=60, best_of=1)
    (sample,), _ = _times(effort, subject, reference=Scripted("ref", seconds, repeat(True)))
    assert len(sample.runs) > 60 <= len(sample.whole())
    assert set(sample.whole()) == {1e-3}
    assert sample.fence.counted_s == 1e-4


def test_a_lucky_tenth_of_the_reference_does_not_rule_the_rest_out() -> None:
    """One run in ten finds the reference in the nearest cache and takes a third less."""
    seconds = cycle([1e-4] * 18 + [0.67e-4] * 2)
    (sample,), _ = _times(
        Effort(min_repeats=60, best_of=1), _steady("a", 1e-3),
        reference=Scripted("ref", seconds, repeat(True)),
    )  # fmt: skip
    assert sample.fence.limit == pytest.approx(MAX_SLOWNESS * 1e-4)
    assert len(sample.whole()) == len(sample.runs)


def test_where_all_are_interrupted_all_count_and_the_sample_is_not_clean() -> None:
    effort = Effort(max_seconds=0.05)
    (sample,), _ = _times(effort, Scripted("a", repeat(2e-3), repeat(False)))
    assert not sample.is_clean(effort)
    assert set(sample.repeats(effort)) == {2e-3}
    assert len(sample.counted(effort)) == len(sample.runs) >= effort.min_repeats * effort.best_of


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
