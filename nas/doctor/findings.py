"""What is wrong with a machine, and what helps: a function of what is known of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from nas.doctor.facts import Facts, Folder
from search_spaces.quantities import plural
from workers.memory import in_words

Level = Literal["wrong", "note"]

LEAST_CORES = 2
LEAST_MEMORY = 2**30
LEAST_SHARED = 2**28
LEAST_DISK = 2**30
FULL = 0.95
"""Ray refuses to keep anything on a file system that is fuller than this."""

MAX_RAY_FOLDER = 39
"""Characters that leave room for Ray's names of sockets, of which the system takes 107 in all."""

HIDES_ALL = ("", "-1", "NoDevFiles", "none")


@dataclass(frozen=True)
class Finding:
    """Something to know.

    Attributes:
        level: `wrong` is in the way of a search; a `note` is not.
        subject: What it is about, one of the words that facts are printed under.
        said: What is so and what follows, in one line.
        help: What to type, or to do; empty where nothing is to be done.
    """

    level: Level
    subject: str
    said: str
    help: str = ""


def findings(facts: Facts, *, wants_gpu: bool = False) -> list[Finding]:
    """All that is wrong, and then all that is to be noted.

    Args:
        wants_gpu: Whether a machine without a GPU is wrong.
    """
    found = [finding for rule in RULES for finding in rule(facts)]
    if wants_gpu and not facts.gpus.seen and not any(f.subject == "GPU" for f in found):
        built = facts.gpus.build
        why = "there is none on this machine" if built else "it is built for the CPU alone"
        found.append(Finding("wrong", "GPU", f"none is checked, since PyTorch sees none: {why}"))
    return sorted(found, key=lambda finding: finding.level != "wrong")


def _cores(facts: Facts) -> Iterator[Finding]:
    cores = facts.cores
    if cores.usable < LEAST_CORES:
        rule = "one core: the search and its trainings share it, and no latency is measured alone"
        yield Finding("wrong", "cores", rule, _more_cores(facts))
    elif cores.usable < cores.machine:
        said = f"{cores.usable} of {cores.machine} cores are this process's"
        why = "by the quota of its container" if cores.usable < cores.allowed else "by its affinity"
        yield Finding("note", "cores", f"{said}, {why}")


def _more_cores(facts: Facts) -> str:
    cores = facts.cores
    if cores.quota is not None and cores.quota < LEAST_CORES:
        return "docker run --cpus 2 ..., or a larger limit of CPUs in Kubernetes"
    if cores.allowed < cores.machine:
        return f"taskset -cp 0-{cores.machine - 1} $$ (in SLURM: --cpus-per-task=2)"
    return "a machine with two cores"


def _memory(facts: Facts) -> Iterator[Finding]:
    memory = facts.memory
    if memory.available < LEAST_MEMORY:
        said = f"{in_words(memory.available)} of memory can be had, and a worker takes about half"
        limited = memory.limit is not None and memory.limit < memory.total
        helps = (
            "docker run --memory 4g ..."
            if limited
            else "end other programs, or raise workers.cpus_per_trial"
        )
        yield Finding("wrong", "memory", f"{said} a GiB with PyTorch and images", helps)


def _shared_memory(facts: Facts) -> Iterator[Finding]:
    shared = facts.shared_memory
    if shared is None:
        return
    if shared.total < LEAST_SHARED or shared.free < LEAST_SHARED // 2:
        said = f"{in_words(shared.free)} of {in_words(shared.total)} are free at {shared.path}"
        rule = "Ray hands images to its workers there"
        helps = "docker run --shm-size 2g ..., or mount -o remount,size=2g /dev/shm"
        if shared.total >= LEAST_SHARED:
            helps = f"ls -l {shared.path} shows what programs have left there"
        yield Finding("wrong", "shared memory", f"{said}: {rule}", helps)


def _gpus(facts: Facts) -> Iterator[Finding]:
    gpus = facts.gpus
    if gpus.visible is not None and not gpus.seen:
        yield from _hidden(facts)
    elif gpus.cards and gpus.build is None and gpus.error is None:
        said = f"{plural(len(gpus.cards), 'GPU')} here, and this PyTorch is built for the CPU alone"
        helps = "pip install --force-reinstall torch, as pytorch.org/get-started says"
        yield Finding("wrong", "GPU", said, helps)
    elif gpus.cards and not gpus.seen:
        said = f"{plural(len(gpus.cards), 'GPU')} here, and PyTorch sees none"
        helps = "nvidia-smi shows whether the driver works, and the CUDA that it knows"
        yield Finding("wrong", "GPU", f"{said}{f': {gpus.error}' if gpus.error else ''}", helps)
    elif gpus.error is not None and not gpus.seen:
        yield Finding(
            "wrong", "GPU", f"PyTorch: {gpus.error}", "pip install --force-reinstall torch"
        )
    elif gpus.error is not None:
        helps = "nvidia-smi shows who works on it; in SLURM: --gpus-per-task=1"
        yield Finding("wrong", "GPU", gpus.error, helps)
    elif gpus.visible is not None and len(gpus.seen) < len(gpus.cards):
        shown = f"{gpus.visible} shows {len(gpus.seen)} of {plural(len(gpus.cards), 'GPU')}"
        yield Finding("note", "GPU", shown)


def _mps(facts: Facts) -> Iterator[Finding]:
    # AMD's cards run several processes side by side without it.
    is_nvidia = (facts.gpus.build or "").startswith("CUDA")
    if facts.gpus.seen and is_nvidia and not facts.gpus.has_mps:
        said = "NVIDIA's MPS is not installed: trials that share a GPU take turns on it"
        yield Finding("note", "GPU", said)


def _hidden(facts: Facts) -> Iterator[Finding]:
    """A variable that names cards, where PyTorch sees none."""
    gpus = facts.gpus
    assert gpus.visible is not None
    name, _, value = gpus.visible.partition("=")
    if value.strip() in HIDES_ALL:
        if gpus.cards:
            said = f"{gpus.visible} hides {plural(len(gpus.cards), 'GPU')}"
            yield Finding("wrong", "GPU", said, f"unset {name}")
        return
    if gpus.build is None:
        why = "this PyTorch is built for the CPU alone"
    elif gpus.cards:
        why = f"there is no such GPU among {len(gpus.cards)}, or the driver refuses it"
    else:
        why = "there is none on this machine"
    said = f"{gpus.visible} names a GPU, and PyTorch sees none: {why}"
    yield Finding("wrong", "GPU", said, f"unset {name}")


def _packages(facts: Facts) -> Iterator[Finding]:
    for lacking in facts.lacking:
        wanted = lacking.partition(" (")[0]
        yield Finding("wrong", "packages", f"needs {lacking}", f"pip install '{wanted}'")


def _ray(facts: Facts) -> Iterator[Finding]:
    if len(facts.ray_folder) > MAX_RAY_FOLDER:
        said = f"{facts.ray_folder}: too long a path for the sockets that Ray makes below it"
        yield Finding("wrong", "Ray", said, "export RAY_TMPDIR=/tmp")
    cluster = facts.cluster
    if cluster is None:
        return
    if cluster.error is not None:
        yield Finding("wrong", "cluster", cluster.error, "ray start --head, on its first machine")
    elif not cluster.num_cpus:
        yield Finding("wrong", "cluster", f"{cluster.address}: no node has a CPU for a trial")


def _database(facts: Facts) -> Iterator[Finding]:
    database = facts.database
    if database.error is not None:
        helps = "start its server, or choose another with --storage or NAS_STORAGE"
        if database.address.startswith("sqlite"):
            helps = "choose another with --storage or NAS_STORAGE, or put its copy back"
        yield Finding("wrong", "database", database.error, helps)
    elif database.state == "older":
        said = f"{database.address}: of an older version; the next command upgrades it"
        yield Finding("note", "database", f"{said}, and keeps a copy")


def _folders(facts: Facts) -> Iterator[Finding]:
    for folder in facts.folders:
        where = f"{folder.path} ({folder.use})"
        if not folder.is_writable:
            # Without a cache things are made anew each time; without the others nothing goes on.
            level: Level = "note" if folder.use == "cache" else "wrong"
            yield Finding(level, "disk", f"{where} cannot be written", _elsewhere(folder))
        elif folder.free < LEAST_DISK:
            said = f"{where}: {in_words(folder.free)} are free"
            yield Finding("wrong", "disk", said, f"make room, or {_elsewhere(folder)}")
        elif folder.use == "temporary files" and folder.free < (1 - FULL) * folder.total:
            said = f"{where}: more than {FULL:.0%} full, where Ray keeps nothing more"
            yield Finding("wrong", "disk", said, f"make room, or {_elsewhere(folder)}")


def _elsewhere(folder: Folder) -> str:
    return {
        "studies": "choose another place with --folder",
        "cache": "export NAS_CACHE=/another/folder",
        "temporary files": "export TMPDIR=/another/folder",
    }[folder.use]


def _browser(facts: Facts) -> Iterator[Finding]:
    if facts.browser is None:
        said = "none here: reports are single files, and nas dashboard can be read from elsewhere"
        yield Finding("note", "browser", said)


RULES: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    _cores, _memory, _shared_memory, _gpus, _mps, _packages, _ray, _database, _folders, _browser,
)  # fmt: skip
"""In the order in which facts are printed."""
