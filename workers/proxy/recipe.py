"""What the trainer wants to know of the section `proxy`; its learning rate; its version."""

from __future__ import annotations

import math
from typing import Literal, Protocol

ScheduleName = Literal["cosine", "one_cycle"]


class Augmentation(Protocol):
    """The values of `proxy.augmentation`; sizes in pixels of the data set's images."""

    @property
    def flip(self) -> bool: ...
    @property
    def crop(self) -> int: ...
    @property
    def scale(self) -> float: ...
    @property
    def cutout(self) -> int: ...
    @property
    def mixup(self) -> float: ...


class Recipe(Protocol):
    """The values of `proxy:` in an experiment file."""

    @property
    def batch_size(self) -> int: ...
    @property
    def learning_rate(self) -> float: ...
    @property
    def schedule(self) -> ScheduleName: ...
    @property
    def warmup_epochs(self) -> float: ...
    @property
    def momentum(self) -> float: ...
    @property
    def weight_decay(self) -> float: ...
    @property
    def label_smoothing(self) -> float: ...
    @property
    def averaging(self) -> float: ...
    @property
    def augmentation(self) -> Augmentation: ...
    @property
    def precision(self) -> Literal["float32", "int8"]: ...


ONE_CYCLE_RISE = 0.3
ONE_CYCLE_START = 1 / 25
"""A one-cycle training rises over 30% of its steps from a twenty-fifth of the height."""


def rate_factor(schedule: ScheduleName, step: int, total: int, warmup: float) -> float:
    """The share of the highest learning rate that a step takes.

    `cosine` is a linear warm-up, then a cosine to zero over the longest training
    (arXiv:1608.03983). `one_cycle` rises and falls as two half cosines (arXiv:1708.07120).

    Args:
        step: Steps done before.
        total: Steps of the longest training.
        warmup: Steps of `cosine`'s warm-up; half of `total` at most counts.
    """
    if schedule == "one_cycle":
        return _one_cycle(step, total)
    warmup = min(warmup, total / 2)
    if step < warmup:
        return min(1.0, (step + 1) / warmup)
    return _half_cosine((step - warmup) / (total - warmup))


def _one_cycle(step: int, total: int) -> float:
    top = ONE_CYCLE_RISE * total
    if step < top:
        return ONE_CYCLE_START + (1 - ONE_CYCLE_START) * (1 - _half_cosine(step / top))
    return _half_cosine((step - top) / (total - top))


def _half_cosine(share: float) -> float:
    """From one to zero as `share` goes from zero to one; zero beyond."""
    return 0.5 * (1 + math.cos(math.pi * min(1.0, share)))


RECIPE_VERSION = 2
"""Rises with every change of the program after which the same recipe may train otherwise.

Results of trainings are shared between studies only under the same version; a test holds the
source to it.
"""
