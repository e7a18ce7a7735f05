"""Whether a budget can be met at all."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter

from search_spaces.cost import Cost, graph_cost
from search_spaces.enumeration import minimum
from search_spaces.graph import Graph
from search_spaces.space import Space


def least_cost(space: Space, name: str) -> float:
    """The least value of a cost, an attribute of `Cost`, that an architecture of the space has."""
    read = attrgetter(name)

    def of_block(graph: Graph) -> float:
        return float(read(graph_cost(graph)))

    if name == "peak_activation_bytes":
        return minimum(space, of_block, max)
    return minimum(space, of_block)


def unreachable_limit(space: Space, limits: Mapping[str, float]) -> tuple[str, float] | None:
    """The first limit that no architecture meets, with the least there is; None if all can."""
    for name, limit in limits.items():
        if name in Cost.__dataclass_fields__:
            least = least_cost(space, name)
            if least > limit:
                return name, least
    return None
