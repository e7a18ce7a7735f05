"""What the steps of an epoch read: drawn and worked out beforehand, kept on the device.

A step finds its row by a counter that lies on the device too. So nothing of an epoch comes from
Python while it runs, and a captured step reads at each replay what is its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


class Draws(NamedTuple):
    """What is drawn for the images of one batch, whole numbers of `(batch_size,)` but for `share`.

    Attributes:
        chosen: Number of each image in the training split.
        rows: Where the window of a crop begins, 0 to twice the padding.
        columns: Likewise.
        mirrored: 1 for those that are.
        factors: By how much an image is enlarged, in thousandths; 1000 leaves it as it is.
        cut_rows: Centre of the square that is cut out.
        cut_columns: Likewise.
        other: Number within the batch of the image that is mixed in.
        share: Of the first image in each mixture, `()`.
    """

    chosen: Tensor
    rows: Tensor
    columns: Tensor
    mirrored: Tensor
    factors: Tensor
    cut_rows: Tensor
    cut_columns: Tensor
    other: Tensor
    share: Tensor


NUM_NUMBERS = len(Draws._fields) - 1


class BatchDraws(NamedTuple):
    """The draws of a batch as NumPy makes them, so that they are the same on every device.

    Attributes:
        numbers: Those of `Draws` but the first, `(NUM_NUMBERS - 1, batch_size)`.
        share: 1 where nothing is mixed.
    """

    numbers: NDArray[np.int64]
    share: float


class EpochPlan(NamedTuple):
    """All that the steps of an epoch are given.

    Attributes:
        order: Numbers of the images, `(num_steps * batch_size,)` of them are used.
        draws: Of each step.
        rates: Learning rate of each step.
        taken: Share of the new weights that the averaged ones take up after each step.
        seeds: What layers that draw are seeded with before each step.
    """

    order: NDArray[np.int64]
    draws: Sequence[BatchDraws]
    rates: Sequence[float]
    taken: Sequence[float]
    seeds: Sequence[int]


class Tape:
    """A plan on a device, and how far it is done.

    Attributes:
        counter: The step that comes next, `(1,)`, counted from 0.
        rate: Learning rate of the step under way, `()`.
        taken: What the averaged weights take up after it, `()`.
    """

    def __init__(self, num_steps: int, batch_size: int, device: torch.device) -> None:
        self.counter = torch.zeros(1, dtype=torch.long, device=device)
        self._numbers = torch.zeros(
            num_steps, NUM_NUMBERS, batch_size, dtype=torch.long, device=device
        )
        self._fractions = torch.zeros(num_steps, 3, device=device)
        self._now = torch.zeros(3, device=device)
        self.rate, self.taken, self._share = self._now.unbind()

    def fill(self, plan: EpochPlan) -> None:
        """Takes up the plan of an epoch; `counter` stays where it is."""
        num_steps, _, batch_size = self._numbers.shape
        order = plan.order[: num_steps * batch_size].reshape(num_steps, 1, batch_size)
        drawn = np.stack([one.numbers for one in plan.draws])
        self._numbers.copy_(torch.from_numpy(np.concatenate([order, drawn], axis=1)))
        shares = [one.share for one in plan.draws]
        fractions = np.stack([plan.rates, plan.taken, shares], axis=1)
        self._fractions.copy_(torch.from_numpy(fractions))

    def read(self) -> Draws:
        """Sets `rate` and `taken` to those of the step that comes next; returns its draws."""
        numbers = self._numbers.index_select(0, self.counter)[0]
        self._now.copy_(self._fractions.index_select(0, self.counter)[0])
        return Draws._make([*numbers.unbind(), self._share])
