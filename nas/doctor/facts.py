"""What this machine has, as far as this process can see; nothing is judged here, nor changed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from nas.runner.machine import package_versions
from search_spaces.errors import NasError, on_one_line, reason_of
from workers.cache import cache_folder
from workers.devices import missing
from workers.devices.mps import CONTROL, PIPES
from workers.devices.presence import VISIBLE
from workers.limits import Cores, cores_here, memory_limit
from workers.memory import available_bytes

BROWSERS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "firefox",
    "xdg-open",
)  # fmt: skip
"""What opens a page; the last asks the system."""

SHARED_MEMORY = Path("/dev/shm")


@dataclass(frozen=True)
class Memory:
    """Bytes of main memory.

    Attributes:
        limit: What the control group of this process may use; None where nothing limits it.
        available: What can be had now without swapping, within that limit.
    """

    total: int
    limit: int | None
    available: int


@dataclass(frozen=True)
class Folder:
    """A place for files.

    Attributes:
        use: What it is for.
        free: Bytes; 0 where it cannot be looked at.
        total: Of its file system.
    """

    use: str
    path: str
    free: int
    total: int
    is_writable: bool


@dataclass(frozen=True)
class Gpus:
    """Graphics cards, by the driver and by PyTorch.

    Attributes:
        cards: What the driver lists, whoever may see it.
        seen: What PyTorch sees.
        visible: The environment variable that hides and shows cards, as `NAME=VALUE`; None where
            none is set.
        build: What PyTorch was built for, as `CUDA 12.8`; None for the CPU alone.
        error: What PyTorch says of cards that it cannot use, or why it cannot be loaded.
        has_mps: Whether NVIDIA's MPS can be started, or runs.
    """

    cards: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    visible: str | None = None
    build: str | None = None
    error: str | None = None
    has_mps: bool = False


@dataclass(frozen=True)
class Database:
    """The database of studies.

    Attributes:
        address: Without its password.
        state: `ready`; `absent`, to be made by the first launch; `older`, to be upgraded by the
            next command; or `unreachable`.
        error: Why it is that; None where all is well.
    """

    address: str
    state: str
    num_studies: int = 0
    error: str | None = None


@dataclass(frozen=True)
class Cluster:
    """A Ray cluster that was looked at.

    Attributes:
        num_nodes: Those that live.
        error: Why it cannot be used; None where it can.
    """

    address: str
    num_nodes: int = 0
    num_cpus: float = 0.0
    num_gpus: float = 0.0
    error: str | None = None


@dataclass(frozen=True)
class Facts:
    """All that is known of a machine.

    Attributes:
        shared_memory: None on systems that have none as files.
        ray_folder: Where Ray keeps its sockets.
        packages: Versions of Python and of what results depend on.
        lacking: What this package requires and is not there, in pip's words.
        browser: The program that opens a page; None where there is none.
        cluster: None where none was asked for.
    """

    cores: Cores
    memory: Memory
    shared_memory: Folder | None
    gpus: Gpus
    folders: tuple[Folder, ...]
    ray_folder: str
    packages: dict[str, str]
    lacking: tuple[str, ...]
    database: Database
    browser: str | None
    cluster: Cluster | None = None


def gather(storage: str, studies: Path, address: str | None = None) -> Facts:
    """Looks at this machine, at a database and, where an address is given, at a Ray cluster.

    Args:
        studies: Folder of weights and reports.
    """
    shared = _folder("shared memory", SHARED_MEMORY) if SHARED_MEMORY.is_dir() else None
    places: dict[str, str | Path] = {
        "studies": studies, "cache": cache_folder(""), "temporary files": tempfile.gettempdir(),
    }  # fmt: skip
    return Facts(
        cores_here(), _memory(), shared, _gpus(),
        tuple(_folder(use, Path(path)) for use, path in places.items()),
        _ray_folder(), package_versions(), _lacking(), _database(storage),
        next((name for name in BROWSERS if shutil.which(name)), None),
        None if address is None else _cluster(address),
    )  # fmt: skip


def _memory() -> Memory:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = memory_limit()
    return Memory(total, None if limit is None else limit.most, available_bytes())


def _folder(use: str, path: Path) -> Folder:
    """Of a folder that is not there yet: what it would be made in."""
    path = path.absolute()
    there = next((folder for folder in (path, *path.parents) if folder.is_dir()), Path("/"))
    try:
        usage = shutil.disk_usage(there)
    except OSError:
        return Folder(use, str(path), 0, 0, False)
    return Folder(use, str(path), usage.free, usage.total, os.access(there, os.W_OK | os.X_OK))


def _ray_folder() -> str:
    """As Ray chooses it."""
    return os.environ.get("RAY_TMPDIR") or os.environ.get("TMPDIR") or "/tmp"


# Graphics cards


def _gpus() -> Gpus:
    visible = next((f"{n}={os.environ[n]}" for n in VISIBLE if n in os.environ), None)
    cards = _listed_cards()
    try:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            import torch

            count = torch.cuda.device_count() if torch.cuda.is_available() else 0
            seen = tuple(torch.cuda.get_device_name(index) for index in range(count))
        error = next((on_one_line(str(w.message)) for w in said if "CUDA" in str(w.message)), None)
    except Exception as broken:  # a library that is missing, a driver that refuses
        return Gpus(cards, (), visible, None, reason_of(broken))
    hip = getattr(torch.version, "hip", None)
    build = f"CUDA {torch.version.cuda}" if torch.version.cuda else f"ROCm {hip}" if hip else None
    if seen:
        error = missing("cuda")  # seen, and yet it may refuse to work
    has_mps = PIPES in os.environ or shutil.which(CONTROL) is not None
    return Gpus(cards, seen, visible, build, error, has_mps)


def _listed_cards() -> tuple[str, ...]:
    """Names of NVIDIA's cards by its own program, or their number by the system's files."""
    try:
        command = ["nvidia-smi", "--list-gpus"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
        names = re.findall(r"^GPU \d+: (.*?)(?: \(UUID.*)?$", done.stdout, re.MULTILINE)
    except (OSError, subprocess.TimeoutExpired):
        names = []
    if names:
        return tuple(names)
    nodes = sorted(Path("/dev").glob("nvidia[0-9]*"))
    return tuple(f"an NVIDIA card ({node})" for node in nodes)


# Packages


def _lacking() -> tuple[str, ...]:
    try:
        wanted = requires("conv-nas") or []
    except PackageNotFoundError:  # a checkout that is not installed
        return ()
    return tuple(_unmet(line for line in wanted if "extra ==" not in line))


def _unmet(requirements: Iterable[str]) -> list[str]:
    """Requirements that no installed package meets."""
    from packaging.requirements import Requirement  # Ray brings it

    found = []
    for requirement in map(Requirement, requirements):
        try:
            there = version(requirement.name)
        except PackageNotFoundError:
            found.append(f"{requirement} (not installed)")
            continue
        if not requirement.specifier.contains(there, prereleases=True):
            found.append(f"{requirement} ({there} is installed)")
    return found


# What can be elsewhere


def _database(storage: str) -> Database:
    from nas.store import masked
    from nas.store.opening import look_at

    address = masked(storage)
    try:
        state, num_studies = look_at(storage)
    except NasError as error:
        return Database(address, "unreachable", error=str(error))
    return Database(address, state, num_studies)


def _cluster(address: str) -> Cluster:
    from nas.runner.cluster import ray_cluster

    try:
        with ray_cluster(address, lambda: None, lambda: None):
            import ray

            alive = [node["Resources"] for node in ray.nodes() if node["Alive"]]
    except NasError as error:
        return Cluster(address, error=str(error))
    cpus, gpus = (sum(node.get(name, 0.0) for node in alive) for name in ("CPU", "GPU"))
    return Cluster(address, len(alive), cpus, gpus)
