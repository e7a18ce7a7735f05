"""Primitives without parameters: those that keep the shape, and those of several inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from search_spaces.errors import GraphError
from search_spaces.graphs.primitives.base import Primitive, Shape, TorchCall, spatial

ACTIVATIONS = {
    "relu": "F.relu",
    "relu6": "F.relu6",
    "silu": "F.silu",
    "hard_swish": "F.hardswish",
    "sigmoid": "torch.sigmoid",
    "hard_sigmoid": "F.hardsigmoid",
}


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
class LeakyRelu(Primitive):
    """`x` where it is positive, `negative_slope` times it elsewhere."""

    kind: ClassVar[str] = "leaky_relu"
    negative_slope: float

    def torch_call(self) -> TorchCall:
        return TorchCall("F.leaky_relu", {"negative_slope": self.negative_slope})


@dataclass(frozen=True, slots=True)
class ChannelShuffle(Primitive):
    """Channel shuffle (ShuffleNet, arXiv:1707.01083): reshape to groups, transpose, flatten."""

    kind: ClassVar[str] = "channel_shuffle"
    groups: int

    def out_shape(self, *in_shapes: Shape) -> Shape:
        channels, _, _ = spatial(self, in_shapes[0])
        if channels % self.groups:
            rule = f"`channels` (={channels}) must be divisible by `groups` (={self.groups})"
            raise GraphError(rule)
        return in_shapes[0]

    def torch_call(self) -> TorchCall:
        return TorchCall("F.channel_shuffle", {"groups": self.groups})


@dataclass(frozen=True, slots=True)
class Dropout(Primitive):
    """Dropout with probability `p` while training; nothing at inference."""

    kind: ClassVar[str] = "dropout"
    p: float

    def torch_call(self) -> TorchCall:
        return TorchCall("nn.Dropout", {"p": self.p})


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
        channels, _, _ = spatial(self, in_shapes[0])
        if in_shapes[1] != (channels, 1, 1):
            raise GraphError(f"multiply needs a gate of ({channels}, 1, 1), got {in_shapes[1]}")
        return in_shapes[0]

    def torch_call(self) -> TorchCall:
        return TorchCall("torch.mul", {})
