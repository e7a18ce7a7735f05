"""What differs between blocks of one class: its arguments, and conditions on them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any, TypeVar

from nas.export.code.names import is_free
from nas.export.code.template import CHANNEL_ARGUMENTS, DEFAULTS, Column, Slot, pair
from search_spaces.graphs.graph import Graph
from search_spaces.graphs.primitives import TorchCall

MAX_WIDTHS = 2
"""Distinct channels inside a block, so few that one of them is its width."""

T = TypeVar("T")


class ApartError(Exception):
    """Some blocks can't be made by one class."""


def columns_of(
    calls: Sequence[list[TorchCall | None]], growing: Collection[tuple[int, str]]
) -> tuple[dict[Slot, Column], ...]:
    """The arguments that differ between blocks, and all of layers that only some blocks have.

    Of an argument that is a pair in some block, each of the two is one. Those that follow the
    channels of a loop are none of them.
    """
    varying: dict[Slot, Column] = {}
    of_parts: dict[Slot, Column] = {}
    for index, layer in enumerate(calls):
        for name in some(layer).kwargs:
            if (index, name) in growing:
                continue
            values = tuple(None if call is None else call.kwargs[name] for call in layer)
            columns: dict[int | None, Column] = {None: values}
            if any(isinstance(value, tuple) and len(value) == 2 for value in values):
                pairs = [None if value is None else pair(value) for value in values]
                columns = {i: tuple(p and p[i] for p in pairs) for i in (0, 1)}
            for place, column in columns.items():
                if None in layer:
                    of_parts[index, name, place] = column
                elif len(set(column)) > 1:
                    varying[index, name, place] = column
    return varying, of_parts


def shared(
    argument: str, column: Column, varying: dict[Slot, Column], out_channels: Column
) -> Column | None:
    """The column of the whole block that an argument of a part takes; None for a constant.

    Raises:
        ApartError: The argument differs between blocks, and no such column agrees with it.
    """
    present = [i for i, value in enumerate(column) if value is not None]
    is_constant = len({column[i] for i in present}) == 1
    if is_constant and argument not in (*CHANNEL_ARGUMENTS, "stride"):
        return None
    kind = CHANNEL_ARGUMENTS if argument in CHANNEL_ARGUMENTS else (argument,)
    fitting = [
        (argument != name and not (other == out_channels and argument != "in_channels"), other)
        for (_, name, _), other in varying.items()
        if name in kind and all(other[i] == column[i] for i in present)
    ]
    if fitting:
        return min(fitting, key=lambda item: item[0])[1]
    if is_constant:
        return None
    if kind == CHANNEL_ARGUMENTS and all(out_channels[i] == column[i] for i in present):
        return out_channels
    # Blocks without the part could be given anything: with the default nothing is written for them.
    if argument in DEFAULTS:
        return tuple(DEFAULTS[argument] if value is None else value for value in column)
    raise ApartError(f"`{argument}` of a part that only some blocks have")


def names_of(
    graph: Graph, varying: dict[Slot, Column], out_channels: Column, in_channels: Column | None
) -> dict[Column, str]:
    """A name for each distinct column of values: the field's word, longer where it clashes.

    Args:
        in_channels: What a loop begins with.
    """
    takers: dict[Column, list[tuple[str, str]]] = {}
    if in_channels is not None and len(set(in_channels)) > 1:
        takers[in_channels] = [("in", "in_channels")]
    for (index, argument, _), column in varying.items():
        takers.setdefault(column, []).append((graph.nodes[index].name, argument))
    inside = [
        column
        for column, ((_, argument), *_) in takers.items()
        if column != out_channels and argument in CHANNEL_ARGUMENTS and argument != "in_channels"
    ]
    names: dict[Column, str] = {}
    for column, taking in takers.items():
        layer, argument = taking[0]
        # Whatever takes it first: everybody knows what a block's output has.
        plain = "out_channels" if column == out_channels else argument
        if column in inside:
            plain = _of_channels(taking, may_be_width=len(inside) <= MAX_WIDTHS)
        names[column] = f"{layer}_{argument}" if plain in names.values() else plain
    return names


def _of_channels(taking: Sequence[tuple[str, str]], *, may_be_width: bool) -> str:
    """A name for channels inside a block: after the layers that make them.

    Args:
        taking: The layers that take them, and for which argument.
        may_be_width: Whether they are few: those that layers without a common word make are its
            width then. Many are called just as their layers, as in tables of the papers.
    """
    makers = [layer for layer, argument in taking if argument == "out_channels"]
    word = _in_common(makers or [taking[0][0]])
    if not word and may_be_width:
        return "width"
    name = word or taking[0][0]
    return name if not may_be_width and is_free(name) else f"{name}_channels"


def _in_common(layers: Collection[str]) -> str:
    """The words that the names of all layers begin with."""
    words = zip(*(layer.split("_") for layer in layers), strict=False)
    return "_".join(word[0] for word in takewhile(lambda same: len(set(same)) == 1, words))


def called(column: Column, names: Mapping[Column, str]) -> dict[str, Column]:
    """What a column is called; a constant one is called by its value."""
    if len(set(column)) == 1:
        return {repr(column[0]): column}
    return {names[column]: column} if column in names else {}


def some(values: Iterable[T | None]) -> T:
    """The first that is not None."""
    return next(value for value in values if value is not None)


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
    # The shortest first, since the first that holds is taken; two tests at once only where one
    # fails.
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
            # Of two numbers the comparison always says the same.
            if not (first[0].isdigit() and second[0].isdigit()):
                yield first, second
