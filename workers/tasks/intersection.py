"""Intersection over union from counts of pixels, and how far resampled images spread it."""

from __future__ import annotations

from math import isqrt
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

NUM_RESAMPLES = 1_000

_SEED = 0
"""One for all networks, so that the same images come again for each of them."""

_TAILS = (2.5, 97.5)
"""Percentiles at the ends of a 95% interval."""

_MOST_BYTES = 2**26
"""Of resampled counts that are held at a time."""

Values = NDArray[np.float64]


def mean_iou(intersections: Values, unions: Values) -> Values:
    """The mean over classes, `(..., num_classes)`; one in neither truth nor prediction is left out.

    NaN where that is every class.
    """
    is_there = unions > 0
    each = np.divide(intersections, unions, out=np.zeros(unions.shape), where=is_there)
    number = is_there.sum(-1)
    total = each.sum(-1)
    mean: Values = np.divide(total, number, out=np.full(np.shape(number), np.nan), where=number > 0)
    return mean


def region_iou(confusion: Values) -> Values:
    """Of confusion matrices `(..., num_classes, num_classes)`, `(...,)`."""
    right = np.diagonal(confusion, axis1=-2, axis2=-1)
    return mean_iou(right, confusion.sum(-1) + confusion.sum(-2) - right)


class PixelCounts(NamedTuple):
    """Counts of pixels with a label, of one image or of several together.

    Attributes:
        confusion: By true class and by predicted one, `(..., num_classes, num_classes)`.
        boundaries: At the boundary of true regions, of predicted ones, and at both with the class
            rightly told, `(..., 3, num_classes)`.
    """

    confusion: Values
    boundaries: Values

    @classmethod
    def of(cls, counts: NDArray[Any]) -> PixelCounts:
        """From `(..., num_classes * (num_classes + 3))`: the confusion matrix, then boundaries."""
        number = (isqrt(9 + 4 * counts.shape[-1]) - 3) // 2
        assert number * (number + 3) == counts.shape[-1]
        values, over = counts.astype(np.float64), counts.shape[:-1]
        return cls(
            values[..., : number**2].reshape(*over, number, number),
            values[..., number**2 :].reshape(*over, 3, number),
        )

    @property
    def num_pixels(self) -> int:
        return int(self.confusion.sum())

    @property
    def pixel_accuracy(self) -> float:
        """Share of all pixels that are labelled rightly, of counts without further axes."""
        return float(np.trace(self.confusion) / self.confusion.sum())

    def iou(self) -> Values:
        """Mean intersection over union of regions, `(...,)`."""
        return region_iou(self.confusion)

    def boundary_iou(self) -> Values:
        """The same of their boundaries alone (arXiv:2103.16562), `(...,)`."""
        true, predicted, shared = np.moveaxis(self.boundaries, -2, 0)
        return mean_iou(shared, true + predicted - shared)


def bootstrapped(counts: NDArray[Any]) -> tuple[float, float]:
    """The 95% interval of the pooled mean IoU over resampled images (Efron 1979), percentiles.

    Args:
        counts: Of each image, `(num_images, num_classes * (num_classes + 3))`.
    """
    return _percentiles(_resampled(counts))


def bootstrapped_difference(counts: NDArray[Any], others: NDArray[Any]) -> tuple[float, float]:
    """The same of how much more one network has than another, whose counts are of the same images.

    Both have the same images in each resample: what is hard for both moves both.
    """
    return _percentiles(_resampled(counts) - _resampled(others))


def _percentiles(values: Values) -> tuple[float, float]:
    low, high = np.percentile(values[np.isfinite(values)], _TAILS)
    return float(low), float(high)


def _resampled(counts: NDArray[Any]) -> Values:
    """The pooled mean IoU of each resample; equal numbers of images give the same resamples."""
    number = len(counts)
    rng = np.random.default_rng(_SEED)
    per_image = counts.astype(np.float64)
    at_once = max(1, _MOST_BYTES // (8 * max(counts.shape)))
    found = []
    for start in range(0, NUM_RESAMPLES, at_once):
        size = min(at_once, NUM_RESAMPLES - start)
        drawn = rng.integers(number, size=(size, number)) + number * np.arange(size)[:, None]
        # How often each image is drawn says all: of which a product makes the pooled counts.
        times = np.bincount(drawn.ravel(), minlength=size * number).reshape(size, number)
        found.append(PixelCounts.of(times.astype(np.float64) @ per_image).iou())
    return np.concatenate(found)
