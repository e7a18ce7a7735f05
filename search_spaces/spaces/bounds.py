"""Whether a budget can be met at all."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter

from search_spaces.graphs.cost import Cost, graph_cost
from search_spaces.graphs.graph import Graph
from search_spaces.spaces.enumeration import minimum
from search_spaces.spaces.problem import Limit
from search_spaces.spaces.space import Space


def extreme_cost(space: Space, name: str, *, most: bool = False) -> float:
    """The least, or the most, of a cost that an architecture of the space has.

    Args:
        name: An attribute of `Cost`.
    """
    read, sign = attrgetter(name), -1 if most else 1

    def of_block(graph: Graph) -> float:
        return float(sign * read(graph_cost(graph)))

    # A peak is the most of its blocks; with the sign turned, that is the least.
    if name == "peak_activation_bytes":
        return sign * minimum(space, of_block, min if most else max)
    return sign * minimum(space, of_block)


def unreachable_limit(space: Space, limits: Iterable[Limit]) -> tuple[Limit, float] | None:
    """The first limit that no architecture meets, with the nearest there is; None if all can."""
    for limit in limits:
        if limit.quantity in Cost.__dataclass_fields__:
            nearest = extreme_cost(space, limit.quantity, most=limit.is_lower)
            if limit.is_exceeded(nearest):
                return limit, nearest
    return None
