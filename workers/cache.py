"""What this machine need not make or measure twice: where it lies, and images made once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from search_spaces.whole_file import replacing
from workers.datasets.base import Bytes


def cache_folder(name: str) -> Path:
    """The folder of one kind of thing: below `NAS_CACHE`, or where the system keeps caches."""
    base = os.environ.get("NAS_CACHE") or os.environ.get("XDG_CACHE_HOME")
    folder = Path(base).expanduser() if base else Path.home() / ".cache"
    return folder / "conv-nas" / name


Rows = Callable[[], Iterator[Bytes]]
"""Begins to yield images `(channels, height, width)`, in order."""


def cached_images(
    path: Path, shape: tuple[int, ...], rows: Rows, not_cached: Callable[[OSError], None]
) -> Bytes:
    """Images of the cache, read-only and not yet in memory; those of `rows` where there are none.

    Args:
        path: Their file, an array of NumPy.
        shape: Their `(n, channels, height, width)`; a file with another one is made again.
        not_cached: Is told why they could not be written; they are then made in memory.
    """
    found = _read(path, shape)
    if found is not None:
        return found
    try:
        _write(path, shape, rows)
    except OSError as error:
        not_cached(error)
        images = np.empty(shape, np.uint8)
        for place, image in zip(images, rows(), strict=True):
            place[:] = image
        return images
    written = _read(path, shape)
    assert written is not None, "what was written can be read"
    return written


def _read(path: Path, shape: tuple[int, ...]) -> Bytes | None:
    try:
        images = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, EOFError, ValueError):
        return None
    # `np.load` opens a zip archive under this name as well, and gives what is no array.
    right = isinstance(images, np.memmap) and (images.shape, images.dtype) == (shape, np.uint8)
    return images if right else None


def _write(path: Path, shape: tuple[int, ...], rows: Rows) -> None:
    """Writes image by image.

    A plain file and no memory map: where the disk is full, this raises and that kills.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    header = {"descr": "|u1", "fortran_order": False, "shape": shape}
    with replacing(path) as partial, partial.open("wb") as file:
        np.lib.format.write_array_header_2_0(file, header)
        for image in rows():
            file.write(np.ascontiguousarray(image).data)
