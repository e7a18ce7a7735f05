"""How PyTorch works out each operator in eight bit integers, as the runtimes do.

Each function makes of an operator the kernel that runs it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from search_spaces.tflite.layers import SAME
from search_spaces.tflite.program import Array
from search_spaces.tflite.quantisation import HIGHEST, LOWEST, Scaling
from workers.quantisation.fixed_point import (
    RELU,
    RELU6,
    Multiplier,
    Reader,
    Rescaling,
    ends_of,
)
from workers.quantisation.tables import hard_swish_table, logistic_table

EXACT = 2**24
"""Whole numbers below are exact in float32, whatever the order in which they are added."""

_ADD_SHIFT = 20
"""Bits that the summands of an addition are moved up by, before they are brought to one scale."""

_ONE = 1 << 10
"""One, in the fractions that a resized map is worked out with."""

Kernel = Callable[..., Tensor]
"""Makes of maps `(n, height, width, channels)` of whole numbers, in float32, another one."""


def _finished(reader: Reader) -> Callable[[Tensor], Tensor]:
    """What is left to do when sums are at the scale of the output."""
    zero, (low, high) = reader.out.zero_point, reader.ends()
    return lambda sums: sums.add_(zero).clamp_(low, high).float()


def _windows(reader: Reader, kernel: tuple[int, int]) -> tuple[int, int, int, int]:
    """Rows and columns that are added around a map: before and behind, height first."""
    options = reader.options
    if options["Padding"] != SAME:
        return (0, 0, 0, 0)
    sides: list[int] = []
    for axis, name in ((1, "H"), (2, "W")):
        reach = (kernel[axis - 1] - 1) * options.get(f"Dilation{name}Factor", 1) + 1
        size, out = reader.shape(reader.maps[0])[axis], reader.out_shape[axis]
        needed = max((out - 1) * options[f"Stride{name}"] + reach - size, 0)
        sides += [needed // 2, needed - needed // 2]
    return (sides[0], sides[1], sides[2], sides[3])


def _padded(x: Tensor, sides: tuple[int, int, int, int], value: float = 0.0) -> Tensor:
    """A map, channels first, with rows and columns of one value around it."""
    top, bottom, left, right = sides
    return F.pad(x, (left, right, top, bottom), value=value) if any(sides) else x


def _conv(reader: Reader) -> Kernel:
    weight, bias, by = reader.weights()
    options, is_depthwise = reader.options, reader.operator.kind == "DEPTHWISE_CONV_2D"
    turned = weight.transpose(3, 0, 1, 2) if is_depthwise else weight.transpose(0, 3, 1, 2)
    channels = reader.shape(reader.maps[0])[3]
    sides = _windows(reader, (turned.shape[2], turned.shape[3]))
    kwargs: dict[str, Any] = {
        "stride": (options["StrideH"], options["StrideW"]),
        "dilation": (options["DilationHFactor"], options["DilationWFactor"]),
        "groups": channels // turned.shape[1],
    }
    return _summed(reader, turned, bias, by, lambda x, w: F.conv2d(_padded(x, sides), w, **kwargs))


def _transposed(reader: Reader) -> Kernel:
    weight, bias, by = reader.weights()
    turned, options = weight.transpose(3, 0, 1, 2), reader.options
    strides = (options["StrideH"], options["StrideW"])
    is_same = options["Padding"] == SAME
    pads = [(k - s) // 2 if is_same else 0 for k, s in zip(turned.shape[2:], strides, strict=True)]
    kwargs: dict[str, Any] = {"stride": strides, "padding": pads}
    return _summed(
        reader, turned, bias, by, lambda x, w: F.conv_transpose2d(x, w, **kwargs), out_axis=1
    )


def _summed(
    reader: Reader, weight: Array, bias: Array, by: Sequence[Multiplier],
    convolve: Callable[[Tensor, Tensor], Tensor], out_axis: int = 0,
) -> Kernel:  # fmt: skip
    """Sums of products in the least wide type that has no place for an error."""
    zero, finish, rescale = reader.inputs[0].zero_point, _finished(reader), Rescaling(by)
    others = tuple(axis for axis in range(4) if axis != out_axis)
    largest = np.abs(weight.astype(np.int64)).sum(others) * max(HIGHEST - zero, zero - LOWEST)
    is_exact = int((largest + np.abs(bias.astype(np.int64))).max()) < EXACT
    dtype = torch.float32 if is_exact else torch.float64
    kernel = torch.tensor(np.ascontiguousarray(weight), dtype=dtype)
    shifts = torch.tensor(bias, dtype=dtype)

    def run(x: Tensor) -> Tensor:
        sums = convolve((x - zero).to(dtype).permute(0, 3, 1, 2), kernel).permute(0, 2, 3, 1)
        return finish(rescale(sums + shifts))

    return run


def _add(reader: Reader) -> Kernel:
    scales = [float(each.scales[0]) for each in reader.inputs]
    twice = 2 * max(scales)
    zeros = [each.zero_point for each in reader.inputs]
    each = [Rescaling([Multiplier.of(scale / twice)]) for scale in scales]
    total = Rescaling([Multiplier.of(twice / (2**_ADD_SHIFT * float(reader.out.scales[0])))])
    finish = _finished(reader)

    def run(*maps: Tensor) -> Tensor:
        parts = [
            rescale((x - zero).long() << _ADD_SHIFT)
            for rescale, x, zero in zip(each, _with_scalar(reader, maps), zeros, strict=True)
        ]
        return finish(total(parts[0] + parts[1]))

    return run


def _multiply(reader: Reader) -> Kernel:
    one, other = reader.inputs
    factor = float(one.scales[0]) * float(other.scales[0]) / float(reader.out.scales[0])
    rescale, finish = Rescaling([Multiplier.of(factor)]), _finished(reader)

    def run(*maps: Tensor) -> Tensor:
        x, y = _with_scalar(reader, maps)
        return finish(rescale((x - one.zero_point) * (y - other.zero_point)))

    return run


def _with_scalar(reader: Reader, maps: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """The maps, and behind them a number that is constant, where there is one."""
    if not reader.has("scalar"):
        return maps
    return (*maps, torch.tensor(reader.constant("scalar"), dtype=torch.float32))


def _max_pool(reader: Reader) -> Kernel:
    kernel, stride, sides = _pooling(reader)
    low, high = reader.ends()

    def run(x: Tensor) -> Tensor:
        padded = _padded(x.permute(0, 3, 1, 2), sides, LOWEST)
        return F.max_pool2d(padded, kernel, stride).permute(0, 2, 3, 1).clamp(low, high)

    return run


def _average_pool(reader: Reader) -> Kernel:
    kernel, stride, sides = _pooling(reader)
    low, high = reader.ends()
    ones = torch.ones(1, 1, *reader.shape(reader.maps[0])[1:3])

    def sums(x: Tensor) -> Tensor:
        return F.avg_pool2d(_padded(x, sides), kernel, stride, divisor_override=1)

    number = sums(ones).permute(0, 2, 3, 1).double()

    def run(x: Tensor) -> Tensor:
        found = sums(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1).double()
        rounded = (found + found.sign() * (number / 2).floor()) / number
        return rounded.trunc().clamp(low, high).float()

    return run


def _pooling(
    reader: Reader,
) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int, int, int]]:
    options = reader.options
    kernel = (options["FilterHeight"], options["FilterWidth"])
    return kernel, (options["StrideH"], options["StrideW"]), _windows(reader, kernel)


def _mean(reader: Reader) -> Kernel:
    (given,) = reader.inputs
    number = math.prod(reader.shape(reader.maps[0])[1:3])
    by = Multiplier.of(float(given.scales[0]) / float(reader.out.scales[0])).over(number)
    rescale, finish = Rescaling([by]), _finished(reader)
    return lambda x: finish(rescale((x - given.zero_point).double().sum((1, 2), keepdim=True)))


def _requantised(reader: Reader) -> Kernel:
    (given,) = reader.inputs
    by = Multiplier.of(float(given.scales[0]) / float(reader.out.scales[0]))
    rescale, finish = Rescaling([by]), _finished(reader)
    return lambda x: finish(rescale(x - given.zero_point))


def _resized(reader: Reader) -> Kernel:
    rows, columns = (
        _fractions(*sizes)
        for sizes in zip(reader.shape(reader.maps[0])[1:3], reader.out_shape[1:3], strict=True)
    )

    def run(x: Tensor) -> Tensor:
        found = torch.einsum("yh,nhwc->nywc", rows, x.double())
        found = torch.einsum("xw,nywc->nyxc", columns, found)
        # A zero goes down as well, which changes nothing once it is cut off.
        half = torch.where(found > 0, 0.5, -0.5)
        return (found / _ONE**2 + half).trunc().float()

    return run


def _fractions(size: int, out: int) -> Tensor:
    """What each row of a resized map takes of each row, `(out, size)`, in parts of `_ONE`."""
    found = torch.zeros(out, size, dtype=torch.float64)
    step = (_ONE * size + out // 2) // out
    for row in range(out):
        place = row * step + step // 2 - _ONE // 2
        above = max(place // _ONE, 0)
        below = min((place + _ONE - 1) // _ONE, size - 1)
        found[row, above] += _ONE - (place - _ONE * above)
        found[row, below] += place - _ONE * above
    return found


def _by_table(make: Callable[[Scaling, Scaling], Array]) -> Callable[[Reader], Kernel]:
    def kernel(reader: Reader) -> Kernel:
        table = torch.tensor(make(reader.inputs[0], reader.out), dtype=torch.float32)
        return lambda x: table[(x - LOWEST).long()]

    return kernel


def _clamped(function: int) -> Callable[[Reader], Kernel]:
    def kernel(reader: Reader) -> Kernel:
        low, high = ends_of(reader.out, function)
        return lambda x: x.clamp(low, high)

    return kernel


def _bordered(reader: Reader) -> Kernel:
    _, (top, bottom), (left, right), _ = reader.index().tolist()
    value = LOWEST if reader.has("lowest") else reader.out.zero_point
    return lambda x: F.pad(x, (0, 0, left, right, top, bottom), value=value)


def _cut(reader: Reader) -> Kernel:
    _, top, left, _ = reader.index().tolist()
    _, height, width, _ = reader.out_shape
    return lambda x: x[:, top : top + height, left : left + width]


def _turned(reader: Reader) -> Kernel:
    order = reader.index().tolist()
    return lambda x: x.permute(order)


def _reshaped(reader: Reader) -> Kernel:
    shape = reader.out_shape[1:]
    return lambda x: x.reshape(-1, *shape)


def _joined(_: Reader) -> Kernel:
    return lambda *maps: torch.cat(maps, 3)


KERNELS: Mapping[str, Callable[[Reader], Kernel]] = {
    "CONV_2D": _conv,
    "DEPTHWISE_CONV_2D": _conv,
    "TRANSPOSE_CONV": _transposed,
    "ADD": _add,
    "MUL": _multiply,
    "MAX_POOL_2D": _max_pool,
    "AVERAGE_POOL_2D": _average_pool,
    "MEAN": _mean,
    "QUANTIZE": _requantised,
    "CONCATENATION": _joined,
    "RESIZE_BILINEAR": _resized,
    "LOGISTIC": _by_table(logistic_table),
    "HARD_SWISH": _by_table(hard_swish_table),
    "RELU": _clamped(RELU),
    "RELU6": _clamped(RELU6),
    "PAD": _bordered,
    "PADV2": _bordered,
    "SLICE": _cut,
    "TRANSPOSE": _turned,
    "RESHAPE": _reshaped,
}
"""For each operator the function that makes its kernel."""
