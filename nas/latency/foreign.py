"""A table from a file, measured on another device."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from nas.config.latency import LatencySpec
from search_spaces.errors import LatencyError
from search_spaces.graph import Graph
from workers.latency import TableFile, read_table

MAX_NAMED = 5
"""Missing blocks that an error names."""


def read_foreign_table(path: Path, spec: LatencySpec) -> TableFile:
    """The table of a file, measured as the section `latency` says.

    Raises:
        LatencyError: The file is damaged, or was measured in another way.
    """
    file = read_table(path)
    for name, wanted in spec.conditions().items():
        came = getattr(file.setting, name)
        if came != wanted:
            raise LatencyError(
                f"{path}: was measured with {name} {came}; `latency.{name}` is {wanted}"
            )
    return file


def require_all(path: Path, file: TableFile, graphs: Iterable[Graph]) -> None:
    """Raises LatencyError where the file lacks blocks, saying which and how many."""
    wanted = list(graphs)
    missing = [graph for graph in wanted if graph.id not in file.blocks]
    if missing:
        named = ", ".join(map(_in_words, missing[:MAX_NAMED]))
        more = f" and {len(missing) - MAX_NAMED} more" if len(missing) > MAX_NAMED else ""
        raise LatencyError(
            f"{path}: lacks {len(missing)} of the {len(wanted)} blocks of the space: "
            f"{named}{more}; `nas profile --bundle` makes what measures them all"
        )


def _in_words(graph: Graph) -> str:
    """A block by its id and the shapes that it goes between."""
    ends = ("x".join(map(str, shape)) for shape in (graph.in_shape, graph.out_shape))
    return f"{graph.id} ({' to '.join(ends)})"
