"""Splits that are made, not read: kept in the cache."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_spaces.whole_file import replacing
from workers.datasets.base import Split

PARTS = ("train", "validation", "test")

Shapes = Sequence[tuple[tuple[int, ...], tuple[int, ...]]]
"""Of the images and of the labels of each split."""


def made_once(path: Path, shapes: Shapes, make: Callable[[], list[Split]]) -> list[Split]:
    """The splits in a file; those that are made, and written there, where it has no such ones."""
    splits = _read(path)
    if splits is None or [(s.images.shape, s.labels.shape) for s in splits] != list(shapes):
        splits = make()
        _write(path, splits)
    return splits


def _read(path: Path) -> list[Split] | None:
    """The cached splits; None where there are none or the file is damaged."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return [Split(arrays[f"{part}_images"], arrays[f"{part}_labels"]) for part in PARTS]
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error):
        return None


def _write(path: Path, splits: list[Split]) -> None:
    arrays: dict[str, NDArray[Any]] = {}
    for part, split in zip(PARTS, splits, strict=True):
        arrays[f"{part}_images"], arrays[f"{part}_labels"] = split
    with suppress(OSError):  # a cache that cannot be written costs seconds, not the search
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as partial, partial.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **arrays)
