"""The memory that TensorFlow Lite Micro runs a program in, worked out as the runtime does.

It has one arena. From its end what stays grows downwards: a record for each tensor and operator,
and what each operator keeps, above all two numbers for each channel of a convolution. At its start
maps and scratch space lie where the runtime's planner puts them: the largest first, each at the
lowest place that is free while it lives.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from math import prod
from operator import itemgetter
from typing import NamedTuple

from search_spaces.graphs.primitives import Shape
from search_spaces.tflite.program import Operator, Program

ALIGNMENT = 16

_BASE = 488
"""Bytes of the interpreter's own records, before those of tensors and operators."""

_TENSOR, _OPERATOR, _END = 24, 64, 96
"""Bytes of the records of each tensor, of each operator, and of what is given and asked for."""

_INT32 = 4


class _Kept(NamedTuple):
    """What an operator keeps, in bytes.

    Attributes:
        options: Its options as the runtime reads them.
        data: Its own record.
        alignment: Of the options.
    """

    options: int
    data: int
    alignment: int = 4


# The sizes of the runtime's structures where pointers have 64 bits. Where they have 32, as on
# microcontrollers, some are smaller: what is worked out here is enough there.
_KEPT = {
    "CONV_2D": _Kept(28, 80), "DEPTHWISE_CONV_2D": _Kept(28, 80), "TRANSPOSE_CONV": _Kept(20, 88),
    "MAX_POOL_2D": _Kept(40, 32), "AVERAGE_POOL_2D": _Kept(40, 32), "ADD": _Kept(8, 60),
    "MUL": _Kept(4, 36), "MEAN": _Kept(1, 44, 1), "CONCATENATION": _Kept(8, 80),
    "RESHAPE": _Kept(36, 0), "RESIZE_BILINEAR": _Kept(2, 0, 1), "LOGISTIC": _Kept(0, 16),
    "HARD_SWISH": _Kept(0, 20), "RELU": _Kept(0, 28), "RELU6": _Kept(0, 8), "PAD": _Kept(0, 56),
    "PADV2": _Kept(0, 56), "QUANTIZE": _Kept(0, 32), "SLICE": _Kept(0, 0),
    "TRANSPOSE": _Kept(0, 0),
}  # fmt: skip

_PER_CHANNEL = ("CONV_2D", "DEPTHWISE_CONV_2D", "TRANSPOSE_CONV")
_HANDLE = 8


class Arena(NamedTuple):
    """Bytes of an arena.

    Attributes:
        planned: Of maps and scratch space, as the planner places them.
        kept: Of what stays as long as the interpreter does.
    """

    planned: int
    kept: int

    @property
    def total(self) -> int:
        return self.planned + self.kept


class Span(NamedTuple):
    """A piece of memory that is needed from one operator to another, both included.

    Operators count from 1; what is given is there at 0.
    """

    num_bytes: int
    first: int
    last: int


class Tenant(NamedTuple):
    """A map, or the scratch space of an operator, and when it is needed.

    Attributes:
        tensor: Number of the map; None of scratch space.
    """

    span: Span
    tensor: int | None


def arena(program: Program) -> Arena:
    """The arena of a program in eight bit integers."""
    return Arena(planned_bytes(spans(program)), _kept_bytes(program))


def spans(program: Program) -> list[Span]:
    """What must be in memory, and when, in the order in which the runtime finds it."""
    return [tenant.span for tenant in tenants(program)]


def tenants(program: Program) -> list[Tenant]:
    """The same with what it is."""
    first, last = {program.input: 0}, {program.output: len(program.operators)}
    scratch: list[Tenant] = []
    for time, operator in enumerate(program.operators, 1):
        first.setdefault(operator.output, time)
        # What nobody reads is needed while it is written.
        for tensor in (operator.output, *operator.inputs):
            last[tensor] = max(last.get(tensor, 0), time)
        scratch += [Tenant(Span(size, time, time), None) for size in _scratch(program, operator)]
    maps = [
        Tenant(Span(_aligned(prod(program.tensors[n].shape)), start, last.get(n, start)), n)
        for n, start in sorted(first.items())
    ]
    return maps + scratch


def planned_bytes(needed: Sequence[Span]) -> int:
    """The bytes up to which the runtime's planner fills its memory."""
    offsets = places(needed)
    return max((o + span.num_bytes for o, span in zip(offsets, needed, strict=True)), default=0)


def places(needed: Sequence[Span]) -> list[int]:
    """The offset at which the runtime's planner puts each."""
    offsets = [0] * len(needed)
    placed: list[tuple[int, Span]] = []
    # Of equal ones the runtime takes the last first, since it lists them backwards.
    for number in sorted(reversed(range(len(needed))), key=lambda n: -needed[n].num_bytes):
        span, offset = needed[number], 0
        for start, other in placed:
            if other.first > span.last or span.first > other.last:
                continue
            if start - offset >= span.num_bytes:
                break
            offset = max(offset, start + other.num_bytes)
        offsets[number] = offset
        insort(placed, (offset, span), key=itemgetter(0))
    return offsets


def _scratch(program: Program, operator: Operator) -> Sequence[int]:
    """Bytes of the scratch spaces of an operator."""
    shape = program.tensors[operator.output].shape
    if operator.kind == "TRANSPOSE_CONV":
        return (_aligned(prod(shape) * _INT32),)
    if operator.kind == "MEAN":
        axes = program.tensors[operator.inputs[1]].shape
        return tuple(_aligned(n * _INT32) for n in (len(shape), prod(axes), prod(shape)))
    return ()


def _kept_bytes(program: Program) -> int:
    """The runtime's persistent allocations one by one: each is moved down to its alignment."""
    operators = program.operators
    size = _BASE + _TENSOR * len(program.tensors) + _OPERATOR * len(operators)
    for operator in operators:
        size = _aligned(size + _KEPT[operator.kind].options, _KEPT[operator.kind].alignment)
    for operator in operators:
        if _KEPT[operator.kind].data:
            size = _aligned(size + _KEPT[operator.kind].data)
    for operator in operators:
        if operator.kind in _PER_CHANNEL:
            channels = _channels(program.tensors[operator.output].shape)
            size = _aligned(_aligned(size + channels * _INT32) + channels * _INT32)
    size += _HANDLE * sum(len(_scratch(program, operator)) for operator in operators)
    for _ in ("input", "output"):
        size = _aligned(_aligned(size, 8) + 8) + _END
    return size


def _channels(shape: Shape) -> int:
    return shape[-1]


def _aligned(size: int, alignment: int = ALIGNMENT) -> int:
    return -(-size // alignment) * alignment
