"""What a network costs, as integers computed from its graph alone.

The convention, here and wherever a number is shown:

- FLOPs are multiply-adds of convolutions and linear layers, counted once, for one image, padding
  taps included. Bias, batch norm, activation, pooling, resizing, shuffle and joins count zero.
- Parameters are trainable tensors: biases and batch-norm scale and shift included, running
  statistics not.
- Bytes are those of float32 and one image. Peak memory is the most that tensors alive at one
  moment of inference take, branches and skips included: what a head taps lives until the last block
  that reads it has. Batch norm is folded, activations run in place.
- The receptive field is that of the last feature map before global pooling, in input pixels
  (Araujo, Norris and Sim 2019); pooling to a fixed size and what follows it are not counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import floor, prod
from typing import NamedTuple

from search_spaces.graphs.graph import INPUT, Graph, Node
from search_spaces.graphs.network import Network, last_readers
from search_spaces.graphs.primitives import (
    Activation,
    BatchNorm,
    Conv,
    Crop,
    Dropout,
    Flatten,
    LeakyRelu,
    Primitive,
    Reshape,
    Resize,
    ResizeLike,
    Shape,
    Upsample,
    UpsampleNearest,
)

BYTES_PER_VALUE = 4

_IN_PLACE = (Activation, BatchNorm, Dropout, Flatten, LeakyRelu, Reshape)
_RESIZING = (Resize, ResizeLike, Upsample)


class LayerCost(NamedTuple):
    """One layer's costs.

    Attributes:
        receptive_field: Input pixels that one output position sees, along the longer side.
        receptive_stride: Input pixels between neighbouring output positions.
    """

    name: str
    op: Primitive
    in_shape: Shape
    out_shape: Shape
    params: int
    flops: int
    activation_bytes: int
    receptive_field: int
    receptive_stride: float


@dataclass(frozen=True, slots=True)
class Cost:
    """A network's costs, for one image in float32.

    Attributes:
        params: Trainable parameters.
        flops: Multiply-adds, counted once.
        weight_bytes: Bytes of the parameters.
        peak_activation_bytes: Most bytes of feature maps alive at one moment of inference.
        moved_bytes: Bytes that all layers together read and write.
        receptive_field: Side of the input region that one position of the last feature map sees.
        receptive_stride: Input pixels between neighbouring positions of that map.
    """

    params: int
    flops: int
    weight_bytes: int
    peak_activation_bytes: int
    moved_bytes: int
    receptive_field: int
    receptive_stride: float

    @property
    def arithmetic_intensity(self) -> float:
        """FLOPs per byte moved; low where memory, not arithmetic, sets the pace."""
        return self.flops / self.moved_bytes if self.moved_bytes else 0.0


# Fractions: steps may be parts of a pixel, and a float just below a whole would lose one.
class _Field(NamedTuple):
    """Input interval `[low, high]` that output 0 sees along one axis; step between outputs."""

    low: int | Fraction
    high: int | Fraction
    jump: int | Fraction

    def through(self, local: _Field) -> _Field:
        """The field of `local`, whose input this field describes."""
        jump = self.jump
        return _Field(self.low + jump * local.low, self.high + jump * local.high, jump * local.jump)

    @property
    def size(self) -> int:
        return floor(self.high - self.low) + 1


_Fields = tuple[_Field, _Field]

_SELF = _Field(0, 0, 1)
_SELVES: _Fields = (_SELF, _SELF)


class GraphCost(NamedTuple):
    """What one block adds to the costs of a network; peaks combine by their maximum.

    Attributes:
        fields: What one output sees of the block's input, height then width.
    """

    params: int
    flops: int
    peak_activation_bytes: int
    moved_bytes: int
    fields: _Fields

    @property
    def weight_bytes(self) -> int:
        return self.params * BYTES_PER_VALUE


def tensor_bytes(shape: Shape) -> int:
    """Bytes of one float32 tensor of this shape."""
    return prod(shape) * BYTES_PER_VALUE


def cost(network: Network) -> Cost:
    """The costs of a whole network."""
    params = flops = peak = moved = 0
    behind: list[_Fields] = []
    last = last_readers(network.sources)
    for number, (block, taps) in enumerate(zip(network.blocks, network.sources, strict=True)):
        part = graph_cost(block.graph)
        params += part.params
        flops += part.flops
        moved += part.moved_bytes
        # Between blocks one tensor lives alone and both count it: the most of them is the whole's.
        peak = max(peak, _peak_bytes(network, number, last) if last else part.peak_activation_bytes)
        before = behind[-1] if behind else _SELVES
        if taps:
            starts = (before, *(behind[tap] for tap in taps))
            behind.append(_graph_fields(block.graph, starts)[-1])
        else:
            behind.append(_through(before, part.fields))
    size, stride = _extent(behind[-1] if behind else _SELVES)
    return Cost(params, flops, params * BYTES_PER_VALUE, peak, moved, size, stride)


def _peak_bytes(network: Network, number: int, last_reader: Mapping[int, int]) -> int:
    """Most bytes alive at once while one block of a network runs, taps for later ones included."""
    read = (number - 1, *network.sources[number])
    # Of what it reads itself, the block counts the bytes.
    waiting = [tap for tap, last in last_reader.items() if tap < number < last and tap not in read]
    staying = {INPUT - i for i, source in enumerate(read) if last_reader.get(source, -1) > number}
    held = sum(tensor_bytes(network.blocks[tap].graph.out_shape) for tap in waiting)
    return held + block_peak_bytes(network.blocks[number].graph, frozenset(staying))


def layer_costs(network: Network) -> list[LayerCost]:
    """The costs of each layer in order."""
    rows: list[LayerCost] = []
    behind: list[_Fields] = []
    for block, taps in zip(network.blocks, network.sources, strict=True):
        starts = (behind[-1] if behind else _SELVES, *(behind[tap] for tap in taps))
        fields = _graph_fields(block.graph, starts)
        for node, seen in zip(block.graph.nodes, fields, strict=True):
            rows.append(_layer_cost(block.layer_name(node), block.graph, node, seen))
        behind.append(fields[-1] if fields else starts[0])
    return rows


def _layer_cost(name: str, graph: Graph, node: Node, fields: _Fields) -> LayerCost:
    in_shape = graph.shape_of(node.inputs[0])
    size, stride = _extent(fields)
    return LayerCost(
        name, node.op, in_shape, node.shape, node.op.params(),
        node.op.flops(in_shape, node.shape), tensor_bytes(node.shape), size, stride,
    )  # fmt: skip


def _extent(fields: _Fields) -> tuple[int, float]:
    return max(field.size for field in fields), float(max(field.jump for field in fields))


@lru_cache(maxsize=1 << 16)
def graph_cost(graph: Graph) -> GraphCost:
    """The costs of one block; its field is that of its input, side inputs left out."""
    sizes = _sizes(graph)
    params = flops = moved = 0
    for index, (_, op, inputs, out_shape) in enumerate(graph.nodes):
        params += op.params()
        flops += op.flops(graph.shape_of(inputs[0]), out_shape)
        if not isinstance(op, _IN_PLACE):
            # What only tells a size is not read.
            read = inputs[:1] if isinstance(op, ResizeLike) else inputs
            moved += sizes[index] + sum([sizes[source] for source in read])
    moved += params * BYTES_PER_VALUE
    fields = _graph_fields(graph, (_SELVES,) * len(graph.inputs))
    whole = fields[-1] if fields else _SELVES
    return GraphCost(params, flops, block_peak_bytes(graph), moved, whole)


def _sizes(graph: Graph) -> list[int]:
    """Bytes of each node's output; of inputs behind, where their indices below zero find them."""
    shapes = [*(node.shape for node in graph.nodes), *reversed(graph.input_shapes)]
    return [tensor_bytes(shape) for shape in shapes]


def _graph_fields(graph: Graph, starts: Sequence[_Fields]) -> list[_Fields]:
    """The field of each node, where these are those of the graph's inputs."""
    fields: list[_Fields] = []
    for node in graph.nodes:
        seen, *others = (
            fields[source] if source > INPUT else starts[INPUT - source] for source in node.inputs
        )
        for other in others:
            seen = _union(seen[0], other[0]), _union(seen[1], other[1])
        local = _local_fields(node.op, graph.shape_of(node.inputs[0]), node.shape)
        fields.append(_through(seen, local) if local is not None else seen)
    return fields


def _union(a: _Field, b: _Field) -> _Field:
    return _Field(min(a.low, b.low), max(a.high, b.high), max(a.jump, b.jump))


def _through(seen: _Fields, local: _Fields) -> _Fields:
    """The fields of `local`, whose input `seen` describes; square ones are worked out once."""
    height = seen[0].through(local[0])
    square = seen[0] is seen[1] and local[0] is local[1]
    return height, height if square else seen[1].through(local[1])


def _local_fields(op: Primitive, in_shape: Shape, out_shape: Shape) -> _Fields | None:
    """What a layer sees of its own input; None for a layer that works position by position."""
    window = op.window()
    if window is not None:
        axis = _transposed_axis if isinstance(op, Conv) and op.transposed else _sliding_axis
        vertical, horizontal = zip(*window, strict=True)
        height = axis(*vertical)
        return height, height if vertical == horizontal else axis(*horizontal)
    if isinstance(op, Crop):
        top, _, left, _ = op.margins
        return _Field(top, top, 1), _Field(left, left, 1)
    if isinstance(op, UpsampleNearest):
        step = Fraction(1, op.scale_factor)
        return _Field(0, 0, step), _Field(0, 0, step)
    # Of one position, as after global pooling, no other one is read.
    if isinstance(op, _RESIZING) and in_shape[1:] != (1, 1):
        scales = [Fraction(a, b) for a, b in zip(in_shape[1:], out_shape[1:], strict=True)]
        height, width = (_Field(-1, 1 - jump, jump) for jump in scales)
        return height, height if height == width else width
    return None


def _sliding_axis(kernel_size: int, stride: int, padding: int, dilation: int) -> _Field:
    return _Field(-padding, dilation * (kernel_size - 1) - padding, stride)


def _transposed_axis(kernel_size: int, stride: int, padding: int, dilation: int) -> _Field:
    low = Fraction(padding - dilation * (kernel_size - 1), stride)
    return _Field(low, Fraction(padding, stride), Fraction(1, stride))


@lru_cache(maxsize=1 << 16)
def block_peak_bytes(graph: Graph, staying: frozenset[int] = frozenset()) -> int:
    """Most bytes alive at once while the graph runs in order, its inputs included.

    A tensor lives until its last reader has run. A layer that runs in place takes over the buffer
    of its input where it is the only reader.

    Args:
        staying: Inputs that somebody reads after the block, and so live on.
    """
    sizes = _sizes(graph)
    last_reader = {i: index for index, node in enumerate(graph.nodes) for i in node.inputs}
    live = peak = sum([sizes[index] for index in graph.inputs])
    for index, (_, op, inputs, _) in enumerate(graph.nodes):
        # A layer may read one tensor twice, which is freed once.
        sources = set(inputs) - staying
        released = sum([sizes[source] for source in sources if last_reader[source] == index])
        live += sizes[index]
        if live > peak and not (released and isinstance(op, _IN_PLACE)):
            peak = live
        live -= released
    return peak
