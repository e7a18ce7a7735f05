"""How each primitive layer is written as nodes of an ONNX file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from search_spaces.errors import GraphError
from search_spaces.graphs.primitives import (
    Activation,
    AdaptiveAvgPool,
    Add,
    BatchNorm,
    ChannelShuffle,
    Columns,
    Concat,
    Conv,
    Crop,
    Dropout,
    Flatten,
    LeakyRelu,
    Linear,
    Multiply,
    Pair,
    Permute,
    Pool,
    Primitive,
    Reshape,
    Resize,
    ResizeLike,
    RmsNorm,
    Shape,
    Upsample,
    UpsampleNearest,
)

CEIL_OPSET = 19
"""The first whose average pooling with `ceil_mode` is PyTorch's."""

Array = NDArray[Any]


class Layer(Protocol):
    """The nodes of one layer, and where its weights come from.

    Attributes:
        opset: Version of the operators.
        any_size: Whether height and width are known only where the file is run.
        dtype: Type of weights and feature maps.
    """

    opset: int
    any_size: bool
    dtype: np.dtype[Any]

    def node(self, kind: str, inputs: Sequence[str], **attributes: Any) -> str:
        """Writes a node and returns the name of its output."""
        ...

    def weight(self, suffix: str, shape: Shape) -> str:
        """A weight by its name in the `state_dict`."""
        ...

    def constant(self, suffix: str, array: Array) -> str:
        """An array that nodes read."""
        ...


def _conv(layer: Layer, op: Conv, inputs: list[str], _: Any, __: Shape) -> str:
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


def _batch_norm(layer: Layer, op: BatchNorm, inputs: list[str], _: Any, __: Shape) -> str:
    names = ("weight", "bias", "running_mean", "running_var")
    weights = [layer.weight(name, (op.num_features,)) for name in names]
    # PyTorch's default, which no primitive changes.
    return layer.node("BatchNormalization", [*inputs, *weights], epsilon=1e-5)


def _activation(layer: Layer, op: Activation, inputs: list[str], _: Any, __: Shape) -> str:
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
            layer.constant(name, np.asarray(value, dtype=layer.dtype))
            for name, value in (("low", 0), ("high", 6))
        ]
        return layer.node("Clip", [*inputs, *bounds])
    return layer.node({"relu": "Relu", "sigmoid": "Sigmoid"}[op.function], inputs)


def _channel_shuffle(
    layer: Layer, op: ChannelShuffle, inputs: list[str], shapes: Sequence[Shape], _: Shape
) -> str:
    channels, height, width = shapes[0]
    if layer.any_size:
        # Height and width as one number, which need not be known.
        split = np.array([0, op.groups, channels // op.groups, -1], dtype=np.int64)
        grouped = layer.node("Reshape", [*inputs, layer.constant("split", split)])
        turned = layer.node("Transpose", [grouped], perm=(0, 2, 1, 3))
        return layer.node("Reshape", [turned, layer.node("Shape", inputs)])
    # a zero stands for the size that the input has, here the batch's
    split = np.array([0, op.groups, channels // op.groups, height, width], dtype=np.int64)
    whole = np.array([0, channels, height, width], dtype=np.int64)
    grouped = layer.node("Reshape", [*inputs, layer.constant("split", split)])
    turned = layer.node("Transpose", [grouped], perm=(0, 2, 1, 3, 4))
    return layer.node("Reshape", [turned, layer.constant("whole", whole)])


def _pool(layer: Layer, op: Pool, inputs: list[str], _: Any, __: Shape) -> str:
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
    layer: Layer, op: AdaptiveAvgPool, inputs: list[str], shapes: Sequence[Shape], __: Shape
) -> str:
    if op.output_size == 1:
        return layer.node("GlobalAveragePool", inputs)
    _, height, width = shapes[0]
    if height % op.output_size or width % op.output_size:
        came = f"{height}x{width} to {op.output_size}x{op.output_size}"
        raise GraphError(f"ONNX pools only to sizes that divide the input's, got {came}")
    window = (height // op.output_size, width // op.output_size)
    return layer.node("AveragePool", inputs, kernel_shape=window, strides=window)


def _upsample(layer: Layer, op: Upsample, inputs: list[str], _: Any, __: Shape) -> str:
    scales = np.array([1, 1, op.scale_factor, op.scale_factor], dtype=np.float32)
    # The empty name leaves out `roi`, which stands before the scales.
    read = [*inputs, "", layer.constant("scales", scales)]
    return layer.node("Resize", read, mode="linear", coordinate_transformation_mode="half_pixel")


def _upsample_nearest(
    layer: Layer, op: UpsampleNearest, inputs: list[str], _: Any, __: Shape
) -> str:
    scales = np.array([1, 1, op.scale_factor, op.scale_factor], dtype=np.float32)
    read = [*inputs, "", layer.constant("scales", scales)]
    return layer.node(
        "Resize", read, mode="nearest", nearest_mode="floor",
        coordinate_transformation_mode="asymmetric",
    )  # fmt: skip


def _leaky_relu(layer: Layer, op: LeakyRelu, inputs: list[str], _: Any, __: Shape) -> str:
    return layer.node("LeakyRelu", inputs, alpha=op.negative_slope)


def _permute(layer: Layer, op: Permute, inputs: list[str], _: Any, __: Shape) -> str:
    return layer.node("Transpose", inputs, perm=(0, *(axis + 1 for axis in op.order)))


def _reshape(layer: Layer, op: Reshape, inputs: list[str], _: Any, __: Shape) -> str:
    # a zero stands for the size that the input has, here the batch's
    shape = np.array([0, *op.shape], dtype=np.int64)
    return layer.node("Reshape", [*inputs, layer.constant("shape", shape)])


def _rms_norm(layer: Layer, op: RmsNorm, inputs: list[str], _: Any, __: Shape) -> str:
    # The operator of this name came with opset 23. The norm is the root of a sum, not of a mean.
    unit = layer.node("LpNormalization", inputs, axis=-1, p=2)
    root = layer.constant("root", np.asarray(np.sqrt(op.num_features), dtype=layer.dtype))
    scaled = layer.node("Mul", [unit, root])
    return layer.node("Mul", [scaled, layer.weight("weight", (op.num_features,))])


def _resize(layer: Layer, op: Resize, inputs: list[str], _: Any, __: Shape) -> str:
    return _to_size(layer, inputs[0], layer.constant("size", np.array(op.size, dtype=np.int64)))


def _resize_like(layer: Layer, _op: ResizeLike, inputs: list[str], _: Any, __: Shape) -> str:
    return _to_size(layer, inputs[0], _part(layer, layer.node("Shape", inputs[1:]), "sides", 2, 4))


def _to_size(layer: Layer, source: str, sides: str) -> str:
    # It wants all four sizes, of which the batch's is known only where the file is run.
    first = _part(layer, layer.node("Shape", [source]), "first", 0, 2)
    sizes = layer.node("Concat", [first, sides], axis=0)
    read = [source, "", "", sizes]
    return layer.node("Resize", read, mode="linear", coordinate_transformation_mode="half_pixel")


def _part(layer: Layer, vector: str, name: str, start: int, end: int) -> str:
    ends = [
        layer.constant(f"{name}_{word}", np.array([place], dtype=np.int64))
        for word, place in (("start", start), ("end", end))
    ]
    return layer.node("Slice", [vector, *ends])


def _crop(layer: Layer, op: Crop, inputs: list[str], _: Any, __: Shape) -> str:
    top, bottom, left, right = op.margins
    ends = [-margin if margin else np.iinfo(np.int64).max for margin in (bottom, right)]
    values = {"starts": [top, left], "ends": ends, "axes": [2, 3]}
    read = [layer.constant(name, np.array(v, dtype=np.int64)) for name, v in values.items()]
    return layer.node("Slice", [*inputs, *read])


def _linear(layer: Layer, op: Linear, inputs: list[str], _: Any, __: Shape) -> str:
    read = [*inputs, layer.weight("weight", (op.out_features, op.in_features))]
    read += [layer.weight("bias", (op.out_features,))] if op.bias else []
    return layer.node("Gemm", read, transB=1)


def _plain(kind: str, **attributes: Any) -> Callable[..., str]:
    def write(layer: Layer, _op: Primitive, inputs: list[str], _: Any, __: Shape) -> str:
        return layer.node(kind, inputs, **attributes)

    return write


WRITERS: dict[type[Primitive], Callable[..., str]] = {
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
    Resize: _resize,
    ResizeLike: _resize_like,
    Crop: _crop,
    Flatten: _plain("Flatten", axis=1),
    Linear: _linear,
    Dropout: _plain("Identity"),
    LeakyRelu: _leaky_relu,
    UpsampleNearest: _upsample_nearest,
    RmsNorm: _rms_norm,
    Permute: _permute,
    Reshape: _reshape,
    Columns: _plain("Concat", axis=2),
}
"""For each primitive the function that writes it: it returns the name of the output."""
