"""A data set of Hugging Face that `save_to_disk` wrote: one split, or train, validation and test.

Its column of images and its column of classes are found by their features. Images are decoded here,
as those of folders are, once, into the cache. Needs the extra `huggingface`.
"""

from __future__ import annotations

import os
from functools import partial
from hashlib import sha256
from typing import Any, NamedTuple

import numpy as np

from search_spaces.errors import DataError, DataOptionError
from workers.cache import cache_folder
from workers.datasets.base import DatasetInfo, DatasetOptions, Labels, PartName, Report
from workers.datasets.cache import cached_images
from workers.datasets.decode import VERSION, ImageSource, decoded
from workers.datasets.files import root_of
from workers.datasets.splitting import Part

EXPECTED = "a folder that `save_to_disk` of a Hugging Face data set wrote"
SPLITS: dict[PartName, tuple[str, ...]] = {
    "train": ("train",), "validation": ("validation", "valid", "val"), "test": ("test",),
}  # fmt: skip


class Columns(NamedTuple):
    """A split whose images stay encoded.

    Attributes:
        rows: The split itself, a `datasets.Dataset`.
        image: Name of its column of images.
        label: Name of its column of classes.
        classes: Their names.
    """

    rows: Any
    image: str
    label: str
    classes: tuple[str, ...]


def info(options: DatasetOptions) -> DatasetInfo:
    """Classes stand in the features; without a `size` the first image tells it."""
    columns = _columns(options, "train")
    assert columns is not None, "there always is a training part"
    if len(columns.rows) == 0:
        raise DataError(f"{options.root}: holds no image")
    size = options.size or _source(columns, options.root, 0).size()
    channels = options.channels or 3
    return DatasetInfo((channels, *size), len(columns.classes), channels == 3, columns.classes)


def load_part(
    options: DatasetOptions, info: DatasetInfo, part: PartName, report: Report
) -> Part | None:
    """One part, mapped from the cache; decoded before where it is not there."""
    columns = _columns(options, part)
    if columns is None:
        return None
    if len(columns.rows) == 0:
        raise DataError(f"{options.root}: holds no image in {part}")
    labels = _labels(columns, f"{options.root}: {columns.label}")
    path = cache_folder("hugging_face") / f"{_key(columns, info)}.npy"
    sources = [partial(_source, columns, options.root, row) for row in range(len(labels))]
    images = cached_images(
        path, (len(labels), *info.in_shape), lambda: decoded(sources, info.in_shape, report),
        lambda error: report(f"decoded images cannot be kept in {path.parent}: {error.strerror}"),
    )  # fmt: skip
    return Part(images, labels, f"{options.root}: {part}")


def _columns(options: DatasetOptions, part: PartName) -> Columns | None:
    """A split and its columns. Raises DataError where they cannot be told."""
    rows = _split(options, part)
    if rows is None:
        return None
    datasets = _library()
    images = [n for n, f in rows.features.items() if isinstance(f, datasets.Image)]
    labels = [n for n, f in rows.features.items() if isinstance(f, datasets.ClassLabel)]
    if len(images) != 1 or len(labels) != 1:
        found = f"{_listed(images)} of images and {_listed(labels)} of classes"
        rule = "must have one column of feature Image and one of feature ClassLabel"
        advice = "`remove_columns`, `cast_column` and `class_encode_column` make it so"
        raise DataError(f"{options.root}: {rule}; it has {found} ({advice})")
    (image,), (label,) = images, labels
    encoded = rows.cast_column(image, datasets.Image(decode=False))
    return Columns(encoded, image, label, tuple(rows.features[label].names))


def _listed(names: list[str]) -> str:
    return " and ".join(f"`{name}`" for name in names) or "none"


def _split(options: DatasetOptions, part: PartName) -> Any | None:
    """A split as it was saved; one saved alone is the training part."""
    root = root_of(options.root, EXPECTED)
    datasets = _library()
    try:
        stored = datasets.load_from_disk(str(root))
    except Exception as error:
        reason = " ".join(str(error).split())
        raise DataOptionError("root", f"(={options.root}) must be {EXPECTED}: {reason}") from error
    if not isinstance(stored, datasets.DatasetDict):
        return stored if part == "train" else None
    found = next((stored[name] for name in SPLITS[part] if name in stored), None)
    if found is None and part == "train":
        names = ", ".join(stored)
        raise DataError(f"{options.root}: must have a split `train`; it has {names or 'none'}")
    return found


def _library() -> Any:
    missing = "(=hugging_face) needs the package `datasets`: pip install 'conv-nas[huggingface]'"
    try:
        import datasets
    except ImportError as error:
        raise DataOptionError("name", missing) from error
    if not hasattr(datasets, "load_from_disk"):  # a folder of that name, here or on the path
        raise DataOptionError("name", missing)
    return datasets


def _labels(columns: Columns, where: str) -> Labels:
    labels = np.asarray(columns.rows.with_format(None)[columns.label][:])
    if labels.dtype.kind not in "iu":
        raise DataError(f"{where}: has a row without a class")
    return labels.astype(np.int64)


def _source(columns: Columns, root: str | None, row: int) -> ImageSource:
    """The encoded image of a row; a row may hold the path of a file instead."""
    where = f"{root}: row {row}"
    try:
        image = columns.rows[row][columns.image]
    except Exception as error:
        reason = " ".join(str(error).split())
        raise DataError(f"{where}: cannot be read: {reason}") from error
    if image is None or (image["bytes"] is None and image["path"] is None):
        raise DataError(f"{where}: has no image")
    if image["bytes"] is None:
        return ImageSource(image["path"])
    return ImageSource(where, image["bytes"])


def _key(columns: Columns, info: DatasetInfo) -> str:
    """Digest of all that decoding depends on: which files, of which age, to which size."""
    files = [file["filename"] for file in columns.rows.cache_files]
    status = [(path, os.stat(path).st_size, os.stat(path).st_mtime_ns) for path in files]
    identity = (VERSION, columns.rows._fingerprint, columns.image, info.in_shape, status)
    return sha256(repr(identity).encode()).hexdigest()[:32]
