"""One graph of primitive layers, from which everything else is derived.

A graph has one output. Its nodes stand in topological order and the last one is the output; a
graph without nodes is the identity. Beside its input it may have side inputs, through which the
blocks of a head read the outputs of earlier stages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, NamedTuple

from search_spaces.errors import GraphError
from search_spaces.graphs.primitives import PRIMITIVES, Primitive, Shape

INPUT = -1
"""The index that stands for the input of a graph; side inputs are `INPUT - 1` and so on down."""


class Node(NamedTuple):
    """One layer: its name, what it does, the nodes it reads, and the shape it produces."""

    name: str
    op: Primitive
    inputs: tuple[int, ...]
    shape: Shape


@dataclass(frozen=True)
class Graph:
    """Layers in topological order. Equal graphs have equal layers, names included.

    Attributes:
        in_shape: Shape of the input, without the batch dimension.
        nodes: The layers; the last one is the output.
        side_shapes: Shapes of the side inputs.
    """

    in_shape: Shape
    nodes: tuple[Node, ...]
    side_shapes: tuple[Shape, ...] = ()

    @property
    def out_shape(self) -> Shape:
        return self.nodes[-1].shape if self.nodes else self.in_shape

    @property
    def input_shapes(self) -> tuple[Shape, ...]:
        """Shapes of all inputs, the side inputs behind."""
        return (self.in_shape, *self.side_shapes)

    @property
    def inputs(self) -> range:
        """The indices of all inputs."""
        return range(INPUT, INPUT - len(self.input_shapes), -1)

    def shape_of(self, index: int) -> Shape:
        """Shape of node `index`, or of an input."""
        return self.nodes[index].shape if index > INPUT else self.input_shapes[INPUT - index]

    def in_shapes(self, node: Node) -> tuple[Shape, ...]:
        """Shapes of what a node reads."""
        return tuple(self.shape_of(index) for index in node.inputs)

    @cached_property
    def key(self) -> bytes:
        """What the graph computes, whatever its layers are called and in which order they stand."""
        return "".join(self.words).encode()

    @cached_property
    def words(self) -> tuple[str, ...]:
        """One word for each layer: what it does, and where it finds what it reads.

        Layers are numbered in the order of a depth-first walk back from the output and refer to
        what they read by distance, so that the words of graphs in a row are those of the whole
        chain; to side inputs they refer by -1, -2 and so on.
        """
        place = {INPUT: -1}
        layers = []
        for here, index in enumerate(self._depth_first()):
            place[index] = here
            node = self.nodes[index]
            distances = [
                here - place[source] if source >= INPUT else source - INPUT
                for source in node.inputs
            ]
            if node.op.commutative:
                # The same sum, whichever of its terms was written first.
                distances.sort()
            # Part of each identity in databases and latency tables: these texts must not change.
            layers.append(repr((node.op.kind, *node.op.values(), *distances)))
        return tuple(layers)

    def _depth_first(self) -> Iterable[int]:
        """Node indices in post-order from the output; sums visit their larger branch first."""
        # Of a chain, as most blocks are, the order is known.
        if all(node.inputs == (index - 1,) for index, node in enumerate(self.nodes)):
            return range(len(self.nodes))
        ranks = self._branch_ranks()
        seen = set(self.inputs)
        order: list[int] = []
        stack = [(len(self.nodes) - 1, False)]
        while stack:
            index, expanded = stack.pop()
            if index in seen:
                continue
            if expanded:
                seen.add(index)
                order.append(index)
                continue
            node = self.nodes[index]
            sources = node.inputs
            if node.op.commutative:
                sources = tuple(sorted(sources, key=ranks.__getitem__, reverse=True))
            stack.append((index, True))
            for source in reversed(sources):
                if source not in seen:
                    stack.append((source, False))
        return order

    def _branch_ranks(self) -> Mapping[int, Any]:
        """What orders the branches of a sum: how deep they are, and where that ties, a text."""
        depths = dict.fromkeys(self.inputs, 0)
        tied = False
        for index, node in enumerate(self.nodes):
            sources = [depths[source] for source in node.inputs]
            depths[index] = 1 + max(sources)
            tied = tied or (node.op.commutative and len(set(sources)) < len(sources))
        # A text of all that a branch computes is dear, and mostly the depths tell enough.
        return self._branch_texts() if tied else depths

    def _branch_texts(self) -> dict[int, tuple[int, str]]:
        """For each node its depth and a text of all that it computes."""
        texts = {index: (0, "" if index == INPUT else str(index)) for index in self.inputs}
        for index, node in enumerate(self.nodes):
            branches = [texts[source] for source in node.inputs]
            if node.op.commutative:
                branches.sort()
            depth = 1 + max(branch[0] for branch in branches)
            inner = ",".join(branch[1] for branch in branches)
            own = f"{node.op.kind}{node.op.values()}"
            # Where branches are read twice, texts would double in length from layer to layer.
            texts[index] = (depth, f"{own}({inner})" if len(inner) < 2000 else _digest(own + inner))
        return texts

    @cached_property
    def id(self) -> str:
        """Sixteen hex digits of layers and input shape: the key of a latency table."""
        sides = "".join(map(repr, self.side_shapes))
        return sha256(f"{self.in_shape!r}{sides}".encode() + self.key).hexdigest()[:16]

    def __hash__(self) -> int:
        # Graphs are keys of caches, for each block of each candidate. Equal ones have equal keys.
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.in_shape, self.side_shapes, self.key))

    def to_json(self) -> list[dict[str, Any]]:
        """The layers as plain JSON values; `from_json` gives an equal graph back."""
        return [
            {"name": node.name, "op": node.op.kind, "inputs": list(node.inputs), **_plain(node.op)}
            for node in self.nodes
        ]

    @classmethod
    def from_json(
        cls, in_shape: Shape, layers: list[dict[str, Any]], side_shapes: tuple[Shape, ...] = ()
    ) -> Graph:
        """Rebuilds a graph and checks every shape. Raises GraphError where layers do not fit."""
        nodes: list[Node] = []
        bare = cls(in_shape, (), side_shapes)
        shapes = dict(zip(bare.inputs, bare.input_shapes, strict=True))
        for index, layer in enumerate(layers):
            op = _read_primitive(layer)
            inputs = tuple(layer["inputs"])
            if not inputs or not all(source in shapes for source in inputs):
                raise GraphError(f"layer {layer['name']!r} must read earlier layers, got {inputs}")
            shapes[index] = op.out_shape(*(shapes[source] for source in inputs))
            nodes.append(Node(layer["name"], op, inputs, shapes[index]))
        return cls(in_shape, tuple(nodes), side_shapes)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _plain(op: Primitive) -> dict[str, Any]:
    return {k: list(v) if isinstance(v, tuple) else v for k, v in op.fields().items()}


def _read_primitive(layer: Mapping[str, Any]) -> Primitive:
    kind = layer.get("op")
    if kind not in PRIMITIVES:
        raise GraphError(f"`op` must be one of {', '.join(PRIMITIVES)}, got {kind!r}")
    fields = {k: v for k, v in layer.items() if k not in ("name", "op", "inputs")}
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in fields.items()}
    try:
        return PRIMITIVES[kind](**values)
    except TypeError as error:
        raise GraphError(f"layer {layer.get('name')!r}: {error}") from error
