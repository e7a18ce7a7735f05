"""Whether a budget can be met at all."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from search_spaces.cost import Cost, cost
from search_spaces.enumeration import minimum
from search_spaces.graph import Graph
from search_spaces.network import Block, Network
from search_spaces.space import Space


def least_cost(space: Space, name: str) -> float:
    """The least value of a cost, an attribute of `Cost`, that an architecture of the space has."""
    of_block = partial(_block_cost, name=name)
    if name == "peak_activation_bytes":
        return minimum(space, of_block, max)
    return minimum(space, of_block)


def unreachable_limit(space: Space, limits: Mapping[str, float]) -> tuple[str, float] | None:
    """The first limit that no architecture meets, with the least value there is; None if all can."""
    for name, limit in limits.items():
        if name in Cost.__dataclass_fields__:
            least = least_cost(space, name)
            if least > limit:
                return name, least
    return None


def _block_cost(graph: Graph, name: str) -> float:
    single = Network(graph.in_shape, (Block("", "", graph),))
    return float(getattr(cost(single), name))
