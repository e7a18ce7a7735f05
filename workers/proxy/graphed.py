"""Loss and gradients of a batch as one CUDA graph.

A small network on a GPU waits for Python to launch its kernels one by one; a graph launches them
all at once. Optimiser and averaging stay outside: they are a few launches only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

WARM_UP_STEPS = 3
"""PyTorch asks for a few uncaptured steps, in which libraries choose and allocate."""

Loss = Callable[..., Tensor]


class GraphedGradients:
    """Replays loss and gradients of batches of one shape; gradients lie in `.grad` afterwards."""

    def __init__(self, module: nn.Module, loss: Loss, inputs: Sequence[Tensor]) -> None:
        """Captures `loss(*inputs)` and its gradients; weights and statistics stay as they were.

        Args:
            module: Whose parameters the loss depends on; in training mode, on the GPU.
            loss: Must not synchronise with the CPU, and always runs the same operations.
        """
        self._inputs = [torch.empty_like(value).copy_(value) for value in inputs]
        _warm_up(module, loss, self._inputs)
        for parameter in module.parameters():
            parameter.grad = None  # so that the graph owns the gradients
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph):
            self._loss = loss(*self._inputs)
            self._loss.backward()  # type: ignore[no-untyped-call]

    def __call__(self, inputs: Sequence[Tensor]) -> Tensor:
        """The loss of a batch; its gradients replace those in `.grad`."""
        for kept, value in zip(self._inputs, inputs, strict=True):
            kept.copy_(value)
        self._graph.replay()
        return self._loss.detach().clone()


def _warm_up(module: nn.Module, loss: Loss, inputs: Sequence[Tensor]) -> None:
    kept = [buffer.clone() for buffer in module.buffers()]
    stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(WARM_UP_STEPS):
            loss(*inputs).backward()  # type: ignore[no-untyped-call]
    torch.cuda.current_stream().wait_stream(stream)
    with torch.no_grad():
        for buffer, value in zip(module.buffers(), kept, strict=True):
            buffer.copy_(value)
