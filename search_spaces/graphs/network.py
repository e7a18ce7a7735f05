"""A network: its blocks in a row, one graph each; and where its layers lie in its module.

A block reads the output of the one before it. Those of a head may read outputs of earlier blocks as
well, the taps: encoder and decoder are then one row, with skips between them.

A convolution and the batch norm behind it are one unit, a `Sequential` under the convolution's
name, as in most published code: layers `expand` and `expand_norm` are `expand.0` and `expand.1`.
Every other layer lies under its own name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar

from search_spaces.errors import GraphError
from search_spaces.graphs.graph import Graph, Node
from search_spaces.graphs.primitives import BatchNorm, Conv, Shape


class Block(NamedTuple):
    """A graph at its place in a network.

    Attributes:
        name: Where it stands, for example `stage1.0`: the first block of a row named `stage1`. An
            empty name puts the layers at the top of the network.
        type: What it is, for example `separable`.
        graph: Its layers.
        taps: Names of the earlier blocks whose outputs are the side inputs of its graph, in order.
    """

    name: str
    type: str
    graph: Graph
    taps: tuple[str, ...] = ()

    def layer_name(self, node: Node) -> str:
        """Full name of one of its layers, for example `stage1.0.depthwise`."""
        return f"{self.name}.{node.name}" if self.name else node.name


@dataclass(frozen=True)
class Network:
    """Blocks in a row: the output of each is the input of the next, and maybe of later ones.

    Attributes:
        in_shape: `(channels, height, width)` of one image.
        blocks: Stem, blocks, head.
    """

    in_shape: Shape
    blocks: tuple[Block, ...]

    def __post_init__(self) -> None:
        shape = self.in_shape
        behind: dict[str, Shape] = {}
        for block in self.blocks:
            came = (shape, *_tapped(block.name, block.taps, behind))
            if block.graph.input_shapes != came:
                built, received = (
                    shapes[0] if len(shapes) == 1 else shapes
                    for shapes in (block.graph.input_shapes, came)
                )
                raise GraphError(
                    f"block {block.name!r} is built for {built} but receives {received}"
                )
            shape = behind[block.name] = block.graph.out_shape

    @property
    def out_shape(self) -> Shape:
        return self.blocks[-1].graph.out_shape if self.blocks else self.in_shape

    @cached_property
    def sources(self) -> tuple[tuple[int, ...], ...]:
        """For each block the numbers of those that it taps."""
        numbers = {block.name: number for number, block in enumerate(self.blocks)}
        return tuple(tuple(numbers[tap] for tap in block.taps) for block in self.blocks)

    @cached_property
    def id(self) -> str:
        """Sixteen hex digits that equal networks share, however they were chosen."""
        digest = sha256(repr(self.in_shape).encode())
        # Nothing marks where blocks end: a separable one is a depthwise and a pointwise in a row.
        for block, mark in zip(self.blocks, tap_marks(self.sources), strict=True):
            digest.update(block.graph.key + mark.encode())
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
            "blocks": [_block_json(block) for block in self.blocks],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Network:
        """Rebuilds a network from `to_json`. Raises GraphError where layers do not fit."""
        shape: Shape = tuple(data["in_shape"])
        behind: dict[str, Shape] = {}
        blocks: list[Block] = []
        for entry in data["blocks"]:
            taps = tuple(entry.get("taps", ()))
            sides = _tapped(entry["name"], taps, behind)
            graph = Graph.from_json(shape, entry["layers"], sides)
            blocks.append(Block(entry["name"], entry["type"], graph, taps))
            shape = behind[entry["name"]] = graph.out_shape
        return cls(tuple(data["in_shape"]), tuple(blocks))


TAP = "tap"
"""What identity says behind a block that a later one taps."""

Sources = Sequence[Sequence[int]]
"""For each block the numbers of those whose outputs it reads besides the one before it."""


def last_readers(sources: Sources) -> dict[int, int]:
    """For each block that later ones tap, by number, the last of these."""
    return {tap: reader for reader, taps in enumerate(sources) for tap in taps}


def tap_marks(sources: Sources) -> tuple[str, ...]:
    """What identity says behind each block of taps: that it is one, and which ones it reads.

    Taps are told by their order, so that equal networks share them wherever blocks end.
    """
    tapped = sorted(last_readers(sources))
    return tuple(
        f"{f'reads {[tapped.index(tap) for tap in taps]}' if taps else ''}"
        f"{TAP if number in tapped else ''}"
        for number, taps in enumerate(sources)
    )


def _tapped(name: str, taps: tuple[str, ...], behind: Mapping[str, Shape]) -> tuple[Shape, ...]:
    """What a block reads through its taps."""
    for tap in taps:
        if tap not in behind:
            raise GraphError(f"block {name!r} must tap earlier blocks; got {tap!r}")
    return tuple(behind[tap] for tap in taps)


def _block_json(block: Block) -> dict[str, Any]:
    taps = {"taps": list(block.taps)} if block.taps else {}
    return {"name": block.name, "type": block.type, "layers": block.graph.to_json(), **taps}


T = TypeVar("T")


def units(graph: Graph) -> dict[int, int]:
    """For each convolution that has a batch norm right behind it and no other reader: that norm."""
    num_readers = Counter(source for node in graph.nodes for source in node.inputs)
    return {
        index: index + 1
        for index, (node, behind) in enumerate(zip(graph.nodes, graph.nodes[1:], strict=False))
        if isinstance(node.op, Conv)
        and isinstance(behind.op, BatchNorm)
        and behind.inputs == (index,)
        and num_readers[index] == 1
    }


@lru_cache(maxsize=1 << 14)
def module_paths(graph: Graph) -> tuple[str, ...]:
    """The path of each layer, as `get_submodule` takes it; functions have one as well."""
    paths = [node.name for node in graph.nodes]
    for conv, norm in units(graph).items():
        paths[conv], paths[norm] = f"{paths[conv]}.0", f"{paths[conv]}.1"
    return tuple(paths)


def network_paths(network: Network) -> tuple[str, ...]:
    """The path of each layer in the module of its network, in the order of `Network.layers`."""
    return tuple(
        f"{block.name}.{path}" if block.name else path
        for block in network.blocks
        for path in module_paths(block.graph)
    )


def renamed(network: Network, state: Mapping[str, T]) -> dict[str, T]:
    """A state by the paths of its layers; what has their names alone, as once, is brought there."""
    names = (name for name, *_ in network.layers())
    path_of = dict(zip(names, network_paths(network), strict=True))
    found = {}
    for key, value in state.items():
        layer, dot, suffix = key.rpartition(".")
        found[f"{path_of.get(layer, layer)}{dot}{suffix}"] = value
    return found
