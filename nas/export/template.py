"""Blocks of equal structure as one class: what differs between them becomes a parameter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nas.export.variants import Part
from search_spaces.graph import Graph
from search_spaces.network import Block
from search_spaces.primitives import Conv, Primitive, TorchCall

Slot = tuple[int, str]
"""One argument of one layer's PyTorch call: the layer's index and the argument's name."""

Structure = tuple[Any, ...]

Column = tuple[Any, ...]
"""The values of one argument, one a block."""


class ApartError(Exception):
    """Some blocks can't be made by one class."""


CONV = "conv"
"""The function of an exported file that makes its usual convolutions."""

_CHANNELS = ("in_channels", "out_channels", "num_features", "in_features", "out_features")
_FIRST = ("in_channels", "out_channels")


def structure(block: Block) -> Structure:
    """What blocks of one class share: type, layer names, calls and connections."""
    return (
        block.type,
        tuple(
            (node.name, call.target, tuple(call.kwargs), node.inputs)
            for node, call in ((node, node.op.torch_call()) for node in block.graph.nodes)
        ),
    )


_DEFAULTS: dict[str, Any] = {
    "stride": 1, "padding": 0, "output_padding": 0, "dilation": 1, "groups": 1, "bias": True,
    "ceil_mode": False,
}  # fmt: skip
"""Values that PyTorch takes where an argument is not written."""


def is_default(target: str, argument: str, value: Any) -> bool:
    """Whether a call means the same without this argument."""
    if argument == "stride" and target.endswith("pool2d"):
        return False
    return argument in _DEFAULTS and bool(_DEFAULTS[argument] == value)


def is_usual(op: Primitive) -> bool:
    """Whether this is a convolution without bias that keeps the size at stride 1."""
    if not isinstance(op, Conv) or op.transposed or op.bias:
        return False
    (height, width), dilation = op.kernel_size, op.dilation
    square = height == width and len(set(dilation)) == 1 and len(set(op.stride)) == 1
    return square and height % 2 == 1 and op.padding == (dilation[0] * (height // 2),) * 2


@dataclass(frozen=True)
class Template:
    """One class for several blocks.

    Attributes:
        graph: The graph of the first block; the others have the same layers, or leave parts out.
        parameters: The constructor's parameters in order, each with its values, one a block.
        slots: For each argument that differs between blocks, the parameter that it takes.
        calls: How each layer is written.
        parts: What some of the blocks do not have.
    """

    graph: Graph
    parameters: dict[str, tuple[Any, ...]]
    slots: dict[Slot, str]
    calls: tuple[TorchCall, ...]
    parts: tuple[Part, ...] = ()

    @classmethod
    def of(
        cls,
        graphs: Sequence[Graph],
        *,
        with_conv: bool,
        full: Graph | None = None,
        parts: tuple[Part, ...] = (),
    ) -> Template:
        """The template of some graphs; arguments that always agree share a name.

        Args:
            with_conv: Whether usual convolutions are made by the function `CONV`.
            full: Has all the parts, of which each graph may leave some out; without it the graphs
                have the same layers.

        Raises:
            ApartError: A part takes an argument that blocks without it could not be given, or
                blocks with parts and without differ in the form of their kernels.
        """
        full = full or graphs[0]
        named = [{node.name: node.op for node in graph.nodes} for graph in graphs]
        layers = [[ops.get(node.name) for ops in named] for node in full.nodes]
        if parts and any(_differ(ops) for ops in layers):
            raise ApartError("square kernels and others")
        calls = [_calls(ops, with_conv) for ops in layers]
        varying: dict[Slot, Column] = {}
        of_parts: dict[Slot, Column] = {}
        for index, layer in enumerate(calls):
            for name in _some(layer).kwargs:
                column = tuple(None if call is None else call.kwargs[name] for call in layer)
                if None in layer:
                    of_parts[index, name] = column
                elif len(set(column)) > 1:
                    varying[index, name] = column
        out_channels = tuple(graph.out_shape[0] for graph in graphs)
        for (index, name), column in of_parts.items():
            shared = _shared(name, column, varying, out_channels)
            if shared is not None:
                varying[index, name] = shared
        names = _names(full, varying, out_channels)
        parameters = {name: column for column, name in names.items()}
        for part in parts:
            last = full.nodes[part.nodes[-1]].name
            parameters[part.flag] = tuple(last in ops for ops in named)
        slots = {slot: names[column] for slot, column in varying.items()}
        return cls(full, parameters, slots, tuple(_some(layer) for layer in calls), parts)

    def part(self, index: int) -> Part | None:
        """The part that a layer belongs to; None for a layer that every block has."""
        return next((part for part in self.parts if index in part.nodes), None)

    def default(self, parameter: str) -> Any:
        """The default of a parameter, None for one that must be given."""
        if any(part.flag == parameter for part in self.parts):
            return False
        value = _DEFAULTS.get(parameter)
        return value if value in self.parameters[parameter] else None

    @property
    def in_order(self) -> list[tuple[str, tuple[Any, ...]]]:
        """Parameters in the order of the constructor: channels, others, those with a default."""

        def place(item: tuple[str, tuple[Any, ...]]) -> tuple[bool, bool, bool]:
            name = item[0]
            return self.default(name) is not None, name not in _FIRST, not _is_channels(name)

        return sorted(self.parameters.items(), key=place)

    @property
    def kept(self) -> list[str]:
        """Parameters that a function in `forward` takes, and that the block must keep."""
        of_functions = [
            name for (index, _), name in self.slots.items() if not is_layer(self.calls[index])
        ]
        return list(dict.fromkeys([*of_functions, *(part.flag for part in self.parts)]))

    def arguments(self, index: int, *, prefix: str = "", is_short: bool = False) -> list[str]:
        """What is written between the brackets of one layer's call; if short, strides unnamed."""
        call = self.calls[index]
        written = []
        for name, value in call.kwargs.items():
            slot = self.slots.get((index, name))
            text = f"{prefix}{slot}" if slot else repr(value)
            unnamed = ("kernel_size", "stride") if is_short and slot else ("kernel_size",)
            if name in _CHANNELS or (call.target in (CONV, "nn.Conv2d") and name in unnamed):
                written.append(text)
            elif slot or not is_default(call.target, name, value):
                written.append(f"{name}={text}")
        return written

    def block_arguments(self, number: int, *, with_names: bool = True) -> list[str]:
        """What is written between the brackets where block `number` is made.

        Args:
            with_names: Whether to name all channels, or none, as in the tables of the papers.
        """
        written = []
        for name, column in self.in_order:
            if name in _FIRST or (_is_channels(name) and not with_names):
                written.append(repr(column[number]))
            elif column[number] != self.default(name):
                written.append(f"{name}={column[number]!r}")
        return written


def is_layer(call: TorchCall) -> bool:
    """Whether a call makes a module, which then is an attribute, rather than a result."""
    return call.is_module or call.target == CONV


def _is_channels(parameter: str) -> bool:
    return parameter.endswith("_channels")


def _calls(ops: Sequence[Primitive | None], with_conv: bool) -> list[TorchCall | None]:
    """How one layer is written in each of some blocks, all in the same way; None: not at all."""
    calls = [None if op is None else op.torch_call() for op in ops]
    if not with_conv or not all(op is None or is_usual(op) for op in ops):
        return calls
    kept = ("in_channels", "out_channels", "kernel_size", "stride", "dilation", "groups")
    return [
        None if call is None else TorchCall(CONV, {name: call.kwargs[name] for name in kept})
        for call in calls
    ]


def _differ(ops: Sequence[Primitive | None]) -> bool:
    """Whether some blocks have a usual convolution where others have one of another form."""
    return len({is_usual(op) for op in ops if op is not None}) > 1


def _some(calls: Sequence[TorchCall | None]) -> TorchCall:
    return next(call for call in calls if call is not None)


def _shared(
    argument: str, column: Column, varying: dict[Slot, Column], out_channels: Column
) -> Column | None:
    """The column of the whole block that an argument of a part takes; None for a constant.

    Raises:
        ApartError: The argument differs between blocks, and no such column agrees with it.
    """
    present = [i for i, value in enumerate(column) if value is not None]
    is_constant = len({column[i] for i in present}) == 1
    if is_constant and argument not in (*_CHANNELS, "stride"):
        return None
    kind = _CHANNELS if argument in _CHANNELS else (argument,)
    fitting = [
        (argument != name and not (other == out_channels and argument != "in_channels"), other)
        for (_, name), other in varying.items()
        if name in kind and all(other[i] == column[i] for i in present)
    ]
    if fitting:
        return min(fitting, key=lambda item: item[0])[1]
    if is_constant:
        return None
    raise ApartError(f"`{argument}` of a part that only some blocks have")


def _names(graph: Graph, varying: dict[Slot, Column], out_channels: Column) -> dict[Column, str]:
    """A name for each distinct column of values: the field's word, longer where it clashes."""
    names: dict[Column, str] = {}
    for (index, argument), column in varying.items():
        if column in names:
            continue
        plain = "out_channels" if column == out_channels else argument
        if column != out_channels and argument != "in_channels" and argument in _CHANNELS:
            plain = f"{graph.nodes[index].name}_channels"
        taken = plain in names.values()
        names[column] = f"{graph.nodes[index].name}_{argument}" if taken else plain
    return names
