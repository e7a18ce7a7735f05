"""Image files to arrays of one size, by Pillow.

Policy: an image is turned as its EXIF data say, laid on white where it is transparent, converted to
grey or RGB, then scaled with an antialiased bilinear filter until its shorter side fits and cropped
around its centre: nothing is distorted. Grey images of more than eight bits are brought to bytes by
the range of all training images (`DeepRange`).
"""

from __future__ import annotations

import io
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from search_spaces.errors import DataError, reason_of
from search_spaces.graphs.primitives import Shape
from workers.datasets.base import Bytes, Report
from workers.limits import num_cores

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
"""What is decoded; other formats of Pillow may run programs or are no photographs."""

ENDINGS = (".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")

# Pillow by itself refuses from 179 million on, and only warns of those between.
MAX_PIXELS = 100_000_000
REPORT_EVERY_S = 5.0

_ORIENTATION = 0x0112
"""The EXIF tag; from 5 on, rows become columns."""

Result = TypeVar("Result")

_OPENING = threading.Lock()
"""Held while a file is opened: filters of warnings are the same for all threads."""

VERSION = 2
"""Part of the names of cached images: another policy is another number."""


GROUND = (255, 255, 255, 255)
"""What shines through transparent images: white, as a page."""


class Range(NamedTuple):
    """Values that become the bytes 0 and 255."""

    low: float
    high: float

    def as_bytes(self, pixels: NDArray[Any]) -> Bytes:
        """Pixels within the range; others become its ends."""
        scale = 255 / (self.high - self.low) if self.high > self.low else 0.0
        scaled = (_finite(pixels).astype(np.float64) - self.low) * scale
        return np.round(scaled).clip(0, 255).astype(np.uint8)


def _finite(pixels: NDArray[Any]) -> NDArray[Any]:
    if not np.isfinite(pixels).all():
        raise ValueError("it has a pixel that is infinite or no number")
    return pixels


def sixteen_bits() -> Range:
    """The range of all that sixteen bits can hold."""
    return Range(0, 65535)


class ImageSource:
    """One encoded image: a file, or bytes of one.

    Attributes:
        where: Names it in messages.
    """

    def __init__(self, where: str, content: bytes | None = None) -> None:
        self.where = where
        self._content = content

    def decode(self, shape: Shape, deep: Callable[[], Range] = sixteen_bits) -> Bytes:
        """The image as `(channels, height, width)`.

        Args:
            deep: What becomes 0 and 255 of an image of more than eight bits; asked where it is one.

        Raises:
            DataError: It cannot be read.
        """
        with self.opened() as image:
            return _fitted(image, shape, self.where, deep)

    def range(self) -> Range | None:
        """Least and largest value of an image of more than eight bits; None for any other.

        Raises:
            DataError: It cannot be read, or holds a value that is infinite or no number.
        """
        with self.opened() as image:
            if not _is_deep(image):
                return None
            try:
                pixels = _finite(np.asarray(image))
            except Exception as error:
                raise _unreadable(self.where, error) from error
        return Range(float(pixels.min()), float(pixels.max()))

    def size(self) -> tuple[int, int]:
        """Height and width; only its header is read. Raises DataError likewise."""
        with self.opened() as image:
            return image.height, image.width

    def turned_size(self) -> tuple[int, int]:
        """Height and width as it is turned by its EXIF data. Raises DataError likewise."""
        with self.opened() as image:
            size = image.height, image.width
            # Pillow itself turns a TIFF; and of a PNG without such data in front it would read all
            # pixels to look behind them.
            if image.format == "TIFF" or (image.format == "PNG" and "exif" not in image.info):
                return size
            try:
                on_its_side = image.getexif().get(_ORIENTATION, 1) >= 5
            except Exception as error:
                raise _unreadable(self.where, error) from error
        return size[::-1] if on_its_side else size

    def opened(self) -> Image:
        """The image, its pixels not read yet. Raises DataError likewise."""
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

    is_unknown = isinstance(error, UnidentifiedImageError)
    reason = "its format is not known" if is_unknown else reason_of(error)
    return DataError(f"{where}: is no readable image: {reason}")


def _fitted(image: Image, shape: Shape, where: str, deep: Callable[[], Range]) -> Bytes:
    from PIL import Image as images
    from PIL import ImageOps

    channels, height, width = shape
    # Outside of what follows: where it fails on another image, this one is not unreadable.
    span = deep() if _is_deep(image) else None
    try:
        plain = _plain(ImageOps.exif_transpose(image), channels, span)
        fitted = ImageOps.fit(plain, (width, height), images.Resampling.BILINEAR)
        pixels = np.asarray(fitted, np.uint8)
    except Exception as error:
        raise _unreadable(where, error) from error
    return pixels[None] if channels == 1 else np.ascontiguousarray(pixels.transpose(2, 0, 1))


def _is_deep(image: Image) -> bool:
    """Whether it is grey with whole numbers of more than eight bits, or floating-point ones."""
    # `I;16` and its kin are 16-bit PNGs and TIFFs; Pillow's `convert("L")` makes 255 of most of
    # them.
    return image.mode.startswith("I") or image.mode == "F"


def _plain(image: Image, channels: int, span: Range | None) -> Image:
    """Grey or RGB with eight bits a channel."""
    from PIL import Image as images

    if span is not None:
        image = images.fromarray(span.as_bytes(np.asarray(image)))
    elif image.has_transparency_data:
        # `convert("RGB")` alone would show whatever colour lies under transparent pixels.
        image = image.convert("RGBA")
        image = images.alpha_composite(images.new("RGBA", image.size, GROUND), image)
    return image.convert("L" if channels == 1 else "RGB")


class DeepRange:
    """The range of all training images of more than eight bits, found when it is first asked for.

    One range for all keeps their brightness comparable, and the parts alike.

    Args:
        sources: Makes the training images.
        report: Is told the range, since what feeds the network later needs it.
    """

    def __init__(
        self, sources: Callable[[], Sequence[Callable[[], ImageSource]]], report: Report
    ) -> None:
        self._sources = sources
        self._report = report
        self._lock = threading.Lock()
        self._found: Range | None = None

    def __call__(self) -> Range:
        """Raises DataError where no training image has more than eight bits."""
        with self._lock:  # many threads decode; one of them looks
            if self._found is None:
                self._found = self._looked_for()
            return self._found

    def _looked_for(self) -> Range:
        ranges = [found for source in self._sources() if (found := source().range()) is not None]
        if not ranges:
            raise DataError(
                "images of this part have more than eight bits a pixel, and none to train on has; "
                "they cannot be brought to the same scale"
            )
        found = Range(min(low for low, _ in ranges), max(high for _, high in ranges))
        self._report(f"images of more than 8 bits: {found.low:g} becomes 0, {found.high:g} 255")
        return found


def decoded(
    sources: Sequence[Callable[[], ImageSource]],
    shape: Shape,
    report: Report,
    clock: Callable[[], float] = time.monotonic,
    *,
    deep: Callable[[], Range] = sixteen_bits,
) -> Iterator[Bytes]:
    """Images `(channels, height, width)`, in order, decoded on all CPU cores.

    Args:
        deep: See `ImageSource.decode`.

    Raises:
        DataError: One cannot be read.
    """
    told_at = clock()
    report(f"decoding {len(sources):,} images to {'x'.join(map(str, shape))}")
    work = [partial(_decode, source, shape, deep) for source in sources]
    for done, image in enumerate(in_order(work), 1):
        yield image
        if (now := clock()) - told_at >= REPORT_EVERY_S and done < len(sources):
            told_at = now
            report(f"decoded {done:,} of {len(sources):,} images")


def in_order(work: Sequence[Callable[[], Result]]) -> Iterator[Result]:
    """What each piece of work gives, done a little ahead of who takes it, so memory stays small."""
    num_threads = min(16, num_cores())
    # Threads are enough: Pillow decodes and scales without the interpreter's lock.
    with ThreadPoolExecutor(num_threads) as pool:
        waiting: deque[Future[Result]] = deque()
        try:
            for piece in work:
                waiting.append(pool.submit(piece))
                if len(waiting) >= 8 * num_threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            # Whoever takes the images may stop early; the pool would decode what is left before it
            # ends.
            for future in waiting:
                future.cancel()


def _decode(source: Callable[[], ImageSource], shape: Shape, deep: Callable[[], Range]) -> Bytes:
    return source().decode(shape, deep)
