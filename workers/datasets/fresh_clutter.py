"""Cluttered digits without end: the training scans among ever new clutter, many images at a time.

Images are drawn as those of `cluttered_digits.make` are, from the scans of its training part alone,
so that a long training need not see one image twice. A thousand take some hundredths of a second.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from workers.datasets import cluttered_digits as digits
from workers.datasets.base import DatasetOptions, Split
from workers.datasets.scans import Images, Indices, at_sizes, paste, square

LARGEST = digits.SIZES[1]
CANVAS = digits.SIDE + LARGEST - digits.SIZES[0]
"""Room for a scan of the smallest size at the last place that lies in a square of the largest."""


class Draws(NamedTuple):
    """What chance decides of some images.

    Attributes:
        scans: Which scan each image shows, `(n,)`.
        sides: At which size, in pixels, `(n,)`.
        places: Row and column of its corner, `(n, 2)`.
        fragment_scans: The scan that each fragment is cut from, `(n, num_fragments)`.
        fragment_sides: At which size, likewise.
        cuts: Row and column in that scan where it is cut, `(n, num_fragments, 2)`.
        fragment_places: Where it is set, likewise.
    """

    scans: Indices
    sides: Indices
    places: Indices
    fragment_scans: Indices
    fragment_sides: Indices
    cuts: Indices
    fragment_places: Indices


class FreshClutter:
    """Makes new training images of one data set: the same scans as its training part."""

    def __init__(self, options: DatasetOptions) -> None:
        scans, labels = digits.training_scans(options.seed)
        self._labels = labels
        self._sized = at_sizes(scans, _sides())

    def __call__(self, num_images: int, rng: np.random.Generator) -> Split:
        """Images that were never seen, `(num_images, 1, 32, 32)`, and their labels."""
        draws = drawn(num_images, len(self._labels), rng)
        images = self.composed(draws)
        noise = rng.standard_normal(images.shape, np.float32)
        pixels = np.clip(np.round((images + digits.NOISE * noise) * 255), 0, 255)
        return Split(pixels.astype(np.uint8)[:, None], self._labels[draws.scans])

    def composed(self, draws: Draws) -> Images:
        """The images before noise, 0 to 1, `(n, 32, 32)`."""
        canvas = np.zeros((len(draws.scans), CANVAS, CANVAS), np.float32)
        # One fragment of every image at a time: two of one image may overlap, and of places that
        # NumPy assigns twice only the last value stays.
        for number in range(digits.NUM_FRAGMENTS):
            scans, sides = draws.fragment_scans[:, number], draws.fragment_sides[:, number]
            rows, columns = square(draws.cuts[:, number], digits.FRAGMENT)
            first = (sides - digits.SIZES[0])[:, None, None]
            patches = self._sized[first, scans[:, None, None], rows, columns]
            paste(canvas, patches, draws.fragment_places[:, number])
        paste(canvas, self._sized[draws.sides - digits.SIZES[0], draws.scans], draws.places)
        return canvas[:, : digits.SIDE, : digits.SIDE]


def drawn(num_images: int, num_scans: int, rng: np.random.Generator) -> Draws:
    """Draws of some images, each evenly over what is possible, as in `cluttered_digits`."""
    low, high = digits.SIZES
    each, fragments = num_images, (num_images, digits.NUM_FRAGMENTS)
    sides = rng.integers(low, high + 1, each)
    fragment_sides = rng.integers(low, high + 1, fragments)
    return Draws(
        scans=rng.integers(num_scans, size=each),
        sides=sides,
        places=rng.integers(0, (digits.SIDE - sides + 1)[:, None], (each, 2)),
        fragment_scans=rng.integers(num_scans, size=fragments),
        fragment_sides=fragment_sides,
        cuts=rng.integers(0, (fragment_sides - digits.FRAGMENT + 1)[..., None], (*fragments, 2)),
        fragment_places=rng.integers(0, digits.SIDE - digits.FRAGMENT + 1, (*fragments, 2)),
    )


def _sides() -> range:
    return range(digits.SIZES[0], LARGEST + 1)
