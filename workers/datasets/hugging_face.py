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

from search_spaces.errors import DataError, DataOptionError, reason_of
from workers.cache import cache_folder, cached_images
from workers.datasets.base import DatasetInfo, DatasetOptions, Labels, PartName, Report
from workers.datasets.contents import PartLabels
from workers.datasets.decode import VERSION, DeepRange, ImageSource, decoded
from workers.datasets.files import root_of
from workers.datasets.folder_parts import parts_named
from workers.datasets.splitting import Part

EXPECTED = "a folder that `save_to_disk` of a Hugging Face data set wrote"


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
    columns = _training_columns(options)
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
    training = columns if part == "train" else _training_columns(options)
    path = cache_folder("hugging_face") / f"{_key(columns, training, info)}.npy"
    deep = DeepRange(partial(_training_images, options), report)
    sources = _sources(columns, options)
    images = cached_images(
        path, (len(labels), *info.in_shape),
        lambda: decoded(sources, info.in_shape, report, deep=deep),
        lambda error: report(f"decoded images cannot be kept in {path.parent}: {error.strerror}"),
    )  # fmt: skip
    return Part(images, labels, f"{options.root}: {part}")


def look(options: DatasetOptions, info: DatasetInfo, part: PartName) -> PartLabels | None:
    """The labels of a split; no image is decoded."""
    columns = _columns(options, part)
    if columns is None:
        return None
    labels = _labels(columns, f"{options.root}: {columns.label}")
    others = _other_splits(options) if part == "train" else []
    left_out = {f"split `{name}`": 1 for name in others}
    return PartLabels(labels, f"{options.root}: {part}", left_out=left_out)


def _training_columns(options: DatasetOptions) -> Columns:
    columns = _columns(options, "train")
    assert columns is not None, "there always is a training part"
    return columns


def _training_images(options: DatasetOptions) -> list[partial[ImageSource]]:
    return _sources(_training_columns(options), options)


def _sources(columns: Columns, options: DatasetOptions) -> list[partial[ImageSource]]:
    rows = range(len(columns.rows))
    return [partial(_source, columns, options.root, row) for row in rows]


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
    # The library would decode without our bounds, and without regard to turned, deep and clear
    # images.
    encoded = rows.cast_column(image, datasets.Image(decode=False))
    return Columns(encoded, image, label, tuple(rows.features[label].names))


def _listed(names: list[str]) -> str:
    return " and ".join(f"`{name}`" for name in names) or "none"


def _split(options: DatasetOptions, part: PartName) -> Any | None:
    """A split as it was saved; one saved alone is the training part."""
    stored = _stored(options)
    if not isinstance(stored, _library().DatasetDict):
        return stored if part == "train" else None
    named = parts_named(stored)
    if "train" not in named:
        names = ", ".join(stored)
        raise DataError(f"{options.root}: must have a split `train`; it has {names or 'none'}")
    return stored[named[part][0]] if part in named else None


def _other_splits(options: DatasetOptions) -> list[str]:
    """Splits that are no part of it."""
    stored = _stored(options)
    if not isinstance(stored, _library().DatasetDict):
        return []
    taken = {names[0] for names in parts_named(stored).values()}
    return [name for name in stored if name not in taken]


def _stored(options: DatasetOptions) -> Any:
    root = root_of(options.root, EXPECTED)
    datasets = _library()
    try:
        return datasets.load_from_disk(str(root))
    except Exception as error:
        rule = f"(={options.root}) must be {EXPECTED}: {reason_of(error)}"
        raise DataOptionError("root", rule) from error


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
    # A data set is saved with its format, such as torch, which would come back here; and since
    # version 4 of the library a column is read when it is sliced.
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
        raise DataError(f"{where}: cannot be read: {reason_of(error)}") from error
    if image is None or (image["bytes"] is None and image["path"] is None):
        raise DataError(f"{where}: has no image")
    if image["bytes"] is None:
        return ImageSource(image["path"])
    return ImageSource(where, image["bytes"])


def _key(columns: Columns, training: Columns, info: DatasetInfo) -> str:
    """Digest of all that decoding depends on: which files, of which age, to which size.

    Args:
        training: What is trained on, which tells the range of images of more than eight bits.
    """
    identity = (VERSION, columns.image, info.in_shape, _age(columns), _age(training))
    return sha256(repr(identity).encode()).hexdigest()[:32]


def _age(columns: Columns) -> tuple[str, list[tuple[str, int, int]]]:
    files = [file["filename"] for file in columns.rows.cache_files]
    status = [(path, os.stat(path).st_size, os.stat(path).st_mtime_ns) for path in files]
    return columns.rows._fingerprint, status
