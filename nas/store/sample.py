"""A few validation images beside a study, of which reports draw what its networks see in them."""

from __future__ import annotations

import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np

from search_spaces.whole_file import replacing
from workers.datasets.base import Split
from workers.tasks import Task

MAX_IMAGES = 4
LOOKED_AT = 60
"""Images, evenly spread, of which those that show most are taken."""


def most_telling(validation: Split, task: Task) -> Split | None:
    """The images that show most, in their order; None where labels of the task show nothing."""
    count = min(LOOKED_AT, len(validation.images))
    numbers = np.linspace(0, len(validation.images) - 1, count).round().astype(int)
    shown = task.num_shown(validation.labels[numbers])
    if not shown.any():
        return None
    chosen = numbers[np.sort(np.argsort(shown, kind="stable")[::-1][:MAX_IMAGES])]
    return Split(np.asarray(validation.images[chosen]), np.asarray(validation.labels[chosen]))


def keep_sample(path: Path, sample: Split) -> None:
    """Writes it, where that is possible: without it a report reads the whole data set once more."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as partial, partial.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **sample._asdict())


def kept_sample(path: Path) -> Split | None:
    """The sample of a file; None where there is none, or it is damaged."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            found = Split(arrays["images"], arrays["labels"])
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error):
        return None
    is_whole = found.images.ndim == 4 and 0 < len(found.images) == len(found.labels)
    return found if is_whole else None
