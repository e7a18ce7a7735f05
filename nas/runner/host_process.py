"""The process that a search runs in, which may be another program's and is left as it was.

Ray and Ray Tune are set up by environment variables, leave some of their own, and take signals.
"""

from __future__ import annotations

import ctypes
import faulthandler
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from search_spaces.errors import SearchError

_TOLD_BY_US = (
    "A worker died or was killed", "killed due to memory pressure", "Raylet is terminated",
    "has been marked dead",
)  # fmt: skip
"""What Ray would say on standard output of failures that the session tells in one line."""

RAY_SETTINGS = {
    "RAY_AIR_NEW_OUTPUT": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_DEDUP_LOGS_SKIP_REGEX": "|".join(_TOLD_BY_US),
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_TRAIN_ENABLE_V2_MIGRATION_WARNINGS": "0",
    "TUNE_DISABLE_AUTO_CALLBACK_LOGGERS": "1",
    "TUNE_DISABLE_SIGINT_HANDLER": "1",
    "TUNE_DISABLE_STRICT_METRIC_CHECKING": "1",
    "TUNE_GLOBAL_CHECKPOINT_S": "3600",
    "TUNE_MAX_PENDING_TRIALS_PG": "1000",
    "TUNE_PRINT_ALL_TRIAL_ERRORS": "0",
}
"""Tune's own files, prints and signal handling are off: database and session have that part.

Ray reads which messages it leaves out when it is imported: who has done so before sees them all.

How many trials wait for a worker is up to `SessionSearcher`, so that all workers start at once.
"""

_CHANGED = ("RAY_", "TUNE_", "PYTHONBREAKPOINT", *(() if sys.platform == "darwin" else ("KMP_",)))
"""How the names begin of what a search changes.

Ray has the program's own `breakpoint()` look for a cluster. The last are set where scikit-learn is
imported; on a Mac it needs them from then on, to bear a second library of its kind.
"""

_ONE_SEARCH = threading.RLock()


@contextmanager
def used_by_search() -> Iterator[None]:
    """Sets this process up for a search on Ray, and afterwards as it was before.

    It should be open before Ray is imported, which reads some of the settings then. The thread that
    has opened it may open it again.

    Raises:
        SearchError: It runs another one, in another thread. Tune knows what trials are given by
            names that are the same for all, so that networks would be trained on the other's data.
    """
    if not _ONE_SEARCH.acquire(blocking=False):
        rule = "a process runs one search at a time, and this one runs another"
        raise SearchError(f"{rule}: wait for its end, or launch in a process of its own")
    try:
        with _environment(), signals_kept() if _is_main() else nullcontext():
            yield
    finally:
        _ONE_SEARCH.release()


@contextmanager
def _environment() -> Iterator[None]:
    before = _variables()
    os.environ.update(RAY_SETTINGS)
    try:
        yield
    finally:
        for name in _variables().keys() - before.keys():
            os.environ.pop(name, None)
        os.environ.update(before)


def _variables() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith(_CHANGED)}


@contextmanager
def signals_kept() -> Iterator[None]:
    """Whatever takes signals meanwhile, afterwards they go where they went before.

    There are two tables. Python's names functions, and only its main thread may change it. That
    of the system is overwritten by Ray's core from any thread: it takes SIGTERM and crashes, and
    Python's functions are no longer called, although they still stand in Python's table.
    """
    system, shows_crashes = _system_handlers(), faulthandler.is_enabled()
    handlers = {number: signal.getsignal(number) for number in signal.valid_signals()}
    try:
        yield
    finally:
        if not shows_crashes:  # else the program's own `faulthandler.enable()` would do nothing
            faulthandler.disable()
        for number, handler in handlers.items():
            if _is_main() and handler is not None and signal.getsignal(number) is not handler:
                signal.signal(number, handler)
        for at, kept in system.items():
            _sigaction(at, kept, None)


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()


_SIGACTION_BYTES = 1024
"""Far more than a `struct sigaction` has anywhere; what is in it is only carried."""


def _system_handlers() -> dict[int, ctypes.Array[ctypes.c_char]]:
    """What the system does at each signal, by its number; nothing where it has no such table."""
    kept = {}
    if hasattr(signal, "SIGKILL"):  # not on Windows
        for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
            buffer = ctypes.create_string_buffer(_SIGACTION_BYTES)
            if _sigaction(number, None, buffer) == 0:
                kept[int(number)] = buffer
    return kept


def _sigaction(
    number: int, new: ctypes.Array[ctypes.c_char] | None, old: ctypes.Array[ctypes.c_char] | None
) -> int:
    result: int = ctypes.CDLL(None).sigaction(number, new, old)
    return result
