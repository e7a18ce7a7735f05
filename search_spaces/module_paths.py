"""Where the layers of a graph lie in its PyTorch module, and so what their weights are called.

A convolution and the batch norm behind it are one unit, a `Sequential` under the convolution's
name, as in most published code: layers `expand` and `expand_norm` are `expand.0` and `expand.1`.
Every other layer lies under its own name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TypeVar

from search_spaces.graph import Graph
from search_spaces.network import Network
from search_spaces.primitives import BatchNorm, Conv

T = TypeVar("T")


def units(graph: Graph) -> dict[int, int]:
    """For each convolution that has a batch norm right behind it and no other reader: that norm."""
    num_readers = Counter(source for node in graph.nodes for source in node.inputs)
    return {
        index: index + 1
        for index, (node, behind) in enumerate(zip(graph.nodes, graph.nodes[1:], strict=False))
        if isinstance(node.op, Conv)
        and isinstance(behind.op, BatchNorm)
        and behind.inputs == (index,)
        and num_readers[index] == 1
    }


def module_paths(graph: Graph) -> tuple[str, ...]:
    """The path of each layer, as `get_submodule` takes it; functions have one as well."""
    paths = [node.name for node in graph.nodes]
    for conv, norm in units(graph).items():
        paths[conv], paths[norm] = f"{paths[conv]}.0", f"{paths[conv]}.1"
    return tuple(paths)


def network_paths(network: Network) -> tuple[str, ...]:
    """The path of each layer in the module of its network, in the order of `Network.layers`."""
    return tuple(
        f"{block.name}.{path}" if block.name else path
        for block in network.blocks
        for path in module_paths(block.graph)
    )


def renamed(network: Network, state: Mapping[str, T]) -> dict[str, T]:
    """A state by the paths of its layers; what has their names alone, as once, is brought there."""
    names = (name for name, *_ in network.layers())
    path_of = dict(zip(names, network_paths(network), strict=True))
    found = {}
    for key, value in state.items():
        layer, dot, suffix = key.rpartition(".")
        found[f"{path_of.get(layer, layer)}{dot}{suffix}"] = value
    return found
