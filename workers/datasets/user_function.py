"""A data set that a user's own function returns: `name: "my_module:my_function"`.

The function returns a mapping of names to arrays, or an object with such attributes: `images` and
`labels`, with `test_images` and `test_labels` where there is a test part, and `class_names` where
the classes have some. `arrays` says what arrays must be like. With a `root` it is called with that
text, without one with nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from search_spaces.errors import DataError, DataOptionError, NasError, UserCodeError
from search_spaces.plugins import load_function, one_line
from workers.datasets.arrays import (
    CLASS_NAMES,
    TEST_NAMES,
    TRAIN_NAMES,
    Array,
    info_of,
    labels_of,
    named,
    names_of,
    part_of,
    require_images,
)
from workers.datasets.base import DatasetInfo, DatasetOptions, PartName, Report
from workers.datasets.contents import PartLabels
from workers.datasets.splitting import Part

_Key = tuple[str, str | None]
_kept: dict[_Key, dict[str, Array]] = {}
"""What the last call returned: `info` asks first, `load_part` of what is trained takes it away."""


def info(options: DatasetOptions) -> DatasetInfo:
    """Shape and classes of what the function returns; it is called for that."""
    found = _called(options)
    # One at a time: arrays of a function that nobody asks for any more would stay for good.
    _kept.clear()
    _kept[options.name, options.root] = found
    names = names_of(list(found), "train", options.name)
    assert names is not None, "there always is a training part"
    images, labels = names
    counted = labels_of(found[labels], f"{options.name}: {labels}")
    info = info_of(found[images].shape, counted, f"{options.name}: {images}")
    if CLASS_NAMES not in found:
        return info
    return named(info, found[CLASS_NAMES], f"{options.name}: {CLASS_NAMES}")


def look(options: DatasetOptions, info: DatasetInfo, part: PartName) -> PartLabels | None:
    """The labels, and of the images shape and type, of what the function returned for `info`."""
    found = _kept.get((options.name, options.root))
    if found is None:
        found = _kept[options.name, options.root] = _called(options)
    names = names_of(list(found), part, options.name)
    if names is None:
        return None
    images, where = found[names[0]], f"{options.name}: {names[0]}"
    require_images(images.shape, images.dtype, info, where)
    labels = labels_of(found[names[1]], f"{options.name}: {names[1]}")
    return PartLabels(labels, where, len(images))


def load_part(
    options: DatasetOptions, info: DatasetInfo, part: PartName, report: Report
) -> Part | None:
    """There is no validation part; a test part is optional."""
    if part == "validation":
        return None
    found = _kept.pop((options.name, options.root), None) or _called(options)
    names = names_of(list(found), part, options.name)
    if names is None:
        return None
    return part_of(found[names[0]], found[names[1]], info, options.name, names)


def _called(options: DatasetOptions) -> dict[str, Array]:
    """The arrays that the function returns. Raises DataOptionError where it gives none."""
    try:
        function = load_function(options.name)
        returned = function() if options.root is None else function(options.root)
    except UserCodeError as error:
        raise DataOptionError("name", str(error)) from error
    except (NasError, MemoryError):
        raise
    except Exception as error:
        raise DataOptionError("name", f"(={options.name}) raised {one_line(error)}") from error
    named = _named(returned)
    if not named and not isinstance(returned, Mapping):
        wanted = "a mapping, or an object with such attributes, of arrays `images` and `labels`"
        came = f"it returned a {type(returned).__name__}"
        raise DataOptionError("name", f"(={options.name}) must return {wanted}; {came}")
    return {name: _array(value, options.name, name) for name, value in named.items()}


def _named(returned: object) -> dict[str, Any]:
    known = [*(name for names in (*TRAIN_NAMES, *TEST_NAMES) for name in names), CLASS_NAMES]
    if isinstance(returned, Mapping):
        values = {name: returned.get(name) for name in known}
    else:
        values = {name: getattr(returned, name, None) for name in known}
    return {name: value for name, value in values.items() if value is not None}


def _array(value: object, where: str, name: str) -> Array:
    """An array as it is, or one of what can be turned into one. Raises DataError otherwise."""
    try:
        array = np.asarray(value)
    except Exception as error:
        raise DataError(f"{where}: `{name}` is no array: {one_line(error)}") from error
    if array.dtype.hasobject:
        raise DataError(f"{where}: `{name}` must be an array of numbers")
    return array
