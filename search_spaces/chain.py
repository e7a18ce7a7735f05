"""The pen that networks are written with: one block after another."""

from __future__ import annotations

from collections.abc import Callable

from search_spaces.builder import Builder, Tensor
from search_spaces.network import Block, Network
from search_spaces.primitives import Shape
from search_spaces.registry import Value, lower


class Chain:
    """Writes a network block by block.

    Attributes:
        shape: Output shape of the last block so far.
    """

    def __init__(self, in_shape: Shape, activation: str = "relu") -> None:
        self.shape = in_shape
        self._in_shape = in_shape
        self._activation = activation
        self._blocks: list[Block] = []

    def block(
        self, name: str, block_type: str, out_channels: int, stride: int = 1, **choices: Value
    ) -> Chain:
        """Appends a registered block. Raises GraphError where its choices do not fit the shape."""
        options = tuple(sorted(choices.items()))
        graph = lower(block_type, self.shape, out_channels, stride, self._activation, options)
        return self._append(Block(name, block_type, graph))

    def write(
        self, name: str, block_type: str, layers: Callable[[Builder, Tensor], Tensor]
    ) -> Chain:
        """Appends layers written by a function; an empty name puts them at the network's top."""
        net = Builder(self.shape, self._activation)
        return self._append(Block(name, block_type, net.graph(layers(net, net.input))))

    def network(self) -> Network:
        """The network written so far."""
        return Network(self._in_shape, tuple(self._blocks))

    def _append(self, block: Block) -> Chain:
        self._blocks.append(block)
        self.shape = block.graph.out_shape
        return self
