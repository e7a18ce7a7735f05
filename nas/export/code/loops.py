"""Layers that repeat, as those of a dense block: written once, in a loop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nas.export.code.names import is_name
from search_spaces.graphs.graph import INPUT, Graph, Node
from search_spaces.graphs.primitives import Concat

Argument = tuple[str, str]
"""A layer, and the name of one argument of its call."""

_TAKEN = {"clear", "items", "keys", "pop", "suffixes", "update", "values"}
"""Names that a layer of a `ModuleDict` can't have."""

_CHANNELS_READ = ("in_channels", "num_features")


@dataclass(frozen=True)
class Rolled:
    """A graph that begins with a loop, each turn of which adds channels to those it reads.

    Attributes:
        graph: The layers, those of the loop once.
        length: How many layers are in the loop; 0 where there is none.
        times: How often the loop is run.
        growing: Arguments in the loop that are the number of channels so far.
        grown: Arguments behind it that are the number of channels at its end.
    """

    graph: Graph
    length: int = 0
    times: int = 1
    growing: frozenset[Argument] = frozenset()
    grown: frozenset[Argument] = frozenset()

    @property
    def growth(self) -> int:
        """Channels that a turn of the loop adds."""
        return self.graph.nodes[self.length - 1].shape[0] - self.graph.in_shape[0]


def rolled(graph: Graph) -> Rolled:
    """The graph with its loop; as it is where it does not begin with one of two turns or more."""
    joined = (isinstance(node.op, Concat) and INPUT in node.inputs for node in graph.nodes)
    length = next((index for index, ends in enumerate(joined, 1) if ends), 0)
    # A loop turns on what the block reads before it; what else it reads has no turns.
    length = 0 if graph.side_shapes else length
    turns = list(_turns(graph, length)) if length else []
    names = {node.name for node in graph.nodes[:length]}
    # A name of `ModuleDict` itself would be hidden by a layer, and torch refuses that.
    if len(turns) < 2 or names & _TAKEN or not all(map(is_name, names)):
        return Rolled(graph)
    growing = _growing(graph, turns)
    behind = len(turns) * length
    tail = graph.nodes[behind:]
    # Behind the loop only its end has a name: what reads an earlier turn cannot be written.
    if growing is None or any(source < behind - 1 for node in tail for source in node.inputs):
        return Rolled(graph)
    shift = behind - length
    moved = [node._replace(inputs=tuple(i - shift for i in node.inputs)) for node in tail]
    channels = graph.nodes[behind - 1].shape[0]
    grown = frozenset(
        (node.name, name)
        for node in tail
        for name, value in node.op.torch_call().kwargs.items()
        if name in _CHANNELS_READ and value == channels
    )
    once = Graph(graph.in_shape, (*graph.nodes[:length], *moved))
    return Rolled(once, length, len(turns), growing, grown)


def _turns(graph: Graph, length: int) -> Iterator[tuple[Node, ...]]:
    """The layers of each turn: called and connected as those of the first, and numbered."""
    first = graph.nodes[:length]
    for start in range(0, len(graph.nodes) - length + 1, length):
        turn = graph.nodes[start : start + length]
        number = start // length + 1
        for node, model in zip(turn, first, strict=True):
            call, wanted = node.op.torch_call(), model.op.torch_call()
            name = model.name if number == 1 else f"{model.name}_{number}"
            inputs = tuple(start + source for source in model.inputs)
            same_call = (call.target, [*call.kwargs]) == (wanted.target, [*wanted.kwargs])
            if not same_call or (node.name, node.inputs) != (name, inputs):
                return
        yield turn


def _growing(graph: Graph, turns: list[tuple[Node, ...]]) -> frozenset[Argument] | None:
    """The arguments that follow the channels; None where one differs between turns otherwise."""
    channels = [graph.in_shape[0], *(turn[-1].shape[0] for turn in turns[:-1])]
    found = set()
    for index, node in enumerate(turns[0]):
        for name in node.op.torch_call().kwargs:
            values = [turn[index].op.torch_call().kwargs[name] for turn in turns]
            if values == channels:
                found.add((node.name, name))
            elif len(set(values)) > 1:
                return None
    return frozenset(found)
