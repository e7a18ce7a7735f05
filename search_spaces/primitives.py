"""The primitive layers that every block is made of.

A primitive knows five things about itself, each in one place: its output shape, its trainable
parameters, its FLOPs (multiply-adds, counted once), the window through which it sees its input, and
the PyTorch call that runs it. Everything else in the project is derived from these.

Shapes are `(channels, height, width)` for feature maps and `(features,)` for vectors; the batch
dimension is never part of a shape. Nothing here imports torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from search_spaces.errors import GraphError

Shape = tuple[int, ...]
Pair = tuple[int, int]

ACTIVATIONS = {
    "relu": "F.relu",
    "relu6": "F.relu6",
    "silu": "F.silu",
    "hard_swish": "F.hardswish",
    "sigmoid": "torch.sigmoid",
    "hard_sigmoid": "F.hardsigmoid",
}


class TorchCall(NamedTuple):
    """One PyTorch call, every argument named that a primitive decides.

    Attributes:
        target: Starts with `nn.` for a module, with `F.` or `torch.` for a function.
    """

    target: str
    kwargs: dict[str, Any]

    @property
    def is_module(self) -> bool:
        return self.target.startswith("nn.")


class Window(NamedTuple):
    """What one output position sees of the input, `(height, width)` each."""

    kernel_size: Pair
    stride: Pair
    padding: Pair
    dilation: Pair


def _spatial(op: Primitive, shape: Shape) -> tuple[int, int, int]:
    if len(shape) != 3:
        raise GraphError(f"{op.kind} needs a feature map (channels, height, width), got {shape}")
    return shape[0], shape[1], shape[2]


def _positive(op: Primitive, channels: int, height: int, width: int) -> Shape:
    if height < 1 or width < 1:
        raise GraphError(f"{op.kind} leaves nothing of its input: output would be {height}x{width}")
    return (channels, height, width)


def _scalar(pair: Pair) -> int | Pair:
    return pair[0] if pair[0] == pair[1] else pair


@dataclass(frozen=True, slots=True)
class Primitive:
    """Base of all primitives: no parameters, no FLOPs, shape kept."""

    kind: ClassVar[str] = "primitive"
    commutative: ClassVar[bool] = False

    def out_shape(self, *in_shapes: Shape) -> Shape:
        """Shape of the output. Raises GraphError where the inputs do not fit."""
        return in_shapes[0]

    def params(self) -> int:
        """Trainable parameters, biases and batch-norm scale and shift included."""
        return 0

    def flops(self, in_shape: Shape, out_shape: Shape) -> int:
        """Multiply-adds for one sample; bias, norm, activation, pooling and joins count zero."""
        return 0

    def window(self) -> Window | None:
        """The window of a sliding primitive; None for one that works position by position."""
        return None

    def torch_call(self) -> TorchCall:
        """The PyTorch call that runs this primitive."""
        raise GraphError(f"{self.kind} has no PyTorch call")

    def fields(self) -> dict[str, Any]:
        """The values that make this primitive what it is, by name."""
        names: tuple[str, ...] = self.__match_args__
        return dict(zip(names, self.values(), strict=True))

    def values(self) -> tuple[Any, ...]:
        """The values that make this primitive what it is, in order."""
        names: tuple[str, ...] = self.__match_args__
        return tuple([getattr(self, name) for name in names])


@dataclass(frozen=True, slots=True)
class Conv(Primitive):
    """Convolution, or transposed convolution: any kernel, stride, dilation and groups.

    Parameters: K_h·K_w·C_in·C_out / groups, and C_out for a bias. FLOPs: that weight count times
    the output positions (input positions when transposed).
    """

    kind: ClassVar[str] = "conv"
    in_channels: int
    out_channels: int
    kernel_size: Pair
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)
    groups: int = 1
    bias: bool = False
    transposed: bool = False
    output_padding: Pair = (0, 0)

    def __post_init__(self) -> None:
        if self.out_channels < 1:
            raise GraphError(f"`out_channels` (={self.out_channels}) must be at least 1")
        if self.groups == 1:
            return
        for name in ("in_channels", "out_channels"):
            channels = getattr(self, name)
            if channels % self.groups:
                rule = f"`{name}` (={channels}) must be divisible by `groups` (={self.groups})"
                raise GraphError(rule)

    def out_shape(self, *in_shapes: Shape) -> Shape:
        channels, height, width = _spatial(self, in_shapes[0])
        if channels != self.in_channels:
            came = f"`in_channels` (={self.in_channels}) must equal the input's (={channels})"
            raise GraphError(came)
        return _positive(self, self.out_channels, self._side(height, 0), self._side(width, 1))

    def _side(self, size: int, axis: int) -> int:
        reach = self.dilation[axis] * (self.kernel_size[axis] - 1)
        if self.transposed:
            grown = (size - 1) * self.stride[axis] - 2 * self.padding[axis]
            return grown + reach + self.output_padding[axis] + 1
        return (size + 2 * self.padding[axis] - reach - 1) // self.stride[axis] + 1

    def weights(self) -> int:
        taps = self.kernel_size[0] * self.kernel_size[1]
        return taps * self.in_channels * self.out_channels // self.groups

    def params(self) -> int:
        return self.weights() + (self.out_channels if self.bias else 0)

    def flops(self, in_shape: Shape, out_shape: Shape) -> int:
        positions = in_shape if self.transposed else out_shape
        return self.weights() * positions[1] * positions[2]

    def window(self) -> Window:
        return Window(self.kernel_size, self.stride, self.padding, self.dilation)

    def torch_call(self) -> TorchCall:
        kwargs: dict[str, Any] = {
            "in_channels": self.in_channels,
            "out_channels": self.out_channels,
            "kernel_size": _scalar(self.kernel_size),
            "stride": _scalar(self.stride),
            "padding": _scalar(self.padding),
            "dilation": _scalar(self.dilation),
            "groups": self.groups,
            "bias": self.bias,
        }
        if self.transposed:
            kwargs["output_padding"] = _scalar(self.output_padding)
        return TorchCall("nn.ConvTranspose2d" if self.transposed else "nn.Conv2d", kwargs)


@dataclass(frozen=True, slots=True)
class BatchNorm(Primitive):
    """Batch normalisation (arXiv:1502.03167): a scale and a shift for each channel."""

    kind: ClassVar[str] = "batch_norm"
    num_features: int

    def params(self) -> int:
        return 2 * self.num_features

    def torch_call(self) -> TorchCall:
        return TorchCall("nn.BatchNorm2d", {"num_features": self.num_features})


@dataclass(frozen=True, slots=True)
class Activation(Primitive):
    """An element-wise non-linearity, one of `ACTIVATIONS`."""

    kind: ClassVar[str] = "activation"
    function: str

    def __post_init__(self) -> None:
        if self.function not in ACTIVATIONS:
            allowed = ", ".join(ACTIVATIONS)
            raise GraphError(f"`activation` must be one of {allowed}, got {self.function!r}")

    def torch_call(self) -> TorchCall:
        return TorchCall(ACTIVATIONS[self.function], {})


@dataclass(frozen=True, slots=True)
class ChannelShuffle(Primitive):
    """Channel shuffle (ShuffleNet, arXiv:1707.01083): reshape to groups, transpose, flatten."""

    kind: ClassVar[str] = "channel_shuffle"
    groups: int

    def out_shape(self, *in_shapes: Shape) -> Shape:
        channels, _, _ = _spatial(self, in_shapes[0])
        if channels % self.groups:
            rule = f"`channels` (={channels}) must be divisible by `groups` (={self.groups})"
            raise GraphError(rule)
        return in_shapes[0]

    def torch_call(self) -> TorchCall:
        return TorchCall("F.channel_shuffle", {"groups": self.groups})


@dataclass(frozen=True, slots=True)
class Concat(Primitive):
    """Concatenation along channels."""

    kind: ClassVar[str] = "concat"

    def out_shape(self, *in_shapes: Shape) -> Shape:
        if len({shape[1:] for shape in in_shapes}) != 1:
            raise GraphError(f"concat needs inputs of one height and width, got {list(in_shapes)}")
        return (sum(shape[0] for shape in in_shapes), *in_shapes[0][1:])

    def torch_call(self) -> TorchCall:
        return TorchCall("torch.cat", {"dim": 1})


@dataclass(frozen=True, slots=True)
class Add(Primitive):
    """Element-wise sum of two equal shapes."""

    kind: ClassVar[str] = "add"
    commutative: ClassVar[bool] = True

    def out_shape(self, *in_shapes: Shape) -> Shape:
        if len(set(in_shapes)) != 1:
            raise GraphError(f"add needs inputs of one shape, got {list(in_shapes)}")
        return in_shapes[0]

    def torch_call(self) -> TorchCall:
        return TorchCall("torch.add", {})


@dataclass(frozen=True, slots=True)
class Multiply(Primitive):
    """A feature map scaled channel by channel: `(c, h, w)` times `(c, 1, 1)`."""

    kind: ClassVar[str] = "multiply"

    def out_shape(self, *in_shapes: Shape) -> Shape:
        channels, _, _ = _spatial(self, in_shapes[0])
        if in_shapes[1] != (channels, 1, 1):
            raise GraphError(f"multiply needs a gate of ({channels}, 1, 1), got {in_shapes[1]}")
        return in_shapes[0]

    def torch_call(self) -> TorchCall:
        return TorchCall("torch.mul", {})


@dataclass(frozen=True, slots=True)
class Pool(Primitive):
    """Max or average pooling with a sliding window; average pooling counts padded zeros."""

    kind: ClassVar[str] = "pool"
    function: str
    kernel_size: Pair
    stride: Pair
    padding: Pair = (0, 0)
    ceil_mode: bool = False

    def __post_init__(self) -> None:
        if self.function not in ("max", "avg"):
            raise GraphError(f"pooling must be max or avg, got {self.function!r}")

    def out_shape(self, *in_shapes: Shape) -> Shape:
        channels, height, width = _spatial(self, in_shapes[0])
        return _positive(self, channels, self._side(height, 0), self._side(width, 1))

    def _side(self, size: int, axis: int) -> int:
        """PyTorch's rule: with `ceil_mode` a last window may overhang, but must start inside."""
        stride, padding = self.stride[axis], self.padding[axis]
        span = size + 2 * padding - self.kernel_size[axis]
        if not self.ceil_mode:
            return span // stride + 1
        steps = -(-span // stride)
        return steps + 1 if steps * stride < size + padding else steps

    def window(self) -> Window:
        return Window(self.kernel_size, self.stride, self.padding, (1, 1))

    def torch_call(self) -> TorchCall:
        kwargs: dict[str, Any] = {
            "kernel_size": _scalar(self.kernel_size),
            "stride": _scalar(self.stride),
            "padding": _scalar(self.padding),
            "ceil_mode": self.ceil_mode,
        }
        return TorchCall(f"F.{self.function}_pool2d", kwargs)


@dataclass(frozen=True, slots=True)
class AdaptiveAvgPool(Primitive):
    """Average pooling to a fixed output size; size 1 is global average pooling."""

    kind: ClassVar[str] = "adaptive_avg_pool"
    output_size: int = 1

    def out_shape(self, *in_shapes: Shape) -> Shape:
        channels, _, _ = _spatial(self, in_shapes[0])
        return (channels, self.output_size, self.output_size)

    def torch_call(self) -> TorchCall:
        return TorchCall("F.adaptive_avg_pool2d", {"output_size": self.output_size})


@dataclass(frozen=True, slots=True)
class Upsample(Primitive):
    """Bilinear upsampling by an integer factor."""

    kind: ClassVar[str] = "upsample"
    scale_factor: int

    def out_shape(self, *in_shapes: Shape) -> Shape:
        channels, height, width = _spatial(self, in_shapes[0])
        return (channels, height * self.scale_factor, width * self.scale_factor)

    def torch_call(self) -> TorchCall:
        kwargs = {"scale_factor": self.scale_factor, "mode": "bilinear", "align_corners": False}
        return TorchCall("F.interpolate", kwargs)


@dataclass(frozen=True, slots=True)
class Flatten(Primitive):
    """A feature map as one vector."""

    kind: ClassVar[str] = "flatten"

    def out_shape(self, *in_shapes: Shape) -> Shape:
        channels, height, width = _spatial(self, in_shapes[0])
        return (channels * height * width,)

    def torch_call(self) -> TorchCall:
        return TorchCall("torch.flatten", {"start_dim": 1})


@dataclass(frozen=True, slots=True)
class Linear(Primitive):
    """Fully connected layer: `in_features`·`out_features` multiply-adds."""

    kind: ClassVar[str] = "linear"
    in_features: int
    out_features: int
    bias: bool = True

    def out_shape(self, *in_shapes: Shape) -> Shape:
        if in_shapes[0] != (self.in_features,):
            raise GraphError(f"linear needs a vector of {self.in_features}, got {in_shapes[0]}")
        return (self.out_features,)

    def params(self) -> int:
        return self.in_features * self.out_features + (self.out_features if self.bias else 0)

    def flops(self, in_shape: Shape, out_shape: Shape) -> int:
        return self.in_features * self.out_features

    def torch_call(self) -> TorchCall:
        return TorchCall("nn.Linear", self.fields())


@dataclass(frozen=True, slots=True)
class Dropout(Primitive):
    """Dropout with probability `p` while training; nothing at inference."""

    kind: ClassVar[str] = "dropout"
    p: float

    def torch_call(self) -> TorchCall:
        return TorchCall("nn.Dropout", {"p": self.p})


PRIMITIVES: dict[str, type[Primitive]] = {
    primitive.kind: primitive
    for primitive in (
        Conv, BatchNorm, Activation, ChannelShuffle, Concat, Add, Multiply, Pool,
        AdaptiveAvgPool, Upsample, Flatten, Linear, Dropout,
    )
}  # fmt: skip
