"""The step of every training: batch, gradients, optimiser, average; on a GPU one graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from workers.devices.precision import exact_float32
from workers.step import capture
from workers.step.average import WeightAverage
from workers.step.capture import CapturedStep, kept_random_state
from workers.step.norm import uncounted
from workers.step.optimizer import state_tensors
from workers.step.tape import Draws, EpochPlan, Tape


class Stepper:
    """Trains a module step by step, each by what the plan of its epoch says.

    Nothing that a step computes goes to Python: the losses are summed up where they are.

    Attributes:
        tape: The plan of the epoch.
        loss_sum: Of the steps of this epoch, `()`, in float64.
    """

    def __init__(
        self,
        module: nn.Module,
        loss: Callable[[Draws], Tensor],
        optimizer: Optimizer,
        average: WeightAverage,
        tape: Tape,
        *,
        is_captured: bool,
        is_distributed: bool = False,
    ) -> None:
        """Does nothing yet.

        Args:
            loss: Of the module, for a batch by its draws, `()`. It reads and writes tensors alone.
            is_captured: Replay the step as a graph, where the device can.
            is_distributed: Gradients are collected by hooks as `backward` goes along.
        """
        self.tape = tape
        self._device = tape.counter.device
        self.loss_sum = torch.zeros((), dtype=torch.float64, device=self._device)
        self._one = torch.ones((), device=self._device)
        self._module, self._loss = module, loss
        self._optimizer, self._average = optimizer, average
        self._parameters = [value for value in module.parameters() if value.requires_grad]
        self._counts = list(uncounted(module))
        self._is_distributed = is_distributed
        self._is_captured = is_captured and self._device.type in capture.DEVICE_TYPES
        self._captured: CapturedStep | None = None
        self._seeds: Sequence[int] = ()
        self._done = 0

    @property
    def has_graph(self) -> bool:
        """Whether its step has been captured, and is replayed."""
        return self._captured is not None

    @property
    def done(self) -> int:
        """Steps of the epoch that are through."""
        return self._done

    @done.setter
    def done(self, steps: int) -> None:
        self._done = steps
        self.tape.counter.fill_(steps)

    def begin(self, plan: EpochPlan) -> None:
        """Takes up the plan of an epoch; how far it is, `done` and `loss_sum` go on saying."""
        self.tape.fill(plan)
        self._seeds = plan.seeds

    def end_epoch(self) -> float:
        """Waits for the device; returns the sum of the epoch's losses and begins a new one."""
        total = float(self.loss_sum)
        self.loss_sum.zero_()
        self.done = 0
        return total

    def step(self) -> None:
        """One step; returns while the device may still be at it."""
        with exact_float32(), kept_random_state(self._device) as generator:
            # Each for itself, so that a training goes on from any step with the same draws.
            generator.manual_seed(self._seeds[self._done])
            if self._is_captured:
                self._replayed()
            else:
                self._step()
        self._done += 1

    def _replayed(self) -> None:
        if self._captured is None:
            self._captured = CapturedStep(self._step, self._state(), self._device)
        self._captured()

    def _step(self) -> None:
        draws = self.tape.read()
        loss = self._loss(draws)
        self._set_gradients(loss)
        self._optimizer.step()
        for parameter in self._parameters:
            parameter.grad = None  # their memory is for the next step
        with torch.no_grad():
            self._average.update(self.tape.taken)
            if self._counts:
                torch._foreach_add_(self._counts, 1)
            self.loss_sum.add_(loss.detach())
            self.tape.counter.add_(1)

    def _set_gradients(self, loss: Tensor) -> None:
        if self._is_distributed:
            loss.backward()  # type: ignore[no-untyped-call]
            return
        gradients = torch.autograd.grad(loss, self._parameters, self._one, allow_unused=True)
        for parameter, gradient in zip(self._parameters, gradients, strict=True):
            parameter.grad = None if gradient is None else _laid_out_as(parameter, gradient)

    def _state(self) -> list[Tensor]:
        """All that a step changes and a later one reads."""
        module = self._module
        return [
            *(value.detach() for value in (*module.parameters(), *module.buffers())),
            *self._average.targets, *state_tensors(self._optimizer),
            self.loss_sum, self.tape.counter,
        ]  # fmt: skip


def _laid_out_as(parameter: Tensor, gradient: Tensor) -> Tensor:
    """A gradient in the memory format of its parameter, as fused optimisers take for granted."""
    if gradient.stride() == parameter.stride():
        return gradient
    pairs = zip(parameter.shape, parameter.stride(), gradient.stride(), strict=True)
    if all(wanted == found for side, wanted, found in pairs if side > 1):
        return gradient
    return torch.empty_like(parameter, requires_grad=False).copy_(gradient)
