"""A folder of images with a folder for each class, as photographs usually lie on a disk.

Either `root/CLASS/...`, or `root/train/CLASS/...`, and the same in `root/val` and `root/test` where
they are there. Classes are numbered in the order of their names. Images are decoded once, to the
wanted size (`decode` says how), and kept in the cache as one array of bytes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import numpy as np

from search_spaces.errors import DataError, DataOptionError
from workers.cache import cache_folder
from workers.datasets.base import DatasetInfo, DatasetOptions, PartName, Report
from workers.datasets.cache import cached_images
from workers.datasets.decode import ENDINGS, VERSION, ImageSource, decoded
from workers.datasets.files import reading, root_of
from workers.datasets.splitting import Part

EXPECTED = "a folder with a folder of images for each class, or with such folders in `train`"
DEFAULT_SIZE = (224, 224)
NAMES: dict[PartName, tuple[str, ...]] = {
    "train": ("train",), "validation": ("val", "valid", "validation"), "test": ("test",),
}  # fmt: skip


class Found(NamedTuple):
    """An image file: its path below the folder of its part, and the number of its class."""

    path: str
    label: int


def info(options: DatasetOptions) -> DatasetInfo:
    """Classes are counted and one image of each is looked for; none is decoded."""
    folder = _part_folder(options, "train")
    assert folder is not None, "there always is a training part"
    classes = _classes(folder)
    for name in classes:
        if next(_images(folder / name), None) is None:
            endings = ", ".join(ENDINGS)
            raise DataError(f"{folder / name}: holds no image ({endings}); each class needs one")
    channels = options.channels or 3
    in_shape = (channels, *(options.size or DEFAULT_SIZE))
    return DatasetInfo(in_shape, len(classes), channels == 3, tuple(classes))


def load_part(
    options: DatasetOptions, info: DatasetInfo, part: PartName, report: Report
) -> Part | None:
    """One part, mapped from the cache; decoded before where it is not there."""
    folder = _part_folder(options, part)
    if folder is None:
        return None
    found = _files(folder, _classes(_part_folder(options, "train") or folder))
    if not found:
        raise DataError(f"{folder}: holds no image")
    path = cache_folder("image_folder") / f"{_key(folder, found, info)}.npy"
    sources = [partial(ImageSource, str(folder / image.path)) for image in found]
    images = cached_images(
        path, (len(found), *info.in_shape), lambda: decoded(sources, info.in_shape, report),
        lambda error: report(f"decoded images cannot be kept in {path.parent}: {error.strerror}"),
    )  # fmt: skip
    return Part(images, np.array([image.label for image in found], np.int64), str(folder))


def _part_folder(options: DatasetOptions, part: PartName) -> Path | None:
    """Where a part lies. Without a `train` folder, all of the root is the training part."""
    root = root_of(options.root, EXPECTED)
    if not root.is_dir():
        raise DataOptionError("root", f"(={options.root}) is no folder; expected is {EXPECTED}")
    if not _is_split(root):
        return root if part == "train" else None
    places = (root / name for name in NAMES[part])
    return next((place for place in places if place.is_dir()), None)


def _is_split(root: Path) -> bool:
    """Whether `train` is a part; a folder `train` with images alone is a class."""
    return (root / "train").is_dir() and bool(_folders(root / "train"))


def _folders(folder: Path) -> list[str]:
    with reading(folder):
        entries = sorted(entry.name for entry in os.scandir(folder) if entry.is_dir())
    return [name for name in entries if not name.startswith(".")]


def _classes(folder: Path) -> list[str]:
    classes = _folders(folder)
    if len(classes) < 2:
        count = "one class folder" if classes else "no class folder"
        raise DataError(f"{folder}: has {count}, it must have two or more; expected is {EXPECTED}")
    return classes


def _images(folder: Path) -> Iterator[str]:
    """Paths of the images below a class folder, in the order of their names."""
    for where, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name.lower().endswith(ENDINGS) and not name.startswith("."):
                yield os.path.join(where, name)


def _files(folder: Path, classes: list[str]) -> list[Found]:
    numbers = {name: number for number, name in enumerate(classes)}
    found = []
    for name in _classes(folder):
        if name not in numbers:
            raise DataError(f"{folder / name}: is a class that the training part does not have")
        for path in _images(folder / name):
            found.append(Found(os.path.relpath(path, folder), numbers[name]))
    return found


def _key(folder: Path, found: list[Found], info: DatasetInfo) -> str:
    """Digest of all that decoding depends on: which files, of which age, to which size."""
    digest = sha256(repr((VERSION, str(folder.resolve()), info.in_shape)).encode())
    for image in found:
        with reading(folder / image.path):
            status = os.stat(folder / image.path)
        digest.update(repr((*image, status.st_size, status.st_mtime_ns)).encode())
    return digest.hexdigest()[:32]
