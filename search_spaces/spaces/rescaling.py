"""A reference network at another width, for other images and classes.

The networks of the literature are made for 224 pixels or more. For small images they are adapted
as their own authors and others do for CIFAR: the same layers in the same order, and of the strides
only so many as leave a last feature map of at least 4 x 4 (3 x 3 where convolutions without padding
take of it); the first ones become 1, and a pooling that only halved the map falls away. Networks
that make a class of each pixel take images of any size as they are; U-Net gets batch norm and the
padding that scores every pixel.
"""

from __future__ import annotations

import inspect
from collections.abc import Collection
from dataclasses import dataclass, replace
from math import lcm, prod

from search_spaces.errors import GraphError
from search_spaces.graphs import primitives as ops
from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.graphs.chain import scale_channels
from search_spaces.graphs.graph import INPUT, Graph, Node
from search_spaces.graphs.network import Block, Network
from search_spaces.graphs.primitives import Shape
from search_spaces.networks import reference_network, reference_networks

LEAST_MAP = 4
"""Height and width that the last feature map should have at least."""


def scaled_reference(
    name: str, in_shape: Shape, num_classes: int, width_mult: float = 1.0, multiple: int = 1
) -> Network:
    """A reference network for these images and classes.

    Args:
        in_shape: `(channels, height, width)` of one image.
        width_mult: Scales all channels (MobileNet's alpha, arXiv:1704.04861); by the network's own
            rule where its paper has one.
        multiple: Of what scaled channels are, beside the network's own numbers of groups.

    A network that segments or detects keeps its strides; a map of classes has the images' size.

    Raises:
        SpaceError: The name is unknown.
        GraphError: The network cannot be built so small.
    """
    original = _original(name, width_mult)
    if len(original.network.out_shape) > 1:
        return _at_size(name, in_shape, num_classes, width_mult)
    scaled = width_mult if original.is_plain else 1.0
    total, kept = _total_stride(original.network), _kept_stride(in_shape)
    removed = max(1, total // kept)
    # Convolutions without padding take of a map, too, which strides alone do not tell: it is tried.
    while True:
        try:
            found = _rescaled(original.network, in_shape, num_classes, scaled, multiple, removed)
            if removed >= total or _last_map(found) >= LEAST_MAP - 1:
                return found
        except GraphError:
            if removed >= total:
                raise
        removed *= 2


def _at_size(name: str, in_shape: Shape, num_classes: int, width_mult: float) -> Network:
    channels, height, width = in_shape
    # A score for each pixel. And norms, which U-Net is older than: without, it learns nothing by a
    # recipe for networks that have them, and to be better than that says little.
    wanted = {"padding": "same", "norm": True}
    more = {key: value for key, value in wanted.items() if key in _arguments(name)}
    return reference_network(
        name, width_mult=width_mult, resolution=(height, width), num_classes=num_classes,
        in_channels=channels, **more,
    )  # fmt: skip


@dataclass(frozen=True)
class _Original:
    """A network as published; `is_plain` where no width was asked of its own function."""

    network: Network
    is_plain: bool


def _original(name: str, width_mult: float) -> _Original:
    if "width_mult" in _arguments(name):
        return _Original(reference_network(name, width_mult=width_mult), is_plain=False)
    return _Original(reference_network(name), is_plain=True)


def _arguments(name: str) -> Collection[str]:
    """What the function of a network takes; nothing where there is no such network."""
    function = reference_networks().get(name)
    return () if function is None else inspect.signature(function).parameters


def _last_map(network: Network) -> int:
    """Height or width of what the last pooling sees."""
    sides = [min(node.shape[1:]) for _, _, node in network.layers() if len(node.shape) == 3]
    return next((side for side in reversed(sides) if side > 1), 1)


def _kept_stride(in_shape: Shape) -> int:
    """The largest power of two that leaves maps of `LEAST_MAP`; at least 1."""
    return 1 << max(0, (min(in_shape[1:]) // LEAST_MAP).bit_length() - 1)


def _total_stride(network: Network) -> int:
    return prod(max(_strides(block.graph).values(), default=1) for block in network.blocks)


def _strides(graph: Graph) -> dict[int, int]:
    """By how much each node's output is smaller than the input of the graph, in its strides."""
    found = {INPUT: 1}
    for index, node in enumerate(graph.nodes):
        found[index] = max(found[source] for source in node.inputs) * _stride(node.op)
    return found


def _stride(op: ops.Primitive) -> int:
    return op.stride[0] if isinstance(op, ops.Conv | ops.Pool) else 1


def _rescaled(
    network: Network,
    in_shape: Shape,
    num_classes: int,
    width_mult: float,
    multiple: int,
    removed: int,
) -> Network:
    groups = {
        node.op.groups
        for _, _, node in network.layers()
        # The groups of a depthwise convolution follow its channels.
        if isinstance(node.op, ops.Conv) and not _is_depthwise(node.op)
    }
    # SqueezeNet's classifier is a convolution.
    last = [node for _, _, node in network.layers() if isinstance(node.op, ops.Conv | ops.Linear)]
    pen = _Pen(width_mult, lcm(multiple, *groups), removed, num_classes, last[-1])
    blocks: list[Block] = []
    shape, stride = in_shape, 1
    for block in network.blocks:
        graph = pen.rewritten(block.graph, shape, stride)
        stride *= max(_strides(block.graph).values(), default=1)
        if graph.nodes:
            blocks.append(Block(block.name, block.type, graph))
        shape = graph.out_shape
    return Network(in_shape, tuple(blocks))


def _is_depthwise(op: ops.Conv) -> bool:
    return op.groups > 1 and op.groups == op.in_channels


@dataclass(frozen=True)
class _Pen:
    """Writes blocks again, each layer for the channels and the map that reach it now.

    Attributes:
        multiple: What scaled channels are rounded to a multiple of.
        removed: So much of the total stride becomes 1.
        classifier: The layer whose outputs are the classes.
    """

    width_mult: float
    multiple: int
    removed: int
    num_classes: int
    classifier: Node

    def rewritten(self, graph: Graph, in_shape: Shape, stride: int) -> Graph:
        """A block for another input; without layers where nothing is left of it.

        Args:
            stride: Of the layers before it, as published.
        """
        net = Builder(in_shape)
        written: dict[int, Tensor] = {INPUT: net.input}
        strides = {index: stride * own for index, own in _strides(graph).items()}
        for index, node in enumerate(graph.nodes):
            inputs = [written[source] for source in node.inputs]
            before = max(strides[source] for source in node.inputs)
            # The first strides go: left is only by how much all of them so far exceed `removed`.
            kept = self._kept(strides[index]) // self._kept(before)
            op = self._op(node, inputs[0].shape, kept)
            written[index] = inputs[0] if op is None else net.emit(node.name, op, *inputs)
        return net.graph(written[len(graph.nodes) - 1])

    def _kept(self, stride: int) -> int:
        return max(1, stride // self.removed)

    def _op(self, node: Node, shape: Shape, stride: int) -> ops.Primitive | None:
        """What a layer becomes; None where it falls away."""
        match node.op:
            case ops.Conv() as op:
                return self._conv(node, op, shape, stride)
            case ops.Linear() as op:
                return replace(
                    op, in_features=shape[0], out_features=self._outputs(node, op.out_features)
                )
            case ops.BatchNorm() as op:
                return replace(op, num_features=shape[0])
            case ops.Pool() as op if _stride(op) > 1:
                return replace(op, stride=(stride, stride)) if stride > 1 else None
            case ops.AdaptiveAvgPool() as op:
                # AlexNet and VGG pool to 6 and 7: a smaller map would only be repeated.
                size = min(op.output_size, *shape[1:])
                return None if shape[1:] == (size, size) else replace(op, output_size=size)
            case op:
                return op

    def _conv(self, node: Node, op: ops.Conv, shape: Shape, stride: int) -> ops.Conv:
        channels, groups = shape[0], op.groups
        outputs = self._outputs(node, op.out_channels)
        if _is_depthwise(op):
            groups, outputs = channels, channels * (op.out_channels // op.in_channels)
        is_kept = stride == op.stride[0]  # where not, the map keeps its size
        return replace(
            op, in_channels=channels, out_channels=outputs, groups=groups, stride=(stride, stride),
            padding=op.padding if is_kept else _same_padding(op),
        )  # fmt: skip

    def _outputs(self, node: Node, number: int) -> int:
        # The very layer, not one that is equal to it.
        if node is self.classifier:
            return self.num_classes
        return scale_channels(number, self.width_mult, self.multiple)


def _same_padding(op: ops.Conv) -> ops.Pair:
    height, width = (d * (k - 1) // 2 for k, d in zip(op.kernel_size, op.dilation, strict=True))
    return height, width
