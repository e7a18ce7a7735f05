"""Conditions that say, from a block's stride and channels, which parts it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Columns = Mapping[str, Sequence[Any]]
"""What may be asked, a name or a number in the code, with its value in each block."""


def condition(wanted: Sequence[bool], stride: Columns, ends: tuple[Columns, Columns]) -> str | None:
    """A condition that holds in just those blocks; None where there is none.

    For example `stride == 1 and in_channels == out_channels`, the rule of many a skip.

    Args:
        wanted: For each block, whether it must hold.
        stride: The parameter for the stride; empty where there is none.
        ends: Channels of input and output; empty where they have no name.
    """
    found = _conditions(stride, ends)
    return next((text for text, column in found if column == list(wanted)), None)


def _conditions(stride: Columns, ends: tuple[Columns, Columns]) -> Iterator[tuple[str, list[bool]]]:
    strides = [
        test
        for name, column in stride.items()
        for test in (
            (f"{name} > 1", [value > 1 for value in column]),
            (f"{name} == 1", [value == 1 for value in column]),
        )
    ]
    channels = [
        test
        for (name, column), (other, others) in _both(ends)
        for test in (
            (f"{name} != {other}", [a != b for a, b in zip(column, others, strict=True)]),
            (f"{name} == {other}", [a == b for a, b in zip(column, others, strict=True)]),
            (f"{name} < {other}", [a < b for a, b in zip(column, others, strict=True)]),
        )
    ]
    yield from strides
    yield from channels
    for text, column in strides:
        for other, others in channels:
            either = [a or b for a, b in zip(column, others, strict=True)]
            both = [a and b for a, b in zip(column, others, strict=True)]
            yield f"{text} or {other}", either
            yield f"{text} and {other}", both


def _both(ends: tuple[Columns, Columns]) -> Iterator[tuple[Any, Any]]:
    for first in ends[0].items():
        for second in ends[1].items():
            if not (first[0].isdigit() and second[0].isdigit()):
                yield first, second
