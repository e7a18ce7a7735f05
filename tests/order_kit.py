"""In which order several processes run the tests: first the files that take longest.

Each process of pytest-xdist begins with an equal part of the list of tests, in order, and takes
from the end of another's part when it has none left (`--dist worksteal`). So each part begins with
its share of the long files, whole, since their tests share what is dear to make; at the end of each
part there are short tests alone, and no process is left with one that takes minutes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parent

SECONDS: dict[str, float] = {}
"""Of files, or folders whose files share what is made once, that take longer than ten.

By `pytest --durations=0`; a rough number will do.
"""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where several processes share the tests, the long ones come first in each."""
    worker = getattr(config, "workerinput", None)
    if worker is not None:
        items[:] = in_parts(items, worker["workercount"], SECONDS)


def in_parts(
    items: Sequence[pytest.Item], num_parts: int, seconds: Mapping[str, float]
) -> list[pytest.Item]:
    """The same tests, so that each of equal parts of the list begins with as much that takes long.

    Args:
        items: All tests; those of a file stand in a row.
        num_parts: How many processes there are.
        seconds: Of long files and folders, by their path below the folder of this one.
    """
    files: dict[str, list[pytest.Item]] = {}
    for item in items:
        path = item.path.relative_to(ROOT)
        names = (place.as_posix() for place in (path, *path.parents))
        files.setdefault(next(filter(seconds.__contains__, names), path.as_posix()), []).append(
            item
        )
    long = sorted(seconds.keys() & files.keys(), key=lambda name: (-seconds[name], name))
    parts: list[list[pytest.Item]] = [[] for _ in range(num_parts)]
    loads = [0.0] * num_parts
    for name in long:
        least = loads.index(min(loads))
        parts[least] += files.pop(name)
        loads[least] += seconds[name]
    short = [item for file in files.values() for item in file]
    ordered: list[pytest.Item] = []
    for number, part in enumerate(parts):
        # As xdist cuts the list: an equal part of what is left for each that is left.
        size = (len(items) - len(ordered)) // (num_parts - number)
        num_short = max(0, size - len(part))
        ordered += [*part, *short[:num_short]]
        del short[:num_short]
    return ordered + short
