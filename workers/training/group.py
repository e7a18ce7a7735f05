"""The processes that train one network together, and what they agree on."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from workers.training.synced_norm import synchronise_norms


@dataclass(frozen=True)
class Group:
    """One of the processes; each has an equal part of every batch.

    Attributes:
        rank: Its number. The first one, 0, decides for all, and keeps the checkpoints.
        size: How many there are.
        device: Where this one trains.
    """

    rank: int = 0
    size: int = 1
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))

    @property
    def leads(self) -> bool:
        return self.rank == 0

    def part(self, values: Tensor) -> Tensor:
        """This process's part of a batch: one of `size` pieces of equal length, in order."""
        return values if self.size == 1 else values.chunk(self.size)[self.rank]

    def share(self, numbers: Tensor) -> Tensor:
        """Every so many-th of some numbers; the parts of all are disjoint and complete."""
        return numbers[self.rank :: self.size]

    def together(self, module: nn.Module) -> nn.Module:
        """The module, whose gradients are then those of the whole batch, norms included."""
        if self.size == 1:
            return module
        synchronise_norms(module)
        return DistributedDataParallel(module)

    def decided(self, value: int) -> int:
        """What the first process says."""
        if self.size == 1:
            return value
        said = torch.tensor([value], dtype=torch.long, device=self.device)
        dist.broadcast(said, src=0)
        return int(said)

    def total(self, value: float) -> float:
        """The sum over all processes."""
        if self.size == 1:
            return value
        summed = torch.tensor([value], dtype=torch.float64, device=self.device)
        dist.all_reduce(summed)
        return float(summed)
