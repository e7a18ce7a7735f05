"""Splits of images with masks: each class is in its share of the images of every part."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from search_spaces.errors import DataError, DataOptionError
from workers.datasets.base import DatasetOptions

Indices = NDArray[np.int64]
Floats = NDArray[np.float64]
Shown = NDArray[np.bool_]
"""Which classes each mask contains, `(n, num_classes)`."""

VALIDATION_SHARE = 0.1
"""Share of the training part that validates where nobody says how much."""


def chosen_masks(
    train: Indices, validation: Indices | None, options: DatasetOptions, where: str
) -> tuple[Indices, Indices]:
    """Which images train and which validate, ascending, drawn under the seed of the options.

    Args:
        train: Pixels of each class in each mask of the training part, `(n, num_classes)`.
        validation: The same of a validation part, where there is one; without one, the images that
            validate are taken out of the training part.
        where: The training part, for messages.

    Raises:
        DataError: There is nothing to tell apart.
        DataOptionError: More images are asked for than there are.
    """
    if np.count_nonzero(train.sum(0)) < 2:
        raise DataError(f"{where}: all pixels are of one class; there must be at least two")
    rng = np.random.default_rng(options.seed)
    if validation is not None:
        size = _size(options.validation_size, len(validation), "validation_size")
        out = stratified(validation > 0, size, rng)
        left = np.arange(len(train))
    else:
        # Those that validate first: they stay the same where fewer are trained on.
        out = stratified(train > 0, _held_out(options, len(train)), rng)
        left = np.setdiff1d(np.arange(len(train)), out)
    size = _size(options.train_size, len(left), "train_size")
    return left[stratified(train[left] > 0, size, rng)], out


def _held_out(options: DatasetOptions, total: int) -> int:
    """How many of the images that could train validate."""
    size = options.validation_size
    wanted = max(1, round(VALIDATION_SHARE * total)) if size is None else size
    if wanted >= total:
        rule = f"must leave an image to train on: at most {total - 1:,} of {total:,}"
        raise DataOptionError("validation_size", f"(={wanted}) {rule}")
    return wanted


def _size(wanted: int | None, total: int, key: str) -> int:
    if wanted is None:
        return total
    if wanted > total:
        rule = f"must not exceed the {total:,} images that there are for it"
        raise DataOptionError(key, f"(={wanted}) {rule}")
    return wanted


def stratified(shown: Shown, size: int, rng: np.random.Generator) -> Indices:
    """Ascending indices of `size` images that show each class as often as all of them do.

    Iterative stratification into those chosen and the others (Sechidis, Tsoumakas and Vlahavas
    2011): the images of the rarest class are dealt out first, each to whichever of the two lacks
    most of that class.
    """
    total = len(shown)
    if size == total:
        return np.arange(total)
    room = np.array([size, total - size], np.float64)
    wanted = np.outer(room, shown.sum(0)) / total
    waiting, chosen = rng.permutation(total), []
    while len(waiting):
        counts = shown[waiting].sum(0)
        rarest = int(np.argmin(np.where(counts > 0, counts, total + 1)))
        has_it = shown[waiting, rarest] | (not counts.any())
        for image in waiting[has_it]:
            to = _most_lacking(room, wanted[:, rarest])
            if to == 0:
                chosen.append(image)
            room[to] -= 1
            wanted[to] -= shown[image]
        waiting = waiting[~has_it]
    return np.sort(np.array(chosen, np.int64))


def _most_lacking(room: Floats, wanted: Floats) -> int:
    """Which of two sides with room left lacks most; of equal ones that with more room."""
    even = wanted.round(9)  # what is equal on paper is so on every machine
    return max(range(2), key=lambda side: (room[side] > 0, even[side], room[side]))
