"""What a machine has, a line for each subject."""

from __future__ import annotations

from collections.abc import Iterator

from nas.doctor.facts import Database, Facts, Gpus, Memory
from search_spaces.quantities import plural
from workers.limits import Cores
from workers.memory import in_words


def facts_in_words(facts: Facts) -> Iterator[tuple[str, str]]:
    """Each subject with what is known of it, in the order of the rules."""
    yield "cores", _cores(facts.cores)
    yield "memory", _memory(facts.memory)
    shared = facts.shared_memory
    if shared is not None:
        free = f"{in_words(shared.free)} free of {in_words(shared.total)}"
        yield "shared memory", f"{free} at {shared.path}"
    yield "GPU", _gpus(facts.gpus)
    versions = ", ".join(f"{name} {version}" for name, version in facts.packages.items())
    yield "packages", versions
    yield "Ray", f"makes its sockets in {facts.ray_folder}"
    if facts.cluster is not None and facts.cluster.error is None:
        cluster = facts.cluster
        has = f"{cluster.num_cpus:g} CPUs, {cluster.num_gpus:g} GPUs"
        yield "cluster", f"{cluster.address}: {plural(cluster.num_nodes, 'node')}, {has}"
    yield "database", _database(facts.database)
    for folder in facts.folders:
        yield "disk", f"{in_words(folder.free)} free for {folder.path} ({folder.use})"
    yield "browser", facts.browser or "none"


def _cores(cores: Cores) -> str:
    said = f"{cores.usable} of {cores.machine}"
    if cores.quota is not None:
        said += f"; {cores.quota:g} by the quota of its container"
    return said if cores.allowed == cores.machine else f"{said}; {cores.allowed} by affinity"


def _memory(memory: Memory) -> str:
    said = f"{in_words(memory.available)} to be had of {in_words(memory.total)}"
    if memory.limit is None or memory.limit >= memory.total:
        return said
    return f"{said}; {in_words(memory.limit)} by the limit of its container"


def _gpus(gpus: Gpus) -> str:
    built = f"PyTorch is built for {gpus.build or 'the CPU alone'}"
    shown = f"; {gpus.visible}" if gpus.visible is not None else ""
    if gpus.seen:
        return f"{', '.join(gpus.seen)}; {built}{shown}"
    listed = f"{', '.join(gpus.cards)}, which PyTorch does not see" if gpus.cards else "none"
    return f"{listed}; {built}{shown}"


def _database(database: Database) -> str:
    if database.state == "absent":
        return f"{database.address}: none yet; the first launch makes it"
    if database.state == "unreachable":
        return f"{database.address}: cannot be used"
    count = database.num_studies
    studies = "1 study" if count == 1 else f"{count:,} studies"
    return f"{database.address}: {studies}" + (
        ", of an older version" * (database.state == "older")
    )
