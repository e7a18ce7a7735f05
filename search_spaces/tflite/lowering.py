"""Networks as programs of TensorFlow Lite.

Batch norm disappears into the convolution before it, an activation into what it alone reads, and
dropout and flattening altogether.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from search_spaces.graphs.network import Network, network_paths
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
from search_spaces.tflite.program import Array, Interval, Operator, Program, Role, Tensor

IMAGES = -1
"""The number that stands for what a network is given, where layers have numbers."""

_FUSING = (Conv, BatchNorm, Add, Multiply, Linear, Pool)
_ALIASES = (Dropout, Flatten)
_FUSED = ("relu", "relu6")
_NO_OPTIONS: Mapping[str, int] = {}


class Layer(NamedTuple):
    """A layer of a whole network; its inputs are numbers of layers, or `IMAGES`."""

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
    layers, output = _flat(network)
    pen = Pen(network.in_shape)
    places = {IMAGES: pen.input}
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
        out = WRITERS[type(layer.op)](pen, layer.op, inputs, fused)
        pen.mark(out, parts[-1])
        places |= dict.fromkeys(parts, out)
    out = places[output]
    return pen.program(flattened(pen, out) if len(network.out_shape) == 1 else out)


def _flat(network: Network) -> tuple[list[Layer], int]:
    """All layers in a row, and the number of the one whose output is the network's."""
    paths = iter(network_paths(network))
    layers: list[Layer] = []
    outputs: list[int] = []
    for block, taps in zip(network.blocks, network.sources, strict=True):
        before = outputs[-1] if outputs else IMAGES
        places = dict(zip(block.graph.inputs, (before, *(outputs[t] for t in taps)), strict=True))
        for index, node in enumerate(block.graph.nodes):
            places[index] = len(layers)
            inputs = tuple(places[source] for source in node.inputs)
            layers.append(Layer(next(paths), node.op, inputs, node.shape))
        outputs.append(places[len(block.graph.nodes) - 1])
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
        input: Number of the tensor that is given.
    """

    def __init__(self, in_shape: Shape) -> None:
        self._tensors: list[Tensor] = []
        self._operators: list[Operator] = []
        self._indices: dict[tuple[int, ...], int] = {}
        # What has the scale of images or of a gate, which may be no other one.
        self._bound: set[int] = set()
        self.input = self._add(Tensor(nhwc(in_shape), layer=IMAGES))
        self._bound.add(self.input)

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
        return Program(tuple(self._tensors), tuple(self._operators), self.input, output)

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
