"""PyTorch modules made from graphs. The only file of this package that imports torch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import accumulate, repeat
from typing import Any

import torch
from torch import Tensor, nn

from search_spaces.errors import GraphError
from search_spaces.graphs.graph import Graph
from search_spaces.graphs.network import Network, Sources, last_readers, module_paths, renamed
from search_spaces.graphs.primitives import TorchCall

Observer = Callable[[int, Tensor], None]

_NAMESPACES = {"torch": torch, "nn": nn, "F": nn.functional}

Layers = Mapping[str, Callable[..., Any]]
"""What stands in for the torch calls of these names, for example `nn.Conv2d`."""
_NO_OTHERS: Layers = {}

Joins = Mapping[tuple[str, str], Callable[[Any], Callable[[Tensor], Tensor] | None]]
"""Makes of the first of two calls, of which the second alone reads it, one that does both."""
_NO_JOINS: Joins = {}

Wraps = Mapping[int, Callable[[Callable[..., Tensor]], Callable[..., Tensor]]]
"""Makes of a layer what is called in its place, by its number."""
_NO_WRAPS: Wraps = {}


class GraphModule(nn.Module):
    """Runs the layers of one graph in order; trainable layers lie where `module_paths` says.

    Maps `(batch, *graph.in_shape)`, and the side inputs of the graph, to `(batch,
    *graph.out_shape)`.
    """

    def __init__(
        self,
        graph: Graph,
        layers: Layers = _NO_OTHERS,
        joins: Joins = _NO_JOINS,
        wraps: Wraps = _NO_WRAPS,
    ) -> None:
        super().__init__()
        self._steps: list[tuple[Callable[..., Tensor], tuple[int, ...], tuple[int, ...]]] = []
        self._inputs = graph.inputs
        last_reader = {i: n for n, node in enumerate(graph.nodes) for i in node.inputs}
        for index, (node, path) in enumerate(zip(graph.nodes, module_paths(graph), strict=True)):
            layer = _layer(node.op.torch_call(), layers)
            if isinstance(layer, nn.Module):
                _place(self, path, layer)
            done = tuple(i for i in set(node.inputs) if last_reader[i] == index)
            if index in wraps:
                layer = wraps[index](layer)
            self._steps.append((layer, node.inputs, done))
        self._join(graph, joins)

    def _join(self, graph: Graph, joins: Joins) -> None:
        readers = Counter(source for node in graph.nodes for source in node.inputs)
        for index, node in enumerate(graph.nodes):
            source = node.inputs[0]
            if source < 0 or readers[source] > 1:  # an input of the graph, or needed elsewhere
                continue
            names = (graph.nodes[source].op.torch_call().target, node.op.torch_call().target)
            first, inputs, done = self._steps[source]
            both = joins[names](first) if names in joins else None
            if both is not None:
                self._steps[source] = (_unchanged, inputs, done)
                self._steps[index] = (both, *self._steps[index][1:])

    def forward(self, x: Tensor, *sides: Tensor, observe: Observer | None = None) -> Tensor:
        """Runs the layers; `observe` is called with the index and the output of each."""
        values = dict(zip(self._inputs, (x, *sides), strict=True))
        for index, (layer, inputs, done) in enumerate(self._steps):
            x = layer(*[values[i] for i in inputs])
            if observe is not None:
                observe(index, x)
            values[index] = x
            for i in done:
                # As soon as the cost model says that it is free.
                del values[i]
        return x

    @property
    def num_layers(self) -> int:
        return len(self._steps)


def _unchanged(x: Tensor) -> Tensor:
    return x


def _layer(call: TorchCall, layers: Layers) -> Callable[..., Any]:
    space, name = call.target.split(".")
    function = layers.get(call.target) or getattr(_NAMESPACES[space], name)
    if call.is_module:
        module: nn.Module = function(**call.kwargs)
        return module
    # It alone takes its tensors as one argument.
    if call.target == "torch.cat":
        return lambda *parts: function(parts, **call.kwargs)
    if call.sized_like:
        return lambda x, like: function(x, size=like.shape[2:], **call.kwargs)
    return partial(function, **call.kwargs)


class Wiring:
    """Runs modules in a row, each on the output of the one before it and of those that it taps.

    A tapped output is let go as soon as the last that reads it has.
    """

    def __init__(self, modules: Sequence[Callable[..., Tensor]], sources: Sources) -> None:
        last = last_readers(sources)
        self._steps = [
            (module, taps, number in last, [tap for tap in taps if last[tap] == number])
            for number, (module, taps) in enumerate(zip(modules, sources, strict=True))
        ]

    def __call__(self, x: Tensor) -> Tensor:
        held: dict[int, Tensor] = {}
        for number, (module, taps, is_tapped, done) in enumerate(self._steps):
            x = module(x, *[held[tap] for tap in taps])
            for tap in done:
                del held[tap]
            if is_tapped:
                held[number] = x
        return x


def _counted_from(start: int, wraps: Wraps) -> Wraps:
    return {number - start: wrap for number, wrap in wraps.items() if number >= start}


def _watched(block: GraphModule, start: int, observe: Observer, *inputs: Tensor) -> Tensor:
    """A block whose layers are numbered from `start` on."""
    out: Tensor = block(*inputs, observe=lambda index, output: observe(start + index, output))
    return out


class NetworkModule(nn.Module):
    """Runs a network's blocks in a row.

    A block named `stage1.0` is child `0` of the sequence `stage1`; the layers of a block without a
    name are children of the network itself. A state whose layers all have their own names, which is
    what they had once, can be loaded too.
    """

    def __init__(
        self,
        network: Network,
        layers: Layers = _NO_OTHERS,
        joins: Joins = _NO_JOINS,
        wraps: Wraps = _NO_WRAPS,
    ) -> None:
        super().__init__()
        starts = accumulate((len(block.graph.nodes) for block in network.blocks), initial=0)
        # A plain list: as a `ModuleList` every weight would have a second name.
        self._blocks = [
            GraphModule(block.graph, layers, joins, _counted_from(start, wraps))
            for block, start in zip(network.blocks, starts, strict=False)
        ]
        for block, module in zip(network.blocks, self._blocks, strict=True):
            if block.name:
                _place(self, block.name, module)
            else:
                for name, layer in module.named_children():
                    self.add_module(name, layer)
        self._wiring = Wiring(self._blocks, network.sources)
        self._network = network
        self.register_load_state_dict_pre_hook(_rename)  # type: ignore[no-untyped-call]

    def forward(self, x: Tensor, observe: Observer | None = None) -> Tensor:
        """Runs the blocks; `observe` is called with the number of each layer and its output.

        Layers are numbered in the order of `Network.layers`.
        """
        if observe is None:
            return self._wiring(x)
        starts = accumulate((block.num_layers for block in self._blocks), initial=0)
        watched = [
            partial(_watched, *of)
            for of in zip(self._blocks, starts, repeat(observe), strict=False)
        ]
        return Wiring(watched, self._network.sources)(x)


def _place(root: nn.Module, path: str, module: nn.Module) -> None:
    """Puts a module there, within sequences that are made as needed."""
    *rows, name = path.split(".")
    for row in rows:
        if row not in root._modules:
            root.add_module(row, nn.Sequential())
        root = root.get_submodule(row)
    if name in root._modules:
        raise GraphError(f"two modules are named {path!r}")
    root.add_module(name, module)


def _rename(module: NetworkModule, state: dict[str, Any], prefix: str, *_: object) -> None:
    """Before a state is loaded: its layers lie where `module_paths` says."""
    own = {key: state.pop(key) for key in list(state) if key.startswith(prefix)}
    inside = renamed(module._network, {k.removeprefix(prefix): v for k, v in own.items()})
    state.update({f"{prefix}{key}": value for key, value in inside.items()})


def build_module(
    network: Network, layers: Layers = _NO_OTHERS, joins: Joins = _NO_JOINS
) -> nn.Module:
    """The trainable module of a network, freshly initialised.

    Maps `(batch, *network.in_shape)` to `(batch, *network.out_shape)`. Its `state_dict` keys are
    the paths of its layers (see `module_paths`) with `.weight`, `.bias` and so on behind them.
    `layers` names what stands in for torch's own: of the same arguments and the same parameters;
    `joins`, what stands in for two in a row.
    """
    return NetworkModule(network, layers, joins)
