"""Weights averaged over a training, which is what makes a value in its middle comparable."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from workers.step import capture


class WeightAverage:
    """Keeps one module the exponential average of another, running statistics included.

    Attributes:
        targets: The averaged tensors.
    """

    def __init__(self, averaged: nn.Module, module: nn.Module) -> None:
        """Both modules have the same layers."""
        self.targets = list(_averaged_tensors(averaged))
        self._sources = list(_averaged_tensors(module))

    @torch.no_grad()
    def update(self, share: Tensor) -> None:
        """Takes up a share, `()`, of the weights after a step; see `taken_up`."""
        if share.device.type not in capture.DEVICE_TYPES:
            torch._foreach_lerp_(self.targets, self._sources, float(share))
            return
        difference = torch._foreach_sub(self._sources, self.targets)
        torch._foreach_mul_(difference, share)
        torch._foreach_add_(self.targets, difference)


def taken_up(decay: float, step: int) -> float:
    """The share that the weights after a step, the first of which has number 1, get in the average.

    Args:
        decay: Share that is kept at each step; less at first.
    """
    # As TensorFlow's moving average with `num_updates`: a constant share would hold on to the
    # fresh weights for long.
    return 1 - min(decay, (1 + step) / (10 + step))


def _averaged_tensors(module: nn.Module) -> Iterator[Tensor]:
    yield from (value.detach() for value in module.parameters())
    # Norms also count their batches, in whole numbers, which have no average.
    yield from (buffer for buffer in module.buffers() if buffer.is_floating_point())
