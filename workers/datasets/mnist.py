"""The data sets in the format of MNIST: MNIST, Fashion-MNIST, KMNIST and EMNIST.

Each is four IDX files (http://yann.lecun.com/exdb/mnist): images and labels, for training and test,
plain or packed by gzip. MNIST: LeCun et al. 1998. Fashion-MNIST: arXiv:1708.07747. KMNIST:
arXiv:1812.01718. EMNIST: arXiv:1702.05373; its images are stored with rows and columns exchanged
and the labels of its letters begin at 1, both of which is put right here.
"""

from __future__ import annotations

import struct
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from search_spaces.errors import DataError, DataOptionError
from workers.datasets import base as class_names
from workers.datasets.base import Bytes, DatasetInfo, DatasetOptions, Names, PartName, Report
from workers.datasets.contents import PartLabels
from workers.datasets.files import Reader, opened, root_of
from workers.datasets.splitting import Part
from workers.memory import require_memory

IMAGES_MAGIC = 0x0803  # unsigned bytes, three dimensions
LABELS_MAGIC = 0x0801
MAX_SIDE = 256
MAX_IMAGES = 1_000_000
"""More than any of them has: 697,932 in EMNIST by class."""


@dataclass(frozen=True)
class Idx:
    """One data set of IDX files.

    Attributes:
        flip: Whether a mirrored image still has its label.
        folders: Where below the root its files may be, too.
        class_names: Its classes, by label; of each variant where there are several.
    """

    name: str
    flip: bool
    folders: tuple[str, ...]
    class_names: Names | dict[str, Names]

    @property
    def takes(self) -> set[str]:
        """The keys of `dataset:` that have a meaning for it."""
        return {"root", "flip"} | ({"variant"} if self._has_variants else set())

    def info(self, options: DatasetOptions) -> DatasetInfo:
        """The side of the images stands in the first bytes of their file."""
        path = self._find(options, "train", "images")
        with opened(path) as file:
            _, height, width = _header(file, path, IMAGES_MAGIC)
        if self._is_transposed:
            height, width = width, height
        names = self._names(options)
        return DatasetInfo((1, height, width), len(names), self.flip, names)

    def load_part(
        self, options: DatasetOptions, info: DatasetInfo, part: PartName, report: Report
    ) -> Part | None:
        """There is no validation part."""
        found = self.look(options, info, part)
        if found is None:
            return None
        images = _read(Path(found.where), IMAGES_MAGIC)
        if self._is_transposed:
            return Part(images, found.labels, found.where, _transposed)
        return Part(images[:, None], found.labels, found.where)

    def look(self, options: DatasetOptions, info: DatasetInfo, part: PartName) -> PartLabels | None:
        """The labels are read, and the header of the images."""
        if part == "validation" or (part == "test" and self._is_without_test(options)):
            return None
        path = self._find(options, part, "images")
        with opened(path) as file:
            num_images, *sides = _header(file, path, IMAGES_MAGIC)
        if (sides[::-1] if self._is_transposed else sides) != list(info.in_shape[1:]):
            came = f"{sides[0]} x {sides[1]} pixels"
            raise DataError(f"{path}: has images of {came}; those to train on differ")
        labels = _read(self._find(options, part, "labels"), LABELS_MAGIC).astype(np.int64)
        if options.variant == "letters":
            labels -= 1
        return PartLabels(labels, str(path), num_images)

    def _is_without_test(self, options: DatasetOptions) -> bool:
        """Whether neither of the two files of test images is there."""
        # One of the two without the other is no set without a test part: `_find` tells what is
        # missing.
        for kind in ("images", "labels"):
            with suppress(DataOptionError):
                self._find(options, "test", kind)
                return False
        return True

    @property
    def _has_variants(self) -> bool:
        return isinstance(self.class_names, dict)

    _is_transposed = _has_variants

    def _names(self, options: DatasetOptions) -> Names:
        if isinstance(self.class_names, tuple):
            return self.class_names
        if options.variant not in self.class_names:
            known = ", ".join(self.class_names)
            came = "nothing" if options.variant is None else repr(options.variant)
            raise DataOptionError("variant", f"must be one of {known}; got {came}")
        return self.class_names[options.variant]

    def _find(self, options: DatasetOptions, part: PartName, kind: str) -> Path:
        """The file of images or labels of a part: in the root or in a folder that is usual."""
        self._names(options)
        stem = "train" if part == "train" else "test" if self._has_variants else "t10k"
        prefix = f"emnist-{options.variant}-" if self._has_variants else ""
        rank = 3 if kind == "images" else 1
        names = [f"{prefix}{stem}-{kind}{mark}idx{rank}-ubyte" for mark in ("-", ".")]
        expected = f"a folder with {names[0]} or {names[0]}.gz"
        root = root_of(options.root, expected)
        for folder in (root, *(root / name for name in self.folders)):
            for name in names:
                for path in (folder / name, folder / f"{name}.gz"):
                    if path.is_file():
                        return path
        raise DataOptionError("root", f"(={options.root}) must be {expected}")


def _header(file: Reader, path: Path, magic: int) -> tuple[int, ...]:
    """The sizes that an IDX file says it has. Raises DataError for another kind of file."""
    rank = magic & 0xFF
    start = file.read(4 + 4 * rank)
    found = int.from_bytes(start[:4], "big")
    if len(start) < 4 or found != magic:
        rule = f"must begin with the magic number 0x{magic:08x}"
        raise DataError(f"{path}: is no IDX file of this kind: {rule}, got 0x{start[:4].hex()}")
    if len(start) < 4 + 4 * rank:
        raise DataError(f"{path}: is cut off within its header")
    shape = struct.unpack(f">{rank}I", start[4:])
    # A damaged header may ask for any size up to 2^32 images of as many rows.
    if not 0 < shape[0] <= MAX_IMAGES or not all(0 < side <= MAX_SIDE for side in shape[1:]):
        allowed = f"at most {MAX_IMAGES:,} of at most {MAX_SIDE} x {MAX_SIDE} pixels"
        raise DataError(f"{path}: says that it holds {' x '.join(map(str, shape))}; {allowed}")
    return shape


def _read(path: Path, magic: int) -> Bytes:
    """The array of an IDX file, read into its place; exactly as much as its header says."""
    with opened(path) as file:
        shape = _header(file, path, magic)
        size = int(np.prod(shape))
        require_memory(size, f"{path}: {shape[0]:,} images")
        array = np.empty(size, np.uint8)
        view, filled = array.data, 0
        # In pieces: the bytes of a whole `read` would lie beside the array for a moment.
        while filled < size and (count := _read_into(file, view[filled : filled + (1 << 20)])):
            filled += count
        if filled < size:
            raise DataError(
                f"{path}: is cut off: its header says {size:,} bytes, it has {filled:,}"
            )
        if file.read(1):
            raise DataError(f"{path}: holds more than the {size:,} bytes that its header says")
    return array.reshape(shape)


def _read_into(file: Reader, view: memoryview) -> int:
    data = file.read(len(view))
    view[: len(data)] = data
    return len(data)


def _transposed(images: Bytes) -> Bytes:
    return np.ascontiguousarray(images.transpose(0, 2, 1))[:, None]


SOURCES = {
    source.name: source
    for source in (
        Idx("mnist", False, ("MNIST/raw",), class_names.DIGITS),
        Idx("fashion_mnist", True, ("FashionMNIST/raw",), class_names.FASHION_MNIST),
        Idx("kmnist", False, ("KMNIST/raw",), class_names.KMNIST),
        Idx("emnist", False, ("gzip", "EMNIST/raw"), class_names.EMNIST),
    )
}
