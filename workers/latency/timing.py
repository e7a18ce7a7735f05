"""One run, timed: by the clock on a CPU, by the device's own events on a GPU."""

from __future__ import annotations

import time
from collections.abc import Callable, MutableMapping
from typing import Any, NamedTuple, Protocol
from weakref import WeakKeyDictionary

from workers.latency.deployed import Deployed
from workers.latency.setting import LatencySetting

Clock = Callable[[], float]


class Run(NamedTuple):
    """One timed run.

    Attributes:
        is_whole: No other process had the core in between.
    """

    seconds: float
    is_whole: bool


class Timer(Protocol):
    """Times one run."""

    def __call__(self, deployed: Deployed) -> Run: ...


class ClockTimer:
    """Times a run that is over when its call returns."""

    def __init__(self, clock: Clock = time.perf_counter) -> None:
        self._clock = clock
        self._preemptions = _preemption_counter()

    def __call__(self, deployed: Deployed) -> Run:
        deployed.refresh()
        before = self._preemptions()
        start = self._clock()
        deployed.run()
        elapsed = self._clock() - start
        return Run(elapsed, self._preemptions() == before)


LEAST_SPIN, MOST_SPIN = 1 << 16, 1 << 26
"""Cycles that a GPU is kept busy for while a run is launched: some 40 us, and 40 ms."""


class EventTimer:
    """Times a run by two events on the GPU, between which it never waits for the CPU.

    A GPU is faster than what launches its work: on an idle one the first event is reached at once,
    and the launching is timed instead. So the GPU is given something to do first, for as long as
    the launching of this run takes; a run that was not all launched by then does not count.
    """

    def __init__(self) -> None:
        import torch

        self._cuda: Any = torch.cuda
        self._spins: MutableMapping[Deployed, int] = WeakKeyDictionary()

    def __call__(self, deployed: Deployed) -> Run:
        spin = self._spins.get(deployed, LEAST_SPIN)
        start, end = (self._cuda.Event(enable_timing=True) for _ in range(2))
        deployed.refresh()
        self._cuda._sleep(spin)  # PyTorch has no public kernel that only takes time
        start.record()
        deployed.run()
        end.record()
        is_whole = not start.query()
        if not is_whole:
            self._spins[deployed] = min(2 * spin, MOST_SPIN)
        end.synchronize()
        return Run(float(start.elapsed_time(end)) / 1e3, is_whole)


def timer_for(setting: LatencySetting, clock: Clock = time.perf_counter) -> Timer:
    """The timer of a device; ONNX Runtime gives its results back on the CPU in any case."""
    if setting.device == "cuda" and setting.backend != "onnxruntime":
        return EventTimer()
    return ClockTimer(clock)


def _preemption_counter() -> Callable[[], int]:
    """How often the system took the core from this thread so far; always 0 where none tells."""
    try:
        import resource

        # By thread, which not every system tells: our other threads may lose their cores.
        whose = resource.RUSAGE_THREAD
    except (ImportError, AttributeError):
        return lambda: 0
    return lambda: resource.getrusage(whose).ru_nivcsw
