"""The section `dataset`: which images."""

from __future__ import annotations

from nas.config.values import PositiveInt, Seed
from search_spaces.space_spec import Spec


class DatasetSpec(Spec):
    """Which images to train on.

    Attributes:
        train_size: How many images to train on; all by default.
        validation_size: How many images to measure accuracy on.
        seed: Seed of the split, and of the images where they are made.
    """

    name: str
    root: str | None = None
    train_size: PositiveInt | None = None
    validation_size: PositiveInt | None = None
    seed: Seed = 0
