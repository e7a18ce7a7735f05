"""How each primitive layer is written as operators of TensorFlow Lite."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from search_spaces.errors import GraphError
from search_spaces.graphs.primitives import (
    Activation,
    AdaptiveAvgPool,
    Add,
    BatchNorm,
    ChannelShuffle,
    Concat,
    Conv,
    Crop,
    Linear,
    Multiply,
    Pair,
    Pool,
    Primitive,
    Resize,
    ResizeLike,
    Shape,
    Upsample,
)
from search_spaces.tflite.program import Array, Interval

if TYPE_CHECKING:
    from search_spaces.tflite.lowering import Pen

EPSILON = 1e-5
"""Of batch norm: PyTorch's default, which no primitive changes."""

SAME, VALID = 0, 1
GATE: Interval = (0.0, 255 / 256)
"""The range of `LOGISTIC`, whose scale is 1/256 by its definition."""

_PLAIN = {"FusedActivationFunction": 0}
_FUNCTIONS = {None: 0, "relu": 1, "relu6": 3}
_POINTWISE = {
    "Padding": VALID, "StrideH": 1, "StrideW": 1, "DilationHFactor": 1, "DilationWFactor": 1,
}  # fmt: skip


def nhwc(shape: Shape) -> Shape:
    """The shape of one image's map as TensorFlow Lite has it; a vector is a map of one position."""
    channels, *sides = shape
    return (1, *(sides or (1, 1)), channels)


class Weights(NamedTuple):
    """The weights of one layer, and those of the batch norm that disappears into it.

    Attributes:
        state: All arrays of the network by path; None where weights are zero.
        path: Of the layer.
        norm: Path of the batch norm behind it; None without one.
    """

    state: Mapping[str, Array] | None
    path: str
    norm: str | None

    def read(self, name: str, shape: Shape, path: str | None = None) -> Array:
        """An array of the layer's, or of the one at `path`."""
        if self.state is None:
            # Takes no memory, however large.
            return np.broadcast_to(np.float32(0), shape)
        return np.asarray(self.state[f"{path or self.path}.{name}"], np.float64).reshape(shape)

    def folded(self, shape: Shape, bias: bool, axis: int = 0) -> tuple[Array, Array]:
        """Weight and bias with the batch norm's scale and shift (arXiv:1712.05877, section 3.2).

        Args:
            axis: That of the output channels.
        """
        weight, channels = self.read("weight", shape), shape[axis]
        shift = self.read("bias", (channels,)) if bias else np.zeros(channels)
        if self.norm is None or self.state is None:
            return weight, shift
        scale, moved = self.scale_and_shift(channels, self.norm)
        outwards = [1] * len(shape)
        outwards[axis] = channels
        return weight * scale.reshape(outwards), shift * scale + moved

    def scale_and_shift(self, channels: int, path: str | None = None) -> tuple[Array, Array]:
        """What a batch norm multiplies each channel by and adds to it."""
        names = ("weight", "bias", "running_mean", "running_var")
        gain, offset, mean, variance = (self.read(name, (channels,), path) for name in names)
        scale = gain / np.sqrt(variance + EPSILON)
        return scale, offset - mean * scale


class Fused(NamedTuple):
    """What becomes one operator with a layer.

    Attributes:
        function: The activation behind it; None without one.
        shape: Of the layer's output, channels first.
    """

    function: str | None
    weights: Weights
    shape: Shape

    @property
    def nhwc(self) -> Shape:
        """The shape as TensorFlow Lite has it."""
        return nhwc(self.shape)

    @property
    def options(self) -> dict[str, int]:
        return {"FusedActivationFunction": _FUNCTIONS[self.function]}


class _Padding(NamedTuple):
    """How a window slides over one side: rows added before and behind, and whether `SAME` does."""

    before: int
    behind: int
    is_same: bool


def _padding(size: int, out: int, kernel: int, stride: int, dilation: int, pad: int) -> _Padding:
    reach = (out - 1) * stride + (kernel - 1) * dilation + 1
    # TensorFlow's rule: half of what is needed before, rounded down.
    needed = max(reach - size, 0)
    is_same = out == -(-size // stride) and pad == needed // 2
    return _Padding(pad, max(reach - size - pad, 0), is_same)


def _slid(
    pen: Pen, source: int, out: Shape, op: Conv | Pool, *, lowest: bool = False, same: bool = True
) -> tuple[int, int]:
    """What a window slides over, padded where it must be, and how TensorFlow pads it then."""
    window = op.window()
    assert window is not None
    sides = [
        _padding(*values)
        for values in zip(
            pen.shape(source)[1:3], out[1:], window.kernel_size, window.stride, window.dilation,
            window.padding, strict=True,
        )
    ]  # fmt: skip
    if all(side.before == side.behind == 0 for side in sides):
        return source, VALID
    if same and all(side.is_same for side in sides):
        return source, SAME
    rows = [(0, 0), *((side.before, side.behind) for side in sides), (0, 0)]
    shape = tuple(n + sum(row) for n, row in zip(pen.shape(source), rows, strict=True))
    read = [source, pen.index(np.array(rows))]
    if lowest:
        read.append(pen.constant(np.zeros(1), "lowest"))
    return pen.op("PADV2" if lowest else "PAD", read, shape, keeps_scale=True), VALID


def _conv(pen: Pen, op: Conv, inputs: list[int], fused: Fused) -> int:
    if op.transposed:
        return _transposed(pen, op, inputs[0], fused)
    shape = (op.out_channels, op.in_channels // op.groups, *op.kernel_size)
    weight, bias = fused.weights.folded(shape, op.bias)
    source, padding = _slid(pen, inputs[0], fused.shape, op)
    options = {
        "Padding": padding, "StrideH": op.stride[0], "StrideW": op.stride[1],
        "DilationHFactor": op.dilation[0], "DilationWFactor": op.dilation[1], **fused.options,
    }  # fmt: skip
    if op.groups == op.in_channels > 1:
        return _depthwise(pen, source, weight[:, 0], bias, fused, options)
    read = [pen.constant(weight.transpose(0, 2, 3, 1), "weight", 0), pen.constant(bias, "bias")]
    return pen.op("CONV_2D", [source, *read], fused.nhwc, options)


def _depthwise(
    pen: Pen, source: int, weight: Array, bias: Array, fused: Fused, options: Mapping[str, int]
) -> int:
    """Windows `(out_channels, height, width)`, one of each channel or several in a row."""
    read = [pen.constant(weight.transpose(1, 2, 0)[None], "weight", 3), pen.constant(bias, "bias")]
    options = {"DepthMultiplier": len(weight) // pen.shape(source)[3], **options}
    return pen.op("DEPTHWISE_CONV_2D", [source, *read], fused.nhwc, options)


def _transposed(pen: Pen, op: Conv, source: int, fused: Fused) -> int:
    if op.groups > 1 or op.dilation != (1, 1):
        raise GraphError("TensorFlow Lite has no transposed convolution with groups or dilation")
    weight, bias = fused.weights.folded(
        (op.in_channels, op.out_channels, *op.kernel_size), op.bias, axis=1
    )
    _, height, width, _ = pen.shape(source)
    whole = tuple(
        (size - 1) * stride + kernel
        for size, stride, kernel in zip((height, width), op.stride, op.kernel_size, strict=True)
    )
    is_same = not any(op.output_padding) and all(
        kernel >= stride and 2 * pad == kernel - stride
        for kernel, stride, pad in zip(op.kernel_size, op.stride, op.padding, strict=True)
    )
    out = fused.nhwc if is_same else (1, *whole, op.out_channels)
    if any(more > pad for more, pad in zip(op.output_padding, op.padding, strict=True)):
        raise GraphError("TensorFlow Lite has no transposed convolution that pads its output")
    read = [
        pen.index(out), pen.constant(weight.transpose(1, 2, 3, 0), "weight", 0), source,
        pen.constant(bias, "bias"),
    ]  # fmt: skip
    padding = SAME if is_same else VALID
    options = {"Padding": padding, "StrideH": op.stride[0], "StrideW": op.stride[1]}
    x = pen.op("TRANSPOSE_CONV", read, out, options)
    return x if out == fused.nhwc else _cut(pen, x, op.padding, fused.nhwc)


def _cut(pen: Pen, source: int, start: Pair, shape: Shape) -> int:
    read = [source, pen.index((0, *start, 0)), pen.index(shape)]
    return pen.op("SLICE", read, shape, keeps_scale=True)


def _crop(pen: Pen, op: Crop, inputs: list[int], fused: Fused) -> int:
    return _cut(pen, inputs[0], (op.margins[0], op.margins[2]), fused.nhwc)


def _batch_norm(pen: Pen, op: BatchNorm, inputs: list[int], fused: Fused) -> int:
    # As windows of one position: so each channel has a scale of its own.
    scale, shift = fused.weights.scale_and_shift(op.num_features)
    options = {**_POINTWISE, **fused.options}
    return _depthwise(pen, inputs[0], scale[:, None, None], shift, fused, options)


def _linear(pen: Pen, op: Linear, inputs: list[int], fused: Fused) -> int:
    # As a window over the whole map: runtimes round fully connected layers in different ways, and
    # know no scale for each of their channels.
    _, height, width, channels = pen.shape(inputs[0])
    weight, bias = fused.weights.folded((op.out_features, op.in_features), op.bias)
    maps = weight.reshape(op.out_features, channels, height, width)
    read = [pen.constant(maps.transpose(0, 2, 3, 1), "weight", 0), pen.constant(bias, "bias")]
    options = {**_POINTWISE, **fused.options}
    return pen.op("CONV_2D", [inputs[0], *read], fused.nhwc, options)


def _activation(pen: Pen, op: Activation, inputs: list[int], fused: Fused) -> int:
    shape = pen.shape(inputs[0])
    match op.function:
        case "sigmoid":
            return pen.op("LOGISTIC", inputs, shape, interval=GATE)
        case "silu":
            gate = pen.op("LOGISTIC", inputs, shape, interval=GATE)
            return pen.op("MUL", [inputs[0], gate], shape, _PLAIN)
        case "hard_sigmoid":
            three, sixth = (pen.constant(np.full(1, v), "scalar") for v in (3, 1 / 6))
            cut = {"FusedActivationFunction": _FUNCTIONS["relu6"]}
            risen = pen.op("ADD", [inputs[0], three], shape, cut, interval=(0.0, 6.0))
            return pen.op("MUL", [risen, sixth], shape, _PLAIN, interval=(0.0, 1.0))
        case "hard_swish":
            return pen.op("HARD_SWISH", inputs, shape)
    # Where they change the scale as well, runtimes round in different ways.
    return pen.op(op.function.upper(), inputs, shape, keeps_scale=True)


def _pool(pen: Pen, op: Pool, inputs: list[int], fused: Fused) -> int:
    is_max = op.function == "max"
    # What `SAME` adds does not count in TensorFlow's averages, as in PyTorch what overhangs.
    source, padding = _slid(
        pen, inputs[0], fused.shape, op, lowest=is_max, same=is_max or op.padding == (0, 0)
    )
    spans = [
        (side, (out - 1) * stride + kernel - size - pad, pad)
        for side, out, stride, kernel, size, pad in zip(
            ("height", "width"), fused.shape[1:], op.stride, op.kernel_size,
            pen.shape(inputs[0])[1:3], op.padding, strict=True,
        )
    ]  # fmt: skip
    if not is_max and padding == VALID and any(over > pad for _, over, pad in spans):
        raise GraphError("TensorFlow Lite cannot average over windows that overhang a padded map")
    kind = "MAX_POOL_2D" if is_max else "AVERAGE_POOL_2D"
    options = {
        "Padding": padding, "StrideH": op.stride[0], "StrideW": op.stride[1],
        "FilterHeight": op.kernel_size[0], "FilterWidth": op.kernel_size[1], **fused.options,
    }  # fmt: skip
    return pen.op(kind, [source], fused.nhwc, options, keeps_scale=True)


def _adaptive_avg_pool(pen: Pen, op: AdaptiveAvgPool, inputs: list[int], fused: Fused) -> int:
    if op.output_size == 1:
        return pen.op("MEAN", [inputs[0], pen.index((1, 2))], fused.nhwc, {"KeepDims": 1})
    _, height, width, _ = pen.shape(inputs[0])
    if height % op.output_size or width % op.output_size:
        came = f"{height}x{width} to {op.output_size}x{op.output_size}"
        raise GraphError(f"TensorFlow Lite pools only to sizes that divide the input's, got {came}")
    window = (height // op.output_size, width // op.output_size)
    return _pool(pen, Pool("avg", window, window), inputs, fused)


def _shuffle(pen: Pen, op: ChannelShuffle, inputs: list[int], fused: Fused) -> int:
    _, height, width, channels = shape = pen.shape(inputs[0])
    apart = (1, height * width, op.groups, channels // op.groups)
    across = (1, height * width, channels // op.groups, op.groups)
    x = _reshaped(pen, inputs[0], apart)
    x = pen.op("TRANSPOSE", [x, pen.index((0, 1, 3, 2))], across, keeps_scale=True)
    return _reshaped(pen, x, shape)


def _reshaped(pen: Pen, source: int, shape: Shape) -> int:
    return pen.op("RESHAPE", [source, pen.index(shape)], shape, keeps_scale=True)


def flattened(pen: Pen, source: int) -> int:
    """A map as a vector, in PyTorch's order."""
    shape = pen.shape(source)
    if shape[1:3] != (1, 1):
        turned = (1, shape[3], *shape[1:3])
        source = pen.op("TRANSPOSE", [source, pen.index((0, 3, 1, 2))], turned, keeps_scale=True)
    return _reshaped(pen, source, (1, prod(shape)))


def _resize(pen: Pen, _op: Primitive, inputs: list[int], fused: Fused) -> int:
    read = [inputs[0], pen.index(fused.shape[1:])]
    options = {"HalfPixelCenters": 1}
    return pen.op("RESIZE_BILINEAR", read, fused.nhwc, options, keeps_scale=True)


def _concat(pen: Pen, _op: Concat, inputs: list[int], fused: Fused) -> int:
    options = {"Axis": 3, **_PLAIN}
    return pen.op("CONCATENATION", inputs, fused.nhwc, options, keeps_scale=True)


def _binary(kind: str) -> Callable[..., int]:
    def write(pen: Pen, _op: Primitive, inputs: list[int], fused: Fused) -> int:
        return pen.op(kind, inputs, fused.nhwc, fused.options)

    return write


WRITERS: dict[type[Primitive], Callable[[Pen, Any, list[int], Fused], int]] = {
    Conv: _conv,
    BatchNorm: _batch_norm,
    Activation: _activation,
    ChannelShuffle: _shuffle,
    Concat: _concat,
    Add: _binary("ADD"),
    Multiply: _binary("MUL"),
    Pool: _pool,
    AdaptiveAvgPool: _adaptive_avg_pool,
    Upsample: _resize,
    Resize: _resize,
    ResizeLike: _resize,
    Crop: _crop,
    Linear: _linear,
}
"""For each primitive the function that writes it: it returns the number of its output."""
