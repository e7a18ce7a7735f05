"""Primitives that make rows of predictions of feature maps, as detectors do.

A detector's maps have, at each position, the values of each of its anchors one behind the other.
Channels last, these are rows already: reshaping makes them `(num_predictions, values)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import ClassVar

from search_spaces.errors import GraphError
from search_spaces.graphs.primitives.base import Primitive, Shape, TorchCall


@dataclass(frozen=True, slots=True)
class Permute(Primitive):
    """The axes of a feature map in another order.

    Attributes:
        order: Which axis stands first, second and third; `(1, 2, 0)` puts channels last.
    """

    kind: ClassVar[str] = "permute"
    order: tuple[int, int, int]

    def __post_init__(self) -> None:
        if sorted(self.order) != [0, 1, 2]:
            raise GraphError(f"`order` must have 0, 1 and 2 once each, got {self.order}")

    def out_shape(self, *in_shapes: Shape) -> Shape:
        if len(in_shapes[0]) != 3:
            raise GraphError(f"permute needs three axes, got {in_shapes[0]}")
        return tuple(in_shapes[0][axis] for axis in self.order)

    def torch_call(self) -> TorchCall:
        return TorchCall("torch.permute", {"dims": (0, *(axis + 1 for axis in self.order))})


@dataclass(frozen=True, slots=True)
class Reshape(Primitive):
    """The same values in another shape."""

    kind: ClassVar[str] = "reshape"
    shape: Shape

    def out_shape(self, *in_shapes: Shape) -> Shape:
        if prod(in_shapes[0]) != prod(self.shape):
            raise GraphError(f"`shape` (={self.shape}) must have as many values as {in_shapes[0]}")
        return self.shape

    def torch_call(self) -> TorchCall:
        return TorchCall("torch.reshape", {"shape": (-1, *self.shape)})


@dataclass(frozen=True, slots=True)
class Columns(Primitive):
    """Rows joined one beside the other: `(n, a)` and `(n, b)` make `(n, a + b)`."""

    kind: ClassVar[str] = "columns"

    def out_shape(self, *in_shapes: Shape) -> Shape:
        if any(len(shape) != 2 for shape in in_shapes) or len({rows for rows, _ in in_shapes}) > 1:
            raise GraphError(f"columns needs as many rows of each input, got {list(in_shapes)}")
        return (in_shapes[0][0], sum(values for _, values in in_shapes))

    def torch_call(self) -> TorchCall:
        return TorchCall("torch.cat", {"dim": 2})
