"""All that a process must be told to train a network; it can be sent to another process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workers.datasets import Dataset, FreshImages
from workers.proxy.execution import Execution
from workers.training.recipe import TrainingRecipe
from workers.training.subject import Subject


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
