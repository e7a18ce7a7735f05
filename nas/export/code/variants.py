"""Blocks of one kind with and without a part, such as a skip: one class in which it is optional."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, NamedTuple

from search_spaces.graphs.graph import Graph, Node
from search_spaces.graphs.primitives import Add, Pool


class Part(NamedTuple):
    """Layers that some blocks of a class have.

    Attributes:
        nodes: Their indices, in a row; the last one's output is read by the rest of the block.
        source: What the rest reads where the part is left out: an index, or `INPUT`.
        flag: The constructor's parameter that says whether a block has the part.
    """

    nodes: tuple[int, ...]
    source: int
    flag: str


def layer_key(node: Node) -> tuple[Any, ...]:
    """What layers of one line of code share: name, call and the names of its arguments.

    Poolings share it by maximum and by average.
    """
    call = node.op.torch_call()
    return node.name, Pool if isinstance(node.op, Pool) else call.target, tuple(call.kwargs)


def missing_parts(full: Graph, other: Graph) -> tuple[Part, ...] | None:
    """The parts without which a full graph is the other; None where it is not the full one less.

    A part is left out by reading, instead of its output, one that was there before it.
    """
    index_of = {layer_key(node): index for index, node in enumerate(full.nodes)}
    if full.inputs != other.inputs or any(layer_key(node) not in index_of for node in other.nodes):
        return None
    places = {index: index for index in full.inputs}
    places |= {i: index_of[layer_key(node)] for i, node in enumerate(other.nodes)}
    # One `forward` calls its layers in one order.
    if list(places.values()) != sorted(places.values()):
        return None
    read = [(len(full.nodes) - 1, places[len(other.nodes) - 1])]
    for node in other.nodes:
        wanted = full.nodes[index_of[layer_key(node)]].inputs
        if len(wanted) != len(node.inputs):
            return None
        read += zip(wanted, (places[i] for i in node.inputs), strict=True)
    kept = set(places.values())
    sources: dict[int, int] = {}
    for wanted_index, found in read:
        instead = found if wanted_index in kept else sources.setdefault(wanted_index, found)
        if instead != found or (wanted_index in kept and wanted_index != found):
            return None
    return _parts(full, kept, sources)


def _parts(full: Graph, kept: set[int], sources: dict[int, int]) -> tuple[Part, ...] | None:
    parts, seen = [], set(kept)
    for output, source in sorted(sources.items()):
        nodes = {output}
        for index in range(output, -1, -1):
            if index in nodes:
                nodes.update(i for i in full.nodes[index].inputs if i not in kept)
        in_a_row = tuple(sorted(nodes))
        is_row = in_a_row == tuple(range(in_a_row[0], output + 1))
        if not is_row or nodes & seen or source >= in_a_row[0]:
            return None
        seen |= nodes
        parts.append(Part(in_a_row, source, _flag(full, in_a_row)))
    # The inputs are among what was seen.
    complete = len(seen) == len(full.nodes) + len(full.inputs)
    return tuple(parts) if complete and len({part.flag for part in parts}) == len(parts) else None


def _flag(graph: Graph, nodes: tuple[int, ...]) -> str:
    """For example `skip`, `has_shortcut`."""
    first = graph.nodes[nodes[0]]
    if isinstance(first.op, Add):
        return "skip"
    return f"has_{re.sub(r'[^a-zA-Z0-9_]', '_', first.name)}"


def together(
    graph: Graph, parts: tuple[Part, ...], others: tuple[Part, ...]
) -> tuple[Part, ...] | None:
    """The parts of two variants, None where some overlap.

    Of a part that begins with another one, only what is behind that is a part of its own.
    """
    joined = {*parts, *others}
    while inner := [(a, b) for a in joined for b in joined if _begins(b, a)]:
        # A set has no order: without one, the same network might be other code the next time.
        part, whole = min(inner)
        rest = whole.nodes[len(part.nodes) :]
        source = part.nodes[-1] if part.source == whole.source else whole.source
        joined.discard(whole)
        joined.add(Part(rest, source, _flag(graph, rest)))
    nodes = [node for part in joined for node in part.nodes]
    flags = {part.flag for part in joined}
    is_apart = len(nodes) == len(set(nodes)) and len(flags) == len(joined)
    return tuple(sorted(joined)) if is_apart else None


def _begins(whole: Part, part: Part) -> bool:
    return part != whole and part.nodes == whole.nodes[: len(part.nodes)] != whole.nodes


def chained(graph: Graph, other: Graph) -> Graph | None:
    """A graph that has what is between the same first and last layers of both, one after the other.

    Each of the two is this graph without the part of the other, which `missing_parts` tells. Such
    are the units of ShuffleNet that concatenate their shortcut and those that add it. Layers with
    weights must be in both.
    """
    if graph.inputs != other.inputs:
        return None
    pairs = list(zip(graph.nodes, other.nodes, strict=False))
    # From the front by name, call and inputs; from the back inputs are others, as indices are.
    start = next((i for i, (a, b) in enumerate(pairs) if not _alike(a, b)), len(pairs))
    ends = list(zip(reversed(graph.nodes), reversed(other.nodes), strict=False))
    end = next((i for i, (a, b) in enumerate(ends) if layer_key(a) != layer_key(b)), len(ends))
    first, second = graph.nodes[start : len(graph.nodes) - end], other.nodes[start:]
    between = [*first, *second[: len(second) - end]]
    if not (start and end and first and len(second) > end) or any(map(_is_module, between)):
        return None
    shift, before, after = len(first), start - 1, start + len(first) - 1
    nodes = list(graph.nodes[: start + shift])
    for node in second:
        inputs = (after if i == before else i + shift if i > before else i for i in node.inputs)
        nodes.append(node._replace(inputs=tuple(inputs)))
    names = {node.name for node in nodes}
    return replace(graph, nodes=tuple(nodes)) if len(names) == len(nodes) else None


def _alike(node: Node, other: Node) -> bool:
    return layer_key(node) == layer_key(other) and node.inputs == other.inputs


def _is_module(node: Node) -> bool:
    return node.op.torch_call().is_module
