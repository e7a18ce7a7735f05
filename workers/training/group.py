"""Processes that train one network together: what they agree on, and their common batch norm.

Gradients are PyTorch's `DistributedDataParallel`'s, and norms on GPUs its `SyncBatchNorm`'s. That
one refuses CPUs: there the norm below takes its place, so that several processes train a network to
the same weights as one wherever they run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn.parallel import DistributedDataParallel

from workers.devices import synchronise
from workers.step.norm import UncountedBatchNorm2d


@dataclass(frozen=True)
class Group:
    """One of the processes; each has an equal part of every batch.

    Attributes:
        rank: Its number. The first one, 0, decides for all, and keeps the checkpoints.
        size: How many there are.
        device: Where this one trains.
        check: Raises an error where a process of the group was lost. What is agreed on with a lost
            one may be anything, and nothing may be kept of it.
    """

    rank: int = 0
    size: int = 1
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    check: Callable[[], None] = lambda: None

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
        synchronise_norms(module, self.device)
        on_gpu = self.device.type == "cuda"
        return DistributedDataParallel(module, device_ids=[self.device.index] if on_gpu else None)

    def synchronise(self) -> None:
        """Waits until the device of this process has done what it was given."""
        synchronise(self.device)

    # What is agreed on lies on the CPU: between GPUs each step would wait for all those before it.

    def decided(self, value: int) -> int:
        """What the first process says."""
        if self.size == 1:
            return value
        said = torch.tensor([value], dtype=torch.long)
        dist.broadcast(said, src=0)
        self.check()
        return int(said)

    def gathered(self, values: Tensor, numbers: Tensor, count: int) -> Tensor:
        """What all processes have, put together in each, on the CPU.

        Args:
            values: This one's rows, whole numbers.
            numbers: Of these rows among all, as `share` gives them.
            count: Of all rows.
        """
        if self.size == 1:
            return values.cpu()
        every = torch.zeros(count, *values.shape[1:], dtype=values.dtype)
        every[numbers.cpu()] = values.cpu()
        return self._summed(every)

    def total(self, value: float) -> float:
        """The sum over all processes."""
        if self.size == 1:
            return value
        return float(self._summed(torch.tensor([value], dtype=torch.float64)))

    def _summed(self, values: Tensor) -> Tensor:
        dist.all_reduce(values)
        self.check()
        return values


_DIMS = (0, 2, 3)


class SyncedBatchNorm2d(nn.BatchNorm2d):
    """Takes mean and variance of a batch, in training, from the parts of all processes."""

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or dist.get_world_size() == 1:
            return super().forward(x)
        values = x.float()
        count = values.numel() / values.shape[1] * dist.get_world_size()
        mean = _total(values.sum(_DIMS)) / count
        # In two passes: the mean of squares less the square of the mean loses its digits.
        centred = values - mean[:, None, None]
        variance = _total(centred.square().sum(_DIMS)) / count
        # Running variances are unbiased in torch, those that normalise a batch are not.
        self._keep(mean.detach(), variance.detach() * (count / (count - 1)))
        scale = self.weight * torch.rsqrt(variance + self.eps)
        return (centred * scale[:, None, None] + self.bias[:, None, None]).to(x.dtype)

    @torch.no_grad()
    def _keep(self, mean: Tensor, variance: Tensor) -> None:
        """Takes up running statistics as torch's own batch norm does; all have a `momentum`."""
        assert self.running_mean is not None and self.running_var is not None
        assert self.num_batches_tracked is not None and self.momentum is not None
        self.num_batches_tracked += 1
        self.running_mean.lerp_(mean, self.momentum)
        self.running_var.lerp_(variance, self.momentum)


_ALONE = (nn.BatchNorm2d, UncountedBatchNorm2d)
"""Norms of one process."""


def synchronise_norms(module: nn.Module, device: torch.device) -> None:
    """Makes the batch norms of a module, as networks of ours have them, span all processes.

    The layers themselves change their class, because a module may refer to them by more than their
    names, of which `SyncBatchNorm.convert_sync_batchnorm` knows one. Their weights stay.
    """
    for layer in module.modules():
        if type(layer) in _ALONE and layer.affine and layer.momentum is not None:
            if device.type == "cuda":
                layer.__class__ = nn.SyncBatchNorm
                setattr(layer, "process_group", None)  # noqa: B010 - that is, all processes
            else:
                layer.__class__ = SyncedBatchNorm2d


class _Sum(torch.autograd.Function):
    """The sum of all processes' values; its gradient is the sum of all their gradients."""

    @staticmethod
    def forward(ctx: Any, values: Tensor) -> Tensor:
        # `all_reduce` writes into what it is given, which autograd may still need.
        total = values.contiguous().clone()
        dist.all_reduce(total)
        return total

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> Tensor:
        total = grad.contiguous().clone()
        dist.all_reduce(total)
        return total


def _total(values: Tensor) -> Tensor:
    add_up: Callable[[Tensor], Tensor] = _Sum.apply
    return add_up(values)
