"""Files that are there as a whole or not at all, whatever kills their writer."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def replacing(path: Path, *, lasting: bool = False) -> Iterator[Path]:
    """Gives a file beside this one to write to, which takes its place at the end.

    Where the block or the replacing raises, what was there before stays, and nothing is left over.

    Args:
        lasting: Whether it shall be on the disk before it takes the place, so that a power cut
            leaves the old one or the new one. That is slow; without it a killed process does.
    """
    # Several processes may write the same file at once: each writes one of its own.
    partial = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield partial
        if lasting:  # else the new name may reach the disk before the bytes do
            with partial.open("rb+") as file:
                os.fsync(file.fileno())
        os.replace(partial, path)
    except BaseException:  # Ctrl-C too: what it leaves may be gigabytes that nobody would remove
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise
