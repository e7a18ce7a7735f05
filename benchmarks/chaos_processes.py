"""Finds and kills the processes of one search, by their environment or their log files.

Ray writes the titles of its workers over their environment.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import NamedTuple

TAG = "NAS_CHAOS"
"""Environment variable with the tag of the search that a process belongs to."""


_NO_WORKERS = ("ray::IDLE", "ray::DashboardAgent", "ray::RuntimeEnvAgent")
"""A worker that trains is called after the actor, or after the call that it makes."""


class Process(NamedTuple):
    """A process of a search.

    Attributes:
        name: Of its program, or what Ray calls it.
    """

    pid: int
    name: str


def processes(tag: str) -> list[Process]:
    """Those of a search that run; not those that wait for their parent."""
    found = (_process(int(path.name), tag) for path in Path("/proc").glob("[0-9]*"))
    return [process for process in found if process is not None]


def workers_and_nodes(tag: str) -> tuple[list[Process], list[Process]]:
    """Ray's workers that train, and its node process."""
    found = processes(tag)
    workers = [p for p in found if p.name.startswith("ray::") and p.name not in _NO_WORKERS]
    return workers, [p for p in found if p.name.endswith("/raylet")]


def kill(process: Process, tag: str) -> None:
    """SIGKILL, if it is still that process."""
    try:
        handle = os.pidfd_open(process.pid)
    except ProcessLookupError:
        return
    try:
        if _process(process.pid, tag) is not None:
            signal.pidfd_send_signal(handle, signal.SIGKILL)
    except ProcessLookupError:
        pass  # ended by itself
    finally:
        os.close(handle)


def _process(pid: int, tag: str) -> Process | None:
    folder = Path(f"/proc/{pid}")
    try:
        tagged = f"{TAG}={tag}".encode() in (folder / "environ").read_bytes().split(b"\0")
        if not tagged and f"/{tag}/ray/" not in os.readlink(folder / "fd" / "1"):
            return None
        name = (folder / "cmdline").read_bytes().split(b"\0")[0].decode(errors="replace")
    except OSError:  # ended, or another user's
        return None
    return Process(pid, name) if name else None
