"""Mean and deviation of the training images, by which every network's input is normalised."""

from __future__ import annotations

import numpy as np

from search_spaces.input_format import InputFormat
from workers.datasets.base import Bytes, Dataset

_PIXELS_AT_A_TIME = 1 << 24


def input_format(dataset: Dataset) -> InputFormat:
    """How networks that are trained on a data set are given its images.

    The numbers are those of `workers.proxy.ProxyData`, in float32; counted byte by byte, they need
    no copy of the images.
    """
    values = np.arange(256)
    means, stds = [], []
    for counts in _byte_counts(dataset.train.images):
        number = counts.sum()
        mean = (counts * values).sum() / number
        variance = (counts * (values - mean) ** 2).sum() / max(number - 1, 1)
        means.append(_as_float32(mean))
        stds.append(_as_float32(max(1.0, variance**0.5)))
    return InputFormat(tuple(means), tuple(stds))


def _byte_counts(images: Bytes) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """How often each channel of images `(n, channels, height, width)` has each byte."""
    channels, height, width = images.shape[1:]
    counts = np.zeros((channels, 256), np.int64)
    step = max(1, _PIXELS_AT_A_TIME // (height * width))
    for start in range(0, len(images), step):
        for channel in range(channels):
            some = images[start : start + step, channel]
            counts[channel] += np.bincount(some.reshape(-1), minlength=256)
    return counts


def _as_float32(value: float) -> float:
    """The number of fewest digits that is the same in float32."""
    return float(str(np.float32(value)))
