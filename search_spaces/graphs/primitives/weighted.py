"""Primitives with trainable parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from search_spaces.errors import GraphError
from search_spaces.graphs.primitives.base import (
    Pair,
    Primitive,
    Shape,
    TorchCall,
    Window,
    positive,
    scalar,
    spatial,
)


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
        channels, height, width = spatial(self, in_shapes[0])
        if channels != self.in_channels:
            came = f"`in_channels` (={self.in_channels}) must equal the input's (={channels})"
            raise GraphError(came)
        return positive(self, self.out_channels, self._side(height, 0), self._side(width, 1))

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
            "kernel_size": scalar(self.kernel_size),
            "stride": scalar(self.stride),
            "padding": scalar(self.padding),
            "dilation": scalar(self.dilation),
            "groups": self.groups,
            "bias": self.bias,
        }
        if self.transposed:
            kwargs["output_padding"] = scalar(self.output_padding)
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
class RmsNorm(Primitive):
    """Each position over the root of its mean square, and a scale for each channel.

    Of `(height, width, channels)` (arXiv:1910.07467). Up to the factor of the scale it is the L2
    normalisation of SSD (arXiv:1512.02325, section 3.1).
    """

    kind: ClassVar[str] = "rms_norm"
    num_features: int

    def out_shape(self, *in_shapes: Shape) -> Shape:
        if in_shapes[0][-1] != self.num_features:
            raise GraphError(
                f"rms_norm needs {self.num_features} channels last, got {in_shapes[0]}"
            )
        return in_shapes[0]

    def params(self) -> int:
        return self.num_features

    def torch_call(self) -> TorchCall:
        return TorchCall("nn.RMSNorm", {"normalized_shape": self.num_features})


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
