"""Images and the masks that belong to them, as a layout finds them in folders."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, Protocol

from search_spaces.errors import DataError
from workers.datasets.base import PartName
from workers.datasets.files import files_below, reading
from workers.datasets.masks.class_table import ClassTable, and_others


class Pair(NamedTuple):
    """The files of an image and of its mask, and what their names have in common."""

    image: str
    mask: str
    stem: str


class MaskedPart(NamedTuple):
    """What there is of a part.

    Attributes:
        where: Names it in messages.
        pairs: In one order on every machine.
        left_out: How many files or folders are not read, by the reason.
    """

    where: str
    pairs: list[Pair]
    left_out: Counter[str]


class Layout(Protocol):
    """One way in which images and masks lie in folders.

    Attributes:
        expected: What must be there, for messages.
    """

    expected: str

    def is_in(self, folder: Path) -> bool:
        """Whether a folder is one of these."""

    def part(self, folder: Path, name: PartName) -> MaskedPart | None:
        """The images of a part, with their masks; None where there is no such part.

        Raises:
            DataError: They do not fit together.
        """

    def table(self, folder: Path) -> ClassTable:
        """What the layout itself says of classes."""


Stem = Callable[[str], str | None]


def by_stem(
    folder: Path, endings: tuple[str, ...], left_out: Counter[str], stem: Stem = lambda name: name
) -> dict[str, str]:
    """The files with some endings below a folder, in the order of their stems.

    Args:
        left_out: Is told of other files.
        stem: Makes of a path below the folder, its ending taken off, what both files of a pair have
            in common; None of files that are neither wanted nor worth a word.

    Raises:
        DataError: Two of them have one stem.
    """
    found: dict[str, str] = {}
    for path in files_below(folder, left_out):
        name, ending = os.path.splitext(os.path.relpath(path, folder))
        key = stem(name.replace(os.sep, "/"))
        if key is None:
            continue
        if ending.lower() not in endings:
            left_out[ending.lower() or "without an ending"] += 1
        elif found.setdefault(key, path) != path:
            raise DataError(f"{path}: {found[key]} has the same stem; which of them is it?")
    return dict(sorted(found.items()))


def paired(images: dict[str, str], masks: dict[str, str], where: str) -> list[Pair]:
    """Images with their masks, by equal stems. Raises DataError where one has no partner."""
    if not images:
        raise DataError(f"{where}: holds no image")
    for have, want, what in ((images, masks, "mask"), (masks, images, "image")):
        alone = [stem for stem in have if stem not in want]
        if alone:
            rule = f"has no {what} of the same stem ({alone[0]}.*)"
            raise DataError(f"{have[alone[0]]}: {rule}{and_others(len(alone))}")
    return [Pair(path, masks[stem], stem) for stem, path in images.items()]


def age(paths: list[str], *others: object) -> str:
    """Digest of which files they are and how old, and of what else decoding depends on."""
    digest = sha256(repr(others).encode())
    for path in paths:
        with reading(path):
            status = os.stat(path)
        digest.update(repr((os.path.abspath(path), status.st_size, status.st_mtime_ns)).encode())
    return digest.hexdigest()[:32]
