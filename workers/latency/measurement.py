"""Measures blocks and networks on this device, alone, and watches whether it is quiet."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from math import inf, prod
from typing import NamedTuple

from search_spaces.graphs.builder import Builder
from search_spaces.graphs.graph import Graph
from workers.latency.deployed import Deployed, deploy, threads_and_mode
from workers.latency.noise import NOTHING, CardWatch, Moment, is_alone, median_interval
from workers.latency.rounds import WARM_UP_RUNS, Effort, Fence, Sample, time_in_turns
from workers.latency.setting import LatencySetting
from workers.latency.subject import Subject
from workers.latency.timing import Clock, Timer, timer_for

TURNS_AGAIN = 8
"""Turns of a group's later visits; the first goes on until there is a median."""

MAX_DEPLOYED_BYTES = 1 << 30
"""Inputs of subjects that stay ready between two visits; others are made ready each time."""

MAX_DRIFT = 1.25
"""A device that is so many times faster or slower than usual is not itself: what waits for memory
drifts otherwise than what computes."""

OF_NETWORKS = Effort(max_seconds=0.4, runs_in_a_row=4)
"""How whole networks are timed: each as it would run again and again."""


class Measurement(NamedTuple):
    """The latency of one block or network.

    Attributes:
        id: Of its graph, or of the network.
        latency_ms: Median over repeats, each the fastest of a few runs, at the usual speed.
        low_ms: Lower end of the median's 95% interval.
        high_ms: Upper end.
        spread_ms: Interquartile range of the runs.
        num_runs: How many runs count.
        reference_ms: Of the reference block at the speed at which all is stated.
        is_quiet: Whether the device was ours alone, as far as can be told.
    """

    id: str
    latency_ms: float
    low_ms: float
    high_ms: float
    spread_ms: float
    num_runs: int
    reference_ms: float
    is_quiet: bool


def reference_block() -> Graph:
    """The block that tells the device's speed: one small convolution, some 25 us on one core."""
    net = Builder((16, 12, 12))
    return net.graph(net.conv_norm_act(net.input, 16, 3, name="conv"))


def measure(
    subjects: Sequence[Subject],
    setting: LatencySetting,
    effort: Effort = Effort(),  # noqa: B008
    *,
    usual_reference_ms: float | None = None,
    max_seconds: float | None = None,
    reference: Subject | None = None,
    clock: Clock = time.perf_counter,
) -> Iterator[Measurement]:
    """Measures subjects in groups, round by round, until all are known well enough.

    Each subject is timed a little in each round, so that its runs are spread over all the time
    there is: what slows the device down for a second then spoils a few runs of all subjects and
    not all runs of a few. A subject comes when it is first known, and once more where later
    rounds changed that: its last measurement is the one to keep.

    The speed of a device drifts by 10% and more within a minute. All readings are therefore stated
    at its usual speed, at which the reference takes what it took on the first occasion: what was
    measured at different times can be added and compared.

    Where the setting is one of estimates, nothing is timed, and each comes once.

    Args:
        subjects: In the order in which they are measured; where time may end, the most telling
            ones should come first.
        usual_reference_ms: What the reference took on the first occasion; None on that.
        max_seconds: After which nothing more is timed; None for no limit. Subjects with too few
            runs by then do not come.
        reference: The reference block, where its ONNX file comes with it.

    Raises:
        LatencyError: The device cannot run a subject.
    """
    if setting.is_estimated:
        from workers.latency.vela import estimated

        for said in estimated(subjects, setting, max_seconds):
            ms = said.latency_ms
            yield Measurement(said.id, ms, ms, ms, 0.0, 1, 0.0, True)
        return
    end = inf if max_seconds is None else clock() + max_seconds
    bench = _Bench(reference, setting, effort, usual_reference_ms, clock, end)
    groups = [
        _Group(subjects[start : start + effort.in_turns], bench)
        for start in range(0, len(subjects), effort.in_turns)
    ]
    found: dict[str, Measurement] = {}
    todo = groups
    while todo and not bench.is_time_up():
        for group in todo:
            group.visit()
            if not group.is_known:
                first = group.measurements()
                group.is_known = bool(first)
                found.update((m.id, m) for m in first)
                yield from first
        todo = [group for group in todo if not group.is_done()]
    for group in groups:
        # What is usual for the reference has been worked out anew since, and so which runs count.
        yield from (m for m in group.measurements() if found[m.id] != m)


class _Bench:
    """What all groups of one call share: the device, the reference beside it, the time."""

    def __init__(
        self,
        reference: Subject | None,
        setting: LatencySetting,
        effort: Effort,
        usual_reference_ms: float | None,
        clock: Clock,
        end: float,
    ) -> None:
        self.setting = setting
        self.effort = effort
        self.timer: Timer = timer_for(setting, clock)
        self._clock = clock
        self._end = end
        self._free_bytes = float(MAX_DEPLOYED_BYTES)
        self._reference = reference or Subject.of_block(reference_block())
        self._usual_ms = usual_reference_ms
        self.fence = Fence(self.timer)
        self.card = None if setting.device == "cpu" else CardWatch()

    def renew_reference(self) -> None:
        """Another copy of the reference, unless making one takes as long as measuring."""
        if not self.fence.seconds or self.setting.backend != "compile":
            self.fence.renew(deploy(self._reference, self.setting))

    @property
    def speed(self) -> float:
        """By what the device is faster now than it usually is; below 1 where it is slower."""
        return 1.0 if self._usual_ms is None else self._usual_ms / self.reference_ms

    @property
    def reference_ms(self) -> float:
        """Median of the reference now."""
        return 1e3 * self.fence.counted_s

    def is_time_up(self) -> bool:
        return self._clock() >= self._end

    def keeps(self, subjects: Sequence[Subject]) -> bool:
        """Whether there is memory to leave these ready between two visits."""
        num_values = sum(prod(shape) for subject in subjects for shape in subject.in_shapes)
        self._free_bytes -= 2 * 4 * self.setting.batch_size * num_values  # as given, and as run
        return self._free_bytes >= 0


class _Group:
    """Some subjects that take turns, visited again and again.

    Attributes:
        is_known: Whether its measurements were told.
    """

    def __init__(self, subjects: Sequence[Subject], bench: _Bench) -> None:
        self.is_known = False
        self._subjects = subjects
        self._bench = bench
        self._samples = [Sample(bench.fence) for _ in subjects]
        self._is_kept = bench.keeps(subjects)
        self._deployed: list[Deployed] = []
        self._spent = NOTHING
        self._had_card_alone = True

    def visit(self) -> None:
        """Times the subjects for some turns more."""
        bench, is_first = self._bench, not self._samples[0].runs
        with threads_and_mode(bench.setting):
            if not self._make_ready():
                return
            self._had_card_alone &= bench.card is None or bench.card.is_alone()
            start = Moment.now()
            time_in_turns(
                self._deployed, self._samples, bench.timer, bench.effort,
                self._turns_at_first() if is_first else TURNS_AGAIN, bench.is_time_up,
            )  # fmt: skip
            self._spent = self._spent.and_then(Moment.now().since(start))
        if not self._is_kept or self.is_done():
            self._deployed = []

    def _turns_at_first(self) -> int:
        return -(-self._bench.effort.min_runs // self._bench.effort.runs_in_a_row)

    def _make_ready(self) -> bool:
        """Deploys what is not; says no where time is up before all is ready."""
        for subject in self._subjects[len(self._deployed) :]:
            if self._bench.is_time_up():
                return False
            self._deployed.append(deploy(subject, self._bench.setting))
            for _ in range(WARM_UP_RUNS):  # the first find nothing in the caches
                self._bench.timer(self._deployed[-1])
        self._bench.renew_reference()
        return True

    def is_done(self) -> bool:
        """Whether each subject is known well enough, or took too much time already."""
        return all(sample.is_enough(self._bench.effort) for sample in self._samples)

    def measurements(self) -> list[Measurement]:
        """What is known of the subjects; nothing before all have runs enough."""
        setting, effort = self._bench.setting, self._bench.effort
        alone = self._had_card_alone and self._bench.fence.is_steady
        if setting.device == "cpu":
            alone = is_alone(self._spent, setting.num_threads)
        usual = 1 / MAX_DRIFT <= self._bench.speed <= MAX_DRIFT
        if min(len(sample.runs) for sample in self._samples) < effort.min_runs:
            return []
        return [
            self._measurement(subject, sample, alone and usual)
            for subject, sample in zip(self._subjects, self._samples, strict=True)
        ]

    def _measurement(self, subject: Subject, sample: Sample, quiet: bool) -> Measurement:
        effort, to_ms = self._bench.effort, 1e3 * self._bench.speed
        times = sorted(sample.counted(effort))
        interval = median_interval(sample.repeats(effort))
        spread = times[(3 * len(times)) // 4] - times[len(times) // 4]
        return Measurement(
            subject.id, to_ms * interval.median, to_ms * interval.low, to_ms * interval.high,
            to_ms * spread, len(times), to_ms / 1e3 * self._bench.reference_ms,
            quiet and sample.is_clean(effort),
        )  # fmt: skip


def usual(reference_ms: Sequence[float]) -> float:
    """What the reference takes when nobody disturbs: the lower quartile of its medians."""
    return sorted(reference_ms)[len(reference_ms) // 4]
