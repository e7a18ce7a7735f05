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
        sources: For each block of a network the numbers of those that it taps; none where empty.
    """

    id: str
    graphs: tuple[Graph, ...]
    onnx_model: bytes | None = None
    sources: tuple[tuple[int, ...], ...] = ()

    @property
    def in_shapes(self) -> tuple[Shape, ...]:
        """Of what is fed to it: an image, or what a block reads."""
        return self.graphs[0].input_shapes

    @classmethod
    def of_block(cls, graph: Graph) -> Subject:
        return cls(graph.id, (graph,))

    @classmethod
    def of_network(cls, network: Network) -> Subject:
        graphs = tuple(block.graph for block in network.blocks)
        return cls(network.id, graphs, sources=network.sources)

    @classmethod
    def of_blocks(cls, network: str, graphs: tuple[Graph, ...]) -> Subject:
        """A network of which only the blocks are known.

        Each taps the nearest earlier block that gives what it reads: which of several tensors of
        one shape that is makes no difference to the time.
        """
        sources = tuple(
            tuple(_nearest(graphs[:number], shape) for shape in graph.side_shapes)
            for number, graph in enumerate(graphs)
        )
        return cls(network, graphs, sources=sources)


def _nearest(graphs: tuple[Graph, ...], shape: Shape) -> int:
    return max(number for number, graph in enumerate(graphs[:-1]) if graph.out_shape == shape)
