"""How far a long computation is, and how long it will still take, on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

from nas.quantities import format_left, out_of

LINE_EVERY_S = 15.0
_REDRAW_EVERY_S = 0.2


class Countdown:
    """One line that is drawn anew in a terminal; elsewhere a line now and then.

    Attributes:
        label: What is being done.
    """

    def __init__(
        self,
        total: int,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.label = ""
        self._total, self._done = total, 0
        self._stream = stream or sys.stderr
        self._clock = clock
        self._started_at = self._shown_at = clock()

    def __enter__(self) -> Countdown:
        return self

    def __exit__(self, *error: object) -> None:
        if self._stream.isatty():
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def step(self) -> None:
        """One more has begun."""
        self._done += 1
        is_terminal = self._stream.isatty()
        now = self._clock()
        if now - self._shown_at < (_REDRAW_EVERY_S if is_terminal else LINE_EVERY_S):
            return
        self._shown_at = now
        self._stream.write(f"\r\x1b[K{self._line(now)}" if is_terminal else f"{self._line(now)}\n")
        self._stream.flush()

    def _line(self, now: float) -> str:
        rest = max(0, self._total - self._done)
        left = (now - self._started_at) / self._done * rest
        label = f"{self.label}: " if self.label else ""
        return f"{label}{out_of(self._done, self._total, 'trial')}, {format_left(left)}"
