"""How a search or a training is told to end: from any thread, or from a signal's handler."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from search_spaces.errors import StoppedError


class EndNow(BaseException):
    """A search ends without waiting for its workers.

    It is no Exception, on which Ray Tune would give each worker ten seconds to finish its epoch.
    """


class StopRequest:
    """Tells one launch, or one training, to end.

    Who asks only leaves word: the search looks several times a second, and ends in its own thread.
    So anybody may ask, `nas stop` and the handler of a signal among them, and no thread but that
    of the search is disturbed.
    """

    def __init__(self) -> None:
        self._is_asked = self._is_now = self._is_heard = False

    def ask(self, *, now: bool = False) -> None:
        """Asks for an end after the reports under way.

        Args:
            now: Do not wait for these. What was reported is kept in any case.
        """
        self._is_now = self._is_now or now
        self._is_asked = True

    @property
    def is_asked(self) -> bool:
        """Whether anybody has asked."""
        return self._is_asked

    @property
    def is_now(self) -> bool:
        """Whether it shall not wait for the reports under way."""
        return self._is_now

    @property
    def is_heard(self) -> bool:
        """Whether somebody looks who can end in good order."""
        return self._is_heard

    @contextmanager
    def heard(self) -> Iterator[None]:
        """While this is open, somebody looks."""
        self._is_heard = True
        try:
            yield
        finally:
            self._is_heard = False

    def check(self) -> None:
        """Raises StoppedError where somebody has asked, and nothing is under way."""
        if self._is_asked:
            raise StoppedError("stopped before anything more was trained; the same call goes on")


@contextmanager
def interruptible(tell: Callable[[str], None]) -> Iterator[StopRequest]:
    """Ctrl-C or SIGTERM once asks for an end; twice, or where nobody looks, it ends now.

    In good order ends what is given the request. The other end is a KeyboardInterrupt, wherever
    the main thread is. Handlers are the main thread's alone: in another one, signals are left to
    the program.

    Args:
        tell: Is given one line when the first signal comes.
    """
    stop = StopRequest()

    def ask(signum: int, frame: FrameType | None) -> None:
        if stop.is_asked or not stop.is_heard:
            raise KeyboardInterrupt
        stop.ask()
        tell("stopping; once more to stop at once")

    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
