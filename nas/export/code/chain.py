"""Layers that are called one after the other: a `Sequential`, which needs no `forward`."""

from __future__ import annotations

from dataclasses import replace

from nas.export.code.names import is_name
from nas.export.code.template import Template, is_layer
from nas.export.code.units import MODULES
from search_spaces.graphs.primitives import TorchCall

TAKEN = {"append", "extend", "insert", "pop"}
"""Names that a layer of a `Sequential` can't have."""


def as_chain(template: Template) -> Template | None:
    """The class with a module for each layer; None where they are not called one after another."""
    nodes = template.graph.nodes
    in_a_row = all(node.inputs == (index - 1,) for index, node in enumerate(nodes))
    names = {node.name for node in nodes}
    calls = [_as_module(call) for call in template.calls]
    if template.parts or template.loop or not (nodes and in_a_row) or names & TAKEN:
        return None
    if not all(map(is_layer, calls)) or not all(map(is_name, names)):
        return None
    return replace(template, calls=tuple(calls))


def _as_module(call: TorchCall) -> TorchCall:
    target = MODULES.get(call.target, call.target)
    # The module begins at 1 by itself, where the function begins at 0.
    if target == "nn.Flatten" and call.kwargs == {"start_dim": 1}:
        return TorchCall(target, {})
    return TorchCall(target, call.kwargs)
