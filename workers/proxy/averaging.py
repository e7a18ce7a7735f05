"""The exponential average of a network's weights, which accuracy is measured with."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn


class WeightAverage:
    """Keeps `averaged` the exponential average of `module`, running statistics included."""

    def __init__(self, averaged: nn.Module, module: nn.Module, decay: float) -> None:
        """Both modules have the same layers; `decay` is the share kept at each step."""
        self._targets = list(_averaged_tensors(averaged))
        self._sources = list(_averaged_tensors(module))
        self._decay = decay

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Takes up the weights after a step, the first of which has number 1; faster at first."""
        keep = min(self._decay, (1 + step) / (10 + step))
        torch._foreach_lerp_(self._targets, self._sources, 1 - keep)


def _averaged_tensors(module: nn.Module) -> Iterator[Tensor]:
    yield from module.parameters()
    yield from (buffer for buffer in module.buffers() if buffer.is_floating_point())
