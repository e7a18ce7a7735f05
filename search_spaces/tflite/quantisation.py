"""Numbers for a program: the scales of eight bit integers, from the ranges that maps have.

Symmetric weights with a scale for each output channel, maps with one scale and a zero point
(arXiv:1712.05877; TensorFlow Lite's specification of eight bit quantisation).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from search_spaces.graphs.primitives import Shape
from search_spaces.tflite.program import Array, Interval, Operator, Program, Role, Tensor

LOWEST, HIGHEST = -128, 127
TINY = 1e-9


class Scaling(NamedTuple):
    """How integers of a tensor are read: `scale * (integer - zero_point)`.

    Attributes:
        scales: One, or one for each channel.
        zero_point: Of all of them.
        axis: That of the channels.
    """

    scales: Array
    zero_point: int = 0
    axis: int = 0

    def to_integers(self, values: Array) -> Array:
        """Numbers as eight bit integers; what is out of range is cut off."""
        shape = [1] * np.ndim(values)
        if len(self.scales) > 1:
            shape[self.axis] = -1
        rounded = np.round(values / self.scales.reshape(shape)) + self.zero_point
        integers: Array = np.clip(rounded, LOWEST, HIGHEST).astype(np.int8)
        return integers

    def to_numbers(self, integers: Array) -> Array:
        """What integers of a map stand for."""
        numbers: Array = (integers.astype(np.float64) - self.zero_point) * self.scales[0]
        return numbers


@dataclass(frozen=True)
class Typed:
    """A program whose tensors have types.

    Attributes:
        arrays: For each tensor its constant; None where it is computed.
        scalings: For each tensor how its integers are read; None where it has none.
        is_integer: Whether maps are of eight bit integers, not of float32.
    """

    program: Program
    arrays: tuple[Array | None, ...]
    scalings: tuple[Scaling | None, ...]
    is_integer: bool


def float_program(program: Program) -> Typed:
    """A program in float32, in which nothing is brought to another scale."""
    same = {o.output: o.inputs[0] for o in program.operators if o.kind == "QUANTIZE"}
    operators = tuple(
        operator._replace(inputs=tuple(same.get(i, i) for i in operator.inputs))
        for operator in program.operators
        if operator.kind != "QUANTIZE"
    )
    arrays = tuple(_float_array(tensor) for tensor in program.tensors)
    return Typed(replace(program, operators=operators), arrays, (None,) * len(arrays), False)


def _float_array(tensor: Tensor) -> Array | None:
    if tensor.value is None or tensor.role == "index":
        return tensor.value
    if tensor.role == "lowest":
        return np.full(tensor.shape, np.finfo(np.float32).min, np.float32)
    return np.asarray(tensor.value, np.float32)


def integer_program(
    program: Program, ranges: Mapping[int, Interval], input_scaling: Scaling
) -> Typed:
    """A program in eight bit integers, input and output too.

    Args:
        ranges: Least and most of the output of each layer, by its number; see `Tensor.layer`.
        input_scaling: How the integers of images are read.
    """
    scalings = map_scalings(program, ranges, input_scaling)
    arrays: list[Array | None] = [
        tensor.value if tensor.role == "index" else None for tensor in program.tensors
    ]
    for operator in program.operators:
        _constants(program, operator, scalings, arrays)
    return Typed(program, tuple(arrays), tuple(scalings), True)


def blank_program(program: Program) -> Typed:
    """A program in eight bit integers that are all zero: its file is as large as any other."""
    blanks = [_blank(t.shape, t.role, t.axis, t.value is not None) for t in program.tensors]
    return Typed(program, tuple(b.array for b in blanks), tuple(b.scaling for b in blanks), True)


class _Blank(NamedTuple):
    array: Array | None
    scaling: Scaling | None


@lru_cache(maxsize=1 << 14)
def _blank(shape: Shape, role: Role, axis: int | None, is_constant: bool) -> _Blank:
    """A tensor of zeros, which take no memory however many there are."""
    channels = 1 if axis is None else shape[axis]
    if role == "bias":
        channels = shape[0]
    dtype = {"index": np.int32, "bias": np.int32}.get(role, np.int8)
    zeros = np.broadcast_to(np.zeros((), dtype), shape) if is_constant else None
    scaling = Scaling(np.broadcast_to(np.float32(1), (channels,)), 1, axis or 0)
    return _Blank(zeros, None if role == "index" else scaling)


def drawn_program(program: Program) -> Typed:
    """A program in eight bit integers for what asks how fast it is and not what it computes.

    Weights are drawn, the same for the same shape: compilers pack them, and zeros would take
    nothing. Maps have any ranges, which differ, as those of trained networks do.
    """
    tensors = tuple(
        tensor._replace(value=np.random.default_rng(tensor.shape).standard_normal(tensor.shape))
        if tensor.role == "weight"
        else tensor
        for tensor in program.tensors
    )
    layers = {tensor.layer for tensor in tensors if tensor.layer is not None}
    ranges = {layer: (-2.0, 3.0 + layer % 5 / 4) for layer in layers}
    given = scaling_of((-2.0, 2.0))
    return integer_program(replace(program, tensors=tensors), ranges, given)


def map_scalings(
    program: Program, ranges: Mapping[int, Interval], input_scaling: Scaling
) -> list[Scaling | None]:
    """The scaling of each map: one for all that an operator keeps together."""
    groups = _groups(program)
    widest: dict[int, Interval] = {}
    fixed: dict[int, Scaling] = {groups[program.input]: input_scaling}
    for tensor, group in zip(program.tensors, groups, strict=True):
        if tensor.role != "map":
            continue
        if tensor.interval is not None:
            fixed[group] = scaling_of(tensor.interval)
        elif tensor.layer is not None and tensor.layer in ranges:
            low, high = ranges[tensor.layer]
            before = widest.get(group, (low, high))
            widest[group] = (min(low, before[0]), max(high, before[1]))
    found = {group: scaling_of(interval) for group, interval in widest.items()} | fixed
    return [
        found[group] if tensor.role in ("map", "lowest") else None
        for tensor, group in zip(program.tensors, groups, strict=True)
    ]


def _groups(program: Program) -> list[int]:
    """For each tensor the number of one that stands for all of its scale."""
    parents = list(range(len(program.tensors)))

    def root(tensor: int) -> int:
        while parents[tensor] != tensor:
            tensor = parents[tensor]
        return tensor

    for operator in program.operators:
        if operator.keeps_scale:
            for source in operator.inputs:
                if program.tensors[source].role in ("map", "lowest"):
                    parents[root(source)] = root(operator.output)
    return [root(tensor) for tensor in range(len(parents))]


def scaling_of(interval: Interval) -> Scaling:
    """The scaling of a range, widened so that zero, by which is padded, is exact."""
    low, high = min(interval[0], 0.0), max(interval[1], 0.0)
    # What was zero for every image has any range: with a tiny one fast kernels refuse the file.
    span = high - low if high - low > TINY else 1.0
    scales = _short(np.array([span / (HIGHEST - LOWEST)]))
    zero_point = round(LOWEST - low / float(scales[0]))
    return Scaling(scales, min(max(zero_point, LOWEST), HIGHEST))


def _short(scales: Array) -> Array:
    """Scales rounded up to numbers of twelve bits, whose products float32 holds exactly.

    Runtimes multiply them in one or the other precision, and would differ by a step now and then.
    """
    mantissas, exponents = np.frexp(scales)
    short: Array = np.ldexp(np.ceil(mantissas * 2.0**12), exponents - 12).astype(np.float32)
    return short


def _constants(
    program: Program,
    operator: Operator,
    scalings: list[Scaling | None],
    arrays: list[Array | None],
) -> None:
    """Fills in the constants that one operator reads."""
    by_role = {program.tensors[i].role: i for i in operator.inputs}
    if "scalar" in by_role:
        number = by_role["scalar"]
        value = program.tensors[number].value
        assert value is not None
        scalings[number] = scaling = scaling_of((float(value.min()), float(value.max())))
        arrays[number] = scaling.to_integers(value)
    if "lowest" in by_role:
        arrays[by_role["lowest"]] = np.full(1, LOWEST, np.int8)
    if "weight" in by_role:
        read = scalings[by_role["map"]]
        assert read is not None
        _weights(program, (by_role["weight"], by_role["bias"]), read, scalings, arrays)


def _weights(
    program: Program,
    numbers: tuple[int, int],
    read: Scaling,
    scalings: list[Scaling | None],
    arrays: list[Array | None],
) -> None:
    """Weight and bias; the scale of a bias is that of the map times that of the weight."""
    weight, bias = (program.tensors[number] for number in numbers)
    assert weight.value is not None and bias.value is not None
    others = tuple(i for i in range(len(weight.shape)) if i != weight.axis)
    largest = np.abs(weight.value).max(axis=others if weight.axis is not None else None)
    shifts = np.abs(bias.value)
    if weight.axis is None:
        shifts = shifts.max(keepdims=True)
    # A channel of zeros has no scale of its own, and its bias must still fit into 32 bits.
    least = shifts / (read.scales[0] * 2.0**30)
    scales = _short(np.maximum(np.maximum(np.atleast_1d(largest) / HIGHEST, least), TINY))
    scalings[numbers[0]] = scaling = Scaling(scales, 0, weight.axis or 0)
    # Symmetric: -128 is not used.
    arrays[numbers[0]] = np.maximum(scaling.to_integers(weight.value), -HIGHEST)
    products = scales.astype(np.float64) * float(read.scales[0])
    scalings[numbers[1]] = Scaling(products.astype(np.float32))
    arrays[numbers[1]] = np.round(bias.value / products).astype(np.int32)
