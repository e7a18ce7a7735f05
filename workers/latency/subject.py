"""What is timed: one block, or the blocks of a whole network in a row."""

from __future__ import annotations

from typing import NamedTuple

from search_spaces.graphs.graph import Graph
from search_spaces.graphs.network import Network
from search_spaces.graphs.primitives import Shape


class Subject(NamedTuple):
    """Something to be timed.

    Attributes:
        id: A graph's or a network's.
        graphs: The blocks in a row.
        onnx_model: The ONNX file's bytes, where there are any; only ONNX Runtime asks for them.
    """

    id: str
    graphs: tuple[Graph, ...]
    onnx_model: bytes | None = None

    @property
    def in_shape(self) -> Shape:
        return self.graphs[0].in_shape

    @classmethod
    def of_block(cls, graph: Graph) -> Subject:
        return cls(graph.id, (graph,))

    @classmethod
    def of_network(cls, network: Network) -> Subject:
        return cls(network.id, tuple(block.graph for block in network.blocks))
