"""A folder `images` and a folder `masks` whose files have the same stems.

`root/images/{train,val,test}/...` and `root/masks/{train,val,test}/...`, or the parts outside,
`root/train/images/...` and so on, or no parts at all. Parts may be spelt in any usual way
(`folder_parts`), and so may the two folders. A pixel of a mask is its class.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import NamedTuple

from search_spaces.errors import DataError
from workers.datasets.base import PartName
from workers.datasets.decode import ENDINGS
from workers.datasets.files import subfolders
from workers.datasets.folder_parts import EXACT, images_and_masks, parts_named
from workers.datasets.masks.class_files import table_beside
from workers.datasets.masks.class_table import ClassTable
from workers.datasets.masks.pairs import MaskedPart, by_stem, paired


class Place(NamedTuple):
    """Where images and masks of a part lie; test images may have none."""

    images: Path
    masks: Path | None


class MaskFolder:
    """The layout; see above."""

    expected = "a folder with a folder `images` and a folder `masks`, with or without parts in them"

    def is_in(self, folder: Path) -> bool:
        """Parts outside need both folders in `train`."""
        names = subfolders(folder)
        train = parts_named(names).get("train", ())
        return all(images_and_masks(names)) or any(
            all(images_and_masks(subfolders(folder / name))) for name in train
        )

    def part(self, folder: Path, name: PartName) -> MaskedPart | None:
        """Files are paired by their path below the folder of the part."""
        place = _places(folder).get(name)
        if place is None or place.masks is None:
            return None
        left_out = Counter[str]()
        images = by_stem(place.images, ENDINGS, left_out)
        masks = by_stem(place.masks, ENDINGS, left_out)
        if name == "train":
            left_out += _beside(folder)
        where = str(place.images)
        return MaskedPart(where, paired(images, masks, where), left_out)

    def table(self, folder: Path) -> ClassTable:
        """A file of names beside the folders tells the classes; else the masks do."""
        return table_beside(folder) or ClassTable()


def _places(folder: Path) -> dict[PartName, Place]:
    """Folders of the parts. Raises DataError where they cannot be told."""
    if all(images_and_masks(subfolders(folder))):
        return _parts_inside(*_both(folder))
    places = {}
    for part, name in _parts(folder).items():
        if all(images_and_masks(subfolders(folder / name))):
            places[part] = Place(*_both(folder / name))
        else:
            places[part] = Place(folder / name, None)
            _require_test(part, folder / name)
    return places


def _parts_inside(images: Path, masks: Path) -> dict[PartName, Place]:
    parts, of_masks = _parts(images), _parts(masks)
    if parts and "train" not in parts:
        named = ", ".join(f"`{name}`" for name in parts.values())
        raise DataError(f"{images}: has {named} and no folder `train`")
    if not parts:
        return {"train": Place(images, masks)}
    places = {}
    for part, name in parts.items():
        own = masks / of_masks[part] if part in of_masks else None
        places[part] = Place(images / name, own)
        if own is None:
            _require_test(part, masks / name)
    return places


def _require_test(part: PartName, where: Path) -> None:
    """Only images to test may lack masks, which are often kept secret."""
    if part != "test":
        raise DataError(f"{where}: holds no masks; images of the part `{part}` need one each")


def _both(folder: Path) -> tuple[Path, Path]:
    found = images_and_masks(subfolders(folder))
    for named, usual in zip(found, ("images", "masks"), strict=True):
        if len(named) > 1:
            several = " and ".join(f"`{name}`" for name in named)
            raise DataError(f"{folder}: {several} may each be the `{usual}`; rename all but one")
    return folder / found[0][0], folder / found[1][0]


def _parts(folder: Path) -> dict[PartName, str]:
    """A folder for each part, the usual spelling first. Raises DataError where two may be one."""
    named = parts_named(subfolders(folder))
    for part, names in named.items():
        if len(names) > 1 and names[0] not in EXACT[part]:
            several = " and ".join(f"`{name}`" for name in names)
            rule = f"may each be the part `{part}`; rename all but one"
            raise DataError(f"{folder}: {several} {rule}")
    return {part: names[0] for part, names in named.items()}


def _beside(folder: Path) -> Counter[str]:
    """What is not read: a test part without masks, and folders beside the parts."""
    places = _places(folder)
    left_out = Counter[str]()
    for part, place in places.items():
        if place.masks is None:
            left_out[f"folder of the part `{part}`, which has no masks"] += 1
    if len(places) > 1:
        inside = all(images_and_masks(subfolders(folder)))
        for each in _both(folder) if inside else (folder,):
            others = [name for name in subfolders(each) if name not in _parts(each).values()]
            left_out.update(f"folder `{name}` beside the parts" for name in others)
    return left_out
