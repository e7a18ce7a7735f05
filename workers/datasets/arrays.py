"""Arrays of NumPy: a `.npz` file, or a folder of `.npy` files; and what arrays must be like.

Names are `images` and `labels`, or `images` and `masks`, with `test_images` and `test_labels` or
`test_masks` where there is a test part; or `x_train`, `y_train`, `x_test` and `y_test`, as Keras
has them. An array of texts `class_names` may name the classes.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from search_spaces.errors import DataError, DataOptionError
from search_spaces.graphs.primitives import Shape
from search_spaces.measures import TaskName
from workers.datasets.array_files import StoredArrays
from workers.datasets.array_masks import MaskArray
from workers.datasets.base import (
    Bytes,
    DatasetInfo,
    DatasetOptions,
    Labels,
    PartName,
    Report,
)
from workers.datasets.contents import PartLabels
from workers.datasets.files import root_of
from workers.datasets.masks.class_table import ClassTable
from workers.datasets.splitting import Part

Array = NDArray[Any]
Names = tuple[str, str]
"""Of images and of labels or masks."""

MASKS, TEST_MASKS = "masks", "test_masks"
TRAIN_NAMES: tuple[Names, ...] = (
    ("images", "labels"), ("images", MASKS), ("x_train", "y_train"),
)  # fmt: skip
TEST_NAMES: tuple[Names, ...] = (("test_images", "test_labels"), ("x_test", "y_test"))
MASK_TEST_NAMES: tuple[Names, ...] = (("test_images", TEST_MASKS),)
CLASS_NAMES = "class_names"
EXPECTED = (
    "a .npz file or a folder of .npy files with `images` and `labels` or `masks` "
    "(or `x_train`, `y_train`)"
)

CHANNELS = (1, 3)
MAX_CLASSES = 1_000_000


class Arrays(Protocol):
    """Named arrays, wherever they are.

    Attributes:
        names: Their names.
        where: Names them all in messages.
    """

    names: list[str]
    where: str

    def described(self, name: str) -> tuple[tuple[int, ...], np.dtype[Any]]:
        """Shape and type of an array."""

    def read(self, name: str) -> Array:
        """An array."""


def task(options: DatasetOptions) -> TaskName:
    """The names of the arrays tell it."""
    with StoredArrays(root_of(options.root, EXPECTED)) as stored:
        return task_in(stored)


def info(options: DatasetOptions) -> DatasetInfo:
    """Shapes stand in the first bytes of each array; labels are read to count classes."""
    with StoredArrays(root_of(options.root, EXPECTED)) as stored:
        return info_in(stored, options)


def look(options: DatasetOptions, info: DatasetInfo, part: PartName) -> PartLabels | None:
    """The labels are read, and of the images shape and type."""
    with StoredArrays(root_of(options.root, EXPECTED)) as stored:
        return labels_in(stored, options, info, part)


def load_part(
    options: DatasetOptions, info: DatasetInfo, part: PartName, report: Report
) -> Part | None:
    """There is no validation part; a test part is optional."""
    with StoredArrays(root_of(options.root, EXPECTED)) as stored:
        return part_in(stored, options, info, part)


def task_in(arrays: Arrays) -> TaskName:
    """What arrays are for. Raises DataError where there is nothing to train on."""
    names = names_of(arrays.names, "train", arrays.where)
    return "segmentation" if names is not None and names[1] == MASKS else "classification"


def info_in(arrays: Arrays, options: DatasetOptions) -> DatasetInfo:
    """What images and labels are; the labels are read.

    Raises:
        DataError: They are not as they should be.
        DataOptionError: Classes of masks are told, and there are none.
    """
    names = names_of(arrays.names, "train", arrays.where)
    assert names is not None, "there always is a training part"
    images, labels = names
    where = f"{arrays.where}: {images}"
    shape, _ = arrays.described(images)
    if labels == MASKS:
        masks = _masks(arrays, labels)
        table = masks.completed(_table(arrays, options))
        in_shape = layout_of(shape, where).in_shape
        number, flip = table.num_classes or 0, in_shape[0] == 3
        return DatasetInfo(in_shape, number, flip, table.names, "segmentation")
    for key in ("classes", "ignore"):
        if getattr(options, key) is not None:
            raise DataOptionError(key, f"has no meaning without masks; there are `{labels}`")
    found = info_of(shape, labels_of(arrays.read(labels), f"{arrays.where}: {labels}"), where)
    if CLASS_NAMES not in arrays.names:
        return found
    return named(found, arrays.read(CLASS_NAMES), f"{arrays.where}: {CLASS_NAMES}")


def labels_in(
    arrays: Arrays, options: DatasetOptions, info: DatasetInfo, part: PartName
) -> PartLabels | None:
    """The labels of a part, and of its images shape and type. Raises DataError likewise."""
    names = names_of(arrays.names, part, arrays.where)
    if names is None:
        return None
    where, left_out = f"{arrays.where}: {names[0]}", others_of(arrays.names, part)
    shape, dtype = arrays.described(names[0])
    require_images(shape, dtype, info, where)
    if info.task == "segmentation":
        masks, table = _masks(arrays, names[1]), _table(arrays, options)
        masks.require_shape((shape[0], *info.in_shape[1:]))
        found_here = part == "train" and table.num_classes is None
        notes = (table.of_found(info.num_classes),) if found_here else ()
        pixels = masks.pixels(table, info.num_classes)
        return PartLabels(pixels, where, left_out=left_out, notes=notes)
    labels = labels_of(arrays.read(names[1]), f"{arrays.where}: {names[1]}")
    return PartLabels(labels, where, shape[0], left_out)


def part_in(
    arrays: Arrays, options: DatasetOptions, info: DatasetInfo, part: PartName
) -> Part | None:
    """A part of two arrays; they are turned into bytes of the right layout when they are copied.

    Raises:
        DataError: They are of another kind or shape than they may be.
    """
    names = names_of(arrays.names, part, arrays.where)
    if names is None:
        return None
    where, images = f"{arrays.where}: {names[0]}", arrays.read(names[0])
    layout = require_images(images.shape, images.dtype, info, where)
    convert = partial(_as_bytes, layout.channels_last, where)
    if info.task == "segmentation":
        masks = _masks(arrays, names[1])
        masks.require_shape((len(images), *info.in_shape[1:]))
        return masks.part(images, _table(arrays, options), info.num_classes, where, convert)
    labels = labels_of(arrays.read(names[1]), f"{arrays.where}: {names[1]}")
    return Part(images, labels, where, convert)


def _masks(arrays: Arrays, name: str) -> MaskArray:
    return MaskArray.of(arrays.read(name), f"{arrays.where}: {name}")


def _table(arrays: Arrays, options: DatasetOptions) -> ClassTable:
    """What the key `classes` says, or an array of names."""
    table = ClassTable()
    if options.classes is not None:
        table = ClassTable.of(options.classes)
    elif CLASS_NAMES in arrays.names:
        where = f"{arrays.where}: {CLASS_NAMES}"
        table = ClassTable.of(texts_of(arrays.read(CLASS_NAMES), where))
    return table.ignoring(options.ignore or ())


def names_of(known: list[str], part: PartName, where: str) -> Names | None:
    """Which two arrays a part consists of; None where it is not there and need not be.

    Raises:
        DataError: There is no training part, or only one array of the two.
    """
    if part == "validation":
        return None
    wanted = TRAIN_NAMES
    if part == "test":
        train = names_of(known, "train", where)
        wanted = MASK_TEST_NAMES if train is not None and train[1] == MASKS else TEST_NAMES
    missing = {names: [name for name in names if name not in known] for names in wanted}
    for names, absent in missing.items():
        if not absent:
            return names
    for names, absent in missing.items():
        if len(absent) == 1:
            raise DataError(f"{where}: has {_had(names, absent)} and no `{absent[0]}`")
    if part == "test":
        return None
    choices = " or ".join(f"`{images}` and `{labels}`" for images, labels in wanted)
    found = ", ".join(known) or "none"
    raise DataError(f"{where}: must have arrays {choices}; it has {found}")


def others_of(known: list[str], part: PartName) -> dict[str, int]:
    """Arrays that are never read; told once, with the training part."""
    if part != "train":
        return {}
    taken = {CLASS_NAMES}
    for each in ("train", "test"):
        taken.update(names_of(known, each, "") or ())
    return {f"array `{name}`": 1 for name in known if name not in taken}


def _had(names: Names, missing: list[str]) -> str:
    return f"`{next(name for name in names if name not in missing)}`"


class Layout(NamedTuple):
    """What the shape of an array says of its images."""

    in_shape: Shape
    channels_last: bool


def layout_of(shape: tuple[int, ...], where: str) -> Layout:
    """Decides by which side is 1 or 3 where the channels are.

    Raises:
        DataError: The shape is none of images, or could be read in two ways.
    """
    layouts = "(N, height, width), (N, channels, height, width) or (N, height, width, channels)"
    rule = f"{where}: must be {layouts} with 1 or 3 channels; its shape is {shape}"
    if len(shape) not in (3, 4) or 0 in shape:
        raise DataError(rule)
    if len(shape) == 3:
        return Layout((1, *shape[1:]), channels_last=False)
    first, last = shape[1] in CHANNELS, shape[3] in CHANNELS
    if first == last:
        raise DataError(f"{rule}, which may be either of the two" if first else rule)
    sides = shape[1:3] if last else shape[2:]
    return Layout((shape[3] if last else shape[1], *sides), last)


def info_of(shape: tuple[int, ...], labels: Labels, where: str) -> DatasetInfo:
    """What images of an array's shape with these labels are; RGB images may be mirrored.

    Raises:
        DataError: The shape is none of images, or a class between has no image.
    """
    in_shape = layout_of(shape, where).in_shape
    rule = "labels must run from 0 to the number of classes - 1, each with an image"
    highest = int(labels.max())
    # Before they are counted: that makes room up to the highest label, whatever it is.
    if highest >= len(labels):
        raise DataError(f"{where}: {rule}; one of {len(labels)} labels is {highest}")
    counts = np.bincount(labels)
    if not counts.all():
        raise DataError(f"{where}: {rule}; no image has label {int(np.argmin(counts))}")
    return DatasetInfo(in_shape, len(counts), in_shape[0] == 3)


def named(info: DatasetInfo, names: Array, where: str) -> DatasetInfo:
    """The same with names of the classes. Raises DataError where they are not one text a class."""
    if names.shape != (info.num_classes,) or names.dtype.kind != "U":
        came = f"an array {names.shape} of {names.dtype}"
        raise DataError(f"{where}: must be {info.num_classes} texts, one a class; got {came}")
    return info._replace(names=texts_of(names, where))


def texts_of(names: Array, where: str) -> tuple[str, ...]:
    """Names of classes. Raises DataError where they are no list of texts."""
    if names.ndim != 1 or names.dtype.kind != "U" or len(names) < 2:
        came = f"an array {names.shape} of {names.dtype}"
        raise DataError(f"{where}: must be texts, one a class; got {came}")
    return tuple(map(str, names))


def labels_of(labels: Array, where: str) -> Labels:
    """Labels `(n,)`, also from `(n, 1)`. Raises DataError where they are not whole numbers."""
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        came = f"an array {labels.shape} of {labels.dtype}"
        raise DataError(f"{where}: labels must be whole numbers, one an image; got {came}")
    if len(labels) == 0:
        raise DataError(f"{where}: holds no label")
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or high >= MAX_CLASSES:
        wrong = low if low < 0 else high
        raise DataError(f"{where}: labels must be from 0 to {MAX_CLASSES - 1}; one is {wrong}")
    return labels.astype(np.int64)


def require_images(
    shape: tuple[int, ...], dtype: np.dtype[Any], info: DatasetInfo, where: str
) -> Layout:
    """The layout of an array of images. Raises DataError where it is another than is trained on."""
    layout = layout_of(shape, where)
    if layout.in_shape != info.in_shape:
        wanted = "x".join(map(str, info.in_shape))
        raise DataError(f"{where}: has the shape {shape}; the images to train on are {wanted}")
    if dtype != np.uint8 and dtype.kind != "f":
        raise DataError(f"{where}: must be of uint8, or of a float from 0 to 1; it is of {dtype}")
    return layout


def _as_bytes(channels_last: bool, where: str, some: Array) -> Bytes:
    """Some images as `(n, channels, height, width)` bytes. Raises DataError for other floats."""
    if some.ndim == 3:
        some = some[:, None]
    elif channels_last:
        some = some.transpose(0, 3, 1, 2)
    if some.dtype != np.uint8:
        _require_shares(some, where)
        # Rounded, so that bytes which somebody divided by 255 come back as they were.
        some = np.round(some.astype(np.float64) * 255).astype(np.uint8)
    return np.ascontiguousarray(some)


def _require_shares(some: Array, where: str) -> None:
    """Raises DataError where floats are not from 0 to 1."""
    rule = f"{where}: a float must be from 0 to 1"
    not_finite = np.argwhere(~np.isfinite(some))
    if len(not_finite):
        came = some[tuple(not_finite[0])]
        raise DataError(f"{rule}; there is a value that is {'NaN' if np.isnan(came) else came}")
    low, high = some.min(), some.max()
    if low < 0 or high > 1:
        advice = "; divide by 255, or store uint8" if low >= 0 and 1 < high <= 255 else ""
        raise DataError(f"{rule}; there are values from {low:g} to {high:g}{advice}")
