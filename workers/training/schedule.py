"""How far a training is, and the learning rate there; its length may change on the way."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Schedule:
    """From nothing to all of a training, evenly over its steps.

    A training with a budget of time is planned anew after each epoch. Progress then goes on from
    where it is and reaches 1 at the new end, so that the learning rate never jumps.

    Attributes:
        num_steps: Of the whole training.
        since_step: The step at which it was planned.
        since_progress: How far the training was then, 0 to 1.
    """

    num_steps: int
    since_step: int = 0
    since_progress: float = 0.0

    def progress(self, step: int) -> float:
        """How far the training is before a step, counted from 0: 0 at first, 1 at the end."""
        left = self.num_steps - self.since_step
        share = (step - self.since_step) / left if left > 0 else 1.0
        return min(1.0, self.since_progress + (1 - self.since_progress) * share)

    def ending_at(self, num_steps: int, step: int) -> Schedule:
        """The schedule that goes on from `step` and ends at `num_steps`."""
        if num_steps == self.num_steps:
            return self
        return Schedule(num_steps, step, self.progress(step))

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return dict(vars(self))


def rate_at(progress: float, warmup: float) -> float:
    """The share of the highest learning rate: a linear warm-up, then half a cosine to zero.

    Args:
        warmup: Share of the training that it rises in (arXiv:1608.03983; arXiv:1706.02677).
    """
    if progress < warmup:
        return progress / warmup
    return 0.5 * (1 + math.cos(math.pi * (progress - warmup) / (1 - warmup)))


def fitting_epochs(done: int, left_s: float, epoch_s: float) -> int:
    """How many epochs a training has that may go on for `left_s`; at least one in all.

    Args:
        done: Epochs trained so far.
        epoch_s: Seconds that one takes, measured.
    """
    return max(1, done + max(0, int(left_s / epoch_s)))
