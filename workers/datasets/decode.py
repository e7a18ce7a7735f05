"""Image files to arrays of one size, by Pillow.

Policy: an image is turned as its EXIF data say, converted to grey or RGB (transparency is dropped),
then scaled with an antialiased bilinear filter until its shorter side fits and cropped around its
centre: nothing is distorted.
"""

from __future__ import annotations

import io
import os
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from search_spaces.errors import DataError
from search_spaces.primitives import Shape
from workers.datasets.base import Bytes, Report

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
"""What is decoded; other formats of Pillow may run programs or are no photographs."""

ENDINGS = (".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")

MAX_PIXELS = 100_000_000
REPORT_EVERY_S = 5.0

_OPENING = threading.Lock()
"""Held while a file is opened: filters of warnings are the same for all threads."""

VERSION = 1
"""Part of the names of cached images: another policy is another number."""


class ImageSource:
    """One encoded image: a file, or bytes of one.

    Attributes:
        where: Names it in messages.
    """

    def __init__(self, where: str, content: bytes | None = None) -> None:
        self.where = where
        self._content = content

    def decode(self, shape: Shape) -> Bytes:
        """The image as `(channels, height, width)`. Raises DataError where it cannot be read."""
        with self._opened() as image:
            return _fitted(image, shape, self.where)

    def size(self) -> tuple[int, int]:
        """Height and width; only its header is read. Raises DataError likewise."""
        with self._opened() as image:
            return image.height, image.width

    def _opened(self) -> Image:
        from PIL import Image

        file = Path(self.where) if self._content is None else io.BytesIO(self._content)
        try:
            with _OPENING, warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of its size, which is checked below
                image = Image.open(file, formats=FORMATS)
        except Image.DecompressionBombError as error:
            raise _too_large(self.where) from error
        except Exception as error:
            raise _unreadable(self.where, error) from error
        if image.width * image.height > MAX_PIXELS:
            image.close()
            raise _too_large(self.where)
        return image


def _too_large(where: str) -> DataError:
    return DataError(f"{where}: has more than {MAX_PIXELS:,} pixels; so large ones are not decoded")


def _unreadable(where: str, error: Exception) -> DataError:
    from PIL import UnidentifiedImageError

    reason = "its format is not known" if isinstance(error, UnidentifiedImageError) else ""
    return DataError(f"{where}: is no readable image: {reason or ' '.join(str(error).split())}")


def _fitted(image: Image, shape: Shape, where: str) -> Bytes:
    from PIL import Image as images
    from PIL import ImageOps

    channels, height, width = shape
    try:
        plain = _plain(ImageOps.exif_transpose(image), channels)
        fitted = ImageOps.fit(plain, (width, height), images.Resampling.BILINEAR)
        pixels = np.asarray(fitted, np.uint8)
    except Exception as error:
        raise _unreadable(where, error) from error
    return pixels[None] if channels == 1 else np.ascontiguousarray(pixels.transpose(2, 0, 1))


def _plain(image: Image, channels: int) -> Image:
    """Grey or RGB with eight bits a channel; sixteen bits lose their lower half."""
    from PIL import Image as images

    if image.mode == "F":
        raise ValueError("its pixels are floating-point numbers")
    if image.mode.startswith("I"):
        image = images.fromarray((np.asarray(image).clip(0, 65535) >> 8).astype(np.uint8))
    if image.mode == "P" and "transparency" in image.info:
        image = image.convert("RGBA")
    return image.convert("L" if channels == 1 else "RGB")


def decoded(
    sources: Sequence[Callable[[], ImageSource]],
    shape: Shape,
    report: Report,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Bytes]:
    """Images `(channels, height, width)`, in order, decoded on all CPU cores.

    Raises:
        DataError: One cannot be read.
    """
    told_at = clock()
    report(f"decoding {len(sources):,} images to {'x'.join(map(str, shape))}")
    for done, image in enumerate(_in_order(sources, shape), 1):
        yield image
        if (now := clock()) - told_at >= REPORT_EVERY_S and done < len(sources):
            told_at = now
            report(f"decoded {done:,} of {len(sources):,} images")


def _in_order(sources: Sequence[Callable[[], ImageSource]], shape: Shape) -> Iterator[Bytes]:
    """Decodes a little ahead of who takes them, so that memory stays small."""
    num_threads = max(1, min(16, os.cpu_count() or 1))
    with ThreadPoolExecutor(num_threads) as pool:
        waiting: deque[Future[Bytes]] = deque()
        try:
            for source in sources:
                waiting.append(pool.submit(partial(_decode, source, shape)))
                if len(waiting) >= 8 * num_threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _decode(source: Callable[[], ImageSource], shape: Shape) -> Bytes:
    return source().decode(shape)
