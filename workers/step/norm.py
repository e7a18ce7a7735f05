"""Batch norm whose count of batches the stepper keeps: one call for all, not one for each."""

from __future__ import annotations

from collections.abc import Iterator

import torch.nn.functional as F
from torch import Tensor, nn


class UncountedBatchNorm2d(nn.BatchNorm2d):
    """Batch norm, of which everything but the count of batches is kept here."""

    def forward(self, x: Tensor) -> Tensor:
        return F.batch_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias, self.training,
            self.momentum or 0.0, self.eps,
        )  # fmt: skip


def uncounted(module: nn.Module) -> Iterator[Tensor]:
    """The counts of batches that layers of a module leave to others."""
    for layer in module.modules():
        if type(layer) is UncountedBatchNorm2d and layer.num_batches_tracked is not None:
            yield layer.num_batches_tracked
