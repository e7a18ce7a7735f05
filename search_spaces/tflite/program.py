"""A network as a TensorFlow Lite program: tensors and operators, before numbers have a type.

Maps are `(1, height, width, channels)`, constants lie as their operator wants them. What a layer
does that no operator of TensorFlow Lite does in one step, several do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from numpy.typing import NDArray

from search_spaces.graphs.primitives import Shape

Array = NDArray[Any]
Interval = tuple[float, float]

Role = Literal["map", "weight", "bias", "scalar", "lowest", "index"]
"""What a tensor is: `scalar` and `lowest` are single numbers of a map, the latter the least that
its type has; an `index` is of whole numbers, whatever the type of the file."""


class Tensor(NamedTuple):
    """What operators read and write.

    Attributes:
        value: Of a constant; None of what is computed.
        layer: Number of the layer, in the order of `Network.layers`, whose output it is, and so
            whose range it has; -1 for images, and below for the side inputs of a block alone; None
            for constants and what only stands between.
        interval: The range of its values, where that is given.
        axis: Along which a weight has a scale for each channel; None where it has one scale.
    """

    shape: Shape
    role: Role = "map"
    value: Array | None = None
    layer: int | None = None
    interval: Interval | None = None
    axis: int | None = None


class Operator(NamedTuple):
    """One step.

    Attributes:
        kind: As TensorFlow Lite calls it, for example `CONV_2D`.
        inputs: Numbers of tensors.
        output: Number of a tensor.
        options: By their names in its schema.
        keeps_scale: Whether all maps that it reads and writes must have one scale.
    """

    kind: str
    inputs: tuple[int, ...]
    output: int
    options: Mapping[str, int]
    keeps_scale: bool = False


class Written(NamedTuple):
    """Layers that were written together, as one step with one result.

    Attributes:
        layers: Their numbers, in the order of `Network.layers`.
        inputs: Tensors that the first of them reads.
        output: The tensor that holds what the last of them makes.
    """

    layers: tuple[int, ...]
    inputs: tuple[int, ...]
    output: int


@dataclass(frozen=True)
class Program:
    """Tensors, and operators in the order in which they run.

    Attributes:
        input: Number of the tensor that is given.
        output: Number of the tensor that is asked for.
        sides: Numbers of others that are given, to a block alone.
        written: Which layers became what; those that do nothing are in none.
    """

    tensors: tuple[Tensor, ...]
    operators: tuple[Operator, ...]
    input: int
    output: int
    sides: tuple[int, ...] = ()
    written: tuple[Written, ...] = ()
