"""Blocks of equal structure as one class: what differs between them becomes a parameter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from search_spaces.graph import Graph
from search_spaces.network import Block
from search_spaces.primitives import Conv, Primitive, TorchCall

Slot = tuple[int, str]
"""One argument of one layer's PyTorch call: the layer's index and the argument's name."""

Structure = tuple[Any, ...]

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
        graph: The graph of the first block; the others have the same layers.
        parameters: The constructor's parameters in order, each with its values, one a block.
        slots: For each argument that differs between blocks, the parameter that it takes.
        calls: How each layer is written.
    """

    graph: Graph
    parameters: dict[str, tuple[Any, ...]]
    slots: dict[Slot, str]
    calls: tuple[TorchCall, ...]

    @classmethod
    def of(cls, graphs: Sequence[Graph], *, with_conv: bool) -> Template:
        """The template of graphs of one structure; arguments that always agree share a name.

        Args:
            with_conv: Whether usual convolutions are made by the function `CONV`.
        """
        calls = [
            _calls([graph.nodes[index].op for graph in graphs], with_conv)
            for index in range(len(graphs[0].nodes))
        ]
        varying: dict[Slot, tuple[Any, ...]] = {}
        for index, layer in enumerate(calls):
            for name in layer[0].kwargs:
                column = tuple(call.kwargs[name] for call in layer)
                if len(set(column)) > 1:
                    varying[index, name] = column
        names = _names(graphs[0], varying, tuple(graph.out_shape[0] for graph in graphs))
        parameters = {name: column for column, name in names.items()}
        slots = {slot: names[column] for slot, column in varying.items()}
        return cls(graphs[0], parameters, slots, tuple(layer[0] for layer in calls))

    def default(self, parameter: str) -> Any:
        """The default of a parameter, None for one that must be given."""
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
        return list(dict.fromkeys(of_functions))

    def arguments(self, index: int, *, prefix: str = "") -> list[str]:
        """What is written between the brackets of one layer's call."""
        call = self.calls[index]
        written = []
        for name, value in call.kwargs.items():
            slot = self.slots.get((index, name))
            text = f"{prefix}{slot}" if slot else repr(value)
            if name in _CHANNELS or (call.target == CONV and name == "kernel_size"):
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


def _calls(ops: Sequence[Primitive], with_conv: bool) -> list[TorchCall]:
    """How one layer is written in each of some blocks: all in the same way."""
    calls = [op.torch_call() for op in ops]
    if not with_conv or not all(map(is_usual, ops)):
        return calls
    kept = ("in_channels", "out_channels", "kernel_size", "stride", "dilation", "groups")
    return [TorchCall(CONV, {name: call.kwargs[name] for name in kept}) for call in calls]


def _names(
    graph: Graph, varying: dict[Slot, tuple[Any, ...]], out_channels: tuple[Any, ...]
) -> dict[tuple[Any, ...], str]:
    """A name for each distinct column of values: the field's word, longer where it clashes."""
    names: dict[tuple[Any, ...], str] = {}
    for (index, argument), column in varying.items():
        if column in names:
            continue
        plain = "out_channels" if column == out_channels else argument
        if column != out_channels and argument != "in_channels" and argument in _CHANNELS:
            plain = f"{graph.nodes[index].name}_channels"
        taken = plain in names.values()
        names[column] = f"{graph.nodes[index].name}_{argument}" if taken else plain
    return names
