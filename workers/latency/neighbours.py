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
    """Counters of seconds since some moment in the past, or of those between two moments.

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

    def since(self, start: Moment) -> Moment:
        """What passed on each counter since an earlier moment."""
        return self._with(start, -1)

    def and_then(self, other: Moment) -> Moment:
        """Two spells together: the system counts in ticks of 10 ms, too coarse for one alone."""
        return self._with(other, 1)

    def _with(self, other: Moment, sign: int) -> Moment:
        known = self.busy_s is not None and other.busy_s is not None
        return Moment(
            self.wall_s + sign * other.wall_s, self.thread_s + sign * other.thread_s,
            self.process_s + sign * other.process_s,
            self.busy_s + sign * other.busy_s if known else None,  # type: ignore[operator]
        )  # fmt: skip


NOTHING = Moment(0.0, 0.0, 0.0, 0.0)
"""No time at all."""


def is_alone(spent: Moment, num_threads: int, num_cores: int | None = None) -> bool:
    """Whether the cores were ours while so many seconds passed."""
    if spent.thread_s < MIN_OWN_SHARE * spent.wall_s:
        return False
    others = (num_cores or os.cpu_count() or 1) - num_threads
    if spent.busy_s is None or others < 1:
        return True
    return spent.busy_s - spent.process_s <= MAX_FOREIGN_SHARE * others * spent.wall_s


def _busy_seconds() -> float | None:
    try:
        with open("/proc/stat") as file:
            user, nice, system, _idle, _iowait, irq, softirq, steal = map(
                int, file.readline().split()[1:9]
            )
    except (OSError, ValueError):
        return None
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")
