"""Changes of training images, a whole batch at a time, on the device that trains.

All draws come from NumPy's generator, so that they are the same on every device. Images are
`(batch, channels, height, width)`, channels last in memory.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor


def cropped(images: Tensor, pad: int, flip: bool, fill: Tensor, rng: np.random.Generator) -> Tensor:
    """Shifts each image by up to `pad` pixels in each direction; mirrors half of them for `flip`.

    Args:
        images: Bytes.
        fill: What comes in at the border, a byte for each channel, `(channels,)`.
    """
    count, channels, height, width = images.shape
    rows = rng.integers(0, 2 * pad + 1, (count, 1)) + np.arange(height) - pad
    columns = rng.integers(0, 2 * pad + 1, (count, 1)) + np.arange(width) - pad
    if flip:
        mirrored = rng.random((count, 1)) < 0.5
        columns = np.where(mirrored, columns[:, ::-1], columns)
    # No copy where images lie channels last: each row is then one pixel, moved by a single lookup.
    pixels = images.permute(0, 2, 3, 1).reshape(-1, channels)
    source = _pixel_numbers(rows, columns, height, width)
    if pad:
        pixels = torch.cat([pixels, fill.view(1, channels)])
    moved = pixels[torch.from_numpy(source).to(images.device)]
    return moved.view(count, height, width, channels).permute(0, 3, 1, 2)


def _pixel_numbers(
    rows: NDArray[np.int64], columns: NDArray[np.int64], height: int, width: int
) -> NDArray[np.int64]:
    """Which pixel of the batch comes to each place; the one behind the last stands for none."""
    count = len(rows)
    inside = ((rows >= 0) & (rows < height))[:, :, None] & ((columns >= 0) & (columns < width))[
        :, None
    ]
    first = (np.arange(count) * height * width)[:, None, None]
    numbers = first + rows[:, :, None] * width + columns[:, None]
    return np.where(inside, numbers, count * height * width).reshape(-1)


def cut_out(images: Tensor, size: int, rng: np.random.Generator) -> Tensor:
    """Sets a square of each normalised image to zero, which is the mean (arXiv:1708.04552).

    Its centre is any pixel, so that part of it may lie outside.
    """
    count, _, height, width = images.shape
    rows = _within(rng.integers(0, height, count), height, size)
    columns = _within(rng.integers(0, width, count), width, size)
    hidden = torch.from_numpy(rows[:, None, :, None] & columns[:, None, None, :])
    return images.masked_fill(hidden.to(images.device), 0.0)


def _within(centres: NDArray[np.int64], side: int, size: int) -> NDArray[np.bool_]:
    """Whether each of `side` places lies in the span of `size` around a centre: `(count, side)`."""
    first = (centres - size // 2)[:, None]
    places = np.arange(side)
    return (places >= first) & (places < first + size)


def mixed(images: Tensor, alpha: float, rng: np.random.Generator) -> tuple[Tensor, Tensor, float]:
    """Each image mixed with another of its batch (mixup, arXiv:1710.09412).

    Returns:
        The mixtures, the number of the other image of each, and the share of the first.
    """
    share = float(rng.beta(alpha, alpha))
    other = torch.from_numpy(rng.permutation(len(images))).to(images.device)
    return torch.lerp(images[other], images, share), other, share


def resized(images: Tensor, height: int, width: int) -> Tensor:
    """Images at the resolution of a network."""
    if images.shape[2:] == (height, width):
        return images
    return F.interpolate(images, (height, width), mode="bilinear", antialias=True)
