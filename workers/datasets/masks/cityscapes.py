"""Cityscapes (Cordts et al., arXiv:1604.01685): street scenes of cities, a folder a city.

`leftImg8bit/{train,val,test}/CITY/*_leftImg8bit.png` and `gtFine/{train,val,test}/CITY/` with
`*_gtFine_labelIds.png`, whose 34 ids become the 19 classes that are trained on, or with
`*_gtFine_labelTrainIds.png`, which hold those.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from search_spaces.errors import DataError
from workers.datasets.base import Names, PartName
from workers.datasets.decode import ENDINGS
from workers.datasets.masks.class_table import NUM_VALUES, ClassTable
from workers.datasets.masks.pairs import MaskedPart, Stem, by_stem, paired

CLASSES: Names = (
    "road", "sidewalk", "building", "wall", "fence", "pole", "traffic light", "traffic sign",
    "vegetation", "terrain", "sky", "person", "rider", "car", "truck", "bus", "train", "motorcycle",
    "bicycle",
)  # fmt: skip
TRAINED_IDS = (7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33)
"""The id of each class; all other ids are of no class."""

IMAGES, MASKS = "leftImg8bit", "gtFine"
FOLDERS: dict[PartName, str] = {"train": "train", "validation": "val", "test": "test"}
IDS, TRAIN_IDS = "_gtFine_labelIds", "_gtFine_labelTrainIds"


class Cityscapes:
    """The layout; see above."""

    expected = f"a folder with `{IMAGES}/train` and `{MASKS}/train`"

    def is_in(self, folder: Path) -> bool:
        """Images and masks to train on."""
        return (folder / IMAGES / "train").is_dir() and (folder / MASKS / "train").is_dir()

    def part(self, folder: Path, name: PartName) -> MaskedPart | None:
        """Of the masks of a part one kind alone is read."""
        images, masks = (folder / each / FOLDERS[name] for each in (IMAGES, MASKS))
        if not images.is_dir() or not masks.is_dir():
            return None
        left_out = Counter[str]()
        found = by_stem(images, ENDINGS, left_out, _ending(f"_{IMAGES}"))
        labels = by_stem(masks, ENDINGS, left_out, _ending(_kind(folder)))
        return MaskedPart(str(images), paired(found, labels, str(images)), left_out)

    def table(self, folder: Path) -> ClassTable:
        """Nineteen classes; what is of none of them is ignored."""
        number = len(CLASSES)
        ids = TRAINED_IDS if _kind(folder) == IDS else range(number)
        values = {value: label for label, value in enumerate(ids)}
        others = frozenset(range(NUM_VALUES)) - values.keys()
        return ClassTable(number, CLASSES, values, ignored=others)


def _kind(folder: Path) -> str:
    """Which masks to train on there are. Raises DataError where there are none."""
    masks = folder / MASKS / "train"
    for kind in (IDS, TRAIN_IDS):
        if next(masks.rglob(f"*{kind}.png"), None) is not None:
            return kind
    raise DataError(f"{masks}: holds neither *{IDS}.png nor *{TRAIN_IDS}.png")


def _ending(text: str) -> Stem:
    """Takes an ending off a path; None of paths that have another."""
    return lambda path: path.removesuffix(text) if path.endswith(text) else None
