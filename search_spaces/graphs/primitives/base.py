"""What every primitive knows of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from search_spaces.errors import GraphError

Shape = tuple[int, ...]
Pair = tuple[int, int]


class TorchCall(NamedTuple):
    """One PyTorch call, every argument named that a primitive decides.

    Attributes:
        target: Starts with `nn.` for a module, with `F.` or `torch.` for a function.
        sized_like: Whether it takes as `size` the height and width of a second input.
    """

    target: str
    kwargs: dict[str, Any]
    sized_like: bool = False

    @property
    def is_module(self) -> bool:
        return self.target.startswith("nn.")


class Window(NamedTuple):
    """What one output position sees of the input, `(height, width)` each."""

    kernel_size: Pair
    stride: Pair
    padding: Pair
    dilation: Pair


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


def spatial(op: Primitive, shape: Shape) -> tuple[int, int, int]:
    """Channels, height and width of an input. Raises GraphError where it is no feature map."""
    if len(shape) != 3:
        raise GraphError(f"{op.kind} needs a feature map (channels, height, width), got {shape}")
    return shape[0], shape[1], shape[2]


def positive(op: Primitive, channels: int, height: int, width: int) -> Shape:
    """The shape of an output. Raises GraphError where nothing is left of the input."""
    if height < 1 or width < 1:
        raise GraphError(f"{op.kind} leaves nothing of its input: output would be {height}x{width}")
    return (channels, height, width)


def scalar(pair: Pair) -> int | Pair:
    """One number where both are the same."""
    return pair[0] if pair[0] == pair[1] else pair
