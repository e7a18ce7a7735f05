"""In which order several processes run the tests: first the files that take longest.

Each process of pytest-xdist begins with an equal part of the list of tests, in order, and takes
from the end of another's part when it has none left (`--dist worksteal`). So each part begins with
its share of the long files, whole, since their tests share what is dear to make; at the end of each
part there are short tests alone, and no process is left with one that takes minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent


class Long(NamedTuple):
    """Files, or folders, that take long and come one after the other in the same process.

    Attributes:
        seconds: What they take, of `pytest --durations=0`; a rough number will do.
        names: Below the folder of this file, in their order.
    """

    seconds: float
    names: tuple[str, ...]


SEARCHES = (
    "test_end_to_end.py", "nas/test_api.py", "test_operations.py",
    "nas/test_launch.py", "nas/confirmation", "nas/test_own_measures.py", "test_lost_node.py",
    "test_bundle.py", "test_chaos.py", "nas/test_baselines.py", "test_failures.py",
    "test_pretended_gpus.py", "nas/test_calibrate.py", "nas/test_earlier_database.py",
    "workers/datasets/test_registry.py", "nas/test_train_command.py",
)  # fmt: skip
"""They start Ray and wait for it, each on all cores: side by side they would only disturb."""

LONG = (
    Long(600, SEARCHES),
    Long(150, ("nas/samplers",)),
    Long(150, ("nas/export",)),
    Long(120, ("search_spaces/test_block_properties.py",)),
    Long(70, ("nas/test_simulate.py",)),
    Long(60, ("workers/latency",)),
    Long(60, ("dashboards/browser",)),
    Long(60, ("search_spaces/test_space_properties.py",)),
    Long(40, ("nas/estimates",)),
    Long(40, ("workers/test_gpu_benchmark.py",)),
    Long(40, ("workers/test_gpu_checks.py",)),
    Long(20, ("dashboards/test_live.py",)),
    Long(20, ("nas/test_simulate_command.py",)),
    Long(10, ("search_spaces/test_segmentation_networks.py",)),
    Long(10, ("nas/doctor",)),
    Long(10, ("nas/test_mutated_files.py",)),
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where several processes share the tests, the long ones come first in each."""
    worker = getattr(config, "workerinput", None)
    if worker is not None:
        items[:] = in_parts(items, worker["workercount"], LONG)


def in_parts(
    items: Sequence[pytest.Item], num_parts: int, long: Iterable[Long]
) -> list[pytest.Item]:
    """The same tests, so that each of equal parts of the list begins with as much that takes long.

    Args:
        items: All tests; those of a file stand in a row.
        num_parts: How many processes there are.
        long: What takes long, the longest first.
    """
    named = {name for group in long for name in group.names}
    files: dict[str, list[pytest.Item]] = {}
    for item in items:
        path = item.path.relative_to(ROOT)
        names = [place.as_posix() for place in (path, *path.parents)]
        name = next(filter(named.__contains__, names), names[0])
        files.setdefault(name, []).append(item)
    parts: list[list[pytest.Item]] = [[] for _ in range(num_parts)]
    loads = [0.0] * num_parts
    for group in long:
        least = loads.index(min(loads))
        found = [files.pop(name) for name in group.names if name in files]
        parts[least] += chain(*found)
        loads[least] += group.seconds if found else 0.0
    short = [item for file in files.values() for item in file]
    ordered: list[pytest.Item] = []
    for number, part in enumerate(parts):
        # As xdist cuts the list: an equal part of what is left for each that is left.
        size = (len(items) - len(ordered)) // (num_parts - number)
        num_short = max(0, size - len(part))
        ordered += [*part, *short[:num_short]]
        del short[:num_short]
    return ordered + short
