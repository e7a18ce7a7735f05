"""Changes of training images, a whole batch at a time, on the device that trains.

What is drawn comes from NumPy's generator, before the epoch, so that it is the same on every
device. Images are `(batch, channels, height, width)`, channels last in memory.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from workers.proxy.recipe import Augmentation
from workers.step.tape import NUM_NUMBERS, BatchDraws, Draws

AS_IT_IS = 1000
"""The factor of an image that is neither enlarged nor shrunk."""


def moves(augmentation: Augmentation, flip: bool) -> bool:
    """Whether a recipe brings pixels to other places."""
    return bool(augmentation.crop or augmentation.scale or flip)


def draw(
    rng: np.random.Generator,
    augmentation: Augmentation,
    flip: bool,
    sides: tuple[int, int],
    batch_size: int,
) -> BatchDraws:
    """Draws what a recipe changes in a batch.

    Args:
        flip: Whether half of the images are mirrored: the recipe says so, and they may be.
        sides: Height and width of the images.
    """
    rows, columns, mirrored, factors, cut_rows, cut_columns, other = numbers = np.zeros(
        (NUM_NUMBERS - 1, batch_size), dtype=np.int64
    )
    factors[:] = AS_IT_IS
    if moves(augmentation, flip):
        rows[:] = rng.integers(0, 2 * augmentation.crop + 1, batch_size)
        columns[:] = rng.integers(0, 2 * augmentation.crop + 1, batch_size)
    if flip:
        mirrored[:] = rng.random(batch_size) < 0.5
    if augmentation.scale:
        most = np.log(1 + augmentation.scale)
        factors[:] = np.round(AS_IT_IS * np.exp(rng.uniform(-most, most, batch_size)))
    if augmentation.cutout:
        cut_rows[:] = rng.integers(0, sides[0], batch_size)
        cut_columns[:] = rng.integers(0, sides[1], batch_size)
    if not augmentation.mixup:
        return BatchDraws(numbers, 1.0)
    share = float(rng.beta(augmentation.mixup, augmentation.mixup))
    other[:] = rng.permutation(batch_size)
    return BatchDraws(numbers, share)


class Mover:
    """Crops, mirrors and scales whatever belongs to images of one size: moves pixels elsewhere.

    Attributes:
        pad: By so many pixels images are shifted at most.
        scales: Whether images are enlarged and shrunk about their centre, to the nearest pixel.
    """

    def __init__(
        self, pad: int, sides: tuple[int, int], device: torch.device, scales: bool = False
    ) -> None:
        self.pad, self.scales = pad, scales
        self._height, self._width = (torch.arange(side, device=device) for side in sides)

    def sources(self, draws: Draws) -> Tensor:
        """Which pixel of the batch comes to each place, `(batch_size * height * width,)`.

        The number behind that of the last pixel stands for none: beyond the border.
        """
        height, width, count = len(self._height), len(self._width), len(draws.rows)
        places = torch.where(draws.mirrored[:, None] > 0, self._width.flip(0), self._width)
        rows = draws.rows[:, None] - self.pad + self._scaled(self._height, draws)
        columns = draws.columns[:, None] - self.pad + self._scaled(places, draws)
        inside = _within(rows, height)[:, :, None] & _within(columns, width)[:, None]
        first = torch.arange(count, device=rows.device)[:, None, None] * (height * width)
        numbers = first + rows[:, :, None] * width + columns[:, None]
        return numbers.masked_fill(~inside, count * height * width).flatten()

    def _scaled(self, places: Tensor, draws: Draws) -> Tensor:
        """Where places of each image lie in it before it is scaled."""
        if not self.scales:
            return places
        # In halves of pixels from the centre, where whole numbers are exact; rounded down at last.
        side = places.shape[-1]
        apart = (2 * places + 1 - side) * AS_IT_IS
        return torch.div(apart + side * draws.factors[:, None], 2 * draws.factors[:, None],
                         rounding_mode="floor")  # fmt: skip


def _within(places: Tensor, side: int) -> Tensor:
    return (places >= 0) & (places < side)


def moved(images: Tensor, sources: Tensor, fill: Tensor) -> Tensor:
    """The pixels of images, as bytes, at other places.

    Args:
        sources: See `Mover.sources`.
        fill: What comes in at the border, a byte for each channel, `(channels,)`.
    """
    count, channels, height, width = images.shape
    # No copy where images lie channels last: each row is then one pixel, moved by a single lookup.
    pixels = images.permute(0, 2, 3, 1).reshape(-1, channels)
    pixels = torch.cat([pixels, fill.view(1, channels)])
    found = pixels.index_select(0, sources)
    return found.view(count, height, width, channels).permute(0, 3, 1, 2)


def hidden_by(draws: Draws, size: int, sides: tuple[int, int]) -> Tensor:
    """The pixels within a square of each image, `(batch_size, 1, height, width)`.

    That is Cutout (arXiv:1708.04552). Its centre is any pixel, so that part of it may lie outside.
    """
    rows = _around(draws.cut_rows, sides[0], size)
    columns = _around(draws.cut_columns, sides[1], size)
    return rows[:, None, :, None] & columns[:, None, None, :]


def _around(centres: Tensor, side: int, size: int) -> Tensor:
    """Whether each of `side` places lies in the span of `size` around a centre: `(count, side)`."""
    first = (centres - size // 2)[:, None]
    places = torch.arange(side, device=centres.device)
    return (places >= first) & (places < first + size)


def mixed(images: Tensor, draws: Draws) -> Tensor:
    """Each image mixed with another of its batch (mixup, arXiv:1710.09412)."""
    others = images.index_select(0, draws.other)
    return torch.lerp(others, images, draws.share)


def resized(images: Tensor, height: int, width: int) -> Tensor:
    """Images at the resolution of a network."""
    if images.shape[2:] == (height, width):
        return images
    return F.interpolate(images, (height, width), mode="bilinear", antialias=True)
