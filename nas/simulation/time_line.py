"""Simulated workers: what ends next, and when."""

from __future__ import annotations

import heapq
from typing import Generic, TypeVar

T = TypeVar("T")


class TimeLine(Generic[T]):
    """Trainings that run side by side.

    Attributes:
        now: Simulated time.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self._events: list[tuple[float, int, T]] = []

    def __len__(self) -> int:
        return len(self._events)

    def start(self, number: int, running: T, duration: float) -> None:
        """Occupies a worker with trial `number`."""
        heapq.heappush(self._events, (self.now + duration, number, running))

    def next(self) -> T:
        """Waits for the next worker to finish; of those at the same time the earlier trial."""
        self.now, _, running = heapq.heappop(self._events)
        return running
