"""Arrays of NumPy: a `.npz` file, or a folder of `.npy` files; and what arrays must be like.

Names are `images` and `labels`, with `test_images` and `test_labels` where there is a test part; or
`x_train`, `y_train`, `x_test` and `y_test`, as Keras has them. An array of texts `class_names` may
name the classes. Nothing pickled is read.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from math import prod
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_spaces.errors import DataError, reason_of
from search_spaces.graphs.primitives import Shape
from workers.datasets.base import Bytes, DatasetInfo, DatasetOptions, Labels, PartName, Report
from workers.datasets.contents import PartLabels
from workers.datasets.files import root_of
from workers.datasets.splitting import Part
from workers.memory import require_memory

Array = NDArray[Any]
Names = tuple[str, str]
"""Of images and of labels."""

TRAIN_NAMES: tuple[Names, ...] = (("images", "labels"), ("x_train", "y_train"))
TEST_NAMES: tuple[Names, ...] = (("test_images", "test_labels"), ("x_test", "y_test"))
CLASS_NAMES = "class_names"
EXPECTED = "a .npz file or a folder of .npy files with `images`, `labels` (or `x_train`, `y_train`)"

CHANNELS = (1, 3)
MAX_CLASSES = 1_000_000


def info(options: DatasetOptions) -> DatasetInfo:
    """Shapes stand in the first bytes of each array; labels are read to count classes."""
    with _Stored(root_of(options.root, EXPECTED)) as stored:
        names = names_of(stored.names, "train", stored.where)
        assert names is not None, "there always is a training part"
        images, labels = names
        shape, _ = stored.described(images)
        counted = labels_of(stored.read(labels), f"{stored.where}: {labels}")
        found = info_of(shape, counted, f"{stored.where}: {images}")
        if CLASS_NAMES not in stored.names:
            return found
        return named(found, stored.read(CLASS_NAMES), f"{stored.where}: {CLASS_NAMES}")


def look(options: DatasetOptions, info: DatasetInfo, part: PartName) -> PartLabels | None:
    """The labels are read, and of the images shape and type."""
    with _Stored(root_of(options.root, EXPECTED)) as stored:
        names = names_of(stored.names, part, stored.where)
        if names is None:
            return None
        shape, dtype = stored.described(names[0])
        require_images(shape, dtype, info, f"{stored.where}: {names[0]}")
        labels = labels_of(stored.read(names[1]), f"{stored.where}: {names[1]}")
        left_out = others_of(stored.names, part)
        return PartLabels(labels, f"{stored.where}: {names[0]}", shape[0], left_out)


def load_part(
    options: DatasetOptions, info: DatasetInfo, part: PartName, report: Report
) -> Part | None:
    """There is no validation part; a test part is optional."""
    with _Stored(root_of(options.root, EXPECTED)) as stored:
        names = names_of(stored.names, part, stored.where)
        if names is None:
            return None
        images, labels = (stored.read(name) for name in names)
        return part_of(images, labels, info, stored.where, names)


def names_of(known: list[str], part: PartName, where: str) -> Names | None:
    """Which two arrays a part consists of; None where it is not there and need not be.

    Raises:
        DataError: There is no training part, or only one array of the two.
    """
    if part == "validation":
        return None
    wanted = TRAIN_NAMES if part == "train" else TEST_NAMES
    for names in wanted:
        missing = [name for name in names if name not in known]
        if not missing:
            return names
        if len(missing) == 1:
            raise DataError(f"{where}: has {_had(names, missing)} and no `{missing[0]}`")
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
    return info._replace(names=tuple(map(str, names)))


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


def part_of(images: Array, labels: Array, info: DatasetInfo, where: str, names: Names) -> Part:
    """A part of two arrays; they are turned into bytes of the right layout when they are copied.

    Raises:
        DataError: They are of another kind or shape than they may be.
    """
    checked_labels = labels_of(labels, f"{where}: {names[1]}")
    where = f"{where}: {names[0]}"
    layout = require_images(images.shape, images.dtype, info, where)
    return Part(images, checked_labels, where, partial(_as_bytes, layout.channels_last, where))


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


class _Stored:
    """The arrays of a `.npz` file or of a folder of `.npy` files, read one by one.

    Attributes:
        names: Their names, without the ending.
        where: The file or folder, for messages.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self.where = str(root)
        self._zip: zipfile.ZipFile | None = None

    def __enter__(self) -> _Stored:
        if self._root.is_dir():
            files = [path.name for path in sorted(self._root.iterdir())]
        else:
            with self._guarded(""):
                self._zip = zipfile.ZipFile(self._root)
                files = self._zip.namelist()
        self.names = [name.removesuffix(".npy") for name in files if name.endswith(".npy")]
        return self

    def __exit__(self, *error: object) -> None:
        if self._zip is not None:
            self._zip.close()

    def described(self, name: str) -> tuple[tuple[int, ...], np.dtype[Any]]:
        """Shape and type of an array; its content is not read."""
        with self._guarded(name), self._opened(name) as file:
            return _header(file)

    def read(self, name: str) -> Array:
        """An array: of a folder mapped, of a file read, where memory suffices."""
        shape, dtype = self.described(name)
        if self._zip is None:
            # A plain file can be mapped: the split then copies what it takes, and nothing lies
            # there twice.
            with self._guarded(name):
                return np.lib.format.open_memmap(self._root / f"{name}.npy", mode="r")
        require_memory(prod(shape) * dtype.itemsize, f"{self.where}: array `{name}`")
        with self._guarded(name), self._opened(name) as file:
            array: Array = np.lib.format.read_array(file, allow_pickle=False)
            # zipfile compares its checksum at the very end of an array, which is reached by reading
            # on.
            if file.read(1):
                raise ValueError("it holds more than its header says")
        return array

    def _opened(self, name: str) -> IO[bytes]:
        if self._zip is None:
            return (self._root / f"{name}.npy").open("rb")
        return self._zip.open(f"{name}.npy")

    @contextmanager
    def _guarded(self, name: str) -> Iterator[None]:
        """Whatever a damaged file makes of the libraries becomes one line."""
        try:
            yield
        # What is too large for this machine is not damaged, and is told by the registry.
        except (DataError, MemoryError):
            raise
        except Exception as error:
            array = f": array `{name}`" if name else ""
            said = f"{self.where}{array}: cannot be read: {reason_of(error)}"
            raise DataError(said) from error


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Shape and type of a `.npy` stream. Raises ValueError for one of Python objects."""
    version = np.lib.format.read_magic(file)
    if version == (1, 0):
        shape, _, dtype = np.lib.format.read_array_header_1_0(file)
    else:
        shape, _, dtype = np.lib.format.read_array_header_2_0(file)
    if dtype.hasobject:
        raise ValueError("it holds Python objects, which are pickled; none are read")
    return shape, dtype
