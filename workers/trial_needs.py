"""What a trial takes of a GPU: memory, and time in which the card is busy."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import NamedTuple

from workers.devices import require_device, synchronise, utilisation
from workers.evaluator import EvaluatorFactory, TrialTask

LOOK_EVERY_S = 0.25


class TrialNeeds(NamedTuple):
    """What a trial takes of a GPU.

    Attributes:
        peak_bytes: Of its tensors, those that PyTorch keeps for later included.
        total_bytes: Of the card.
        busy: Share of an epoch in which the card did anything; None where it does not tell.
    """

    peak_bytes: int
    total_bytes: int
    busy: float | None


def measured_trial(task: TrialTask, make_evaluator: EvaluatorFactory) -> TrialNeeds:
    """Trains two epochs in this process and measures the second; runs on a worker."""
    import torch

    require_device(task.device)
    evaluator = make_evaluator(task)
    evaluator.train_epoch()
    synchronise(task.device)
    with Looking() as looking:
        evaluator.train_epoch()
        synchronise(task.device)
    total = torch.cuda.get_device_properties(0).total_memory
    return TrialNeeds(torch.cuda.max_memory_reserved(), total, looking.busy)


class Looking:
    """Reads, from a thread, how busy the card is.

    Attributes:
        busy: The mean of what was read; None where nothing could be.
    """

    def __init__(self, read: Callable[[], float | None] = utilisation) -> None:
        self.busy: float | None = None
        self._read = read
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Looking:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _look(self) -> None:
        seen: list[float] = []
        while not self._end.wait(LOOK_EVERY_S) or not seen:
            share = self._read()
            if share is None:
                break
            seen.append(share)
        self.busy = sum(seen) / len(seen) if seen else None
