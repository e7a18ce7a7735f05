"""Primitives that change height and width: pooling, resizing, cropping, flattening."""

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

_BILINEAR: dict[str, Any] = {"mode": "bilinear", "align_corners": False}


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
        channels, height, width = spatial(self, in_shapes[0])
        return positive(self, channels, self._side(height, 0), self._side(width, 1))

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
            "kernel_size": scalar(self.kernel_size),
            "stride": scalar(self.stride),
            "padding": scalar(self.padding),
            "ceil_mode": self.ceil_mode,
        }
        return TorchCall(f"F.{self.function}_pool2d", kwargs)


@dataclass(frozen=True, slots=True)
class AdaptiveAvgPool(Primitive):
    """Average pooling to a fixed output size; size 1 is global average pooling."""

    kind: ClassVar[str] = "adaptive_avg_pool"
    output_size: int = 1

    def out_shape(self, *in_shapes: Shape) -> Shape:
        channels, _, _ = spatial(self, in_shapes[0])
        return (channels, self.output_size, self.output_size)

    def torch_call(self) -> TorchCall:
        return TorchCall("F.adaptive_avg_pool2d", {"output_size": self.output_size})


@dataclass(frozen=True, slots=True)
class Upsample(Primitive):
    """Bilinear upsampling by an integer factor."""

    kind: ClassVar[str] = "upsample"
    scale_factor: int

    def out_shape(self, *in_shapes: Shape) -> Shape:
        channels, height, width = spatial(self, in_shapes[0])
        return (channels, height * self.scale_factor, width * self.scale_factor)

    def torch_call(self) -> TorchCall:
        return TorchCall("F.interpolate", {"scale_factor": self.scale_factor, **_BILINEAR})


@dataclass(frozen=True, slots=True)
class UpsampleNearest(Primitive):
    """Upsampling by an integer factor in which each position is repeated."""

    kind: ClassVar[str] = "upsample_nearest"
    scale_factor: int

    def out_shape(self, *in_shapes: Shape) -> Shape:
        channels, height, width = spatial(self, in_shapes[0])
        return (channels, height * self.scale_factor, width * self.scale_factor)

    def torch_call(self) -> TorchCall:
        return TorchCall("F.interpolate", {"scale_factor": self.scale_factor})


@dataclass(frozen=True, slots=True)
class Resize(Primitive):
    """Bilinear interpolation to a fixed height and width, where these are no integer multiples."""

    kind: ClassVar[str] = "resize"
    size: Pair

    def out_shape(self, *in_shapes: Shape) -> Shape:
        channels, _, _ = spatial(self, in_shapes[0])
        return (channels, *self.size)

    def torch_call(self) -> TorchCall:
        return TorchCall("F.interpolate", {"size": self.size, **_BILINEAR})


@dataclass(frozen=True, slots=True)
class ResizeLike(Primitive):
    """Bilinear interpolation to the height and width of a second input, whatever they are."""

    kind: ClassVar[str] = "resize_like"

    def out_shape(self, *in_shapes: Shape) -> Shape:
        channels, _, _ = spatial(self, in_shapes[0])
        _, height, width = spatial(self, in_shapes[1])
        return (channels, height, width)

    def torch_call(self) -> TorchCall:
        return TorchCall("F.interpolate", dict(_BILINEAR), sized_like=True)


@dataclass(frozen=True, slots=True)
class Crop(Primitive):
    """Cuts rows and columns off the four sides.

    Attributes:
        margins: How many at the top, at the bottom, on the left and on the right.
    """

    kind: ClassVar[str] = "crop"
    margins: tuple[int, int, int, int]

    def __post_init__(self) -> None:
        if min(self.margins) < 0:
            raise GraphError(f"`margins` of crop must not be negative, got {self.margins}")

    def out_shape(self, *in_shapes: Shape) -> Shape:
        channels, height, width = spatial(self, in_shapes[0])
        top, bottom, left, right = self.margins
        return positive(self, channels, height - top - bottom, width - left - right)

    def torch_call(self) -> TorchCall:
        top, bottom, left, right = self.margins
        return TorchCall("F.pad", {"pad": (-left, -right, -top, -bottom)})


@dataclass(frozen=True, slots=True)
class Flatten(Primitive):
    """A feature map as one vector."""

    kind: ClassVar[str] = "flatten"

    def out_shape(self, *in_shapes: Shape) -> Shape:
        channels, height, width = spatial(self, in_shapes[0])
        return (channels * height * width,)

    def torch_call(self) -> TorchCall:
        return TorchCall("torch.flatten", {"start_dim": 1})
