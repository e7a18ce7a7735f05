"""One run, timed: by the clock on a CPU, by the device's own events on a GPU."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

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


class EventTimer:
    """Times a run by two events on the GPU, each reached before the next run starts."""

    def __init__(self) -> None:
        import torch

        self._cuda: Any = torch.cuda

    def __call__(self, deployed: Deployed) -> Run:
        deployed.refresh()
        # The writing of the input has only been launched by now.
        self._cuda.synchronize()
        start = self._cuda.Event(enable_timing=True)
        end = self._cuda.Event(enable_timing=True)
        start.record()
        deployed.run()
        end.record()
        end.synchronize()
        return Run(float(start.elapsed_time(end)) / 1e3, True)


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
