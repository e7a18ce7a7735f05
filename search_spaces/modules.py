"""PyTorch modules made from graphs. The only file of this package that imports torch."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from search_spaces.errors import GraphError
from search_spaces.graph import INPUT, Graph
from search_spaces.network import Network
from search_spaces.primitives import TorchCall

_NAMESPACES = {"torch": torch, "nn": nn, "F": nn.functional}


class GraphModule(nn.Module):
    """Runs the layers of one graph in order; trainable layers are children under their own names.

    Maps `(batch, *graph.in_shape)` to `(batch, *graph.out_shape)`.
    """

    def __init__(self, graph: Graph) -> None:
        super().__init__()
        self._steps: list[tuple[Callable[..., Tensor], tuple[int, ...], tuple[int, ...]]] = []
        last_reader = {i: n for n, node in enumerate(graph.nodes) for i in node.inputs}
        for index, node in enumerate(graph.nodes):
            layer = _layer(node.op.torch_call())
            if isinstance(layer, nn.Module):
                self.add_module(node.name, layer)
            done = tuple(i for i in set(node.inputs) if last_reader[i] == index)
            self._steps.append((layer, node.inputs, done))

    def forward(self, x: Tensor) -> Tensor:
        values = {INPUT: x}
        for index, (layer, inputs, done) in enumerate(self._steps):
            x = layer(*[values[i] for i in inputs])
            values[index] = x
            for i in done:
                del values[i]
        return x


def _layer(call: TorchCall) -> Callable[..., Any]:
    space, name = call.target.split(".")
    function = getattr(_NAMESPACES[space], name)
    if call.is_module:
        module: nn.Module = function(**call.kwargs)
        return module
    if call.target == "torch.cat":
        return lambda *parts: torch.cat(parts, **call.kwargs)
    return partial(function, **call.kwargs) if call.kwargs else function  # type: ignore[no-any-return]


def build_module(network: Network) -> nn.Module:
    """The trainable module of a network, freshly initialised.

    Maps `(batch, *network.in_shape)` to `(batch, *network.out_shape)`. Its `state_dict` keys are the
    layer names of the graph with `.weight`, `.bias` and so on behind them.
    """
    root = nn.Sequential()
    for number, block in enumerate(network.blocks):
        path = block.name.split(".") if block.name else [f"block{number}"]
        parent = root
        for part in path[:-1]:
            parent = _child(parent, part)
        if path[-1] in parent._modules:
            raise GraphError(f"two blocks are named {block.name!r}")
        parent.add_module(path[-1], GraphModule(block.graph))
    return root


def _child(parent: nn.Sequential, name: str) -> nn.Sequential:
    existing = parent._modules.get(name)
    if existing is None:
        existing = nn.Sequential()
        parent.add_module(name, existing)
    assert isinstance(existing, nn.Sequential)
    return existing
