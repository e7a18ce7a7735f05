"""One mask file: its values, one a pixel, as it stores them.

A palette image gives its indices and not its colours. Grey PNGs of two or four bits, which Pillow
spreads over 0 to 255, give what they store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from search_spaces.errors import DataError, reason_of
from workers.datasets.base import IGNORED, Bytes
from workers.datasets.decode import ImageSource
from workers.datasets.masks.class_table import ClassTable

if TYPE_CHECKING:
    from PIL.Image import Image

_SPREAD = {"L;2": 85, "L;4": 17}
"""What Pillow multiplies values of so many bits with."""

_LOSSY = ("JPEG", "WEBP")
"""Formats that may mix the values of pixels next to each other."""


class MaskSource:
    """One mask in a file.

    Attributes:
        where: Names it in messages.
    """

    def __init__(self, where: str, table: ClassTable) -> None:
        self.where = where
        self._table = table

    def values(self) -> Bytes:
        """What it holds, `(height, width)`; of a mask in colours their classes.

        Raises:
            DataError: It cannot be read, or is none of numbers up to 255 or of known colours.
        """
        with ImageSource(self.where).opened() as image:
            if image.format in _LOSSY:
                rule = "mixes the classes of pixels next to each other; save masks as PNG"
                raise DataError(f"{self.where}: is a {image.format}, which {rule}")
            try:
                values = self._in_colors(image) if self._table.colors else self._in_numbers(image)
            except DataError:
                raise
            except Exception as error:
                rule = "is no readable mask"
                raise DataError(f"{self.where}: {rule}: {reason_of(error)}") from error
        return values

    def decode(self, size: tuple[int, int]) -> Bytes:
        """Its classes at a height and width, as its image is brought to that: `(height, width)`.

        Each pixel is that of the nearest in the file, so that no class is mixed with another.
        """
        from PIL import Image as images
        from PIL import ImageOps

        classes = images.fromarray(self._table.lookup()[self.values()])
        fitted = ImageOps.fit(classes, size[::-1], images.Resampling.NEAREST)
        return np.asarray(fitted, np.uint8)

    def _in_numbers(self, image: Image) -> Bytes:
        spread = _SPREAD.get(_raw_mode(image), 1)
        pixels = np.asarray(image)
        if pixels.ndim == 3:
            pixels = self._one_of_three(pixels, image.mode)
        if pixels.dtype.kind not in "iub" or pixels.min() < 0 or pixels.max() > 255:
            values = f"values from {pixels.min():g} to {pixels.max():g}"
            raise DataError(f"{self.where}: has {values}; a mask holds whole numbers from 0 to 255")
        return pixels.astype(np.uint8) // spread

    def _one_of_three(self, pixels: NDArray[Any], mode: str) -> NDArray[Any]:
        """Grey that was stored as a colour. Raises DataError for true colours."""
        colors = pixels[..., :1] if mode in ("LA", "PA") else pixels[..., :3]
        if (colors != colors[..., :1]).any():
            advice = "give the colour of each class: `classes: {NAME: '#rrggbb', ...}`"
            raise DataError(
                f"{self.where}: is in colours ({mode}), not one number a pixel; {advice}"
            )
        return colors[..., 0]

    def _in_colors(self, image: Image) -> Bytes:
        assert self._table.colors is not None
        pixels = np.asarray(image.convert("RGB")).astype(np.int64)
        packed = pixels[..., 0] << 16 | pixels[..., 1] << 8 | pixels[..., 2]
        known = {**self._table.colors, **dict.fromkeys(self._table.ignored, IGNORED)}
        colors = np.array(sorted(known))
        places = np.searchsorted(colors, packed).clip(max=len(colors) - 1)
        wrong = packed[colors[places] != packed]
        if len(wrong):
            came = f"holds the colour #{wrong[0]:06x} ({len(wrong):,} pixels of unknown colours)"
            rule = "which is of no class and not ignored"
            raise DataError(f"{self.where}: {came}, {rule}")
        classes = np.array([known[int(color)] for color in colors], np.uint8)
        return np.take(classes, places)


def _raw_mode(image: Image) -> str:
    """How the file stores its pixels, in Pillow's words."""
    tiles = getattr(image, "tile", None)
    if not tiles:
        return ""
    arguments = tiles[0][3]
    return str(arguments[0] if isinstance(arguments, tuple) else arguments)
