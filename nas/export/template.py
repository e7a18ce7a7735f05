"""Blocks of equal structure as one class: what differs between them becomes a parameter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from search_spaces.graph import Graph
from search_spaces.network import Block

Slot = tuple[int, str]
"""One argument of one layer's PyTorch call: the layer's index and the argument's name."""

Structure = tuple[Any, ...]

_CHANNELS = ("in_channels", "out_channels", "num_features", "in_features", "out_features")


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


@dataclass(frozen=True)
class Template:
    """One class for several blocks.

    Attributes:
        graph: The graph of the first block; the others have the same layers.
        parameters: The constructor's parameters in order, each with its values, one a block.
        slots: For each argument that differs between blocks, the expression that it takes.
    """

    graph: Graph
    parameters: dict[str, tuple[Any, ...]]
    slots: dict[Slot, str]

    @classmethod
    def of(cls, graphs: Sequence[Graph]) -> Template:
        """The template of graphs of one structure; arguments that always agree share a name."""
        columns: dict[Slot, tuple[Any, ...]] = {}
        for index in range(len(graphs[0].nodes)):
            calls = [graph.nodes[index].op.torch_call().kwargs for graph in graphs]
            for name in calls[0]:
                columns[index, name] = tuple(call[name] for call in calls)
        varying = {slot: column for slot, column in columns.items() if len(set(column)) > 1}
        derived = {slot: text for slot in varying if (text := _same_padding(slot, columns))}
        free = {slot: column for slot, column in varying.items() if slot not in derived}
        names = _names(graphs[0], free, tuple(graph.out_shape[0] for graph in graphs))
        slots = {slot: names[column] for slot, column in free.items()}
        for (index, argument), text in derived.items():
            kernel = slots.get((index, "kernel_size"))
            slots[index, argument] = text.format(
                kernel_size=kernel or columns[index, "kernel_size"][0],
                dilation=slots.get((index, "dilation")) or columns[index, "dilation"][0],
            )
        return cls(graphs[0], {name: column for column, name in names.items()}, slots)

    def default(self, parameter: str) -> Any:
        """The default of a parameter, None for one that must be given."""
        value = _DEFAULTS.get(parameter)
        return value if value in self.parameters[parameter] else None


def _same_padding(slot: Slot, columns: dict[Slot, tuple[Any, ...]]) -> str | None:
    """The formula of a padding that keeps the size, where it is that in every block."""
    index, argument = slot
    if argument != "padding" or (index, "dilation") not in columns:
        return None
    kernels, dilations = columns[index, "kernel_size"], columns[index, "dilation"]
    if not all(isinstance(value, int) for value in (*kernels, *dilations, *columns[slot])):
        return None
    wanted = [d * (k - 1) // 2 for k, d in zip(kernels, dilations, strict=True)]
    if list(columns[slot]) != wanted:
        return None
    return "{kernel_size} // 2" if set(dilations) == {1} else "{dilation} * ({kernel_size} // 2)"


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
