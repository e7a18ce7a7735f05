"""This process, this machine and its packages, as others in a database can know them."""

from __future__ import annotations

import getpass
import os
import platform
import uuid
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = ("conv-nas", "torch", "optuna", "ray", "sqlalchemy", "numpy")


def package_versions(*further: str) -> dict[str, Any]:
    """Versions of Python and of the packages that results may depend on, and of further ones."""
    versions = {"python": platform.python_version()}
    for package in (*PACKAGES, *further):
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "not installed"
    return versions


def hardware() -> dict[str, Any]:
    """The machine that launches: system, processor architecture, number of cores."""
    return {
        "system": platform.system(),
        "machine": platform.machine(),
        "num_cpus": os.cpu_count(),
    }


@dataclass(frozen=True)
class Runner:
    """A process that runs studies.

    Attributes:
        token: Unlike that of any other process; begins with the mark of its machine.
    """

    token: str
    host: str
    pid: int
    user: str


def this_process() -> Runner:
    """A new token for this process."""
    token = f"{machine_mark()}-{uuid.uuid4().hex}"
    return Runner(token, platform.node() or "unknown", os.getpid(), _user())


def machine_mark() -> str:
    """The same for two processes that see each other's process ids, and for no others.

    Of this boot and, on Linux, of this namespace of processes: containers that are called alike are
    told apart.
    """
    boot = Path("/proc/sys/kernel/random/boot_id")
    known = boot.read_text().strip() if boot.exists() else str(uuid.getnode())
    space = Path("/proc/self/ns/pid")
    known += os.readlink(space) if space.is_symlink() else ""
    return sha256(known.encode()).hexdigest()[:12]


def is_dead(token: str, pid: int) -> bool:
    """Whether the process of a token is known to have ended; False where that cannot be known."""
    return token.partition("-")[0] == machine_mark() and not is_alive(pid)


def is_alive(pid: int) -> bool:
    """Whether a process of this machine runs; one that only waits for its parent does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return not Path("/proc/self/stat").exists()  # gone since, or a system without /proc
    return state not in "ZX"


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container whose user has no name
        return str(os.getuid())
