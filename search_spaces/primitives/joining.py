"""Primitives of two or more inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from search_spaces.errors import GraphError
from search_spaces.primitives.base import Primitive, Shape, TorchCall, spatial


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
