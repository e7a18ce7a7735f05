"""Measures blocks and networks on this device, alone, and watches whether it is quiet."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from math import inf
from statistics import median
from typing import NamedTuple

from search_spaces.builder import Builder
from search_spaces.graph import Graph
from workers.latency.deployed import Deployed, deploy, threads_and_mode
from workers.latency.intervals import median_interval
from workers.latency.neighbours import Moment, is_alone
from workers.latency.rounds import Effort, Fence, Sample, time_in_turns
from workers.latency.setting import LatencySetting
from workers.latency.subject import Subject
from workers.latency.timing import Clock, Timer, timer_for

MAX_DRIFT = 1.05
"""A reference that takes longer than this times its usual time says that we are not alone."""

MAX_REPEATS = 2
"""How often what was disturbed is measured again."""

OF_NETWORKS = Effort(max_seconds=0.4, runs_in_a_row=4)
"""How whole networks are timed: each as it would run again and again."""


class Measurement(NamedTuple):
    """The latency of one block or network.

    Attributes:
        id: Of its graph, or of the network.
        latency_ms: Median over repeats, each the fastest of a few runs.
        low_ms: Lower end of the median's 95% interval.
        high_ms: Upper end.
        spread_ms: Interquartile range of the runs.
        num_runs: How many runs count.
        reference_ms: Median of the reference block at that time.
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
    """The block by which drift is noticed: one small convolution, some 25 us on one core."""
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
    """Measures subjects group by group; what was disturbed is measured again at the end.

    A subject may come again: its last measurement is the one to keep.

    Args:
        subjects: In the order in which they are measured; where time may end, the most telling
            ones should come first.
        usual_reference_ms: The reference's median from earlier measurements in this setting.
        max_seconds: No further group is begun after so long; None for no limit.
        reference: The reference block, where its ONNX file comes with it.

    Raises:
        LatencyError: The device cannot run a subject.
    """
    reference = reference or Subject.of_block(reference_block())
    watch = _Watch(subjects, reference, setting, effort, usual_reference_ms, clock)
    end = None if max_seconds is None else clock() + max_seconds
    todo = list(subjects)
    for _ in range(1 + MAX_REPEATS):
        for start in range(0, len(todo), effort.in_turns):
            if end is not None and clock() >= end:
                break
            yield from watch.measure_group(todo[start : start + effort.in_turns])
        yield from watch.judge_again()
        disturbed = watch.disturbed()
        if not disturbed or (len(disturbed) == len(todo) and len(todo) > effort.in_turns):
            return  # nothing to do, or nothing to hope for
        todo = disturbed


class _Watch:
    """All measurements of one call, and whether the device was quiet during each."""

    def __init__(
        self,
        subjects: Sequence[Subject],
        reference: Subject,
        setting: LatencySetting,
        effort: Effort,
        usual_reference_ms: float | None,
        clock: Clock,
    ) -> None:
        self._subjects = {subject.id: subject for subject in subjects}
        self._setting = setting
        self._effort = effort
        self._timer: Timer = timer_for(setting, clock)
        self._known_ms = inf if usual_reference_ms is None else usual_reference_ms
        self._references: list[float] = []
        self._found: dict[str, Measurement] = {}
        self._alone: dict[str, bool] = {}
        with threads_and_mode(setting):
            self._reference: Deployed = deploy(reference, setting)

    def measure_group(self, group: Sequence[Subject]) -> list[Measurement]:
        """Measures some subjects in turns and returns those that are better than what was known."""
        with threads_and_mode(self._setting):
            deployed = [deploy(subject, self._setting) for subject in group]
            fence = Fence(
                self._reference, self._timer, self._usual_ms() / 1e3,
                fetch=self._effort.runs_in_a_row > 1,
            )  # fmt: skip
            start = Moment.now()
            samples = time_in_turns(deployed, fence, self._timer, self._effort)
            on_cpu = self._setting.device == "cpu"
            alone = not on_cpu or is_alone(start, Moment.now(), self._setting.num_threads)
        reference_ms = 1e3 * median(fence.counted)
        self._references.append(reference_ms)
        better = []
        for subject, sample in zip(group, samples, strict=True):
            own = alone and sample.is_clean(self._effort)
            if self._is_better(subject.id, own, reference_ms):
                self._alone[subject.id] = own
                self._found[subject.id] = self._measurement(subject.id, sample, reference_ms)
                better.append(self._found[subject.id])
        return better

    def _is_better(self, subject: str, alone: bool, reference_ms: float) -> bool:
        known = self._found.get(subject)
        if known is None or alone > self._alone[subject]:
            return True
        return alone == self._alone[subject] and reference_ms < known.reference_ms

    def _measurement(self, subject: str, sample: Sample, reference_ms: float) -> Measurement:
        times = sorted(sample.counted(self._effort))
        interval = median_interval(sample.repeats(self._effort))
        spread = times[(3 * len(times)) // 4] - times[len(times) // 4]
        return Measurement(
            subject, 1e3 * interval.median, 1e3 * interval.low, 1e3 * interval.high, 1e3 * spread,
            len(times), reference_ms, self._is_quiet(subject, reference_ms),
        )  # fmt: skip

    def _is_quiet(self, subject: str, reference_ms: float) -> bool:
        return self._alone[subject] and reference_ms <= MAX_DRIFT * self._usual_ms()

    def _usual_ms(self) -> float:
        return min(self._known_ms, usual(self._references)) if self._references else self._known_ms

    def judge_again(self) -> Iterator[Measurement]:
        """Measurements that look otherwise now that more is known of the reference."""
        for subject, found in self._found.items():
            quiet = self._is_quiet(subject, found.reference_ms)
            if quiet != found.is_quiet:
                self._found[subject] = found._replace(is_quiet=quiet)
                yield self._found[subject]

    def disturbed(self) -> list[Subject]:
        """The subjects that should be measured again."""
        return [self._subjects[id] for id, found in self._found.items() if not found.is_quiet]


def usual(reference_ms: Sequence[float]) -> float:
    """What the reference takes when nobody disturbs: the lower quartile of its medians."""
    return sorted(reference_ms)[len(reference_ms) // 4]
