"""Primitives without parameters that keep the shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from search_spaces.errors import GraphError
from search_spaces.primitives.base import Primitive, Shape, TorchCall, spatial

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
