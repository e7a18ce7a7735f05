"""Freed memory that a training process uses again.

A training step makes and frees the same large tensors again and again. glibc hands their pages back
to the system each time, which then has to clear new ones: a third of the time of a small network.
"""

from __future__ import annotations

import ctypes
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Numbers of glibc's `mallopt`."""


def keep_freed_memory() -> bool:
    """Lets this process use freed memory again instead of handing it back at once.

    `workers.memory.free` hands it back between two trainings.

    Returns:
        Whether the C library can do so; on others than glibc nothing changes.
    """
    libc = _glibc()
    if libc is None:
        return False
    largest = any(libc.mallopt(_MMAP_THRESHOLD, size) for size in (1 << 30, 1 << 25))
    return bool(largest and libc.mallopt(_TRIM_THRESHOLD, 2**31 - 1))


def _glibc() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    return libc if hasattr(libc, "gnu_get_libc_version") else None
