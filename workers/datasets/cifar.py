"""CIFAR-10 and CIFAR-100 (Krizhevsky 2009, https://www.cs.toronto.edu/~kriz/cifar.html).

Read from what is published: the binary archive or the one for Python, packed or unpacked. Both hold
the same images in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from search_spaces.errors import DataError, DataOptionError
from workers.datasets import base as class_names
from workers.datasets.base import (
    Bytes,
    DatasetInfo,
    DatasetOptions,
    Labels,
    Names,
    PartName,
    Report,
)
from workers.datasets.contents import PartLabels
from workers.datasets.files import first_of, folder_members, root_of, tar_members
from workers.datasets.splitting import Part
from workers.datasets.stored_pickle import read_pickle

SHAPE = (3, 32, 32)
PIXELS = 3 * 32 * 32


class Batch(NamedTuple):
    """The content of one file: pixels `(n, 3072)` and labels `(n,)`."""

    pixels: Bytes
    labels: Labels


Files = tuple[str, ...]
Parse = Callable[[bytes, str], Batch]
"""Makes a batch of a file's content; the second argument names the file in messages."""


@dataclass(frozen=True)
class Layout:
    """How one of the published archives is laid out.

    Attributes:
        folder: Its folder, which the archive unpacks to.
        archive: Name of the archive.
        files: Its files of each part.
        images: Most images that a file of each part has.
        parse: Makes a batch of a file's content; raises DataError.
    """

    folder: str
    archive: str
    files: dict[str, Files]
    images: dict[str, int]
    parse: Parse

    def all_files(self) -> Files:
        """Files of all parts."""
        return tuple(name for names in self.files.values() for name in names)

    def sizes(self, part: str) -> dict[str, int]:
        """Most bytes of each file: a pickle may hold names of files, and two bytes for a pixel."""
        limit = self.images[part] * (2 * PIXELS + 256) + (1 << 16)
        return dict.fromkeys(self.files[part], limit)


@dataclass(frozen=True)
class Cifar:
    """One of the two data sets."""

    name: str
    class_names: Names
    layouts: tuple[Layout, ...]

    def info(self, options: DatasetOptions) -> DatasetInfo:
        """Known before anything is read; but the files must be there."""
        self._find(options)
        return DatasetInfo(SHAPE, len(self.class_names), flip=True, names=self.class_names)

    def look(self, options: DatasetOptions, info: DatasetInfo, part: PartName) -> PartLabels | None:
        """The labels, which stand between the images: all is read."""
        layout, path = self._find(options)
        if part == "validation":
            return None
        labels = [batch.labels for _, batch in self._batches(layout, path, part)]
        return PartLabels(np.concatenate(labels), str(path))

    def load_part(
        self, options: DatasetOptions, info: DatasetInfo, part: PartName, report: Report
    ) -> Part | None:
        """The five batches of CIFAR-10 make one training part; there is no validation part."""
        layout, path = self._find(options)
        if part == "validation":
            return None
        batches = self._batches(layout, path, part)
        names = layout.files[part]
        if len(names) == 1:
            ((_, batch),) = batches
            return Part(batch.pixels, batch.labels, str(path), _as_images)
        return _joined(batches, names, layout.images[part], str(path))

    def _batches(self, layout: Layout, path: Path, part: str) -> Iterator[tuple[str, Batch]]:
        sizes = layout.sizes(part)
        others = sum(sum(layout.sizes(other).values()) for other in layout.files if other != part)
        members = folder_members(path, sizes) if path.is_dir() else tar_members(path, sizes, others)
        for name, content in members:
            batch = layout.parse(content, f"{path}: {name}")
            if not 0 < len(batch.labels) <= layout.images[part]:
                rule = f"must hold 1 to {layout.images[part]:,} images"
                raise DataError(f"{path}: {name}: {rule}; it holds {len(batch.labels):,}")
            yield name, batch

    def _find(self, options: DatasetOptions) -> tuple[Layout, Path]:
        """The layout, and its folder or archive: the root itself, or in it."""
        archives = " or ".join(layout.archive for layout in self.layouts)
        expected = f"{archives}, packed or unpacked"
        root = root_of(options.root, expected)
        for layout in self.layouts:
            for path in (root, root / layout.folder):
                if all((path / name).is_file() for name in layout.all_files()):
                    return layout, path
        for layout in self.layouts:
            for path in (root, root / layout.archive, root / layout.archive.removesuffix(".gz")):
                if path.is_file() and first_of(path, layout.all_files()):
                    return layout, path
        raise DataOptionError("root", f"(={options.root}) must be or hold {expected}")


def _joined(batches: Iterator[tuple[str, Batch]], names: Files, room: int, where: str) -> Part:
    """The batches one after another as `names` has them, each read into its place."""
    # One array from the start: five batches and what they are joined into would take twice as much.
    images = np.empty((len(names) * room, PIXELS), np.uint8)
    labels: dict[str, Labels] = {}
    for name, batch in batches:
        # Archives have the batches in another order than folders, and the split follows from the
        # order.
        start = names.index(name) * room
        images[start : start + len(batch.labels)] = batch.pixels
        labels[name] = batch.labels
    filled = 0
    for number, name in enumerate(names):  # closes the gaps behind files with less than `room`
        count = len(labels[name])
        if filled != number * room:
            images[filled : filled + count] = images[number * room : number * room + count].copy()
        filled += count
    joined = np.concatenate([labels[name] for name in names])
    return Part(_as_images(images[:filled]), joined, where)


def _as_images(pixels: Bytes) -> Bytes:
    return np.ascontiguousarray(pixels).reshape(-1, *SHAPE)


def _binary(num_labels: int) -> Parse:
    """Records of some labels, of which the last one counts, and the pixels."""

    def parse(content: bytes, where: str) -> Batch:
        size = num_labels + PIXELS
        if len(content) % size:
            rule = f"must be records of {size} bytes"
            raise DataError(f"{where}: {rule}; it has {len(content):,} bytes and is cut off")
        records = np.frombuffer(content, np.uint8).reshape(-1, size)
        return Batch(records[:, num_labels:], records[:, num_labels - 1].astype(np.int64))

    return parse


def _pickled(label_key: str) -> Parse:
    """A mapping with `data` and labels; see `stored_pickle` on how it is read."""

    def parse(content: bytes, where: str) -> Batch:
        stored = read_pickle(content, where)
        pixels, labels = stored.get("data"), stored.get(label_key)
        if not isinstance(pixels, np.ndarray) or pixels.ndim != 2 or pixels.shape[1] != PIXELS:
            raise DataError(f"{where}: must have an array `data` of N x {PIXELS} bytes")
        if not isinstance(labels, list) or not all(type(label) is int for label in labels):
            raise DataError(f"{where}: must have a list `{label_key}` of whole numbers")
        if len(labels) != len(pixels):
            counts = f"{len(pixels):,} images and {len(labels):,} labels"
            raise DataError(f"{where}: there must be one label an image; there are {counts}")
        if not all(0 <= label < 256 for label in labels):
            raise DataError(f"{where}: has a label that is out of range")
        return Batch(pixels, np.array(labels, np.int64))

    return parse


_BATCHES = tuple(f"data_batch_{number}" for number in range(1, 6))
_ROOM_10 = {"train": 10_000, "test": 10_000}
_ROOM_100 = {"train": 50_000, "test": 10_000}

_CIFAR10 = Cifar(
    "cifar10",
    class_names.CIFAR10,
    (
        Layout(
            "cifar-10-batches-bin", "cifar-10-binary.tar.gz",
            {"train": tuple(f"{name}.bin" for name in _BATCHES), "test": ("test_batch.bin",)},
            _ROOM_10, _binary(num_labels=1),
        ),
        Layout(
            "cifar-10-batches-py", "cifar-10-python.tar.gz",
            {"train": _BATCHES, "test": ("test_batch",)},
            _ROOM_10, _pickled("labels"),
        ),
    ),
)  # fmt: skip

_CIFAR100 = Cifar(
    "cifar100",
    class_names.CIFAR100,
    (
        Layout(
            "cifar-100-binary", "cifar-100-binary.tar.gz",
            {"train": ("train.bin",), "test": ("test.bin",)},
            # The coarse label stands first, then the fine one.
            _ROOM_100, _binary(num_labels=2),
        ),
        Layout(
            "cifar-100-python", "cifar-100-python.tar.gz",
            {"train": ("train",), "test": ("test",)},
            _ROOM_100, _pickled("fine_labels"),
        ),
    ),
)  # fmt: skip

SOURCES = {source.name: source for source in (_CIFAR10, _CIFAR100)}
