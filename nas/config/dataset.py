"""The section `dataset`: which images."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, PlainValidator
from pydantic_core import PydanticCustomError

from nas.config.values import PositiveInt, Seed, Text
from search_spaces.spaces.space_spec import Spec
from workers.datasets.base import Classes, PixelValue

MAX_SIDE = 4096

MAX_CLASSES = 255
"""Of masks, whose last byte is for pixels of none."""

_COLOR = re.compile("#[0-9a-fA-F]{6}")


def _sides(value: Any) -> Any:
    """`32` as well as `[32, 48]`."""
    sides = tuple(value) if isinstance(value, list | tuple) else (value, value)
    # Not isinstance, by which `true` is a whole number.
    if len(sides) != 2 or not all(type(side) is int and 1 <= side <= MAX_SIDE for side in sides):
        rule = f"must be a number of pixels up to {MAX_SIDE}, or [height, width]"
        raise PydanticCustomError("sides", "{rule}", {"rule": rule})
    return sides


def _pixel_values(value: Any) -> tuple[PixelValue, ...]:
    """One or several numbers or colours."""
    values = tuple(value) if isinstance(value, list | tuple) else (value,)
    if not values or not all(map(_is_pixel_value, values)):
        raise _unlike("pixels", "must be numbers from 0 to 255, or colours as '#rrggbb' in quotes")
    return tuple(each.lower() if isinstance(each, str) else each for each in values)


def _is_pixel_value(value: Any) -> bool:
    if isinstance(value, str):
        return _COLOR.fullmatch(value) is not None
    return type(value) is int and 0 <= value <= 255


def _classes(value: Any) -> Classes:
    """`11`, or `[sky, road]`, or `{sky: 4, road: [0, 7]}`."""
    if type(value) is int:
        if not 2 <= value <= MAX_CLASSES:
            raise _unlike("classes", f"must be from 2 to {MAX_CLASSES}")
        return value
    if isinstance(value, list | tuple):
        return _class_names(value)
    if isinstance(value, Mapping):
        names = _class_names(list(value))
        values = [_pixel_values(each) for each in value.values()]
        _require_once([each for several in values for each in several])
        return dict(zip(names, values, strict=True))
    raise _unlike("classes", "must be how many there are, a list of names, or {name: value}")


def _class_names(names: Sequence[Any]) -> tuple[str, ...]:
    if not all(isinstance(name, str) and name for name in names):
        raise _unlike("classes", "must have a text as the name of each class (quote numbers)")
    if not 2 <= len(names) <= MAX_CLASSES or len(set(names)) < len(names):
        raise _unlike("classes", f"must have 2 to {MAX_CLASSES} names, each once")
    return tuple(names)


def _require_once(values: list[PixelValue]) -> None:
    for value in values:
        if values.count(value) > 1:
            raise _unlike("classes", f"must not give the value {value} to two classes")
    if len({type(value) for value in values}) > 1:
        raise _unlike("classes", "must have numbers or colours as values, not both")


def _unlike(kind: str, rule: str) -> PydanticCustomError:
    return PydanticCustomError(kind, "{rule}", {"rule": rule})


def _grey_or_rgb(channels: int) -> int:
    """A `Literal` would take `true` for 1."""
    if channels not in (1, 3):
        raise ValueError("must be 1 or 3")
    return channels


# Without it, Pydantic writes what a validator made and then warns that a list is no tuple.
_AS_IT_IS = PlainSerializer(lambda value: value)

_ClassesValue = Annotated[Classes, PlainValidator(_classes), _AS_IT_IS]
_PixelValues = Annotated[tuple[PixelValue, ...], PlainValidator(_pixel_values), _AS_IT_IS]


class DatasetSpec(Spec):
    """Which images to train on.

    Attributes:
        name: One of the known data sets, or `module:function`.
        root: Where its files are.
        variant: Which one of several data sets in the same files, such as `balanced` of EMNIST.
        size: Height and width that images are brought to.
        channels: 1 makes them grey, 3 RGB.
        flip: Whether training may mirror images; by default as it suits the data set.
        classes: Of masks: how many classes there are, or their names, or the values of each.
        ignore: Values of masks whose pixels are not learnt and not counted, beside 255.
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
    classes: _ClassesValue | None = None
    ignore: _PixelValues | None = None
    train_size: PositiveInt | None = None
    validation_size: PositiveInt | None = None
    seed: Seed = 0
