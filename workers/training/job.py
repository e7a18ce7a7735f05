"""What a process is told to train a network: recipe, schedule and budget; it can be sent."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from workers.datasets import Dataset, FreshImages
from workers.proxy.execution import Execution
from workers.proxy.recipe import Augmentation
from workers.training.subject import Subject


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
    # An epoch that would not end in time is not begun.
    return max(1, done + max(0, int(left_s / epoch_s)))


OptimizerName = Literal["sgd", "adamw"]


class TrainingRecipe(Protocol):
    """The values of a full training's recipe, see `nas.config.training`."""

    @property
    def optimizer(self) -> OptimizerName: ...
    @property
    def batch_size(self) -> int: ...
    @property
    def learning_rate(self) -> float: ...
    @property
    def warmup(self) -> float: ...
    @property
    def momentum(self) -> float: ...
    @property
    def weight_decay(self) -> float: ...
    @property
    def label_smoothing(self) -> float: ...
    @property
    def averaging(self) -> float: ...
    @property
    def fresh(self) -> bool: ...
    @property
    def augmentation(self) -> Augmentation: ...


@dataclass(frozen=True)
class Budget:
    """How long a training is: by epochs or by the clock.

    Attributes:
        epochs: So many; as many as fit where it is None.
        seconds: Of training in all, those before an interruption included.
    """

    epochs: int | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Job:
    """One training.

    Attributes:
        fresh: Makes images of its own for each epoch, where the data set can.
        conditions: The training in plain values; a checkpoint of other ones is refused.
        execution: How each layer computes.
        checkpoint: Where the checkpoint lies.
        device: `cpu` or `cuda`.
        num_threads: Of all processes together, on the CPU.
        num_processes: That share every batch; on GPUs one for each.
        checkpoint_every_s: So long a training may go on without a checkpoint.
    """

    subject: Subject
    dataset: Dataset
    fresh: FreshImages | None
    recipe: TrainingRecipe
    seed: int
    budget: Budget
    conditions: dict[str, object]
    execution: Execution
    checkpoint: Path
    device: str = "cpu"
    num_threads: int = 1
    num_processes: int = 1
    checkpoint_every_s: float = 30.0
