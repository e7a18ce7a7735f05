"""Handwritten digits among clutter, made from the real scans that scikit-learn ships.

Each 32 x 32 image shows one scan (UCI optical recognition of handwritten digits, 8 x 8 pixels) at a
random place and a size of 12 to 20 pixels, among eight 6 x 6 fragments of other scans, with light
noise: the task of Mnih et al. 2014 (arXiv:1406.6247, section 4) with other scans. Training,
validation and test images come from disjoint scans. The images depend on the seed and the sizes
only.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from workers.cache import cache_folder
from workers.datasets.base import DIGITS, Dataset, DatasetInfo, DatasetOptions, Report, Split
from workers.datasets.contents import Contents
from workers.datasets.made_once import made_once
from workers.datasets.scans import Floats, digit_scans, disjoint_parts, interpolation
from workers.memory import require_memory

Sizes = tuple[int, int, int]
"""Images for training, validation and test."""

SIDE = 32
FRAGMENT = 6
NUM_FRAGMENTS = 8
SIZES = (12, 20)
NOISE = 0.04

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

    def made() -> list[Split]:
        require_memory(BYTES_PER_IMAGE * sum(sizes), f"cluttered_digits: {sum(sizes):,} images")
        return make(sizes, options.seed)

    return made_once(path, [((size, 1, SIDE, SIDE), (size,)) for size in sizes], made)


def _file_name(seed: int, sizes: Sizes) -> str:
    return f"v{_VERSION}-seed{seed}-{'-'.join(map(str, sizes))}.npz"


def make(sizes: Sizes, seed: int) -> list[Split]:
    """Training, validation and test images of the given sizes, from disjoint scans."""
    rng = _generator(seed)
    scans, labels = digit_scans()
    parts = disjoint_parts(labels, rng)
    return [
        _compose(scans[part], labels[part], size, rng)
        for part, size in zip(parts, sizes, strict=True)
    ]


def training_scans(seed: int) -> tuple[Floats, NDArray[np.int64]]:
    """The scans, `(n, 8, 8)` from 0 to 1, and labels that the training images of a seed show."""
    scans, labels = digit_scans()
    part = disjoint_parts(labels, _generator(seed))[0]
    return scans[part], labels[part]


def _generator(seed: int) -> np.random.Generator:
    return np.random.default_rng([seed, _VERSION])


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
