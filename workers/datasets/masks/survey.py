"""What a part's masks hold, looked at once in full size before anything is trained."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_spaces.errors import DataError
from search_spaces.whole_file import replacing
from workers.cache import cache_folder
from workers.datasets.decode import ImageSource, in_order
from workers.datasets.masks.class_table import NUM_VALUES, ClassTable
from workers.datasets.masks.pairs import MaskedPart, Pair, age
from workers.datasets.masks.reading import MaskSource

Indices = NDArray[np.int64]

VERSION = 1
"""Part of the names of cached files: where masks are read otherwise, another number."""


class Survey(NamedTuple):
    """What is known of the files of a part.

    Attributes:
        sizes: Height and width of each image, `(n, 2)`.
        counts: Pixels of each value that is read of each mask, `(n, 256)`.
    """

    sizes: Indices
    counts: Indices


def surveyed(part: MaskedPart, table: ClassTable) -> Survey:
    """Each mask is read and each image opened, on all CPU cores; from the cache where it was done.

    Raises:
        DataError: A mask cannot be read, or is of another size than its image.
    """
    paths = [path for pair in part.pairs for path in (pair.image, pair.mask)]
    # Numbers are kept as they are stored, whatever class they are; colours are of a class when they
    # are read.
    colors = table.colors and (sorted(table.colors.items()), sorted(table.ignored))
    path = cache_folder("masks") / f"{age(paths, VERSION, 'survey', colors)}.npy"
    rows = _read(path, len(part.pairs))
    if rows is None:
        rows = np.array(list(in_order([partial(_look, pair, table) for pair in part.pairs])))
        _write(path, rows)
    return Survey(rows[:, :2], rows[:, 2:])


def _look(pair: Pair, table: ClassTable) -> Indices:
    height, width = ImageSource(pair.image).turned_size()
    values = MaskSource(pair.mask, table).values()
    if values.shape != (height, width):
        sizes = f"is {values.shape[1]} x {values.shape[0]}, its image {width} x {height}"
        raise DataError(f"{pair.mask}: {sizes} ({pair.image}); they must be of one size")
    counts = np.bincount(values.reshape(-1), minlength=NUM_VALUES)
    return np.concatenate([(height, width), counts])


def _read(path: Path, number: int) -> Indices | None:
    try:
        with path.open("rb") as file:
            rows: Indices = np.load(file, allow_pickle=False)
    except (OSError, EOFError, ValueError):
        return None
    return rows if rows.shape == (number, 2 + NUM_VALUES) and rows.dtype == np.int64 else None


def _write(path: Path, rows: Indices) -> None:
    with suppress(OSError):  # a cache that cannot be written costs time, not the search
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as partial_file, partial_file.open("wb") as file:
            np.save(file, rows, allow_pickle=False)
