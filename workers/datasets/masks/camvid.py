"""CamVid (Brostow, Fauqueur and Cipolla 2009), in eleven classes as SegNet (arXiv:1511.00561).

Either SegNet's folders, `{train,val,test}` of images and `{train,val,test}annot` of masks, whose
value 11 is of no class; or the published ones, `701_StillsRaw_full` and `LabeledApproved_full` with
masks in 32 colours, which are merged into the eleven and split as SegNet's are.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from workers.datasets.base import Names, PartName
from workers.datasets.decode import ENDINGS
from workers.datasets.masks.class_table import ClassTable
from workers.datasets.masks.pairs import MaskedPart, by_stem, paired

CLASSES: Names = (
    "sky", "building", "pole", "road", "pavement", "tree", "sign", "fence", "car", "pedestrian",
    "bicyclist",
)  # fmt: skip

COLORS: tuple[tuple[str, ...], ...] = (
    ("#808080",),  # Sky
    ("#800000", "#008040", "#40c000", "#400040", "#c00080"),  # Building Bridge Wall Tunnel Archway
    ("#c0c080", "#000040"),  # Column_Pole TrafficCone
    ("#804080", "#8000c0", "#c00040"),  # Road LaneMkgsDriv LaneMkgsNonDriv
    ("#0000c0", "#40c080", "#8080c0"),  # Sidewalk ParkingBlock RoadShoulder
    ("#808000", "#c0c000"),  # Tree VegetationMisc
    ("#c08080", "#808040", "#004040"),  # SignSymbol Misc_Text TrafficLight
    ("#404080",),  # Fence
    ("#400080", "#4080c0", "#c080c0", "#c04080", "#804040"),  # Car SUV Truck_Bus Train OtherMoving
    ("#404000", "#c08040", "#4000c0", "#408040"),  # Pedestrian Child CartLuggagePram Animal
    ("#0080c0", "#c000c0"),  # Bicyclist MotorcycleScooter
)
"""Of each of the eleven classes; black is void."""

IGNORED_VALUE = 11
FOLDERS: dict[PartName, str] = {"train": "train", "validation": "val", "test": "test"}
IMAGES, MASKS = "701_StillsRaw_full", "LabeledApproved_full"

OTHER_PARTS: tuple[tuple[PartName, str, int, int], ...] = (
    ("test", "Seq05VD_f", 0, 5100),
    ("test", "0001TP_", 8550, 10380),
    ("validation", "0016E5_", 7959, 8159),
)
"""Frames of each film that SegNet does not train on: film, first and last number."""


class CamVid:
    """The layout; see above."""

    expected = f"a folder with `train` and `trainannot`, or with `{IMAGES}` and `{MASKS}`"

    def is_in(self, folder: Path) -> bool:
        """One of the two."""
        return _are_there(folder, "train", "trainannot") or _is_published(folder)

    def part(self, folder: Path, name: PartName) -> MaskedPart | None:
        """All three parts are there in the published folders."""
        left_out = Counter[str]()
        if not _is_published(folder):
            images, masks = folder / FOLDERS[name], folder / f"{FOLDERS[name]}annot"
            if not images.is_dir() or not masks.is_dir():
                return None
            found = by_stem(images, ENDINGS, left_out), by_stem(masks, ENDINGS, left_out)
            return MaskedPart(str(images), paired(*found, str(images)), left_out)
        stills = by_stem(folder / IMAGES, ENDINGS, left_out, lambda stem: _only(name, stem))
        labels = by_stem(
            folder / MASKS,
            ENDINGS,
            left_out,
            lambda stem: _only(name, stem.removesuffix("_L")),
        )
        if not stills and not labels and name != "train":
            return None
        where = str(folder / IMAGES)
        return MaskedPart(where, paired(stills, labels, f"{where}: {name} part"), left_out)

    def table(self, folder: Path) -> ClassTable:
        """Eleven classes; void is of none."""
        if not _is_published(folder):
            return ClassTable.of(CLASSES).ignoring((IGNORED_VALUE,))
        in_colors = dict(zip(CLASSES, COLORS, strict=True))
        return ClassTable.of(in_colors).ignoring(("#000000",))


def _are_there(folder: Path, *names: str) -> bool:
    return all((folder / name).is_dir() for name in names)


def _is_published(folder: Path) -> bool:
    return _are_there(folder, IMAGES, MASKS)


def _only(name: PartName, stem: str) -> str | None:
    """The stem itself if it is of a part."""
    return stem if _part_of(stem) == name else None


def _part_of(stem: str) -> PartName:
    for part, film, first, last in OTHER_PARTS:
        number = stem.removeprefix(film)
        if number != stem and number.isdigit() and first <= int(number) <= last:
            return part
    return "train"
