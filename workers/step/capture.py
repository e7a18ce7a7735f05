"""A training step as one CUDA graph.

A small network on a GPU waits for Python to launch its kernels one by one; a graph launches them
all at once. It repeats what was called on the tensors that were there, so that all that changes
from step to step must lie in tensors, and nothing may wait for the CPU.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import torch
from torch import Tensor

WARM_UP_STEPS = 3
"""PyTorch asks for a few uncaptured steps, in which libraries choose and allocate."""

DEVICE_TYPES = {"cuda"}
"""Where steps can be captured."""


class _Place(NamedTuple):
    """Where the graphs of a process are captured.

    Attributes:
        stream: Libraries keep a workspace for each stream that they ever worked on.
        pool: Memory that the graphs share: they never run at the same time.
        anchor: A graph that is kept, since a pool goes with its last graph.
    """

    stream: Any
    pool: Any
    anchor: Any


_places: dict[torch.device, _Place] = {}


def _place(device: torch.device) -> _Place:
    """The one of this process, so that forty trials keep the workspace of one."""
    if device not in _places:
        stream: Any = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
        pool, anchor = torch.cuda.graph_pool_handle(), torch.cuda.CUDAGraph()
        one = torch.ones(1, device=device)
        with torch.cuda.graph(anchor, pool=pool, stream=stream, capture_error_mode="thread_local"):
            one.add_(1)
        _places[device] = _Place(stream, pool, (anchor, one))
    return _places[device]


class CapturedStep:
    """Replays a step; called, it trains on by one."""

    def __init__(
        self, step: Callable[[], None], state: Sequence[Tensor], device: torch.device
    ) -> None:
        """Captures a step. Nothing has changed afterwards, the random state neither.

        Args:
            step: Reads and writes tensors alone, always runs the same operations, and never waits
                for the CPU.
            state: All tensors that it writes and reads again in a later step.
            device: The card, as it is current.
        """
        place = _place(device)
        with kept_random_state(device):
            _warm_up(step, state, place.stream)
            self._graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(
                self._graph, pool=place.pool, stream=place.stream, capture_error_mode="thread_local"
            ):
                step()

    def __call__(self) -> None:
        self._graph.replay()


def _warm_up(step: Callable[[], None], state: Sequence[Tensor], stream: Any) -> None:
    kept = [value.clone() for value in state]
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(WARM_UP_STEPS):
            step()
            # At once, since a step may be the last one that its tensors have room for.
            restore(state, kept)
    torch.cuda.current_stream().wait_stream(stream)


@torch.no_grad()
def restore(state: Sequence[Tensor], kept: Sequence[Tensor]) -> None:
    """Writes values back into the tensors that they were taken from."""
    for value, before in zip(state, kept, strict=True):
        value.copy_(before)


def generator_of(device: torch.device) -> torch.Generator:
    """What layers on a device draw from, dropout for one."""
    if device.type == "cuda":
        number = torch.cuda.current_device() if device.index is None else device.index
        return torch.cuda.default_generators[number]
    return torch.default_generator


@contextmanager
def kept_random_state(device: torch.device) -> Iterator[torch.Generator]:
    """The generator of a device, which afterwards is as it was before."""
    generator = generator_of(device)
    before = generator.get_state()
    try:
        yield generator
    finally:
        generator.set_state(before)
