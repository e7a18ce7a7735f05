"""The pen that networks are written with, their two ends, and how wide they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.graphs.graph import Graph
from search_spaces.graphs.network import Block, Network
from search_spaces.graphs.primitives import Shape
from search_spaces.registry import Value, lower

Options = tuple[tuple[str, Any], ...]
"""Arguments by name, in one order."""


class Chain:
    """Writes a network block by block.

    Attributes:
        in_shape: Shape of one image.
        shape: Output shape of the last block so far.
        blocks: What was written so far.
    """

    def __init__(
        self, in_shape: Shape, activation: str = "relu", blocks: Iterable[Block] = ()
    ) -> None:
        self.shape = self.in_shape = in_shape
        self.blocks: list[Block] = []
        self._activation = activation
        self._shapes: dict[str, Shape] = {}
        for block in blocks:
            self._append(block)

    @classmethod
    def behind(
        cls, in_shape: Shape, activation: str, shapes: Mapping[str, Shape], shape: Shape
    ) -> Chain:
        """What goes on from blocks of which only the output shapes are known.

        Args:
            shapes: By the names of blocks that may be tapped.
            shape: Of the last one.
        """
        chain = cls(in_shape, activation)
        chain._shapes, chain.shape = dict(shapes), shape
        return chain

    def shape_of(self, name: str) -> Shape:
        """Output shape of the block of that name."""
        return self._shapes[name]

    def block(
        self, name: str, block_type: str, out_channels: int, stride: int = 1, **choices: Value
    ) -> Chain:
        """Appends a registered block. Raises GraphError where its choices do not fit the shape."""
        options = tuple(sorted(choices.items()))
        graph = lower(block_type, self.shape, out_channels, stride, self._activation, options)
        return self._append(Block(name, block_type, graph))

    def write(
        self,
        name: str,
        block_type: str,
        layers: Callable[..., Tensor],
        taps: tuple[str, ...] = (),
        **options: Any,
    ) -> Chain:
        """Appends layers written by a function; an empty name puts them at the network's top.

        Args:
            layers: Takes the pen, the output of the last block, and those of the tapped ones.
            taps: Names of earlier blocks.
            options: What else `layers` takes.
        """
        sides = tuple(self._shapes[tap] for tap in taps)
        graph = written(layers, tuple(sorted(options.items())), self.shape, self._activation, sides)
        return self._append(Block(name, block_type, graph, taps))

    def network(self) -> Network:
        """The network written so far."""
        return Network(self.in_shape, tuple(self.blocks))

    def _append(self, block: Block) -> Chain:
        self.blocks.append(block)
        self.shape = self._shapes[block.name] = block.graph.out_shape
        return self


@lru_cache(maxsize=1 << 14)
def written(
    layers: Callable[..., Tensor],
    options: Options,
    in_shape: Shape,
    activation: str,
    sides: tuple[Shape, ...] = (),
) -> Graph:
    """The graph of what a function writes. Equal arguments give the same object."""
    net = Builder(in_shape, activation, sides)
    return net.graph(layers(net, net.input, *net.sides, **dict(options)))


def stem(
    net: Builder,
    x: Tensor,
    out_channels: int,
    *,
    kernel_size: int = 3,
    stride: int = 1,
    num_convs: int = 1,
    pool: bool = False,
) -> Tensor:
    """Convolutions with batch norm and activation, from image to feature map.

    The first has the stride; all but the last have half the channels (arXiv:1812.01187, figure 2b).
    With `pool` 3x3 max pooling with stride 2 follows (ResNet, arXiv:1512.03385, table 1).
    """
    for index in range(num_convs):
        last = index == num_convs - 1
        channels = out_channels if last else max(1, out_channels // 2)
        x = net.conv_norm_act(x, channels, kernel_size, stride=1 if index else stride)
    return net.max_pool(x, 3, stride=2, padding=1) if pool else x


def head(
    net: Builder, x: Tensor, num_classes: int, *, conv_channels: int = 0, dropout: float = 0.0
) -> Tensor:
    """Global average pooling, dropout, one linear layer (arXiv:1312.4400): C·N + N parameters.

    With `conv_channels` a 1x1 convolution to so many channels stands before them (MobileNet v2).
    """
    if conv_channels:
        x = net.conv_norm_act(x, conv_channels)
    x = net.flatten(net.adaptive_avg_pool(x))
    return net.linear(net.dropout(x, dropout), num_classes)


def scale_channels(out_channels: int, width_mult: float, multiple: int) -> int:
    """Channels times `width_mult`, rounded as `round_channels` does; 1 changes nothing."""
    return out_channels if width_mult == 1 else round_channels(out_channels * width_mult, multiple)


def round_channels(exact: float, multiple: int) -> int:
    """The nearest multiple that is not below nine tenths of a number of channels.

    As MobileNet v2 has it (arXiv:1801.04381, and its code).
    """
    rounded = max(multiple, int(exact + multiple / 2) // multiple * multiple)
    return rounded if rounded >= 0.9 * exact else rounded + multiple
