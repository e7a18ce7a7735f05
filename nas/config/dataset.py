"""The section `dataset`: which images."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

from nas.config.values import PositiveInt, Seed, Text
from search_spaces.spaces.space_spec import Spec

MAX_SIDE = 4096


def _sides(value: Any) -> Any:
    """`32` as well as `[32, 48]`."""
    sides = tuple(value) if isinstance(value, list | tuple) else (value, value)
    # Not isinstance, by which `true` is a whole number.
    if len(sides) != 2 or not all(type(side) is int and 1 <= side <= MAX_SIDE for side in sides):
        rule = f"must be a number of pixels up to {MAX_SIDE}, or [height, width]"
        raise PydanticCustomError("sides", "{rule}", {"rule": rule})
    return sides


def _grey_or_rgb(channels: int) -> int:
    """A `Literal` would take `true` for 1."""
    if channels not in (1, 3):
        raise ValueError("must be 1 or 3")
    return channels


class DatasetSpec(Spec):
    """Which images to train on.

    Attributes:
        name: One of the known data sets, or `module:function`.
        root: Where its files are.
        variant: Which one of several data sets in the same files, such as `balanced` of EMNIST.
        size: Height and width that images are brought to.
        channels: 1 makes them grey, 3 RGB.
        flip: Whether training may mirror images; by default as it suits the data set.
        train_size: How many images to train on; all by default.
        validation_size: How many images to measure accuracy on.
        seed: Seed of the split, and of the images where they are made.
    """

    name: Text
    root: Text | None = None
    variant: Text | None = None
    size: Annotated[tuple[int, int], BeforeValidator(_sides)] | None = None
    channels: Annotated[int, AfterValidator(_grey_or_rgb)] | None = None
    flip: bool | None = None
    train_size: PositiveInt | None = None
    validation_size: PositiveInt | None = None
    seed: Seed = 0
