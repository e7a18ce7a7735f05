"""How far a full training is, for who watches."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

from search_spaces.measures import ACCURACY, measure
from search_spaces.quantities import format_left, seconds_left
from workers.training import EpochRecord

LINE_EVERY_S = 15.0
_REDRAW_EVERY_S = 0.2


class Silence:
    """Shows nothing."""

    quality = ACCURACY

    def message(self, text: str) -> None: ...

    def planned(self, epochs: int) -> None: ...

    def stepped(self, progress: float, trained_s: float) -> None: ...

    def epoch(self, record: EpochRecord) -> None: ...

    def stop_requested(self) -> bool:
        return False


class TrainingView:
    """One line on standard error, drawn anew in a terminal; elsewhere a line now and then.

    Attributes:
        quality: Name of the trained measure.
    """

    quality = ACCURACY

    def __init__(
        self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stream = stream or sys.stderr
        self._clock = clock
        self._shown_at = clock()
        self._epochs = self._max_epochs = 0
        self._last: EpochRecord | None = None
        self._best = 0.0
        self._begun: tuple[float, float] | None = None

    def message(self, text: str) -> None:
        self._write(f"{text}\n")

    def planned(self, epochs: int) -> None:
        self._max_epochs = epochs

    def epoch(self, record: EpochRecord) -> None:
        self._epochs = record.epochs
        if record.validation_accuracy is not None:
            self._last = record
            self._best = max(self._best, record.validation_accuracy)

    def stepped(self, progress: float, trained_s: float) -> None:
        # What an earlier process trained, perhaps at another speed, is not counted.
        if self._begun is None:
            self._begun = progress, trained_s
        is_terminal, now = self._stream.isatty(), self._clock()
        if now - self._shown_at >= (_REDRAW_EVERY_S if is_terminal else LINE_EVERY_S):
            self._shown_at = now
            self._write(self._line(progress, trained_s) + ("" if is_terminal else "\n"))

    def stop_requested(self) -> bool:
        return False

    def close(self) -> None:
        """Clears the line of a terminal."""
        self._write("")

    def _write(self, text: str) -> None:
        clear = "\r\x1b[K" if self._stream.isatty() else ""
        self._stream.write(clear + text)
        self._stream.flush()

    def _line(self, progress: float, trained_s: float) -> str:
        epoch = min(self._epochs + 1, self._max_epochs)
        parts = [f"epoch {epoch}/{self._max_epochs}, {progress:.0%}"]
        if self._last is not None:
            accuracy = self._last.validation_accuracy
            word = measure(self.quality).in_words
            parts.append(f"validation {word} {accuracy:.4f}, best {self._best:.4f}")
            parts.append(f"loss {self._last.train_loss:.3f}")
        return "; ".join([*parts, self._left(progress, trained_s)])

    def _left(self, progress: float, trained_s: float) -> str:
        """By the speed of this process."""
        assert self._begun is not None
        done, seconds = progress - self._begun[0], trained_s - self._begun[1]
        left = seconds_left(seconds, done, 1 - progress, least=0)
        return "time left not known yet" if left is None else format_left(left)
