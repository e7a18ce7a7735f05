"""What of a machine's cores and memory this process really has: a part of it, in a container."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_ROOT = Path("/")


class Cores(NamedTuple):
    """What of a machine's cores a process may use.

    Attributes:
        machine: Of the machine.
        allowed: That it may run on: `taskset` and batch systems allow fewer.
        quota: Cores' worth of time that its control group gets; None where nothing limits it.
    """

    machine: int
    allowed: int
    quota: float | None

    @property
    def usable(self) -> int:
        """Whole cores; one at least."""
        return max(1, self.allowed if self.quota is None else min(self.allowed, int(self.quota)))


class MemoryLimit(NamedTuple):
    """Bytes that a control group may use.

    Attributes:
        most: In all.
        left: Until then; files that are kept in memory make room.
    """

    most: int
    left: int


def num_cores() -> int:
    """Cores that this process may use."""
    return cores_here().usable


def cores_here(root: Path = _ROOT) -> Cores:
    """The cores of this process.

    Args:
        root: In the place of `/`, whose control groups are read.
    """
    machine = os.cpu_count() or 1
    affinity = getattr(os, "sched_getaffinity", None)  # not on every system
    allowed = len(affinity(0)) if affinity else machine
    quotas = [*_quotas_v2(root), *_quotas_v1(root)]
    return Cores(machine, allowed, min(quotas, default=None))


def memory_limit(root: Path = _ROOT) -> MemoryLimit | None:
    """What the control groups of this process leave it; None where they limit nothing."""
    limits = [*_memory(root, "", "memory.max", "memory.current", "inactive_file")]
    limits += _memory(
        root, "memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"
    )
    return min(limits, key=lambda limit: limit.left, default=None)


def _quotas_v2(root: Path) -> Iterator[float]:
    for folder in _groups(root, ""):
        quota, _, period = _read(folder / "cpu.max").partition(" ")
        if quota.isdecimal() and period.isdecimal() and int(period):  # `max` is no limit
            yield int(quota) / int(period)


def _quotas_v1(root: Path) -> Iterator[float]:
    for folder in _groups(root, "cpu"):
        quota, period = (_read(folder / f"cpu.cfs_{name}_us") for name in ("quota", "period"))
        if quota.isdecimal() and period.isdecimal() and int(period):  # -1 is no limit
            yield int(quota) / int(period)


_NO_LIMIT = 1 << 60
"""Version 1 says a number that no machine has."""


def _memory(root: Path, controller: str, most: str, used: str, files: str) -> Iterator[MemoryLimit]:
    for folder in _groups(root, controller):
        limit, now = _read(folder / most), _read(folder / used)
        if limit.isdecimal() and now.isdecimal() and int(limit) < _NO_LIMIT:
            lines = (line.split() for line in _read(folder / "memory.stat").splitlines())
            kept = next((int(words[1]) for words in lines if words[0] == files), 0)
            yield MemoryLimit(int(limit), max(0, int(limit) - int(now) + kept))


def _groups(root: Path, controller: str) -> list[Path]:
    """The control groups of this process from its own up to the top: each limits it.

    Args:
        controller: Of version 1; empty for version 2, which has one tree for all.
    """
    top = root / "sys/fs/cgroup" / controller
    for line in _read(root / "proc/self/cgroup").splitlines():
        _, names, path = [*line.split(":", 2), "", ""][:3]
        if controller in names.split(","):
            own = top / path.lstrip("/")
            # From within a container the path may be that of outside, which is not here.
            above = [folder for folder in (own, *own.parents) if folder.is_relative_to(top)]
            return [folder for folder in above if folder.is_dir()]
    return [top] if top.is_dir() else []


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
