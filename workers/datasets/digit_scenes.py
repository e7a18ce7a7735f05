"""Scenes of handwritten digits among clutter, with the class of each pixel.

Each 64 x 64 image shows three to six of the handwritten digits of `scans`, fewer where no room is
found, at random places and sizes, apart from each other, among fragments of other scans that look
like parts of digits and belong to none, with light noise. A pixel of ink is of the class of its
digit, all others are background: what a stroke belongs to can only be told from the whole digit
around it. Training, validation and test images come from disjoint scans. The images depend on the
seed and the sizes only.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from workers.cache import cache_folder
from workers.datasets.base import DIGITS, Bytes, Dataset, DatasetInfo, DatasetOptions, Report, Split
from workers.datasets.contents import Contents
from workers.datasets.made_once import made_once
from workers.datasets.scans import (
    Floats,
    Images,
    Indices,
    at_sizes,
    digit_scans,
    disjoint_parts,
    paste,
    square,
)
from workers.memory import require_memory

SIDE = 64
DIGITS_IN_A_SCENE = (3, 6)
SIZES = range(14, 27)
"""Sides of digits, in pixels."""
FRAGMENT = 9
NUM_FRAGMENTS = 10
NOISE = 0.04
INK = 0.4
"""Brightness from which a pixel of a digit is of its class."""
TRIES = 12
"""Places that are drawn for a digit until it is apart from others; else it is left out."""

CLASSES = ("background", *DIGITS)
DEFAULT_SIZES = (2000, 500, 500)
_VERSION = 2
"""In the seed and in the names of cached files: images that are drawn otherwise need another."""

BYTES_PER_IMAGE = 24 * SIDE * SIDE
"""While they are made."""


class Scenes(NamedTuple):
    """Images with all that is known of them.

    Attributes:
        images: `(n, 1, side, side)`.
        masks: `(n, side, side)`: 0 of background, a digit and 1 of its ink.
        digits: Which digits each image shows, `(n, most)`; -1 where it shows fewer.
        boxes: Top, left, bottom and right (both exclusive) of the square of each, `(n, most, 4)`;
            zeros where there is none.
    """

    images: Bytes
    masks: Bytes
    digits: Indices
    boxes: Indices


class SceneMaker:
    """Composes scenes of some scans; a hundred take some hundredths of a second."""

    def __init__(self, scans: Floats, labels: Indices, side: int = SIDE) -> None:
        self._labels = labels
        self._sized = at_sizes(scans, SIZES)
        self._side = side

    def __call__(self, num_images: int, rng: np.random.Generator) -> Scenes:
        """Scenes that were never seen."""
        largest = SIZES[-1]
        # Room for a digit of the smallest size at the last place, in a square of the largest.
        room = self._side + largest - SIZES[0]
        canvas = np.zeros((num_images, room, room), np.float32)
        self._lay_fragments(canvas, rng)
        masks = np.zeros(canvas.shape, np.uint8)
        placed = self._placed(num_images, rng)
        for scans, boxes in zip(placed.scans.T, placed.boxes.swapaxes(0, 1), strict=True):
            sides = np.maximum(boxes[:, 2] - boxes[:, 0], SIZES[0])
            patches = self._sized[sides - SIZES[0], scans]
            patches[scans < 0] = 0  # laid, and not seen
            _mark(masks, patches, boxes[:, :2], self._labels[scans])
            paste(canvas, patches, boxes[:, :2])
        cut = (slice(None), slice(self._side), slice(self._side))
        noise = NOISE * rng.standard_normal((num_images, self._side, self._side), np.float32)
        pixels = np.clip(np.round((canvas[cut] + noise) * 255), 0, 255).astype(np.uint8)
        digits = np.where(placed.scans >= 0, self._labels[placed.scans], -1)
        return Scenes(pixels[:, None], masks[cut].copy(), digits, placed.boxes)

    def _lay_fragments(self, canvas: Images, rng: np.random.Generator) -> None:
        """Pieces of scans at the digits' own scale, one of each image at a time."""
        for _ in range(NUM_FRAGMENTS):
            scans = rng.integers(self._sized.shape[1], size=len(canvas))
            sides = rng.integers(SIZES[0], SIZES[-1] + 1, len(canvas))
            cuts = rng.integers(0, (sides - FRAGMENT + 1)[:, None], (len(canvas), 2))
            rows, columns = square(cuts, FRAGMENT)
            first = (sides - SIZES[0])[:, None, None]
            patches = self._sized[first, scans[:, None, None], rows, columns]
            places = rng.integers(0, self._side - FRAGMENT + 1, (len(canvas), 2))
            paste(canvas, patches, places)

    def _placed(self, num_images: int, rng: np.random.Generator) -> _Placed:
        low, most = DIGITS_IN_A_SCENE
        wanted = rng.integers(low, most + 1, num_images)
        scans = rng.integers(self._sized.shape[1], size=(num_images, most))
        boxes = np.zeros((num_images, most, 4), np.int64)
        for number in range(most):
            sides = rng.integers(SIZES[0], SIZES[-1] + 1, num_images)
            tried = rng.integers(0, (self._side - sides + 1)[:, None, None], (num_images, TRIES, 2))
            ends = tried + sides[:, None, None]
            apart = _apart(tried, ends, boxes[:, :number])
            first = (np.arange(num_images), np.argmax(apart, axis=1))
            found = np.concatenate([tried[first], ends[first]], axis=1)
            shown = apart.any(1) & (number < wanted)
            scans[~shown, number] = -1
            boxes[:, number] = np.where(shown[:, None], found, 0)
        return _Placed(scans, boxes)


class _Placed(NamedTuple):
    """Which scans are laid where: `(n, most)`, -1 where none is, and boxes `(n, most, 4)`."""

    scans: Indices
    boxes: Indices


def _apart(tops: Indices, ends: Indices, boxes: Indices) -> NDArray[np.bool_]:
    """Which of some squares, `(n, tries, 2)`, meet no box of their image, `(n, number, 4)`."""
    behind = tops[:, :, None] >= boxes[:, None, :, 2:]
    before = ends[:, :, None] <= boxes[:, None, :, :2]
    clear: NDArray[np.bool_] = np.any(behind | before, axis=3)
    return np.asarray(np.all(clear, axis=2))


def _mark(masks: Bytes, patches: Images, corners: Indices, digits: Indices) -> None:
    """Ink is of its digit, whatever clutter lies under it."""
    rows, columns = square(corners, patches.shape[1])
    images = np.arange(len(masks))[:, None, None]
    ink = (digits + 1).astype(np.uint8)[:, None, None]
    masks[images, rows, columns] = np.where(patches >= INK, ink, masks[images, rows, columns])


def info(options: DatasetOptions) -> DatasetInfo:
    """One channel, 64 x 64, background and ten digits; a mirrored digit is another thing."""
    return DatasetInfo((1, SIDE, SIDE), len(CLASSES), False, CLASSES, "segmentation")


def contents(options: DatasetOptions, info: DatasetInfo) -> Contents:
    """How many images there are; which digits they show is drawn when they are made."""
    train, validation, test = _sizes(options)
    return Contents(info, {"train": train, "validation": validation, "test": test})


def load(options: DatasetOptions, info: DatasetInfo, report: Report) -> Dataset:
    """The data set of this seed and these sizes: from the cache, or made in seconds."""
    train, validation, _ = _splits(options)
    return Dataset("digit_scenes", info, train, validation)


def load_test(options: DatasetOptions, info: DatasetInfo, report: Report) -> Split:
    """The test images of this seed; they come from scans of their own."""
    return _splits(options)[2]


class FreshScenes:
    """Makes new training images of one data set, of the same scans as its training part."""

    def __init__(self, options: DatasetOptions) -> None:
        scans, labels = digit_scans()
        part = disjoint_parts(labels, _generator(options.seed))[0]
        self._make = SceneMaker(scans[part], labels[part])

    def __call__(self, num_images: int, rng: np.random.Generator) -> Split:
        """Images and masks that were never seen."""
        scenes = self._make(num_images, rng)
        return Split(scenes.images, scenes.masks)


def make(sizes: tuple[int, ...], seed: int, side: int = SIDE) -> list[Scenes]:
    """Training, validation and test scenes of the given sizes, from disjoint scans."""
    rng = _generator(seed)
    scans, labels = digit_scans()
    parts = disjoint_parts(labels, rng)
    return [
        SceneMaker(scans[part], labels[part], side)(size, rng)
        for part, size in zip(parts, sizes, strict=True)
    ]


def _generator(seed: int) -> np.random.Generator:
    return np.random.default_rng([seed, _VERSION, SIDE])


def _sizes(options: DatasetOptions) -> tuple[int, int, int]:
    train, validation, test = DEFAULT_SIZES
    return options.train_size or train, options.validation_size or validation, test


def _splits(options: DatasetOptions) -> list[Split]:
    sizes = _sizes(options)
    name = f"v{_VERSION}-seed{options.seed}-{'-'.join(map(str, sizes))}.npz"

    def made() -> list[Split]:
        require_memory(BYTES_PER_IMAGE * sum(sizes), f"digit_scenes: {sum(sizes):,} images")
        return [Split(scenes.images, scenes.masks) for scenes in make(sizes, options.seed)]

    shapes = [((size, 1, SIDE, SIDE), (size, SIDE, SIDE)) for size in sizes]
    return made_once(cache_folder("digit_scenes") / name, shapes, made)
