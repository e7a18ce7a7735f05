"""ONNX files made from graphs. The only file of this package that imports onnx."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from math import prod, sqrt
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

from search_spaces.errors import GraphError
from search_spaces.graphs.graph import INPUT, Graph
from search_spaces.graphs.network import Network, module_paths
from search_spaces.graphs.primitives import (
    Activation,
    AdaptiveAvgPool,
    Add,
    BatchNorm,
    ChannelShuffle,
    Concat,
    Conv,
    Dropout,
    Flatten,
    Linear,
    Multiply,
    Pair,
    Pool,
    Primitive,
    Shape,
    Upsample,
)

OPSET = 20
"""The usual one, of 2023."""

OLDEST_OPSET = 13
"""Of 2020, which the runtimes of older devices have."""

CEIL_OPSET = 19
"""The first whose average pooling with `ceil_mode` is PyTorch's."""

Array = NDArray[Any]
Weights = Mapping[str, Array]
_TYPES = {"float32": TensorProto.FLOAT, "float16": TensorProto.FLOAT16}


def onnx_model(
    graphs: Sequence[Graph],
    *,
    batch_size: int | None = 1,
    dtype: str = "float32",
    weights: Sequence[Weights] | None = None,
    names: Sequence[str] | None = None,
    doc: str = "",
    metadata: Mapping[str, Any] | None = None,
    opset: int = OPSET,
) -> bytes:
    """The ONNX file of some graphs in a row, in eval mode. It maps `input` to `output`.

    Args:
        batch_size: Images in one run; None for any number.
        weights: For each graph the arrays of its module's `state_dict`; drawn at random where None.
        names: What each graph is called; numbers by default. An empty name adds nothing to those
            of its layers.
        doc: What a reader of the file should know.
        metadata: The same for programs: values by name, which are written as JSON.
        opset: Version of ONNX's operators, from `OLDEST_OPSET` up.

    Raises:
        GraphError: A layer has no counterpart in this opset, there is no such opset, or the type is
            none of float32 and float16.
    """
    require_opset(opset)
    if dtype not in _TYPES:
        raise GraphError(f"`dtype` must be one of {', '.join(_TYPES)} for ONNX, got {dtype!r}")
    writer = _Writer(np.dtype(dtype), opset)
    source = "input"
    for index, graph in enumerate(graphs):
        name = f"{index}" if names is None else names[index]
        source = writer.graph(name, graph, source, weights[index] if weights else None)
    writer.end(source)
    shapes = {"input": graphs[0].in_shape, "output": graphs[-1].out_shape}
    ends = [
        helper.make_tensor_value_info(name, _TYPES[dtype], [batch_size or "batch", *shape])
        for name, shape in shapes.items()
    ]
    graph_proto = helper.make_graph(writer.nodes, "network", ends[:1], ends[-1:], writer.arrays)
    operators = [helper.make_opsetid("", opset)]
    model = helper.make_model(
        graph_proto, opset_imports=operators, producer_name="conv-nas", doc_string=doc,
        # By default onnx writes its newest version of the file itself, which older runtimes refuse.
        ir_version=helper.find_min_ir_version_for(operators),
    )  # fmt: skip
    # ONNX keeps properties as texts alone.
    helper.set_model_props(model, {name: json.dumps(v) for name, v in (metadata or {}).items()})
    # In full it infers the shapes as well, which a runtime would only find wrong on the device.
    onnx.checker.check_model(model, full_check=True)
    data: bytes = model.SerializeToString()
    return data


def network_onnx(
    network: Network,
    state: Weights,
    doc: str = "",
    metadata: Mapping[str, Any] | None = None,
    opset: int = OPSET,
) -> bytes:
    """The ONNX file of a network with its weights, for batches of any size.

    Args:
        state: The arrays of its module's `state_dict`; the file's layers have the same names.
        doc: What a reader of the file should know.
        metadata: The same for programs, see `onnx_model`.
        opset: Version of ONNX's operators.

    Raises:
        GraphError: A layer has no counterpart in this opset, or there is no such opset.
    """
    weights = []
    for block in network.blocks:
        prefix = f"{block.name}." if block.name else ""
        own = {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}
        weights.append(own)
    return onnx_model(
        [block.graph for block in network.blocks], batch_size=None, weights=weights,
        names=[block.name for block in network.blocks], doc=doc, metadata=metadata, opset=opset,
    )  # fmt: skip


def newest_opset() -> int:
    """The newest opset that the installed package knows."""
    return onnx.defs.onnx_opset_version()


def require_opset(opset: int) -> None:
    """Raises GraphError where there is no such opset, or we do not write it."""
    newest = newest_opset()
    if not OLDEST_OPSET <= opset <= newest:
        allowed = f"from {OLDEST_OPSET} to {newest}, the newest that onnx {onnx.__version__} knows"
        raise GraphError(f"the ONNX opset must be {allowed}; got {opset}")


class _Writer:
    """Writes layers as ONNX nodes.

    Attributes:
        opset: Version of the operators.
        nodes: What was written.
        arrays: The constants that the nodes read.
    """

    def __init__(self, dtype: np.dtype[Any], opset: int = OPSET) -> None:
        self.opset = opset
        self.nodes: list[NodeProto] = []
        self.arrays: list[TensorProto] = []
        self._dtype = dtype
        self._rng = np.random.default_rng(0)

    def graph(self, prefix: str, graph: Graph, source: str, weights: Weights | None) -> str:
        """Writes one graph that reads `source`; returns the name of its output."""
        names = {INPUT: source}
        for index, (node, own) in enumerate(zip(graph.nodes, module_paths(graph), strict=True)):
            layer = _Layer(self, f"{prefix}.{own}" if prefix else own, own, weights)
            shapes = graph.in_shapes(node)
            inputs = [names[i] for i in node.inputs]
            names[index] = _WRITERS[type(node.op)](layer, node.op, inputs, shapes, node.shape)
        return names[len(graph.nodes) - 1]

    def end(self, source: str) -> None:
        """Gives the value of that name to whoever runs the file."""
        if self.nodes and source in self.nodes[-1].output:
            self.nodes[-1].output[0] = "output"
        else:
            self.nodes.append(helper.make_node("Identity", [source], ["output"], name="output"))

    def random(self, shape: Shape) -> Array:
        """Of few distinct values, so that files with them can be compressed."""
        values: Array = np.round(4 * self._rng.standard_normal(shape)) / 4
        return values / sqrt(prod(shape[1:]))


class _Layer:
    """The nodes of one layer, and where its weights come from."""

    def __init__(self, writer: _Writer, path: str, name: str, weights: Weights | None) -> None:
        self._writer = writer
        self._path = path
        self._name = name
        self._weights = weights
        self._count = 0
        self.opset = writer.opset

    def node(self, kind: str, inputs: Sequence[str], **attributes: Any) -> str:
        """Writes a node and returns the name of its output."""
        self._count += 1
        out = f"{self._path}:{self._count}"
        self._writer.nodes.append(helper.make_node(kind, inputs, [out], name=out, **attributes))
        return out

    def weight(self, suffix: str, shape: Shape) -> str:
        """A weight by its name in the `state_dict`."""
        if self._weights is not None:
            array = self._weights[f"{self._name}.{suffix}"]
        elif suffix == "running_var":
            array = np.ones(shape)
        else:
            array = self._writer.random(shape)
        return self.constant(suffix, np.asarray(array, dtype=self._writer._dtype))

    def constant(self, suffix: str, array: Array) -> str:
        name = f"{self._path}.{suffix}"
        self._writer.arrays.append(numpy_helper.from_array(array, name))
        return name


def _conv(layer: _Layer, op: Conv, inputs: list[str], _: Any, __: Shape) -> str:
    in_channels, out_channels = op.in_channels, op.out_channels
    shape: Shape = (out_channels, in_channels // op.groups, *op.kernel_size)
    attributes: dict[str, Any] = {}
    if op.transposed:
        shape = (in_channels, out_channels // op.groups, *op.kernel_size)
        attributes["output_padding"] = op.output_padding
    read = [*inputs, layer.weight("weight", shape)]
    read += [layer.weight("bias", (out_channels,))] if op.bias else []
    return layer.node(
        "ConvTranspose" if op.transposed else "Conv", read, kernel_shape=op.kernel_size,
        strides=op.stride, pads=_both_sides(op.padding), dilations=op.dilation, group=op.groups,
        **attributes,
    )  # fmt: skip


def _both_sides(padding: Pair) -> tuple[int, int, int, int]:
    return (*padding, *padding)


def _batch_norm(layer: _Layer, op: BatchNorm, inputs: list[str], _: Any, __: Shape) -> str:
    names = ("weight", "bias", "running_mean", "running_var")
    weights = [layer.weight(name, (op.num_features,)) for name in names]
    # PyTorch's default, which no primitive changes.
    return layer.node("BatchNormalization", [*inputs, *weights], epsilon=1e-5)


def _activation(layer: _Layer, op: Activation, inputs: list[str], _: Any, __: Shape) -> str:
    if op.function == "silu":
        return layer.node("Mul", [*inputs, layer.node("Sigmoid", inputs)])
    if op.function == "hard_swish":
        # HardSwish is an operator from opset 14 on; HardSigmoid's slope is 0.2 by default.
        gate = layer.node("HardSigmoid", inputs, alpha=1 / 6, beta=0.5)
        return layer.node("Mul", [*inputs, gate])
    if op.function == "hard_sigmoid":
        return layer.node("HardSigmoid", inputs, alpha=1 / 6, beta=0.5)
    if op.function == "relu6":
        bounds = [
            layer.constant(name, np.asarray(value, dtype=layer._writer._dtype))
            for name, value in (("low", 0), ("high", 6))
        ]
        return layer.node("Clip", [*inputs, *bounds])
    return layer.node({"relu": "Relu", "sigmoid": "Sigmoid"}[op.function], inputs)


def _channel_shuffle(
    layer: _Layer, op: ChannelShuffle, inputs: list[str], shapes: Sequence[Shape], _: Shape
) -> str:
    channels, height, width = shapes[0]
    # a zero stands for the size that the input has, here the batch's
    split = np.array([0, op.groups, channels // op.groups, height, width], dtype=np.int64)
    whole = np.array([0, channels, height, width], dtype=np.int64)
    grouped = layer.node("Reshape", [*inputs, layer.constant("split", split)])
    turned = layer.node("Transpose", [grouped], perm=(0, 2, 1, 3, 4))
    return layer.node("Reshape", [turned, layer.constant("whole", whole)])


def _pool(layer: _Layer, op: Pool, inputs: list[str], _: Any, __: Shape) -> str:
    average = op.function == "avg"
    if average and op.ceil_mode and layer.opset < CEIL_OPSET:
        rule = f"average pooling with `ceil_mode` needs ONNX opset {CEIL_OPSET}, got {layer.opset}"
        raise GraphError(rule)
    # PyTorch counts padded zeros by default, ONNX does not.
    attributes: dict[str, Any] = {"count_include_pad": 1} if average else {}
    return layer.node(
        "AveragePool" if average else "MaxPool", inputs, kernel_shape=op.kernel_size,
        strides=op.stride, pads=_both_sides(op.padding), ceil_mode=int(op.ceil_mode), **attributes,
    )  # fmt: skip


def _adaptive_avg_pool(
    layer: _Layer, op: AdaptiveAvgPool, inputs: list[str], shapes: Sequence[Shape], __: Shape
) -> str:
    if op.output_size == 1:
        return layer.node("GlobalAveragePool", inputs)
    _, height, width = shapes[0]
    if height % op.output_size or width % op.output_size:
        came = f"{height}x{width} to {op.output_size}x{op.output_size}"
        raise GraphError(f"ONNX pools only to sizes that divide the input's, got {came}")
    window = (height // op.output_size, width // op.output_size)
    return layer.node("AveragePool", inputs, kernel_shape=window, strides=window)


def _upsample(layer: _Layer, op: Upsample, inputs: list[str], _: Any, __: Shape) -> str:
    scales = np.array([1, 1, op.scale_factor, op.scale_factor], dtype=np.float32)
    # The empty name leaves out `roi`, which stands before the scales.
    read = [*inputs, "", layer.constant("scales", scales)]
    return layer.node("Resize", read, mode="linear", coordinate_transformation_mode="half_pixel")


def _linear(layer: _Layer, op: Linear, inputs: list[str], _: Any, __: Shape) -> str:
    read = [*inputs, layer.weight("weight", (op.out_features, op.in_features))]
    read += [layer.weight("bias", (op.out_features,))] if op.bias else []
    return layer.node("Gemm", read, transB=1)


def _plain(kind: str, **attributes: Any) -> Callable[..., str]:
    def write(layer: _Layer, _op: Primitive, inputs: list[str], _: Any, __: Shape) -> str:
        return layer.node(kind, inputs, **attributes)

    return write


_WRITERS: dict[type[Primitive], Callable[..., str]] = {
    Conv: _conv,
    BatchNorm: _batch_norm,
    Activation: _activation,
    ChannelShuffle: _channel_shuffle,
    Concat: _plain("Concat", axis=1),
    Add: _plain("Add"),
    Multiply: _plain("Mul"),
    Pool: _pool,
    AdaptiveAvgPool: _adaptive_avg_pool,
    Upsample: _upsample,
    Flatten: _plain("Flatten", axis=1),
    Linear: _linear,
    Dropout: _plain("Identity"),
}
