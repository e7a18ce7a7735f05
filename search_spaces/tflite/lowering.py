"""Networks as programs of TensorFlow Lite.

Batch norm disappears into the convolution before it, an activation into what it alone reads, and
dropout and flattening altogether.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from search_spaces.errors import GraphError
from search_spaces.graphs.graph import Graph
from search_spaces.graphs.network import Network, Sources, network_paths
from search_spaces.graphs.primitives import (
    Activation,
    Add,
    BatchNorm,
    Conv,
    Dropout,
    Flatten,
    Linear,
    Multiply,
    Pool,
    Primitive,
    Shape,
)
from search_spaces.tflite.layers import WRITERS, Fused, Weights, flattened, nhwc
from search_spaces.tflite.program import Array, Interval, Operator, Program, Role, Tensor, Written

IMAGES = -1
"""The number that stands for what a network is given, where layers have numbers; what a block alone
is given besides has the numbers below."""

_FUSING = (Conv, BatchNorm, Add, Multiply, Linear, Pool)
_ALIASES = (Dropout, Flatten)
_FUSED = ("relu", "relu6")
_NO_OPTIONS: Mapping[str, int] = {}


class Layer(NamedTuple):
    """A layer of blocks in a row; its inputs are numbers of layers, or `IMAGES` and below."""

    path: str
    op: Primitive
    inputs: tuple[int, ...]
    shape: Shape


def lowered(network: Network, state: Mapping[str, Array] | None = None) -> Program:
    """The program of a network, for one image.

    Args:
        state: The arrays of its module's `state_dict`; where None all weights are zero.

    Raises:
        GraphError: A layer has no counterpart.
    """
    graphs = [block.graph for block in network.blocks]
    return _lowered(graphs, network.sources, (network.in_shape,), network_paths(network), state)


def lowered_blocks(graphs: Sequence[Graph], sources: Sources = ()) -> Program:
    """The program of one block alone, or of some in a row, with weights of zero.

    Args:
        graphs: What the first one reads, its side inputs too, is given.
        sources: For each block the numbers of those that it taps; none where empty.

    Raises:
        GraphError: A layer has no counterpart.
    """
    taps = sources or [()] * len(graphs)
    paths = [node.name for graph in graphs for node in graph.nodes]
    return _lowered(graphs, taps, graphs[0].input_shapes, paths, None)


def _lowered(
    graphs: Sequence[Graph],
    sources: Sources,
    in_shapes: Sequence[Shape],
    paths: Sequence[str],
    state: Mapping[str, Array] | None,
) -> Program:
    layers, output = _flat(graphs, sources, paths)
    pen = Pen(in_shapes)
    places = {IMAGES - number: given for number, given in enumerate(pen.given)}
    written: list[Written] = []
    read_by = Counter([*(i for layer in layers for i in layer.inputs), output])
    behind = {source: n for n, layer in enumerate(layers) for source in layer.inputs}
    for number, layer in enumerate(layers):
        if number in places:
            continue
        inputs = [places[source] for source in layer.inputs]
        if isinstance(layer.op, _ALIASES):
            places[number] = inputs[0]
            continue
        parts = _fused(layers, number, read_by, behind)
        norm, function = _parts(layers, parts)
        fused = Fused(function, Weights(state, layer.path, norm), layer.shape)
        out = _written(pen, layer.op, inputs, fused)
        pen.mark(out, parts[-1])
        places |= dict.fromkeys(parts, out)
        written.append(Written(tuple(parts), tuple(inputs), out))
    out = places[output]
    is_vector = bool(layers) and len(layers[output].shape) == 1
    program = pen.program(flattened(pen, out) if is_vector else out)
    return replace(program, written=tuple(written))


def lacking(graph: Graph) -> str | None:
    """Why a block has no counterpart in TensorFlow Lite; None where each of its layers has one."""
    for node in graph.nodes:
        reason = _lacking(node.op, graph.in_shapes(node), node.shape)
        if reason is not None:
            return f"layer `{node.name}`: {reason}"
    return None


@lru_cache(maxsize=1 << 14)
def _lacking(op: Primitive, in_shapes: tuple[Shape, ...], shape: Shape) -> str | None:
    if isinstance(op, _ALIASES):
        return None
    pen = Pen(in_shapes)
    try:
        _written(pen, op, list(pen.given), Fused(None, Weights(None, "", None), shape))
    except GraphError as error:
        return str(error)
    return None


def _written(pen: Pen, op: Primitive, inputs: list[int], fused: Fused) -> int:
    """The number of the output of a layer, which its operators are written for."""
    if type(op) not in WRITERS:
        raise GraphError(f"TensorFlow Lite has no operator for `{op.kind}`")
    return WRITERS[type(op)](pen, op, inputs, fused)


def _flat(
    graphs: Sequence[Graph], sources: Sources, paths: Sequence[str]
) -> tuple[list[Layer], int]:
    """All layers in a row, and the number of the one whose output is that of the last block."""
    path = iter(paths)
    layers: list[Layer] = []
    outputs: list[int] = []
    for graph, taps in zip(graphs, sources, strict=True):
        read = (outputs[-1], *(outputs[tap] for tap in taps)) if outputs else graph.inputs
        places = dict(zip(graph.inputs, read, strict=True))
        for index, node in enumerate(graph.nodes):
            places[index] = len(layers)
            inputs = tuple(places[source] for source in node.inputs)
            layers.append(Layer(next(path), node.op, inputs, node.shape))
        outputs.append(places[len(graph.nodes) - 1])
    return layers, outputs[-1] if outputs else IMAGES


def _fused(
    layers: Sequence[Layer], number: int, read_by: Mapping[int, int], behind: Mapping[int, int]
) -> list[int]:
    """The numbers of a layer and those behind it that become one operator with it."""
    parts = [number]
    op = layers[number].op
    if not isinstance(op, _FUSING) or (isinstance(op, Conv) and op.transposed):
        follows: tuple[type[Primitive], ...] = ()
    else:
        follows = (Activation,)
    if isinstance(op, Conv) and not (op.transposed and op.groups > 1):
        follows = (BatchNorm, *follows)
    while read_by[parts[-1]] == 1 and (number := behind.get(parts[-1], -1)) >= 0:
        op = layers[number].op
        if not isinstance(op, follows):
            break
        if isinstance(op, Activation) and op.function not in _FUSED:
            break
        parts.append(number)
        follows = follows[follows.index(type(op)) + 1 :]
    return parts


def _parts(layers: Sequence[Layer], parts: Sequence[int]) -> tuple[str | None, str | None]:
    """The path of the batch norm, and the activation, among layers that are one operator."""
    norm = function = None
    for number in parts[1:]:
        layer = layers[number]
        if isinstance(layer.op, Activation):
            function = layer.op.function
        else:
            norm = layer.path
    return norm, function


class Pen:
    """Writes tensors and operators.

    Attributes:
        given: Numbers of the tensors that are given.
    """

    def __init__(self, in_shapes: Iterable[Shape]) -> None:
        self._tensors: list[Tensor] = []
        self._operators: list[Operator] = []
        self._indices: dict[tuple[int, ...], int] = {}
        # What has the scale of images or of a gate, which may be no other one.
        self._bound: set[int] = set()
        self.given = tuple(
            self._add(Tensor(nhwc(shape), layer=IMAGES - number))
            for number, shape in enumerate(in_shapes)
        )
        self._bound.update(self.given)

    def shape(self, tensor: int) -> Shape:
        return self._tensors[tensor].shape

    def mark(self, tensor: int, layer: int) -> None:
        """Says that a tensor is the output of a layer, unless it is that of an earlier one."""
        found = self._tensors[tensor]
        if found.layer is None:
            self._tensors[tensor] = found._replace(layer=layer)

    def constant(self, value: Array, role: Role, axis: int | None = None) -> int:
        """A constant in the type that its role has."""
        return self._add(Tensor(value.shape, role, value, axis=axis))

    def index(self, values: Sequence[int] | Array) -> int:
        """Whole numbers, which are written once however often they are read."""
        array = np.asarray(values, dtype=np.int32)
        key = (*array.shape, *array.ravel().tolist())
        if key not in self._indices:
            self._indices[key] = self.constant(array, "index")
        return self._indices[key]

    def op(
        self,
        kind: str,
        inputs: Sequence[int],
        shape: Shape,
        options: Mapping[str, int] = _NO_OPTIONS,
        *,
        interval: Interval | None = None,
        keeps_scale: bool = False,
    ) -> int:
        """Writes an operator; returns the number of its output, which has this shape."""
        if keeps_scale and len(inputs) > 1 and kind == "CONCATENATION":
            inputs = [self._free(source) for source in inputs]
        out = self._add(Tensor(shape, interval=interval))
        if interval is not None or (keeps_scale and self._bound.intersection(inputs)):
            self._bound.add(out)
        self._operators.append(Operator(kind, tuple(inputs), out, options, keeps_scale))
        return out

    def program(self, output: int) -> Program:
        first, *sides = self.given
        return Program(tuple(self._tensors), tuple(self._operators), first, output, tuple(sides))

    def _free(self, source: int) -> int:
        """A tensor whose scale may be that of others."""
        if source not in self._bound:
            return source
        out = self.op("QUANTIZE", [source], self.shape(source))
        layer = self._tensors[source].layer
        assert layer is not None, "what is joined is the output of a layer"
        self.mark(out, layer)
        return out

    def _add(self, tensor: Tensor) -> int:
        self._tensors.append(tensor)
        return len(self._tensors) - 1
