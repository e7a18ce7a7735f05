"""Masks as an array: `(N, height, width)` of whole numbers, or with one channel more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_spaces.errors import DataError
from workers.datasets.base import Bytes
from workers.datasets.masks.class_table import NUM_VALUES, ClassTable, Indices
from workers.datasets.splitting import Part

Array = NDArray[Any]


class MaskArray(NamedTuple):
    """The masks of a part.

    Attributes:
        values: `(n, height, width)`, whole numbers or truth values.
        where: Names them in messages.
    """

    values: Array
    where: str

    @classmethod
    def of(cls, array: Array, where: str) -> MaskArray:
        """Takes one channel off. Raises DataError where they are no masks of whole numbers."""
        shape = array.shape
        if array.ndim == 4 and 1 in (shape[1], shape[3]):
            array = array[:, 0] if shape[1] == 1 else array[..., 0]
        if array.ndim != 3 or 0 in shape or array.dtype.kind not in "iub":
            came = f"an array {shape} of {array.dtype}"
            rule = "masks must be (N, height, width) of whole numbers"
            raise DataError(f"{where}: {rule}; got {came}")
        return cls(array, where)

    def require_shape(self, shape: tuple[int, ...]) -> None:
        """Raises DataError where they are not as many, or not as large, as their images."""
        if self.values.shape != shape:
            came = f"their shape is {self.values.shape}"
            raise DataError(f"{self.where}: must be {shape}, as the images; {came}")

    def completed(self, table: ClassTable) -> ClassTable:
        """A table that knows the number of classes, from these masks where nobody tells."""
        return table if table.num_classes is not None else table.found_in(self._counts().sum(0))

    def pixels(self, table: ClassTable, num_classes: int) -> Indices:
        """Pixels of each class in each mask, `(n, num_classes)`. Raises DataError for others."""
        table = replace(table, num_classes=num_classes)
        return table.pixels(self._counts(), lambda number: f"{self.where}[{number}]")

    def part(
        self, images: Array, table: ClassTable, num_classes: int, where: str,
        convert: Callable[[Array], Bytes],
    ) -> Part:  # fmt: skip
        """The part of some images and these masks, which become classes when they are copied."""
        classes = replace(table, num_classes=num_classes).lookup()
        pixels = self.pixels(table, num_classes)
        return Part(images, self.values, where, convert, pixels, lambda some: classes[_whole(some)])

    def _counts(self) -> Indices:
        """How often each mask has each value, `(n, 256)`."""
        low, high = int(self.values.min()), int(self.values.max())
        if low < 0 or high >= NUM_VALUES:
            wrong = low if low < 0 else high
            raise DataError(f"{self.where}: values must be from 0 to 255; one is {wrong}")
        counts = [np.bincount(_whole(m).reshape(-1), minlength=NUM_VALUES) for m in self.values]
        return np.array(counts, np.int64)


def _whole(values: Array) -> Array:
    """Truth values as numbers, which count and index as such."""
    return values.astype(np.uint8) if values.dtype == bool else values
