"""A device that needs no time, and who watches it being profiled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

import pytest

from workers.latency import Measurement, Subject


@dataclass
class Observer:
    messages: list[str] = field(default_factory=list)
    progress: list[tuple[int, int]] = field(default_factory=list)

    def message(self, text: str) -> None:
        self.messages.append(text)

    def profiling(self, done: int, total: int) -> None:
        self.progress.append((done, total))


@dataclass
class Device:
    """Takes as many milliseconds as a block has layers.

    Attributes:
        scale: By what a whole network takes longer than its blocks together.
        exponent: By how much that grows with the logarithm of its layers.
        slow_from: Layers from which a whole network takes `slowness` times as long.
        broken_after: Measurements after which someone presses Ctrl-C.
        at_most: Blocks or networks that there is time for; None for all.
        seconds: The time that was given, call by call.
        measured: Ids in the order in which they were measured.
    """

    scale: float = 1.0
    exponent: float = 0.0
    slow_from: float = inf
    slowness: float = 1.0
    quiet: bool = True
    broken_after: int | None = None
    at_most: int | None = None
    measured: list[str] = field(default_factory=list)
    seconds: list[float | None] = field(default_factory=list)

    def measure(
        self, subjects: Sequence[Subject], *_: Any, max_seconds: float | None = None, **__: Any
    ) -> Iterator[Measurement]:
        self.seconds.append(max_seconds)
        for subject in subjects[: self.at_most]:
            if self.broken_after is not None and len(self.measured) >= self.broken_after:
                raise KeyboardInterrupt
            self.measured.append(subject.id)
            ms = float(sum(len(graph.nodes) for graph in subject.graphs))
            if len(subject.graphs) > 1:
                ms *= self.slowness if ms >= self.slow_from else 1.0
                ms *= self.scale * ms**self.exponent
            yield Measurement(subject.id, ms, 0.9 * ms, 1.1 * ms, 0.01, 20, 0.05, self.quiet)

    def install(self, patch: pytest.MonkeyPatch) -> Device:
        from nas.latency import end_to_end, profile

        for module in (end_to_end, profile):
            patch.setattr(module, "measure", self.measure)
        return self
