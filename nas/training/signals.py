"""Ctrl-C and SIGTERM end a training after the step under way."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Protocol


class Stoppable(Protocol):
    """What can be asked to stop."""

    def stop_requested(self) -> bool: ...

    def request_stop(self) -> None: ...


@contextmanager
def interruptible(stoppable: Stoppable, tell: Callable[[str], None]) -> Iterator[None]:
    """The first signal asks to stop, the second stops at once; outside the main thread none do."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(signum: int, frame: FrameType | None) -> None:
        if stoppable.stop_requested():
            raise KeyboardInterrupt
        stoppable.request_stop()
        tell("stopping after this step; once more to stop at once")

    before = {s: signal.signal(s, stop) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)
