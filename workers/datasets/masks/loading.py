"""Images and masks of any layout, as a data set: looked at, then decoded once into the cache.

Both are brought to the wanted size alike: scaled until the shorter side fits and cropped around the
centre, images as `decode` says, masks by the nearest pixel.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from search_spaces.errors import DataOptionError
from search_spaces.graphs.primitives import Shape
from workers.cache import Rows, cache_folder, cached_images
from workers.datasets.base import IGNORED, Bytes, DatasetInfo, DatasetOptions, PartName, Report
from workers.datasets.contents import PartLabels
from workers.datasets.decode import VERSION, DeepRange, ImageSource, decoded, in_order
from workers.datasets.files import root_of, subfolders
from workers.datasets.masks.class_table import ClassTable
from workers.datasets.masks.pairs import Layout, MaskedPart, age
from workers.datasets.masks.reading import MaskSource
from workers.datasets.masks.survey import VERSION as MASK_VERSION
from workers.datasets.masks.survey import Indices, Survey, surveyed
from workers.datasets.masks.unpacking import unpacked
from workers.datasets.splitting import Part

DEEPEST = 4
"""Folders within each other in which a layout is looked for, as archives have them around it."""


class MaskFiles:
    """The data sets of one layout."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def info(self, options: DatasetOptions) -> DatasetInfo:
        """A size and classes that nobody tells are found in the files to train on."""
        folder = self._folder(options)
        table, size = self._table(options, folder), options.size
        if size is None or table.num_classes is None:
            part = self._training_part(folder)
            found = surveyed(part, table)
            size = size or _only_size(part, found)
            table = table.found_in(found.counts.sum(0))
        assert table.num_classes is not None
        channels = options.channels or 3
        shape = (channels, *size)
        return DatasetInfo(shape, table.num_classes, channels == 3, table.names, "segmentation")

    def look(self, options: DatasetOptions, info: DatasetInfo, part: PartName) -> PartLabels | None:
        """Each mask is read in full size, and of each image its header."""
        folder = self._folder(options)
        table = self._table(options, folder)
        found = self._part(folder, table, part)
        if found is None:
            return None
        pixels = _pixels(found, _complete(table, info))
        names = tuple(pair.stem for pair in found.pairs)
        if part != "train":
            return PartLabels(pixels, found.where, left_out=found.left_out, names=names)
        left_out = found.left_out + self._unlabelled(folder, table)
        notes = (table.of_found(info.num_classes),) if table.num_classes is None else ()
        return PartLabels(pixels, found.where, left_out=left_out, notes=notes, names=names)

    def load_part(
        self, options: DatasetOptions, info: DatasetInfo, part: PartName, report: Report
    ) -> Part | None:
        """One part, mapped from the cache; decoded before where it is not there."""
        folder = self._folder(options)
        table = _complete(self._table(options, folder), info)
        found = self._part(folder, table, part)
        if found is None:
            return None
        pixels = _pixels(found, table)
        images = _images(found, self._training_part(folder), info, report)
        masks = _masks(found, table, info, report)
        return Part(images, masks, found.where, pixels=pixels)

    def _folder(self, options: DatasetOptions) -> Path:
        """Where the layout lies: at the root, in an archive, or in a folder or two below.

        Raises:
            DataOptionError: It is not there, or there are several.
        """
        folder = root = root_of(options.root, self._layout.expected)
        if not root.is_dir():
            folder = unpacked(root, self._layout.expected)
        for _ in range(DEEPEST):
            if self._layout.is_in(folder):
                return folder
            inside = subfolders(folder)
            within = [name for name in inside if self._layout.is_in(folder / name)]
            if len(within) > 1:
                several = ", ".join(f"`{name}`" for name in within)
                raise DataOptionError("root", f"(={root}) has several data sets: {several}")
            if not within and len(inside) != 1:
                break
            folder /= (within or inside)[0]
        has = ", ".join(f"`{name}`" for name in subfolders(folder)) or "none"
        rule = f"must be {self._layout.expected}; folders in `{folder.name}`: {has}"
        raise DataOptionError("root", f"(={root}) {rule}")

    def _table(self, options: DatasetOptions, folder: Path) -> ClassTable:
        own = options.classes
        table = self._layout.table(folder) if own is None else ClassTable.of(own)
        return table.ignoring(options.ignore or ())

    def _training_part(self, folder: Path) -> MaskedPart:
        part = self._layout.part(folder, "train")
        assert part is not None, "there always is a training part"
        return part

    def _part(self, folder: Path, table: ClassTable, name: PartName) -> MaskedPart | None:
        """A part; None where it is not there, or is to test and has no label at all."""
        part = self._layout.part(folder, name)
        # Published test masks whose labels are kept secret are there and say nothing.
        if part is None or (name == "test" and not _has_labels(part, table)):
            return None
        return part

    def _unlabelled(self, folder: Path, table: ClassTable) -> Counter[str]:
        part = self._layout.part(folder, "test")
        if part is None or _has_labels(part, table):
            return Counter()
        return Counter({"images to test, whose masks hold ignored pixels alone": len(part.pairs)})


def _has_labels(part: MaskedPart, table: ClassTable) -> bool:
    counts = surveyed(part, table).counts.sum(0)
    ignored = [IGNORED] if table.colors else list(table.ignored)
    return bool(np.delete(counts, ignored).any())


def _only_size(part: MaskedPart, found: Survey) -> tuple[int, int]:
    """The size of all images of a part. Raises DataOptionError where there are several."""
    other = np.flatnonzero((found.sizes != found.sizes[0]).any(1))
    if len(other):
        shown = (f"{Path(part.pairs[n].image).name} {_by(found, n)}" for n in (0, int(other[0])))
        rule = "is required, [height, width], where images are of several"
        raise DataOptionError("size", f"{rule}: {' and '.join(shown)} in {part.where}")
    height, width = map(int, found.sizes[0])
    return height, width


def _by(found: Survey, number: int) -> str:
    height, width = found.sizes[number]
    return f"[{height}, {width}]"


def _complete(table: ClassTable, info: DatasetInfo) -> ClassTable:
    """The table with as many classes as the masks to train on have told."""
    return replace(table, num_classes=info.num_classes)


def _pixels(part: MaskedPart, table: ClassTable) -> Indices:
    counts = surveyed(part, table).counts
    return table.pixels(counts, lambda number: part.pairs[number].mask)


def _images(part: MaskedPart, training: MaskedPart, info: DatasetInfo, report: Report) -> Bytes:
    """Images `(n, channels, height, width)`."""
    paths, trained_on = ([pair.image for pair in each.pairs] for each in (part, training))
    # The other parts depend on those to train on, too: the range of more than eight bits.
    key = age(paths, VERSION, "images", info.in_shape, age(trained_on))
    deep = DeepRange(partial(_sources, trained_on), report)
    sources = _sources(paths)
    shape = (len(paths), *info.in_shape)
    return _cached(key, shape, lambda: decoded(sources, info.in_shape, report, deep=deep), report)


def _masks(part: MaskedPart, table: ClassTable, info: DatasetInfo, report: Report) -> Bytes:
    """Masks `(n, height, width)`."""
    paths, size = [pair.mask for pair in part.pairs], info.in_shape[1:]
    work = [partial(_mask, path, table, info.in_shape) for path in paths]
    key = age(paths, MASK_VERSION, "masks", size, table.identity)
    return _cached(key, (len(paths), *size), lambda: in_order(work), report)


def _cached(key: str, shape: tuple[int, ...], rows: Rows, report: Report) -> Bytes:
    path = cache_folder("masks") / f"{key}.npy"
    return cached_images(
        path, shape, rows,
        lambda error: report(f"decoded images cannot be kept in {path.parent}: {error.strerror}"),
    )  # fmt: skip


def _sources(paths: list[str]) -> list[partial[ImageSource]]:
    return [partial(ImageSource, path) for path in paths]


def _mask(path: str, table: ClassTable, in_shape: Shape) -> Bytes:
    return MaskSource(path, table).decode((in_shape[1], in_shape[2]))
