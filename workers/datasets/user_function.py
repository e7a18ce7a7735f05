"""A data set that a user's own function returns: `name: "my_module:my_function"`.

The function returns a mapping of names to arrays, or an object with such attributes: `images` and
`labels` or `masks`, with `test_images` and `test_labels` or `test_masks` where there is a test
part, and `class_names` where the classes have some. `arrays` says what arrays must be like. With a
`root` it is called with that text, without one with nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from search_spaces.errors import DataError, DataOptionError, NasError, UserCodeError
from search_spaces.measures import TaskName
from search_spaces.plugins import load_function, one_line
from workers.datasets.array_files import Array
from workers.datasets.arrays import (
    CLASS_NAMES,
    MASK_TEST_NAMES,
    TEST_NAMES,
    TRAIN_NAMES,
    info_in,
    labels_in,
    part_in,
    task_in,
)
from workers.datasets.base import DatasetInfo, DatasetOptions, PartName, Report
from workers.datasets.contents import PartLabels
from workers.datasets.splitting import Part

_Key = tuple[str, str | None]
_kept: dict[_Key, Returned] = {}
"""What the last call returned: `info` asks first, `load_part` of what is trained takes it away."""

_told: dict[_Key, Returned] = {}
"""What was returned when somebody asked for the task; the `info` that follows takes it away."""


class Returned:
    """The arrays that a function returned, as those of a file.

    Attributes:
        names: Their names.
        where: The function, for messages.
    """

    def __init__(self, where: str, arrays: dict[str, Array]) -> None:
        self.where = where
        self.names = list(arrays)
        self._arrays = arrays

    def described(self, name: str) -> tuple[tuple[int, ...], np.dtype[Any]]:
        """Shape and type of an array."""
        return self._arrays[name].shape, self._arrays[name].dtype

    def read(self, name: str) -> Array:
        """An array."""
        return self._arrays[name]


def task(options: DatasetOptions) -> TaskName:
    """What the arrays are for that the function returns; it is called for that."""
    found = _called(options)
    _told.clear()
    _told[options.name, options.root] = found
    return task_in(found)


def info(options: DatasetOptions) -> DatasetInfo:
    """Shape and classes of what the function returns; it is called for that."""
    found = _told.pop((options.name, options.root), None) or _called(options)
    # One at a time: arrays of a function that nobody asks for any more would stay for good.
    _kept.clear()
    _kept[options.name, options.root] = found
    return info_in(found, options)


def look(options: DatasetOptions, info: DatasetInfo, part: PartName) -> PartLabels | None:
    """The labels, and of the images shape and type, of what the function returned for `info`."""
    found = _kept.get((options.name, options.root))
    if found is None:
        found = _kept[options.name, options.root] = _called(options)
    return labels_in(found, options, info, part)


def load_part(
    options: DatasetOptions, info: DatasetInfo, part: PartName, report: Report
) -> Part | None:
    """There is no validation part; a test part is optional."""
    if part == "validation":
        return None
    found = _kept.pop((options.name, options.root), None) or _called(options)
    return part_in(found, options, info, part)


def _called(options: DatasetOptions) -> Returned:
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
    arrays = {name: _array(value, options.name, name) for name, value in named.items()}
    return Returned(options.name, arrays)


def _named(returned: object) -> dict[str, Any]:
    pairs = (*TRAIN_NAMES, *TEST_NAMES, *MASK_TEST_NAMES)
    known = [*dict.fromkeys(name for names in pairs for name in names), CLASS_NAMES]
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
