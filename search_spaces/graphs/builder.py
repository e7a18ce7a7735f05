"""The pen that blocks and networks write a graph with.

Each method appends one layer, or a usual group of layers, and returns a handle of its output.
Layers that would change nothing (a shuffle of one group, a sum of one term, a dilation of a 1x1
kernel) are not written, so that choices which mean the same network lower to the same graph.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from search_spaces.errors import GraphError
from search_spaces.graphs import primitives as ops
from search_spaces.graphs.graph import INPUT, Graph, Node
from search_spaces.graphs.primitives import Pair, Primitive, Shape

IntOrPair = int | Pair


class Tensor(NamedTuple):
    """A handle of one layer's output: which node of the graph, and its shape."""

    node: int
    shape: Shape

    @property
    def channels(self) -> int:
        return self.shape[0]


def _pair(value: IntOrPair) -> Pair:
    return (value, value) if isinstance(value, int) else value


class Builder:
    """Writes one graph.

    Attributes:
        input: Handle of the graph's input.
        sides: Handles of its side inputs.
        activation: The non-linearity that `act` writes, chosen for the whole network.
    """

    def __init__(
        self, in_shape: Shape, activation: str = "relu", side_shapes: tuple[Shape, ...] = ()
    ) -> None:
        self._bare = Graph(in_shape, (), side_shapes)
        self.input, *sides = map(Tensor, self._bare.inputs, self._bare.input_shapes)
        self.sides = tuple(sides)
        self.activation = activation
        self._nodes: list[Node] = []
        self._names: dict[str, int] = {}

    def emit(self, name: str, op: Primitive, *inputs: Tensor) -> Tensor:
        """Appends any primitive. A name that is taken gets a number."""
        count = self._names[name] = self._names.get(name, 0) + 1
        # Names are keys of the `state_dict`, where each stands once.
        unique = name if count == 1 else f"{name}_{count}"
        shape = op.out_shape(*[source.shape for source in inputs])
        indices = tuple([source.node for source in inputs])
        self._nodes.append(Node(unique, op, indices, shape))
        return Tensor(len(self._nodes) - 1, shape)

    def graph(self, output: Tensor) -> Graph:
        """The finished graph: everything that `output` depends on."""
        # Layers that nothing reads would be counted, and tell apart networks that are the same.
        needed = {output.node}
        for index in range(output.node, -1, -1):
            if index in needed:
                needed.update(self._nodes[index].inputs)
        order = sorted(index for index in needed if index > INPUT)
        if len(order) == len(self._nodes):
            return replace(self._bare, nodes=tuple(self._nodes))
        place = {index: index for index in self._bare.inputs}
        place |= {old: new for new, old in enumerate(order)}
        kept = [self._nodes[old] for old in order]
        moved = [node._replace(inputs=tuple(place[i] for i in node.inputs)) for node in kept]
        return replace(self._bare, nodes=tuple(moved))

    def conv(
        self,
        x: Tensor,
        out_channels: int,
        kernel_size: IntOrPair = 1,
        *,
        stride: IntOrPair = 1,
        padding: IntOrPair | None = None,
        dilation: IntOrPair = 1,
        groups: int = 1,
        bias: bool = False,
        name: str = "conv",
    ) -> Tensor:
        """Convolution; without `padding`, odd kernels give ceil(size / stride) positions."""
        kernel = _pair(kernel_size)
        spread = _pair(dilation)
        # What a kernel of one does not look at must not tell two networks apart.
        spread = (spread[0] if kernel[0] > 1 else 1, spread[1] if kernel[1] > 1 else 1)
        if padding is None:
            pads = (spread[0] * (kernel[0] - 1) // 2, spread[1] * (kernel[1] - 1) // 2)
        else:
            pads = _pair(padding)
        op = ops.Conv(
            x.shape[0], out_channels, kernel, _pair(stride), pads, spread, groups, bias
        )  # fmt: skip
        return self.emit(name, op, x)

    def conv_transposed(
        self,
        x: Tensor,
        out_channels: int,
        kernel_size: IntOrPair,
        *,
        stride: IntOrPair = 1,
        padding: IntOrPair = 0,
        output_padding: IntOrPair = 0,
        bias: bool = False,
        name: str = "conv_transposed",
    ) -> Tensor:
        """Transposed convolution: back to a larger resolution (arXiv:1603.07285)."""
        op = ops.Conv(
            x.channels, out_channels, _pair(kernel_size), _pair(stride), _pair(padding),
            bias=bias, transposed=True, output_padding=_pair(output_padding),
        )  # fmt: skip
        return self.emit(name, op, x)

    def norm(self, x: Tensor, name: str = "norm") -> Tensor:
        """Batch normalisation."""
        return self.emit(name, ops.BatchNorm(x.channels), x)

    def act(self, x: Tensor, function: str | None = None, name: str = "act") -> Tensor:
        """The network's activation, or the one named."""
        return self.emit(name, ops.Activation(function or self.activation), x)

    def conv_norm(
        self,
        x: Tensor,
        out_channels: int,
        kernel_size: IntOrPair = 1,
        *,
        stride: IntOrPair = 1,
        padding: IntOrPair | None = None,
        dilation: IntOrPair = 1,
        groups: int = 1,
        norm: bool = True,
        name: str = "conv",
    ) -> Tensor:
        """Convolution, then batch norm (a linear bottleneck); without `norm` a bias instead."""
        x = self.conv(
            x, out_channels, kernel_size, stride=stride, padding=padding, dilation=dilation,
            groups=groups, bias=not norm, name=name,
        )  # fmt: skip
        return self.norm(x, name=f"{name}_norm") if norm else x

    def conv_norm_act(
        self,
        x: Tensor,
        out_channels: int,
        kernel_size: IntOrPair = 1,
        *,
        stride: IntOrPair = 1,
        padding: IntOrPair | None = None,
        dilation: IntOrPair = 1,
        groups: int = 1,
        norm: bool = True,
        name: str = "conv",
    ) -> Tensor:
        """Convolution, batch norm, activation; without `norm` a bias instead of batch norm."""
        x = self.conv_norm(
            x, out_channels, kernel_size, stride=stride, padding=padding, dilation=dilation,
            groups=groups, norm=norm, name=name,
        )  # fmt: skip
        return self.act(x, name=f"{name}_act")

    def residual(
        self, x: Tensor, y: Tensor, kind: str, stride: int, *, norm: bool = True
    ) -> Tensor:
        """`y` plus a shortcut from `x` (ResNet, arXiv:1512.03385, section 3.3).

        Args:
            x: What the layers of `y` started from.
            y: Their output, before or after its activation as the block has it.
            kind: `none` returns `y`. `identity` adds `x` where stride is 1 and the shapes are
                equal, and elsewhere leaves the skip out (as MobileNet v2 does). `projection` adds
                `x` there too, and elsewhere a 1x1 convolution of `x` with `stride`.
            stride: The stride from `x` to `y`.
            norm: Whether batch norm follows the projection; without it the projection has a bias.
        """
        if kind not in ("none", "identity", "projection"):
            raise GraphError(f"`residual` must be none, identity or projection, got {kind!r}")
        same = stride == 1 and x.shape == y.shape
        if kind == "none" or (kind == "identity" and not same):
            return y
        if not same:
            x = self.conv_norm(x, y.channels, stride=stride, norm=norm, name="shortcut")
        return self.add(y, x)

    def channel_shuffle(self, x: Tensor, groups: int, name: str = "shuffle") -> Tensor:
        """Channel shuffle; nothing where it would keep the order."""
        # Groups of one channel each are transposed into the order that they had.
        if groups in (1, x.channels):
            return x
        return self.emit(name, ops.ChannelShuffle(groups), x)

    def concat(self, *branches: Tensor, name: str = "concat") -> Tensor:
        """Branches joined along channels."""
        return branches[0] if len(branches) == 1 else self.emit(name, ops.Concat(), *branches)

    def add(self, x: Tensor, y: Tensor, name: str = "add") -> Tensor:
        """Element-wise sum."""
        return self.emit(name, ops.Add(), x, y)

    def max_pool(
        self,
        x: Tensor,
        kernel_size: int,
        *,
        stride: int,
        padding: int = 0,
        ceil_mode: bool = False,
        name: str = "pool",
    ) -> Tensor:
        """Max pooling; `ceil_mode` lets a last window overhang, and is dropped where none would."""
        op = self._pool("max", x, kernel_size, stride, padding, ceil_mode)
        return self.emit(name, op, x)

    def avg_pool(
        self,
        x: Tensor,
        kernel_size: int,
        *,
        stride: int,
        padding: int = 0,
        ceil_mode: bool = False,
        name: str = "pool",
    ) -> Tensor:
        """Average pooling; padded zeros count, what overhangs by `ceil_mode` does not."""
        op = self._pool("avg", x, kernel_size, stride, padding, ceil_mode)
        return self.emit(name, op, x)

    def _pool(
        self, function: str, x: Tensor, kernel_size: int, stride: int, padding: int, ceil_mode: bool
    ) -> ops.Pool:
        spans = [size + 2 * padding - kernel_size for size in x.shape[1:]]
        # Where no window overhangs, `ceil_mode` would only make another network of the same one,
        # and one that ONNX before opset 19 cannot average.
        overhang = ceil_mode and any(span % stride for span in spans)
        return ops.Pool(function, _pair(kernel_size), _pair(stride), _pair(padding), overhang)

    def adaptive_avg_pool(self, x: Tensor, output_size: int = 1, name: str = "pool") -> Tensor:
        """Average pooling to `output_size` x `output_size`; nothing where the map has that size."""
        if x.shape[1:] == (output_size, output_size):
            return x
        return self.emit(name, ops.AdaptiveAvgPool(output_size), x)

    def upsample(self, x: Tensor, scale_factor: int, name: str = "upsample") -> Tensor:
        """Bilinear upsampling."""
        return x if scale_factor == 1 else self.emit(name, ops.Upsample(scale_factor), x)

    def upsample_nearest(self, x: Tensor, scale_factor: int, name: str = "upsample") -> Tensor:
        """Upsampling that repeats each position."""
        return x if scale_factor == 1 else self.emit(name, ops.UpsampleNearest(scale_factor), x)

    def leaky_relu(self, x: Tensor, negative_slope: float, name: str = "act") -> Tensor:
        """Leaky ReLU."""
        return self.emit(name, ops.LeakyRelu(negative_slope), x)

    def rms_norm(self, x: Tensor, name: str = "norm") -> Tensor:
        """Root mean square normalisation over the channels of a map, with a scale for each."""
        last = self.emit(f"{name}_to_last", ops.Permute((1, 2, 0)), x)
        scaled = self.emit(name, ops.RmsNorm(x.channels), last)
        return self.emit(f"{name}_to_first", ops.Permute((2, 0, 1)), scaled)

    def rows(self, x: Tensor, num_values: int, name: str = "rows") -> Tensor:
        """A map of several times `num_values` channels as rows `(predictions, num_values)`.

        In the order of positions, and of anchors at each. Raises GraphError where they do not fit.
        """
        channels, height, width = x.shape
        last = self.emit(f"{name}_to_last", ops.Permute((1, 2, 0)), x)
        num_rows = channels // num_values * height * width
        return self.reshape(last, (num_rows, num_values), name)

    def reshape(self, x: Tensor, shape: ops.Shape, name: str = "reshape") -> Tensor:
        """The same values in another shape; nothing where it is that."""
        return x if x.shape == shape else self.emit(name, ops.Reshape(shape), x)

    def columns(self, *parts: Tensor, name: str = "columns") -> Tensor:
        """Rows joined one beside the other."""
        return parts[0] if len(parts) == 1 else self.emit(name, ops.Columns(), *parts)

    def resize(self, x: Tensor, size: Pair, name: str = "upsample") -> Tensor:
        """Bilinear interpolation to a height and width; nothing where the map has them.

        By a factor where that is a whole number, so that images may have another size.
        """
        height, width = x.shape[1:]
        factor = size[0] // height
        if (factor * height, factor * width) == size:
            return self.upsample(x, factor, name)
        return self.emit(name, ops.Resize(size), x)

    def resize_like(self, x: Tensor, like: Tensor, name: str = "upsample") -> Tensor:
        """Bilinear interpolation to the size of another map; nothing where both have one size."""
        return x if x.shape[1:] == like.shape[1:] else self.emit(name, ops.ResizeLike(), x, like)

    def crop_like(self, x: Tensor, like: Tensor, name: str = "crop") -> Tensor:
        """The middle of a map, as large as another one; nothing where both have one size."""
        excess = [own - other for own, other in zip(x.shape[1:], like.shape[1:], strict=True)]
        if excess == [0, 0]:
            return x
        (top, left), (height, width) = (over // 2 for over in excess), excess
        return self.crop(x, (top, height - top, left, width - left), name)

    def crop(self, x: Tensor, margins: tuple[int, int, int, int], name: str = "crop") -> Tensor:
        """Without so many rows at the top and bottom, and columns on the left and right."""
        return self.emit(name, ops.Crop(margins), x)

    def multiply(self, x: Tensor, gate: Tensor, name: str = "multiply") -> Tensor:
        """Channels of `x` times gates `(channels, 1, 1)`."""
        return self.emit(name, ops.Multiply(), x, gate)

    def squeeze_excite(
        self, x: Tensor, squeeze_channels: int, name: str = "se", *, gate_function: str = "sigmoid"
    ) -> Tensor:
        """Squeeze-and-excitation (arXiv:1709.01507): channels weighted by gates of their means."""
        gate = self.adaptive_avg_pool(x, name=f"{name}_pool")
        gate = self.conv(gate, squeeze_channels, bias=True, name=f"{name}_reduce")
        # As published, whatever the network's activation is.
        gate = self.act(gate, "relu", name=f"{name}_act")
        gate = self.conv(gate, x.channels, bias=True, name=f"{name}_expand")
        gate = self.act(gate, gate_function, name=f"{name}_gate")
        return self.multiply(x, gate, name=name)

    def dropout(self, x: Tensor, p: float, name: str = "dropout") -> Tensor:
        """Dropout; nothing for probability 0."""
        return x if p == 0 else self.emit(name, ops.Dropout(p), x)

    def flatten(self, x: Tensor, name: str = "flatten") -> Tensor:
        """A feature map as a vector."""
        return self.emit(name, ops.Flatten(), x)

    def linear(self, x: Tensor, out_features: int, name: str = "linear") -> Tensor:
        """Fully connected layer with bias."""
        if len(x.shape) != 1:
            raise GraphError(f"linear needs a vector, got {x.shape}; flatten or pool first")
        return self.emit(name, ops.Linear(x.shape[0], out_features), x)
