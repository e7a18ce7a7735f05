"""ONNX files of programs in eight bit integers, with the very integers and scales of `.tflite`.

Maps and weights pass `QuantizeLinear` and `DequantizeLinear` (QDQ): what stands between two such
pairs a runtime does in integers. Maps are `(n, channels, height, width)`, as in all ONNX files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from search_spaces.graphs.onnx_model import OPSET, OnnxFile
from search_spaces.graphs.primitives import Shape
from search_spaces.tflite.layers import SAME
from search_spaces.tflite.program import Array, Operator
from search_spaces.tflite.quantisation import Scaling, Typed

_SHUFFLED, _CHANNELS_FIRST = (0, 1, 3, 2), (0, 3, 1, 2)
"""How maps are turned between two reshapes that shuffle channels, and before one that flattens."""

Sides = tuple[int, int, int, int]
"""Rows and columns around a map: top, left, bottom, right."""

_NONE: Sides = (0, 0, 0, 0)


def integer_onnx(
    typed: Typed,
    doc: str = "",
    metadata: Mapping[str, Any] | None = None,
    opset: int = OPSET,
    batch_size: int | None = None,
    float_ends: bool = True,
) -> bytes:
    """The ONNX file of a program in eight bit integers.

    It maps `input`, and what a block alone is given besides as `input_2` and so on, to `output`.

    Args:
        doc: What a reader of the file should know.
        metadata: The same for programs, see `onnx_model`.
        opset: Version of ONNX's operators.
        batch_size: Images in one run; None for any number.
        float_ends: Whether inputs and output are float32, as those of networks, or integers, as
            what blocks of one give each other.

    Raises:
        GraphError: There is no such opset, or we do not write it.
    """
    return _Writer(typed, opset, float_ends).bytes(doc, metadata, batch_size)


def channels_first(shape: Sequence[int]) -> Shape:
    """The shape of one image's map, of that of a tensor `(1, height, width, channels)`."""
    *sides, channels = shape[1:]
    return (channels, *sides)


class _Writer:
    """Writes operators; each reads numbers, and what it writes is rounded to its scale."""

    def __init__(self, typed: Typed, opset: int, float_ends: bool) -> None:
        self._typed, self._program = typed, typed.program
        self._float_ends = float_ends
        self._file = OnnxFile(np.dtype("float32" if float_ends else "int8"), opset)
        self._names: dict[int, str] = {}
        self._integers: dict[str, str] = {}
        self._bordered: dict[int, Sides] = {}
        self._made_by = {operator.output: operator for operator in self._program.operators}
        self._inner = self._of_shuffles()

    def bytes(self, doc: str, metadata: Mapping[str, Any] | None, batch_size: int | None) -> bytes:
        inputs: dict[str, Shape] = {}
        for number, given in enumerate((self._program.input, *self._program.sides), 1):
            name = "input" if number == 1 else f"input_{number}"
            inputs[name] = channels_first(self.shape(given))
            self._names[given] = self._given(name, given)
        for operator in self._program.operators:
            if operator.output not in self._inner:
                self._write(operator)
        last = self._names[self._program.output]
        self._file.end(last if self._float_ends else self._integers[last])
        output = channels_first(self.shape(self._program.output))
        return self._file.bytes(inputs, output, batch_size, doc, metadata)

    def _write(self, operator: Operator) -> None:
        out = operator.output
        found = _WRITERS[operator.kind](self, operator)
        if found is None:  # nothing of its own: whoever reads it reads its input
            self._names[out] = self._names[operator.inputs[0]]
            return
        function = operator.options.get("FusedActivationFunction", 0)
        if function:
            found = self.bounded(operator, found, relu6=function == _RELU6)
        self._names[out] = self._rounded(found, out)

    def _of_shuffles(self) -> set[int]:
        """What stands between the two reshapes that shuffle channels, which are written as one."""
        turned = {
            operator.output: operator.inputs[0]
            for operator in self._program.operators
            if operator.kind == "TRANSPOSE" and self.index(operator) == _SHUFFLED
        }
        return {*turned, *turned.values()}

    # What operators are written with.

    def shape(self, tensor: int) -> tuple[int, ...]:
        return self._program.tensors[tensor].shape

    def role(self, tensor: int) -> str:
        return self._program.tensors[tensor].role

    def array(self, tensor: int) -> Array:
        found = self._typed.arrays[tensor]
        assert found is not None, "a constant has values"
        return found

    def index(self, operator: Operator) -> tuple[Any, ...]:
        """The first of its whole numbers."""
        return tuple(self.array(operator.inputs[1]).tolist())

    def source(self, operator: Operator) -> Operator:
        """The one whose output it reads."""
        return self._made_by[operator.inputs[0]]

    def reads(self, operator: Operator) -> list[str]:
        """Names of the numbers that it reads, of maps and of what is constant like one."""
        return [
            self._names[i] if self.role(i) == "map" else self._constant(i)
            for i in operator.inputs
            if self.role(i) in ("map", "scalar")
        ]

    def node(self, operator: Operator, kind: str, inputs: Sequence[str], **attributes: Any) -> str:
        out = f"{operator.output}.{kind}"
        return self._file.node(kind, inputs, out, **attributes)

    def whole(self, operator: Operator, name: str, values: Sequence[int]) -> str:
        """Whole numbers that a node reads."""
        array = np.array(values, dtype=np.int64)
        return self._file.constant(f"{operator.output}.{name}", array)

    def add_border(self, operator: Operator) -> None:
        """Leaves rows and columns to the one that reads the map, which adds them itself."""
        _, (top, bottom), (left, right), _ = self.index(operator)
        self._bordered[operator.output] = (top, left, bottom, right)

    def border(self, operator: Operator) -> Sides:
        """What was left to an operator."""
        return self._bordered.get(operator.inputs[0], _NONE)

    def bounded(self, operator: Operator, source: str, *, relu6: bool) -> str:
        if not relu6:
            return self.node(operator, "Relu", [source])
        ends = [
            self._file.constant(f"{operator.output}.{name}", np.array(value, np.float32))
            for name, value in (("low", 0), ("high", 6))
        ]
        return self.node(operator, "Clip", [source, *ends])

    def weights(self, operator: Operator, order: tuple[int, ...], axis: int) -> list[str]:
        """Weight and bias, from the order of axes that TensorFlow Lite has them in.

        Args:
            axis: That of the output channels in the new order.
        """
        by_role = {self.role(i): i for i in operator.inputs}
        weight, bias = by_role["weight"], by_role["bias"]
        turned = np.ascontiguousarray(self.array(weight).transpose(order))
        return [self._numbers(weight, turned, axis), self._numbers(bias, self.array(bias), 0)]

    def _constant(self, tensor: int) -> str:
        return self._numbers(tensor, self.array(tensor), None)

    def _numbers(self, tensor: int, integers: Array, axis: int | None) -> str:
        """What integers stand for; with an axis, by a scale for each of its places."""
        if tensor not in self._names:
            scale, zero = self._scale(tensor, integers.dtype, is_vector=axis is not None)
            read = [self._file.constant(f"{tensor}.integers", integers), scale, zero]
            attributes = {} if axis is None else {"axis": axis}
            self._names[tensor] = self._file.node(
                "DequantizeLinear", read, f"{tensor}.numbers", **attributes
            )
        return self._names[tensor]

    def _rounded(self, source: str, tensor: int) -> str:
        """Numbers brought to the integers of a map, and back."""
        scaling = self._scale(tensor, np.dtype(np.int8), is_vector=False)
        integers = self._file.node("QuantizeLinear", [source, *scaling], f"{tensor}.integers")
        return self._back(integers, tensor, scaling)

    def _given(self, name: str, tensor: int) -> str:
        """What an input stands for."""
        if self._float_ends:
            return self._rounded(name, tensor)
        scaling = self._scale(tensor, np.dtype(np.int8), is_vector=False)
        return self._back(name, tensor, scaling)

    def _back(self, integers: str, tensor: int, scaling: tuple[str, str]) -> str:
        numbers = self._file.node("DequantizeLinear", [integers, *scaling], f"{tensor}.numbers")
        self._integers[numbers] = integers
        return numbers

    def _scale(self, tensor: int, dtype: np.dtype[Any], *, is_vector: bool) -> tuple[str, str]:
        found: Scaling | None = self._typed.scalings[tensor]
        assert found is not None, "integers have a scale"
        scales = np.asarray(found.scales, np.float32)
        zeros = np.full(scales.shape, found.zero_point, dtype)
        shape = scales.shape if is_vector else ()
        return (
            self._file.constant(f"{tensor}.scale", scales.reshape(shape)),
            self._file.constant(f"{tensor}.zero", zeros.reshape(shape)),
        )


_RELU6 = 3


def _pads(writer: _Writer, operator: Operator, kernel: Sequence[int]) -> Sides:
    """Rows and columns that a window adds to a map, where TensorFlow's rule or a border does."""
    options = operator.options
    if options["Padding"] != SAME:
        return writer.border(operator)
    before, behind = [], []
    for axis, side in ((1, "H"), (2, "W")):
        reach = (kernel[axis - 1] - 1) * options.get(f"Dilation{side}Factor", 1) + 1
        size, out = (writer.shape(i)[axis] for i in (operator.inputs[0], operator.output))
        needed = max((out - 1) * options[f"Stride{side}"] + reach - size, 0)
        before.append(needed // 2)
        behind.append(needed - needed // 2)
    return (before[0], before[1], behind[0], behind[1])


def _strides(operator: Operator) -> tuple[int, int]:
    return operator.options["StrideH"], operator.options["StrideW"]


def _conv(writer: _Writer, operator: Operator) -> str:
    is_depthwise = operator.kind == "DEPTHWISE_CONV_2D"
    source, weight = operator.inputs[0], operator.inputs[1]
    order = (3, 0, 1, 2) if is_depthwise else (0, 3, 1, 2)
    _, per_group, *kernel = (writer.shape(weight)[axis] for axis in order)
    options = operator.options
    return writer.node(
        operator, "Conv", [*writer.reads(operator), *writer.weights(operator, order, 0)],
        kernel_shape=kernel, strides=_strides(operator), pads=_pads(writer, operator, kernel),
        dilations=(options["DilationHFactor"], options["DilationWFactor"]),
        group=writer.shape(source)[3] // per_group,
    )  # fmt: skip


def _transposed(writer: _Writer, operator: Operator) -> str:
    weight = next(i for i in operator.inputs if writer.role(i) == "weight")
    kernel, strides = writer.shape(weight)[1:3], _strides(operator)
    is_same = operator.options["Padding"] == SAME
    pads = [(k - s) // 2 if is_same else 0 for k, s in zip(kernel, strides, strict=True)]
    return writer.node(
        operator, "ConvTranspose",
        [*writer.reads(operator), *writer.weights(operator, (3, 0, 1, 2), 1)],
        kernel_shape=kernel, strides=strides, pads=(*pads, *pads),
    )  # fmt: skip


def _pool(writer: _Writer, operator: Operator) -> str:
    options = operator.options
    kernel = (options["FilterHeight"], options["FilterWidth"])
    common: dict[str, Any] = {
        "kernel_shape": kernel, "strides": _strides(operator),
        "pads": _pads(writer, operator, kernel),
    }  # fmt: skip
    if operator.kind == "MAX_POOL_2D":
        return writer.node(operator, "MaxPool", writer.reads(operator), **common)
    # Zeros that were added as a border count, what TensorFlow's rule adds does not.
    counted = int(options["Padding"] != SAME)
    reads = writer.reads(operator)
    return writer.node(operator, "AveragePool", reads, count_include_pad=counted, **common)


def _resize(writer: _Writer, operator: Operator) -> str:
    (source,) = writer.reads(operator)
    # It wants all four sizes, of which the batch's is known only where the file is run.
    ends = [writer.whole(operator, name, [n]) for name, n in (("start", 0), ("end", 2))]
    first = writer.node(operator, "Slice", [writer.node(operator, "Shape", [source]), *ends])
    sides = writer.whole(operator, "sides", writer.index(operator))
    sizes = writer.node(operator, "Concat", [first, sides], axis=0)
    return writer.node(
        operator, "Resize", [source, "", "", sizes], mode="linear",
        coordinate_transformation_mode="half_pixel",
    )  # fmt: skip


def _reshape(writer: _Writer, operator: Operator) -> str | None:
    shape = writer.shape(operator.output)
    if len(shape) == 2:
        return writer.node(operator, "Flatten", writer.reads(operator), axis=1)
    turned = writer.source(operator)
    apart = writer.source(turned)
    groups = writer.shape(apart.output)[2]
    _, height, width, channels = shape
    (source,) = writer.reads(apart)
    split = writer.whole(operator, "split", [0, groups, channels // groups, height, width])
    whole = writer.whole(operator, "whole", [0, channels, height, width])
    found = writer.node(apart, "Reshape", [source, split])
    found = writer.node(turned, "Transpose", [found], perm=(0, 2, 1, 3, 4))
    return writer.node(operator, "Reshape", [found, whole])


def _transpose(writer: _Writer, operator: Operator) -> str | None:
    assert writer.index(operator) == _CHANNELS_FIRST, "channels are first already"
    return None


def _border(writer: _Writer, operator: Operator) -> None:
    writer.add_border(operator)


def _slice(writer: _Writer, operator: Operator) -> str:
    _, top, left, _ = writer.index(operator)
    _, height, width, _ = writer.shape(operator.output)
    values = {"starts": [top, left], "ends": [top + height, left + width], "axes": [2, 3]}
    read = [writer.whole(operator, name, value) for name, value in values.items()]
    return writer.node(operator, "Slice", [*writer.reads(operator), *read])


def _hard_swish(writer: _Writer, operator: Operator) -> str:
    # HardSwish is an operator from opset 14 on.
    (source,) = writer.reads(operator)
    gate = writer.node(operator, "HardSigmoid", [source], alpha=1 / 6, beta=0.5)
    return writer.node(operator, "Mul", [source, gate])


def _bounded(*, relu6: bool) -> Callable[[_Writer, Operator], str]:
    def write(writer: _Writer, operator: Operator) -> str:
        (source,) = writer.reads(operator)
        return writer.bounded(operator, source, relu6=relu6)

    return write


def _quantize(writer: _Writer, operator: Operator) -> str:
    (source,) = writer.reads(operator)
    return source


def _plain(kind: str, **attributes: Any) -> Callable[[_Writer, Operator], str]:
    def write(writer: _Writer, operator: Operator) -> str:
        return writer.node(operator, kind, writer.reads(operator), **attributes)

    return write


_WRITERS: Mapping[str, Callable[[_Writer, Operator], str | None]] = {
    "CONV_2D": _conv,
    "DEPTHWISE_CONV_2D": _conv,
    "TRANSPOSE_CONV": _transposed,
    "ADD": _plain("Add"),
    "MUL": _plain("Mul"),
    "MAX_POOL_2D": _pool,
    "AVERAGE_POOL_2D": _pool,
    "MEAN": _plain("GlobalAveragePool"),
    "CONCATENATION": _plain("Concat", axis=1),
    "RESIZE_BILINEAR": _resize,
    "LOGISTIC": _plain("Sigmoid"),
    "HARD_SWISH": _hard_swish,
    "RELU": _bounded(relu6=False),
    "RELU6": _bounded(relu6=True),
    "QUANTIZE": _quantize,
    "PAD": _border,
    "PADV2": _border,
    "SLICE": _slice,
    "TRANSPOSE": _transpose,
    "RESHAPE": _reshape,
}
"""For each operator the function that writes it: it returns the name of its output.

None stands for an operator that those behind it do as well.
"""
