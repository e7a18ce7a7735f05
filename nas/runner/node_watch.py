"""Notices at once when the node process of a Ray that this process started has ended.

Ray itself takes some fifteen seconds to notice, and then ends this process without a word.
"""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def watching_node(on_lost: Callable[[], None]) -> Iterator[None]:
    """Calls `on_lost`, from a thread, if the node process ends; does nothing but on Linux."""
    handles = [os.pidfd_open(pid) for pid in _children("raylet")]
    if not handles:
        yield
        return
    end_read, end_write = os.pipe()
    thread = threading.Thread(target=_watch, args=(handles, end_read, on_lost), daemon=True)
    thread.start()
    try:
        yield
    finally:
        os.write(end_write, b".")
        thread.join()
        for handle in (*handles, end_read, end_write):
            os.close(handle)


def _watch(handles: list[int], end: int, on_lost: Callable[[], None]) -> None:
    ready, _, _ = select.select([*handles, end], [], [])
    if end not in ready:
        on_lost()


def _children(name: str) -> list[int]:
    """Process ids of the children of this process that run a program."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            before, _, after = path.read_text().rpartition(")")
        except OSError:  # has ended since
            continue
        if before.partition("(")[2] == name and int(after.split()[1]) == os.getpid():
            found.append(int(path.parent.name))
    return found
