"""What a data set is, and the ones that can be named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from search_spaces.errors import DataOptionError
from search_spaces.primitives import Shape

Bytes = NDArray[np.uint8]
Labels = NDArray[np.int64]


class Split(NamedTuple):
    """Images `(n, channels, height, width)` as bytes and their labels `(n,)`."""

    images: Bytes
    labels: Labels


class DatasetInfo(NamedTuple):
    """What a space must know of a data set before it is loaded.

    Attributes:
        in_shape: `(channels, height, width)` of one image.
        num_classes: Labels run from 0 to `num_classes - 1`.
        flip: Whether a mirrored image still has its label, so that training may mirror.
    """

    in_shape: Shape
    num_classes: int
    flip: bool


@dataclass(frozen=True, eq=False)
class Dataset:
    """A data set in memory. Searches see `train` and `validation` only; `test` is for the end.

    Two are equal where they are one object; `fingerprint` compares their content.
    """

    name: str
    info: DatasetInfo
    train: Split
    validation: Split
    test: Split

    @cached_property
    def fingerprint(self) -> str:
        """Sixteen hex digits of all its bytes and labels."""
        digest = sha256(repr(self.info).encode())
        for split in (self.train, self.validation, self.test):
            digest.update(np.ascontiguousarray(split.images).data)
            digest.update(np.ascontiguousarray(split.labels).data)
        return digest.hexdigest()[:16]


class DatasetOptions(Protocol):
    """The part of an experiment's `dataset:` section that loaders read."""

    @property
    def name(self) -> str: ...
    @property
    def root(self) -> str | None: ...
    @property
    def train_size(self) -> int | None: ...
    @property
    def validation_size(self) -> int | None: ...
    @property
    def seed(self) -> int: ...


class Loader(NamedTuple):
    """How one data set is described and loaded."""

    info: Callable[[DatasetOptions], DatasetInfo]
    load: Callable[[DatasetOptions], Dataset]


def _loaders() -> dict[str, Loader]:
    from workers.datasets import cluttered_digits

    return {"cluttered_digits": Loader(cluttered_digits.info, cluttered_digits.load)}


def _loader(options: DatasetOptions) -> Loader:
    loaders = _loaders()
    if options.name not in loaders:
        raise DataOptionError("name", f"must be one of {', '.join(loaders)}; got {options.name!r}")
    return loaders[options.name]


def dataset_info(options: DatasetOptions) -> DatasetInfo:
    """Shape and classes of a data set. Raises DataError where it is not there."""
    return _loader(options).info(options)


def load_dataset(options: DatasetOptions) -> Dataset:
    """A data set in memory. Raises DataError where it is not there or not as it should be."""
    return _loader(options).load(options)


def take(split: Split, size: int | None, rng: np.random.Generator) -> Split:
    """At most `size` samples of a split, drawn without replacement; all where `size` is None."""
    if size is None or size >= len(split.labels):
        return split
    chosen = np.sort(rng.choice(len(split.labels), size, replace=False))
    return Split(split.images[chosen], split.labels[chosen])
