"""A folder of images with a folder for each class, as photographs usually lie on a disk.

Either `root/CLASS/...`, or `root/train/CLASS/...`, and the same in `root/val` and `root/test` where
they are there, in any usual spelling (`folder_parts`). Classes are numbered in the order of their
names. Images are decoded once, to the wanted size (`decode` says how), and kept in the cache as one
array of bytes.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

import numpy as np

from search_spaces.errors import DataError, DataOptionError
from workers.cache import cache_folder, cached_images
from workers.datasets.base import DatasetInfo, DatasetOptions, PartName, Report
from workers.datasets.contents import PartLabels
from workers.datasets.decode import ENDINGS, VERSION, DeepRange, ImageSource, decoded
from workers.datasets.files import files_below, reading, root_of, subfolders
from workers.datasets.folder_parts import EXACT, parts_named, why_no_classes
from workers.datasets.splitting import Part

EXPECTED = "a folder with a folder of images for each class, or with such folders in `train`"
DEFAULT_SIZE = (224, 224)


class Found(NamedTuple):
    """An image file: its path below the folder of its part, and the number of its class."""

    path: str
    label: int


def info(options: DatasetOptions) -> DatasetInfo:
    """Classes are counted and one image of each is looked for; none is decoded."""
    folder = _part_folder(options, "train")
    assert folder is not None, "there always is a training part"
    classes = _classes(folder)
    for name in classes.values():
        left_out: Counter[str] = Counter()
        if next(_images(folder / name, left_out), None) is None:
            endings = ", ".join(ENDINGS)
            came = "".join(f"; it has {count:,} {what}" for what, count in left_out.items())
            raise DataError(
                f"{folder / name}: holds no image ({endings}); each class needs one{came}"
            )
    channels = options.channels or 3
    in_shape = (channels, *(options.size or DEFAULT_SIZE))
    return DatasetInfo(in_shape, len(classes), channels == 3, tuple(classes))


def look(options: DatasetOptions, info: DatasetInfo, part: PartName) -> PartLabels | None:
    """Which files a part has and which it leaves out; none is decoded."""
    folder = _part_folder(options, part)
    if folder is None:
        return None
    left_out: Counter[str] = Counter()
    found = _files(folder, info.class_names, left_out)
    if part == "train":
        left_out += _beside_the_parts(options)
    labels = np.array([image.label for image in found], np.int64)
    names = tuple(image.path for image in found)
    return PartLabels(labels, str(folder), left_out=left_out, names=names)


def load_part(
    options: DatasetOptions, info: DatasetInfo, part: PartName, report: Report
) -> Part | None:
    """One part, mapped from the cache; decoded before where it is not there."""
    folder = _part_folder(options, part)
    if folder is None:
        return None
    found = _files(folder, info.class_names)
    if not found:
        raise DataError(f"{folder}: holds no image")
    deep = DeepRange(partial(_training_images, options, info), report)
    key = _key(folder, found, info, "" if part == "train" else _training_key(options, info))
    path = cache_folder("image_folder") / f"{key}.npy"
    sources = _sources(folder, found)
    images = cached_images(
        path, (len(found), *info.in_shape),
        lambda: decoded(sources, info.in_shape, report, deep=deep),
        lambda error: report(f"decoded images cannot be kept in {path.parent}: {error.strerror}"),
    )  # fmt: skip
    return Part(images, np.array([image.label for image in found], np.int64), str(folder))


def _sources(folder: Path, found: list[Found]) -> list[partial[ImageSource]]:
    return [partial(ImageSource, str(folder / image.path)) for image in found]


def _training_files(options: DatasetOptions, info: DatasetInfo) -> tuple[Path, list[Found]]:
    folder = _part_folder(options, "train")
    assert folder is not None, "there always is a training part"
    return folder, _files(folder, info.class_names)


def _training_images(options: DatasetOptions, info: DatasetInfo) -> list[partial[ImageSource]]:
    return _sources(*_training_files(options, info))


def _training_key(options: DatasetOptions, info: DatasetInfo) -> str:
    """What the other parts depend on, too: the range of images of more than eight bits."""
    return _key(*_training_files(options, info), info)


def _part_folder(options: DatasetOptions, part: PartName) -> Path | None:
    """Where a part lies. Without a folder of training classes, all of the root is that part."""
    root = root_of(options.root, EXPECTED)
    if not root.is_dir():
        raise DataOptionError("root", f"(={options.root}) is no folder; expected is {EXPECTED}")
    parts = _parts(root)
    if parts is None:
        return root if part == "train" else None
    return root / parts[part] if part in parts else None


def _parts(root: Path) -> dict[PartName, str] | None:
    """Folders of the parts; None where the root holds classes.

    A folder `train` with images alone is a class.

    Raises:
        DataError: Folders are plainly parts but none holds classes to train on, or two may be the
            same part.
    """
    named = parts_named(subfolders(root))
    with_classes = [name for name in named.get("train", ()) if subfolders(root / name)]
    if not with_classes:
        return None
    named["train"] = with_classes
    for part, names in named.items():
        if len(names) > 1 and names[0] not in EXACT[part]:
            rule = f"may each be the part `{part}`; rename all but one"
            raise DataError(f"{root}: {' and '.join(f'`{name}`' for name in names)} {rule}")
    return {part: names[0] for part, names in named.items()}


def _beside_the_parts(options: DatasetOptions) -> Counter[str]:
    """Folders of the root that are no part, where it has parts."""
    root = root_of(options.root, EXPECTED)
    parts = _parts(root)
    others = [] if parts is None else [n for n in subfolders(root) if n not in parts.values()]
    return Counter({f"folder `{name}` beside the parts": 1 for name in others})


def _classes(folder: Path) -> dict[str, str]:
    """Folders of the classes, by the names of the classes, which are composed Unicode.

    Raises:
        DataError: There are fewer than two, two of the same name, or they are no classes.
    """
    folders = subfolders(folder)
    if len(folders) < 2:
        raise DataError(f"{folder}: {_too_few(folder, folders)}")
    why = why_no_classes(folders)
    if why is not None:
        raise DataError(f"{folder}: {why}; expected is {EXPECTED} (rename them if they are)")
    _require_no_parts_within(folder, folders)
    classes: dict[str, str] = {}
    for name in folders:
        # macOS decomposes accented letters: the same class copied from there has another name as
        # text.
        if (other := classes.setdefault(normalize("NFC", name), name)) != name:
            rule = "are one name in two Unicode forms; put their images into one folder"
            raise DataError(f"{folder}: {other!a} and {name!a} {rule}")
    return classes


def _too_few(folder: Path, folders: list[str]) -> str:
    count = "one class folder" if folders else "no class folder"
    rule = f"has {count}, it must have two or more; expected is {EXPECTED}"
    if folders and len(subfolders(folder / folders[0])) > 1:
        return f"{rule}; is it in `{folders[0]}`?"
    loose = sum(1 for _ in _loose_files(folder))
    lie = "1 file lies" if loose == 1 else f"{loose:,} files lie"
    return f"{rule}; {lie} in it and in no class" if loose else rule


def _require_no_parts_within(folder: Path, folders: list[str]) -> None:
    """Raises DataError where parts lie within classes, whose test images would be trained on."""
    for name in folders:
        parts = parts_named(subfolders(folder / name))
        if len(parts) > 1 and "train" in parts:
            within = " and ".join(f"`{name}/{each[0]}`" for each in parts.values())
            raise DataError(f"{folder}: {within}: parts must hold the classes, not classes parts")


def _loose_files(folder: Path) -> Iterator[str]:
    with reading(folder):
        for entry in os.scandir(folder):
            if not entry.is_dir() and not entry.name.startswith("."):
                yield entry.name


def _images(folder: Path, left_out: Counter[str]) -> Iterator[str]:
    """Paths of the images below a class folder, in the order of their names."""
    for path in files_below(folder, left_out):
        ending = os.path.splitext(path)[1].lower()
        if ending in ENDINGS:
            yield path
        else:
            left_out[ending or "without an ending"] += 1


def _files(
    folder: Path, class_names: tuple[str, ...], left_out: Counter[str] | None = None
) -> list[Found]:
    numbers = {name: number for number, name in enumerate(class_names)}
    left_out = Counter() if left_out is None else left_out
    found = []
    for name, place in _classes(folder).items():
        if name not in numbers:
            raise DataError(f"{folder / place}: is a class that the training part does not have")
        for path in _images(folder / place, left_out):
            found.append(Found(os.path.relpath(path, folder), numbers[name]))
    left_out.update("in no class folder" for _ in _loose_files(folder))
    return found


def _key(folder: Path, found: list[Found], info: DatasetInfo, others: str = "") -> str:
    """Digest of all that decoding depends on: which files, of which age, to which size."""
    digest = sha256(repr((VERSION, str(folder.resolve()), info.in_shape, others)).encode())
    for image in found:
        with reading(folder / image.path):
            status = os.stat(folder / image.path)
        digest.update(repr((*image, status.st_size, status.st_mtime_ns)).encode())
    return digest.hexdigest()[:32]
