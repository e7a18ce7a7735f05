"""Whether other processes use the processor while something is timed."""

from __future__ import annotations

import os
import time
from typing import NamedTuple, Self

MIN_OWN_SHARE = 0.95
"""A thread that got less than this of its core had to share it."""

MAX_FOREIGN_SHARE = 0.5
"""Where others use more than this of all other cores, caches and clock are theirs as well."""


class Moment(NamedTuple):
    """Counters of seconds since some moment in the past.

    Attributes:
        wall_s: Of the clock.
        thread_s: For which this thread had a core.
        process_s: For which all threads of this process had one.
        busy_s: For which all cores together were busy; None where the system does not tell.
    """

    wall_s: float
    thread_s: float
    process_s: float
    busy_s: float | None

    @classmethod
    def now(cls) -> Self:
        return cls(time.perf_counter(), time.thread_time(), time.process_time(), _busy_seconds())


def is_alone(start: Moment, end: Moment, num_threads: int, num_cores: int | None = None) -> bool:
    """Whether the cores were ours between two moments."""
    wall_s = end.wall_s - start.wall_s
    if end.thread_s - start.thread_s < MIN_OWN_SHARE * wall_s:
        return False
    others = (num_cores or os.cpu_count() or 1) - num_threads
    if start.busy_s is None or end.busy_s is None or others < 1:
        return True
    foreign_s = (end.busy_s - start.busy_s) - (end.process_s - start.process_s)
    return foreign_s <= MAX_FOREIGN_SHARE * others * wall_s


def _busy_seconds() -> float | None:
    try:
        with open("/proc/stat") as file:
            user, nice, system, _idle, _iowait, irq, softirq, steal = map(
                int, file.readline().split()[1:9]
            )
    except (OSError, ValueError):
        return None
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")
