"""Handwritten digits among clutter, made from the real scans that scikit-learn ships.

Each 32 x 32 image shows one scan (UCI optical recognition of handwritten digits, 8 x 8 pixels) at a
random place and a size of 12 to 20 pixels, among eight 6 x 6 fragments of other scans, with light
noise: the task of Mnih et al. 2014 (arXiv:1406.6247, section 4) with other scans. Training,
validation and test images come from disjoint scans. The images depend on the seed and the sizes
only.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_spaces.whole_file import replacing
from workers.cache import cache_folder
from workers.datasets.base import DIGITS, Dataset, DatasetInfo, DatasetOptions, Report, Split
from workers.datasets.contents import Contents
from workers.memory import require_memory

Floats = NDArray[np.float64]
Sizes = tuple[int, int, int]
"""Images for training, validation and test."""

SIDE = 32
FRAGMENT = 6
NUM_FRAGMENTS = 8
SIZES = (12, 20)
NOISE = 0.04
SHARES = (0.7, 0.15, 0.15)
"""Shares of the scans of each digit that go to training, validation and test."""

DEFAULT_SIZES = (4000, 1000, 1000)
# In the seed and in the names of cached files: images that are drawn otherwise need another one.
_VERSION = 1


BYTES_PER_IMAGE = 5 * 8 * SIDE * SIDE
"""While they are made: the images, their noise and what rounding needs, in float64."""


def info(options: DatasetOptions) -> DatasetInfo:
    """One channel, 32 x 32, ten digits; a mirrored digit is another thing."""
    return DatasetInfo((1, SIDE, SIDE), 10, flip=False, names=DIGITS)


def contents(options: DatasetOptions, info: DatasetInfo) -> Contents:
    """How many images there are; which digits they show is drawn when they are made."""
    train, validation, test = _sizes(options)
    return Contents(info, {"train": train, "validation": validation, "test": test})


def load(options: DatasetOptions, info: DatasetInfo, report: Report) -> Dataset:
    """The data set of this seed and these sizes: from the cache, or made in a few seconds."""
    train, validation, _ = _splits(options)
    return Dataset("cluttered_digits", info, train, validation)


def load_test(options: DatasetOptions, info: DatasetInfo, report: Report) -> Split:
    """The test images of this seed; they come from scans of their own."""
    return _splits(options)[2]


def _sizes(options: DatasetOptions) -> Sizes:
    train, validation, test = DEFAULT_SIZES
    return options.train_size or train, options.validation_size or validation, test


def _splits(options: DatasetOptions) -> list[Split]:
    sizes = _sizes(options)
    path = cache_folder("cluttered_digits") / _file_name(options.seed, sizes)
    splits = _read(path, sizes)
    if splits is None:
        require_memory(BYTES_PER_IMAGE * sum(sizes), f"cluttered_digits: {sum(sizes):,} images")
        splits = make(sizes, options.seed)
        _write(path, splits)
    return splits


def _file_name(seed: int, sizes: Sizes) -> str:
    return f"v{_VERSION}-seed{seed}-{'-'.join(map(str, sizes))}.npz"


def make(sizes: Sizes, seed: int) -> list[Split]:
    """Training, validation and test images of the given sizes, from disjoint scans."""
    rng = _generator(seed)
    scans, labels = _scans()
    parts = _disjoint_parts(labels, rng)
    return [
        _compose(scans[part], labels[part], size, rng)
        for part, size in zip(parts, sizes, strict=True)
    ]


def training_scans(seed: int) -> tuple[Floats, NDArray[np.int64]]:
    """The scans, `(n, 8, 8)` from 0 to 1, and labels that the training images of a seed show."""
    scans, labels = _scans()
    part = _disjoint_parts(labels, _generator(seed))[0]
    return scans[part], labels[part]


def _generator(seed: int) -> np.random.Generator:
    return np.random.default_rng([seed, _VERSION])


def _scans() -> tuple[Floats, NDArray[np.int64]]:
    from sklearn.datasets import load_digits

    digits = load_digits()
    return digits.images / 16.0, digits.target.astype(np.int64)


def _disjoint_parts(labels: NDArray[np.int64], rng: np.random.Generator) -> list[NDArray[np.int64]]:
    """Indices of the scans of each split: every digit shared out in the same proportions."""
    # Scans are split before images are made of them: else those that validate would show known
    # scans.
    parts: list[list[NDArray[np.int64]]] = [[], [], []]
    for digit in range(10):
        indices = rng.permutation(np.flatnonzero(labels == digit))
        cuts = np.round(np.cumsum(SHARES)[:2] * len(indices)).astype(int)
        for part, chosen in zip(parts, np.split(indices, cuts), strict=True):
            part.append(chosen)
    return [np.concatenate(part) for part in parts]


def _compose(
    scans: Floats, labels: NDArray[np.int64], size: int, rng: np.random.Generator
) -> Split:
    images = np.zeros((size, SIDE, SIDE))
    chosen = rng.integers(len(scans), size=size)
    for image, index in zip(images, chosen, strict=True):
        for fragment in _fragments(scans, rng):
            _paste(image, fragment, rng)
        side = int(rng.integers(SIZES[0], SIZES[1] + 1))
        _paste(image, _resize(scans[index], side), rng)
    images += rng.normal(0.0, NOISE, images.shape)
    pixels = np.clip(np.round(images * 255), 0, 255).astype(np.uint8)
    return Split(pixels[:, None], labels[chosen])


def _fragments(scans: Floats, rng: np.random.Generator) -> Iterator[Floats]:
    """Pieces of scans of the same split, cut at the digit's own scale."""
    for index in rng.integers(len(scans), size=NUM_FRAGMENTS):
        side = int(rng.integers(SIZES[0], SIZES[1] + 1))
        top, left = rng.integers(0, side - FRAGMENT + 1, size=2)
        yield _resize(scans[index], side)[top : top + FRAGMENT, left : left + FRAGMENT]


def _paste(image: Floats, patch: Floats, rng: np.random.Generator) -> None:
    height, width = patch.shape
    top, left = rng.integers(0, SIDE - height + 1), rng.integers(0, SIDE - width + 1)
    region = image[top : top + height, left : left + width]
    np.maximum(region, patch, out=region)


def _resize(scan: Floats, side: int) -> Floats:
    """Bilinear interpolation of a square image, as a product of two small matrices."""
    weights = interpolation(scan.shape[0], side)
    resized: Floats = weights @ scan @ weights.T
    return resized


def interpolation(source: int, target: int) -> Floats:
    """Weights that bring a row of `source` pixels to `target`, bilinearly: `(target, source)`."""
    # Centres of pixels are brought to one another, not corners: the digit would shift with its
    # size.
    position = np.clip((np.arange(target) + 0.5) * source / target - 0.5, 0, source - 1)
    return np.maximum(0.0, 1.0 - np.abs(position[:, None] - np.arange(source)))


def _read(path: Path, sizes: Sizes) -> list[Split] | None:
    """The cached splits; None where there are none or the file is damaged (it is made again)."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            splits = [
                Split(arrays[f"{part}_images"], arrays[f"{part}_labels"])
                for part in ("train", "validation", "test")
            ]
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error):
        return None
    found = [(split.images.shape, split.labels.shape) for split in splits]
    return splits if found == [((size, 1, SIDE, SIDE), (size,)) for size in sizes] else None


def _write(path: Path, splits: list[Split]) -> None:
    """Writes the cache."""
    arrays: dict[str, NDArray[Any]] = {}
    for part, split in zip(("train", "validation", "test"), splits, strict=True):
        arrays[f"{part}_images"], arrays[f"{part}_labels"] = split
    with suppress(OSError):  # a cache that cannot be written costs seconds, not the search
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as partial, partial.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **arrays)
