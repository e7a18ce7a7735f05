"""The layout of PASCAL VOC (Everingham et al. 2010): lists of the images of each part.

`JPEGImages/*.jpg`, `SegmentationClass/*.png` and `ImageSets/Segmentation/{train,val,test}.txt`.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

from search_spaces.errors import DataError
from workers.datasets.base import Names, PartName
from workers.datasets.decode import ENDINGS
from workers.datasets.files import reading
from workers.datasets.masks.class_files import table_beside
from workers.datasets.masks.class_table import ClassTable, and_others
from workers.datasets.masks.pairs import MaskedPart, by_stem, paired

CLASSES: Names = (
    "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair",
    "cow", "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa",
    "train", "tvmonitor",
)  # fmt: skip

IMAGES, MASKS, LISTS = "JPEGImages", "SegmentationClass", os.path.join("ImageSets", "Segmentation")
FILES: dict[PartName, str] = {"train": "train.txt", "validation": "val.txt", "test": "test.txt"}
WITHOUT_PARTS = "trainval.txt"


class Voc:
    """The layout; see above."""

    expected = f"a folder with `{IMAGES}`, `{MASKS}` and `ImageSets/Segmentation/train.txt`"

    def is_in(self, folder: Path) -> bool:
        """All three, with a list to train on."""
        lists = folder / LISTS
        both = (folder / IMAGES).is_dir() and (folder / MASKS).is_dir()
        return both and any((lists / n).is_file() for n in (FILES["train"], WITHOUT_PARTS))

    def part(self, folder: Path, name: PartName) -> MaskedPart | None:
        """The images of a list; those of a test list without masks are not there."""
        path = _list(folder, name)
        if path is None:
            return None
        left_out, stems = Counter[str](), _stems(path)
        _require_apart(folder, name, stems)
        masks = by_stem(folder / MASKS, ENDINGS, left_out)
        if name == "test" and not any(stem in masks for stem in stems):
            return None
        images = by_stem(folder / IMAGES, ENDINGS, left_out)
        missing = [stem for stem in stems if stem not in images]
        if missing:
            rule = f"names `{missing[0]}`, which is not in `{IMAGES}`"
            raise DataError(f"{path}: {rule}{and_others(len(missing))}")
        own = [{stem: files[stem] for stem in stems if stem in files} for files in (images, masks)]
        pairs = paired(own[0], own[1], str(path))
        return MaskedPart(str(path), pairs, left_out if name == "train" else Counter())

    def table(self, folder: Path) -> ClassTable:
        """Those of VOC, where no file of names says others."""
        return table_beside(folder) or ClassTable.of(CLASSES)


def _list(folder: Path, name: PartName) -> Path | None:
    path = folder / LISTS / FILES[name]
    if name == "train" and not path.is_file():
        path = folder / LISTS / WITHOUT_PARTS
    return path if path.is_file() else None


def _stems(path: Path) -> list[str]:
    with reading(path):
        lines = path.read_text("utf-8", errors="replace").split("\n")
    return sorted({line.split()[0] for line in lines if line.split()})


def _require_apart(folder: Path, name: PartName, stems: list[str]) -> None:
    """Raises DataError where an image is in two lists: what is trained on would be judged by."""
    for other in FILES:
        path = _list(folder, other)
        if other == name or path is None:
            continue
        both = sorted(set(stems) & set(_stems(path)))
        if both:
            lists = f"{FILES[name]} and in {FILES[other]}"
            raise DataError(f"{folder / LISTS}: `{both[0]}` is in {lists}{and_others(len(both))}")
