"""A network: its blocks in a row, one graph each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, NamedTuple

from search_spaces.errors import GraphError
from search_spaces.graph import Graph, Node
from search_spaces.primitives import Shape


class Block(NamedTuple):
    """A graph at its place in a network.

    Attributes:
        name: Where it stands, for example `stage1.0`: the first block of a row named `stage1`. An
            empty name puts the layers at the top of the network.
        type: What it is, for example `separable`.
        graph: Its layers.
    """

    name: str
    type: str
    graph: Graph

    def layer_name(self, node: Node) -> str:
        """Full name of one of its layers, for example `stage1.0.depthwise`."""
        return f"{self.name}.{node.name}" if self.name else node.name


@dataclass(frozen=True)
class Network:
    """Blocks in a row: the output of each is the input of the next.

    Attributes:
        in_shape: `(channels, height, width)` of one image.
        blocks: Stem, blocks, head.
    """

    in_shape: Shape
    blocks: tuple[Block, ...]

    def __post_init__(self) -> None:
        shape = self.in_shape
        for block in self.blocks:
            if block.graph.in_shape != shape:
                came = f"is built for {block.graph.in_shape} but receives {shape}"
                raise GraphError(f"block {block.name!r} {came}")
            shape = block.graph.out_shape

    @property
    def out_shape(self) -> Shape:
        return self.blocks[-1].graph.out_shape if self.blocks else self.in_shape

    @cached_property
    def id(self) -> str:
        """Sixteen hex digits that equal networks share, however they were chosen."""
        digest = sha256(repr(self.in_shape).encode())
        for block in self.blocks:
            digest.update(block.graph.key)
        return digest.hexdigest()[:16]

    def layers(self) -> Iterator[tuple[str, Graph, Node]]:
        """Every layer with its full name and the graph that it stands in."""
        for block in self.blocks:
            for node in block.graph.nodes:
                yield block.layer_name(node), block.graph, node

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; `from_json` gives an equal network back."""
        return {
            "in_shape": list(self.in_shape),
            "blocks": [
                {"name": block.name, "type": block.type, "layers": block.graph.to_json()}
                for block in self.blocks
            ],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Network:
        """Rebuilds a network from `to_json`. Raises GraphError where layers do not fit."""
        shape: Shape = tuple(data["in_shape"])
        blocks: list[Block] = []
        for entry in data["blocks"]:
            graph = Graph.from_json(shape, entry["layers"])
            blocks.append(Block(entry["name"], entry["type"], graph))
            shape = graph.out_shape
        return cls(tuple(data["in_shape"]), tuple(blocks))
