"""Stratified splits: every class gets its share of each part, to the image."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_spaces.errors import DataError, DataOptionError
from workers.datasets.base import Bytes, Dataset, DatasetInfo, DatasetOptions, Labels, Masks, Split
from workers.datasets.mask_splitting import VALIDATION_SHARE, Indices, chosen_masks
from workers.memory import require_memory

CHUNK = 256
"""Images that are moved at a time."""


class Part(NamedTuple):
    """Images and labels as a loader found them.

    Attributes:
        images: `(n, channels, height, width)` as bytes; any `(n, ...)` with a `convert`.
        labels: `(n,)`, from 0; or masks `(n, height, width)`, any that `convert_labels` takes.
        where: Where they come from, for messages.
        convert: Turns some of `images` into bytes of the right layout. Where it is None and the
            array can be written to, it is the loader's own and is rearranged in place.
        pixels: Pixels of each class in each mask, `(n, num_classes)`; None where there are none.
        convert_labels: Turns some of `labels` into masks of classes.
    """

    images: NDArray[Any]
    labels: Labels | Masks
    where: str
    convert: Callable[[NDArray[Any]], Bytes] | None = None
    pixels: Indices | None = None
    convert_labels: Callable[[NDArray[Any]], Bytes] | None = None


def checked(part: Part, info: DatasetInfo) -> Part:
    """The part itself. Raises DataError where labels and images do not fit together."""
    if info.task == "classification":
        counted(part.labels, len(part.images), info, part.where)
    return part


def counted(labels: Labels | Masks, num_images: int, info: DatasetInfo, where: str) -> Indices:
    """Images of each class, `(num_classes,)`. Raises DataError where labels cannot be right."""
    if num_images != len(labels):
        counts = f"{num_images:,} images and {len(labels):,} labels"
        raise DataError(f"{where}: there must be one label an image; there are {counts}")
    if len(labels) == 0:
        raise DataError(f"{where}: holds no image")
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or high >= info.num_classes:
        wrong = low if low < 0 else high
        allowed = f"0 to {info.num_classes - 1}"
        raise DataError(f"{where}: labels must be from {allowed}; one is {wrong}")
    return np.bincount(labels, minlength=info.num_classes)


def split_in_two(
    name: str,
    info: DatasetInfo,
    options: DatasetOptions,
    train: Part,
    validation: Part | None = None,
) -> Dataset:
    """Training and validation images, stratified and drawn under the seed of the options.

    Args:
        validation: A validation part that the data set brings along; without one, validation
            images are taken out of the training part.

    Raises:
        DataError: The parts are not as they should be.
        DataOptionError: More images are asked for than there are.
    """
    chosen = _by_pixels if info.task == "segmentation" else _by_label
    inside, out = chosen(info, options, train, validation)
    if validation is None:
        images_out, images_in = _two_splits(train, out, inside)
        return Dataset(name, info, images_in, images_out)
    return Dataset(name, info, gather(train, inside), gather(validation, out))


def _by_pixels(
    info: DatasetInfo, options: DatasetOptions, train: Part, validation: Part | None
) -> tuple[Indices, Indices]:
    """Which images of the parts train and which validate, by the classes in their masks."""
    assert train.pixels is not None, "a part of masks knows what is in them"
    own = None if validation is None else validation.pixels
    return chosen_masks(train.pixels, own, options, train.where)


def _by_label(
    info: DatasetInfo, options: DatasetOptions, train: Part, validation: Part | None
) -> tuple[Indices, Indices]:
    """Which images of the parts train and which validate, by their classes."""
    there = counted(train.labels, len(train.images), info, train.where)
    own = None
    if validation is not None:
        own = counted(validation.labels, len(validation.images), info, validation.where)
    rng = np.random.default_rng(options.seed)
    counts_in, counts_out = split_counts(there, own, options, train.where)
    if validation is None:
        # Those that validate first: they stay the same where fewer are trained on.
        out, inside = draw(train.labels, [counts_out, counts_in], rng)
        return inside, out
    (out,) = draw(validation.labels, [counts_out], rng)
    (inside,) = draw(train.labels, [counts_in], rng)
    return inside, out


def split_counts(
    train: Indices, validation: Indices | None, options: DatasetOptions, where: str
) -> tuple[Indices, Indices]:
    """How many images of each class are trained on, and how many validate.

    Args:
        train: Images of each class in the training part.
        validation: The same of a validation part, where there is one.
        where: The training part, for messages.

    Raises:
        DataError: There is nothing to tell apart.
        DataOptionError: More images are asked for than there are.
    """
    _require_classes(train, where)
    if validation is not None:
        held_out = _some_of(validation, options.validation_size, "validation_size")
        return _train_counts(train, options), held_out
    held_out = _validation_counts(train, options)
    return _train_counts(train - held_out, options), held_out


def _require_classes(train: Indices, where: str) -> None:
    """Raises DataError where there is nothing to tell apart."""
    if train.sum() < len(train):
        counts = f"{train.sum()} images for {len(train)} classes"
        raise DataError(f"{where}: has {counts}; each class needs at least one")
    if np.count_nonzero(train) < 2:
        raise DataError(f"{where}: all images are of one class; there must be at least two")


def require_different(split: Split, where: str) -> None:
    """Raises DataError where images of several classes are all equal, so that none can be told."""
    images, labels = split
    if len(images) < 2 or labels.min() == labels.max():
        return
    for start in range(0, len(labels), CHUNK):
        if (images[start : start + CHUNK] != images[0]).any():
            return
    low, high = int(images[0].min()), int(images[0].max())
    values = f"each byte is {low}" if low == high else f"their bytes are the same {low} to {high}"
    rule = "are equal, though of different classes"
    raise DataError(f"{where}: all {len(labels):,} images {rule}: {values}")


def _validation_counts(counts: Indices, options: DatasetOptions) -> Indices:
    """How many of each class validate; one of each stays for training."""
    present, total = int(np.sum(counts > 0)), int(counts.sum())
    size = options.validation_size
    wanted = max(1, round(VALIDATION_SHARE * total)) if size is None else size
    most = total - present
    if size is None:
        wanted = min(wanted, most)
    if not 1 <= wanted <= most:
        rule = f"must leave an image of each class to train on: at most {most:,} of {total:,}"
        raise DataOptionError("validation_size", f"(={wanted}) {rule}")
    return allocate(counts, wanted, np.zeros_like(counts), np.maximum(counts - 1, 0))


def _train_counts(counts: Indices, options: DatasetOptions) -> Indices:
    present = int(np.sum(counts > 0))
    if options.train_size is not None and options.train_size < present:
        rule = f"must be at least {present}, one image a class"
        raise DataOptionError("train_size", f"(={options.train_size}) {rule}")
    return _some_of(counts, options.train_size, "train_size", np.minimum(counts, 1))


def _some_of(counts: Indices, size: int | None, key: str, low: Indices | None = None) -> Indices:
    total = int(counts.sum())
    if size is None or size == total:
        return counts
    if size > total:
        rule = f"must not exceed the {total:,} images that there are for it"
        raise DataOptionError(key, f"(={size}) {rule}")
    return allocate(counts, size, np.zeros_like(counts) if low is None else low, counts)


def allocate(counts: Indices, total: int, low: Indices, high: Indices) -> Indices:
    """Shares `total` out in proportion to `counts`, by largest remainders within bounds.

    Each class gets its quota rounded down; what is left goes, one by one, to the classes furthest
    below their quota (Hamilton's method); equal ones by their number.

    Args:
        counts: Images of each class, `(num_classes,)`.
        low: Least of each class; together at most `total`.
        high: Most of each class; together at least `total`.
    """
    quotas = total * counts / counts.sum()
    # A quota that is whole may be computed a hair below it, and equal remainders a hair apart: both
    # are made even, so that every machine splits alike.
    shares: Indices = np.clip(np.floor(quotas + 1e-9).astype(np.int64), low, high)
    while (missing := total - int(shares.sum())) != 0:
        step = 1 if missing > 0 else -1
        behind = step * (quotas - shares)
        behind[shares == (high if step > 0 else low)] = -np.inf
        shares[int(np.argmax(behind.round(9)))] += step
    return shares


def draw(labels: Labels | Masks, wanted: list[Indices], rng: np.random.Generator) -> list[Indices]:
    """Disjoint, ascending indices of random images: `wanted[i][label]` of each label."""
    chosen: list[list[Indices]] = [[] for _ in wanted]
    for label in range(len(wanted[0])):
        indices = rng.permutation(np.flatnonzero(labels == label))
        cuts = np.cumsum([0, *(int(counts[label]) for counts in wanted)])
        for part, start, end in zip(chosen, cuts, cuts[1:], strict=False):
            part.append(indices[start:end])
    return [np.sort(np.concatenate(part)) for part in chosen]


def _two_splits(part: Part, first: Indices, second: Indices) -> tuple[Split, Split]:
    """The images at two disjoint sets of indices; the second ones stay where they are if they can.

    So 50,000 images of which 5,000 validate never need twice their memory.
    """
    own = part.convert is None and part.convert_labels is None and part.images.flags.writeable
    # A few that stay in place would keep the whole array in memory for their sake.
    if not own or 2 * len(second) < len(part.labels):
        return gather(part, first), gather(part, second)
    taken = gather(part, first)
    for start in range(0, len(second), CHUNK):  # sources are never behind their targets
        here = second[start : start + CHUNK]
        part.images[start : start + len(here)] = part.images[here]
    return taken, Split(part.images[: len(second)], part.labels[second])


def gather(part: Part, indices: Indices | None = None) -> Split:
    """A copy of the images at some indices, or of all."""
    chosen = np.arange(len(part.labels)) if indices is None else indices
    images = _gathered(part.images, chosen, part.convert, f"{part.where}: {len(chosen):,} images")
    if part.pixels is None:
        return Split(images, part.labels[chosen])
    what = f"{part.where}: {len(chosen):,} masks"
    return Split(images, _gathered(part.labels, chosen, part.convert_labels, what))


def _gathered(
    array: NDArray[Any], chosen: Indices, convert: Callable[[NDArray[Any]], Bytes] | None, what: str
) -> Bytes:
    convert = convert or np.ascontiguousarray
    first = convert(array[:1])
    require_memory(first.nbytes * len(chosen), what)
    gathered = np.empty((len(chosen), *first.shape[1:]), np.uint8)
    for start in range(0, len(chosen), CHUNK):
        here = chosen[start : start + CHUNK]
        gathered[start : start + len(here)] = convert(array[here])
    return gathered
