"""Convolution, batch norm and activation in one module, as exported files write them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from search_spaces.graphs.graph import Graph, Node
from search_spaces.graphs.network import Block, units
from search_spaces.graphs.primitives import Activation, Conv, Primitive, TorchCall

SEQUENTIAL = "nn.Sequential"

MODULES = {
    "F.adaptive_avg_pool2d": "nn.AdaptiveAvgPool2d",
    "F.avg_pool2d": "nn.AvgPool2d",
    "F.hardsigmoid": "nn.Hardsigmoid",
    "F.hardswish": "nn.Hardswish",
    "F.max_pool2d": "nn.MaxPool2d",
    "F.relu": "nn.ReLU",
    "F.relu6": "nn.ReLU6",
    "F.silu": "nn.SiLU",
    "torch.flatten": "nn.Flatten",
    "torch.sigmoid": "nn.Sigmoid",
}
"""The module that computes what a function does."""


@dataclass(frozen=True, slots=True)
class ConvUnit(Primitive):
    """A convolution and the batch norm behind it, and maybe an activation.

    Attributes:
        act: The activation's function as PyTorch calls it; empty where there is none.
    """

    kind: ClassVar[str] = "conv_unit"
    conv: Conv
    act: str

    def torch_call(self) -> TorchCall:
        """Its arguments are the convolution's, and `act` where there is one."""
        kwargs: dict[str, Any] = dict(self.conv.torch_call().kwargs)
        return TorchCall(SEQUENTIAL, {**kwargs, "act": self.act} if self.act else kwargs)


class Fusion:
    """Makes one layer of each unit in the blocks of a network.

    An activation belongs to the unit where it is the network's most frequent one, and stands right
    behind the norm in every block of its type that has it: else it would be written in two ways.

    Attributes:
        act: That activation's function as PyTorch calls it; empty where there is none.
    """

    def __init__(self, blocks: Iterable[Block]) -> None:
        blocks = list(blocks)
        behind = [
            (block.type, block.graph.nodes[index].name, _function(block.graph.nodes[index]))
            for block in blocks
            for index in _behind_units(block.graph).values()
        ]
        self.act = next((act for act, _ in Counter(act for *_, act in behind).most_common(1)), "")
        everywhere = Counter(
            (block.type, node.name)
            for block in blocks
            for node in block.graph.nodes
            if isinstance(node.op, Activation)
        )
        found = Counter((type_, name) for type_, name, act in behind if act == self.act)
        self._fused = {key for key, count in found.items() if count == everywhere[key]}

    def graph(self, block: Block) -> Graph:
        """The block's graph with one layer for each unit."""
        return _fused(block.graph, {name for type_, name in self._fused if type_ == block.type})


def _function(node: Node) -> str:
    return node.op.torch_call().target


def _behind_units(graph: Graph) -> dict[int, int]:
    """For each unit, by its norm, the activation that alone reads it."""
    readers: dict[int, list[int]] = {}
    for index, node in enumerate(graph.nodes):
        for source in node.inputs:
            readers.setdefault(source, []).append(index)
    found = ((norm, readers.get(norm, [])) for norm in units(graph).values())
    return {
        norm: behind[0]
        for norm, behind in found
        # Where another layer reads the norm too, it wants the value before the activation.
        if len(behind) == 1 and isinstance(graph.nodes[behind[0]].op, Activation)
    }


def _fused(graph: Graph, acts: Collection[str]) -> Graph:
    """The graph with a unit where its norm stood; activations of these names belong to theirs."""
    convs = units(graph)
    conv_of = {norm: conv for conv, norm in convs.items()}
    behind = {n: i for n, i in _behind_units(graph).items() if graph.nodes[i].name in acts}
    place = {index: index for index in graph.inputs}
    nodes: list[Node] = []
    for index, node in enumerate(graph.nodes):
        if index in behind.values():
            place[index] = place[node.inputs[0]]
        elif index not in convs:
            if index in conv_of:
                node = graph.nodes[conv_of[index]]
                assert isinstance(node.op, Conv)
                act = _function(graph.nodes[behind[index]]) if index in behind else ""
                node = node._replace(op=ConvUnit(node.op, act))
            place[index] = len(nodes)
            nodes.append(node._replace(inputs=tuple(place[source] for source in node.inputs)))
    return replace(graph, nodes=tuple(nodes))
