"""Times the families of convolutions that a space can contain, in both types."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from workers.latency import processor_name
from workers.proxy.execution import ConvLayer, ElementTimes, Execution, FamilyTimes, PassTimes

MAX_BATCH = 32
"""Families are timed with at most so many images; what counts is which type is faster."""
ROUNDS = 5
SLOW_MS = 20.0
"""A pass that once took longer than this is not timed again: chance matters little there."""

Clock = Callable[[], float]


def measure_execution(
    layers: Iterable[ConvLayer],
    batch_size: int,
    num_threads: int,
    known: Iterable[Execution] = (),
    clock: Clock | None = None,
) -> Execution:
    """Times each family that occurs among `layers`, by its largest member, in this process.

    Takes about a tenth of a second a family. Meant for a CPU.

    Args:
        known: Earlier timings; of those in this setting, families are not timed again.
        clock: Seconds. Where None, with one thread the processor time of this process, which other
            processes disturb least.
    """
    clock = clock or (time.process_time if num_threads == 1 else time.perf_counter)
    empty = Execution(
        processor_name(), f"torch {torch.__version__}", min(batch_size, MAX_BATCH), num_threads
    )
    threads = torch.get_num_threads()
    torch.set_num_threads(num_threads)
    try:
        return _completed(_merged(empty, known), largest_members(layers), clock)
    finally:
        torch.set_num_threads(threads)


def _merged(execution: Execution, known: Iterable[Execution]) -> Execution:
    """With all that is known in the same setting; where two differ, the first."""
    for other in known:
        execution = execution.completed_by(other)
    return execution


def _completed(execution: Execution, members: Mapping[str, ConvLayer], clock: Clock) -> Execution:
    """With the families of `members` and no others, timed where they are not known."""
    families = {
        name: execution.families.get(name) or _family_times(layer, execution.batch_size, clock)
        for name, layer in members.items()
    }
    elements = execution.elements or _element_times(clock)
    return replace(execution, elements=elements, families=families)


def largest_members(layers: Iterable[ConvLayer]) -> dict[str, ConvLayer]:
    """For each family, by name, the layer of most FLOPs; the first of several."""
    largest: dict[str, ConvLayer] = {}
    for layer in layers:
        known = largest.get(layer.family)
        if known is None or layer.flops > known.flops:
            largest[layer.family] = layer
    return dict(sorted(largest.items()))


def _family_times(layer: ConvLayer, batch_size: int, clock: Clock) -> FamilyTimes:
    kinds = (torch.float32, torch.bfloat16)
    actions = [action for kind in kinds for action in _passes(layer, batch_size, kind)]
    times = _side_by_side(actions, clock)
    float32, bfloat16 = PassTimes(*times[:3]), PassTimes(*times[3:])
    return FamilyTimes(layer.elements, layer.flops, float32, bfloat16)


def _passes(layer: ConvLayer, batch_size: int, kind: torch.dtype) -> list[Callable[[], object]]:
    op = layer.op
    x = _images(batch_size, layer.in_shape, kind)
    grad = _images(batch_size, layer.out_shape, kind)
    shape = (op.out_channels, op.in_channels // op.groups, *op.kernel_size)
    weight = torch.ones(shape, dtype=kind).contiguous(memory_format=torch.channels_last)
    geometry = (list(op.stride), list(op.padding), list(op.dilation))

    def backward(mask: tuple[bool, bool, bool]) -> object:
        return torch.ops.aten.convolution_backward(
            grad, x, weight, None, *geometry, False, [0, 0], op.groups, mask
        )

    return [
        lambda: torch.conv2d(x, weight, None, *geometry, op.groups),
        lambda: backward((True, False, False)),
        lambda: backward((False, True, False)),
    ]


def _images(batch_size: int, shape: tuple[int, ...], kind: torch.dtype) -> Tensor:
    images = torch.ones(batch_size, *shape, dtype=kind)
    return images.contiguous(memory_format=torch.channels_last)


def _element_times(clock: Clock) -> ElementTimes:
    """Norm and activation with their gradients, and a cast, on a quarter of a million numbers."""
    shape = (32, 16, 16)
    norm = torch.nn.BatchNorm2d(shape[0])
    exact, fast = (_images(32, shape, kind) for kind in (torch.float32, torch.bfloat16))

    def step(images: Tensor) -> None:
        torch.relu(norm(images.detach().requires_grad_())).backward(images)  # type: ignore[no-untyped-call]

    actions = [lambda: step(exact), lambda: step(fast), lambda: exact.to(torch.bfloat16)]
    millions = exact.numel() / 1e6
    return ElementTimes(*(ms / millions for ms in _side_by_side(actions, clock)))


def _side_by_side(actions: Sequence[Callable[[], object]], clock: Clock) -> list[float]:
    """Milliseconds of each action: the least of several rounds through all of them."""
    times = [0.0] * len(actions)
    # The first call is not timed: libraries choose their kernels and memory in it.
    for action in actions:
        action()
    # In turns, so that what slows this machine down for a moment slows all of them down.
    for number in range(ROUNDS):
        for index, action in enumerate(actions):
            if times[index] < SLOW_MS:
                start = clock()
                action()
                elapsed = 1e3 * (clock() - start)
                times[index] = min(times[index], elapsed) if number else elapsed
    return times
