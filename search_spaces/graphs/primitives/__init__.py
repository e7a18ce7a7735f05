"""The primitive layers that every block is made of.

A primitive knows five things about itself, each in one place: its output shape, its trainable
parameters, its FLOPs (multiply-adds, counted once), the window through which it sees its input, and
the PyTorch call that runs it. Everything else in the project is derived from these.

Shapes are `(channels, height, width)` for feature maps and `(features,)` for vectors; the batch
dimension is never part of a shape. Nothing here imports torch.
"""

from search_spaces.graphs.primitives.base import Pair, Primitive, Shape, TorchCall, Window
from search_spaces.graphs.primitives.resizing import (
    AdaptiveAvgPool,
    Crop,
    Flatten,
    Pool,
    Resize,
    ResizeLike,
    Upsample,
    UpsampleNearest,
)
from search_spaces.graphs.primitives.rows import Columns, Permute, Reshape
from search_spaces.graphs.primitives.unweighted import (
    ACTIVATIONS,
    Activation,
    Add,
    ChannelShuffle,
    Concat,
    Dropout,
    LeakyRelu,
    Multiply,
)
from search_spaces.graphs.primitives.weighted import BatchNorm, Conv, Linear, RmsNorm

__all__ = [
    "ACTIVATIONS", "PRIMITIVES", "Activation", "AdaptiveAvgPool", "Add", "BatchNorm",
    "ChannelShuffle", "Columns", "Concat", "Conv", "Crop", "Dropout", "Flatten", "LeakyRelu",
    "Linear", "Multiply", "Pair", "Permute", "Pool", "Primitive", "Reshape", "Resize", "ResizeLike",
    "RmsNorm", "Shape", "TorchCall", "Upsample", "UpsampleNearest", "Window",
]  # fmt: skip

PRIMITIVES: dict[str, type[Primitive]] = {
    primitive.kind: primitive
    for primitive in (
        Conv, BatchNorm, Activation, ChannelShuffle, Concat, Add, Multiply, Pool,
        AdaptiveAvgPool, Upsample, Resize, ResizeLike, Crop, Flatten, Linear, Dropout,
        LeakyRelu, UpsampleNearest, RmsNorm, Permute, Reshape, Columns,
    )
}  # fmt: skip
"""All of them by kind."""
