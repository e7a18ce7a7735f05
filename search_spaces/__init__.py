"""What can be searched: graphs of primitive layers, blocks, networks, and spaces of them.

Nothing that this package imports by itself needs torch; only `search_spaces.graphs.modules` does.
"""

from search_spaces.errors import GraphError, NasError, SpaceError
from search_spaces.graphs.cost import Cost, LayerCost, layer_costs
from search_spaces.graphs.graph import Graph
from search_spaces.graphs.network import Block, Network
from search_spaces.registry import block, block_types
from search_spaces.spaces.choices import Choice
from search_spaces.spaces.space import Space
from search_spaces.spaces.space_spec import SpaceSpec

__all__ = [
    "Block",
    "Choice",
    "Cost",
    "Graph",
    "GraphError",
    "LayerCost",
    "NasError",
    "Network",
    "Space",
    "SpaceError",
    "SpaceSpec",
    "block",
    "block_types",
    "layer_costs",
]
