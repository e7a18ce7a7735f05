"""Processor cores that this process really has: not all that the machine has are its own."""

from __future__ import annotations

import os
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
    return Cores(machine, len(affinity(0)) if affinity else machine, cgroup_quota(root))


def cgroup_quota(root: Path = _ROOT) -> float | None:
    """Cores' worth of time that the control group of this process gets, of either version.

    A container sees its own group at the top; outside of one, every group above limits too.
    """
    found = [*_quotas_v2(root), *_quotas_v1(root)]
    return min(found, default=None)


def _quotas_v2(root: Path) -> list[float]:
    found = []
    for folder in cgroup_folders(root, ""):
        quota, _, period = _read(folder / "cpu.max").partition(" ")
        if quota.isdecimal() and period.isdecimal() and int(period):
            found.append(int(quota) / int(period))
    return found


def _quotas_v1(root: Path) -> list[float]:
    found = []
    for folder in cgroup_folders(root, "cpu"):
        quota, period = (_read(folder / f"cpu.cfs_{name}_us") for name in ("quota", "period"))
        if quota.isdecimal() and period.isdecimal() and int(period):  # -1 is no limit
            found.append(int(quota) / int(period))
    return found


def cgroup_folders(root: Path, controller: str) -> list[Path]:
    """The groups of this process from its own up to the top.

    Args:
        controller: Of version 1; empty for version 2, which has one tree for all.
    """
    top = root / "sys/fs/cgroup" / controller
    for line in _read(root / "proc/self/cgroup").splitlines():
        _, names, path = [*line.split(":", 2), "", ""][:3]
        if controller in names.split(","):
            own = top / path.lstrip("/")
            # Seen from within a container the path is often that of outside, which is not here.
            within = [folder for folder in (own, *own.parents) if folder.is_relative_to(top)]
            return [folder for folder in within if folder.is_dir()]
    return [top] if top.is_dir() else []


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
