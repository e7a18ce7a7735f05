"""Ctrl-C and SIGTERM while a search runs, and the same asked for from another thread."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from nas.runner.progress import Observer
from nas.runner.session import SearchSession

_Handler = Callable[[int, FrameType | None], None]


@contextmanager
def interruptible(
    session: SearchSession, observer: Observer, is_lost: Callable[[], bool]
) -> Iterator[None]:
    """Ctrl-C or SIGTERM once ends the search after the reports under way; twice ends it now.

    Args:
        is_lost: Whether another process has the study, which ends the search now too.
    """

    def stop(signum: int, frame: FrameType | None) -> None:
        if session.stop_requested or is_lost():
            raise KeyboardInterrupt
        session.request_stop("stopped by hand")
        observer.message("stopping; once more to stop at once")

    with _handling((signal.SIGINT, signal.SIGTERM), stop):
        yield


@contextmanager
def terminable() -> Iterator[None]:
    """SIGTERM is as Ctrl-C."""

    def stop(signum: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    with _handling((signal.SIGTERM,), stop):
        yield


def interrupt_main_thread() -> None:
    """As if Ctrl-C were pressed once."""
    thread = threading.main_thread().ident
    assert thread is not None
    signal.pthread_kill(thread, signal.SIGINT)


@contextmanager
def _handling(signals: tuple[signal.Signals, ...], handler: _Handler) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():  # which alone is given signals
        yield
        return
    before = {number: signal.signal(number, handler) for number in signals}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
