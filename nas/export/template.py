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


@dataclass(frozen=True)
class Template:
    """One class for several blocks.

    Attributes:
        graph: The graph of the first block; the others have the same layers.
        parameters: Names of the constructor's parameters, in order.
        slots: For each argument that differs between blocks, the parameter that it takes.
        arguments: For each block, in order, the values of the parameters.
    """

    graph: Graph
    parameters: tuple[str, ...]
    slots: dict[Slot, str]
    arguments: tuple[tuple[Any, ...], ...]

    @classmethod
    def of(cls, graphs: Sequence[Graph]) -> Template:
        """The template of graphs of one structure. Arguments that always agree share a parameter."""
        columns: dict[Slot, tuple[Any, ...]] = {}
        for index in range(len(graphs[0].nodes)):
            calls = [graph.nodes[index].op.torch_call().kwargs for graph in graphs]
            for name in calls[0]:
                columns[index, name] = tuple(call[name] for call in calls)
        varying = {slot: column for slot, column in columns.items() if len(set(column)) > 1}
        names = _names(graphs[0], varying)
        return cls(
            graph=graphs[0],
            parameters=tuple(dict.fromkeys(names.values())),
            slots={slot: names[column] for slot, column in varying.items()},
            arguments=tuple(
                tuple(column[i] for column in names) for i in range(len(graphs))
            ),
        )


def _names(graph: Graph, varying: dict[Slot, tuple[Any, ...]]) -> dict[tuple[Any, ...], str]:
    """A name for each distinct column of values: the field's word, made precise where it clashes."""
    names: dict[tuple[Any, ...], str] = {}
    outputs = [slot for slot in varying if slot[1] in ("out_channels", "out_features")]
    last = varying[outputs[-1]] if outputs else None
    for (index, argument), column in varying.items():
        if column in names:
            continue
        plain = "out_channels" if column == last else argument
        if column != last and argument != "in_channels" and argument in _CHANNELS:
            plain = f"{graph.nodes[index].name}_channels"
        taken = plain in names.values()
        names[column] = f"{graph.nodes[index].name}_{argument}" if taken else plain
    return names
