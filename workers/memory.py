"""Memory: whether there is enough, freeing it after a trial, and a worker that keeps ever more."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from pathlib import Path

from search_spaces.errors import DataError
from workers.limits import memory_limit

WARM_UP_TRIALS = 3
"""After so many trials a worker has all that it keeps: libraries, thread pools, caches."""


class MemoryWatch:
    """Compares the memory of this process between trials with its level after the first ones.

    Attributes:
        num_trials: Trials that have ended in this process.
        growth: Bytes above that level after the last trial; 0 during the first ones.
    """

    def __init__(self, max_growth: float) -> None:
        """Takes the bytes that a process may grow by, on the host or on its GPU."""
        self._max_growth = max_growth
        self._level: tuple[int, int] | None = None
        self.num_trials = 0
        self.growth = 0

    def trial_ended(self) -> bool:
        """Frees what can be freed; returns whether the process has grown beyond its bound."""
        free()
        self.num_trials += 1
        if self.num_trials <= WARM_UP_TRIALS:
            gc.freeze()  # what is there now stays: looking through it takes 0.2 s each time
        used = (resident_bytes(), device_bytes())
        if self.num_trials <= WARM_UP_TRIALS or self._level is None:
            self._level = used
        self.growth = max(now - before for now, before in zip(used, self._level, strict=True))
        return self.growth > self._max_growth


def free() -> None:
    """Collects garbage and gives freed memory back: of the GPU, and of the C library's heap."""
    import torch

    gc.collect()
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        torch.cuda.empty_cache()
    give_back()


def give_back() -> None:
    """Gives the system back what is free in the C library's heap, which keeps it otherwise."""
    libc = glibc()
    if libc is not None:
        libc.malloc_trim(0)


_ARENA_MAX = -8
"""A number of glibc's `mallopt`."""


def share_heap() -> None:
    """Lets the threads that begin from now on use the heap that is there, instead of one each.

    What a thread's own heap has free no other thread uses, and the system gets none of it back.
    """
    libc = glibc()
    if libc is not None:
        libc.mallopt(_ARENA_MAX, 1)


def glibc() -> ctypes.CDLL | None:
    """The C library of this process; None where it is another than glibc."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    return libc if hasattr(libc, "gnu_get_libc_version") else None


def resident_bytes() -> int:
    """Memory of this process that is its own, in bytes; 0 where the system does not tell.

    Pages shared with other processes, such as Ray's object store, do not count.
    """
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return 0
    _, resident, shared, *_ = map(int, statm.read_text().split())
    return (resident - shared) * os.sysconf("SC_PAGE_SIZE")


def device_bytes() -> int:
    """Bytes in tensors on this process's GPU; 0 without one."""
    import torch

    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        return torch.cuda.memory_allocated()
    return 0


def require_memory(num_bytes: int, what: str) -> None:
    """Raises DataError where less memory is free than `what` needs.

    Asked before, since Linux also promises what it lacks.
    """
    free = available_bytes()
    if num_bytes > free:
        need, have = in_words(num_bytes), in_words(free)
        advice = "ask for fewer images (`train_size`, `validation_size`) or smaller ones"
        raise DataError(f"{what} need {need} of memory and {have} are free; {advice}")


def available_bytes() -> int:
    """Memory that can be had without swapping, by the machine and by the limit of a container."""
    limit = memory_limit()
    return _free_bytes() if limit is None else min(_free_bytes(), limit.left)


def _free_bytes() -> int:
    """Of the machine; all that it has where nobody says."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            for line in file:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def in_words(num_bytes: int) -> str:
    """For people, for example `1.5 GiB`."""
    value, units = float(num_bytes), ["bytes", "KiB", "MiB", "GiB", "TiB"]
    while value >= 1024 and len(units) > 1:
        value /= 1024
        del units[0]
    return f"{value:,.0f} {units[0]}" if value >= 10 else f"{value:.1f} {units[0]}"
