"""The short training itself: what its recipe says of each epoch, and what is kept of it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from search_spaces.graphs.network import Network
from workers.diagnostics import LayerDiagnostics, diagnose, num_images
from workers.evaluator import EpochResult, TrialTask
from workers.proxy.batches import (
    Context,
    Preparation,
    ProxyData,
    TrainingLoss,
    evaluated,
    shared_data,
)
from workers.proxy.execution import Execution
from workers.proxy.layers import float32_module, mixed_module
from workers.proxy.recipe import Recipe, rate_factor
from workers.proxy.state import copied, initialised, parameter_groups
from workers.step import (
    EpochPlan,
    Stepper,
    Tape,
    WeightAverage,
    has_bfloat16,
    load_state,
    sgd,
    taken_up,
)
from workers.tasks import Score

FLOAT32 = Execution()
"""Everything in float32."""


class ProxyTrainer:
    """Trains one network, an epoch at a time. Equal arguments give equal results on the CPU.

    The built-in `workers.evaluator.Evaluator`; `of_task` makes it for a trial.

    Attributes:
        epochs: Epochs trained so far.
        module: The network that is trained.
        averaged: Its averaged weights, which accuracy is measured with.
        loss: Of its batches.
        stepper: Takes its steps.
    """

    def __init__(
        self,
        network: Network,
        data: ProxyData,
        recipe: Recipe,
        max_epochs: int,
        seed: int,
        execution: Execution = FLOAT32,
    ) -> None:
        self._data = data
        self._recipe = recipe
        self._seed = seed
        self._network = network
        self._batch_size = min(recipe.batch_size, len(data.train.labels))
        self._num_steps = max_epochs * self._steps_per_epoch
        self._dtype = torch.bfloat16 if execution.uses_bfloat16(network) else torch.float32
        resolution = (network.in_shape[1], network.in_shape[2])
        self._prepare = Preparation(data, recipe.augmentation, resolution, self._dtype)
        self.epochs = 0
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.module = initialised(self._built(network, execution))
            self.averaged = self._built(network, execution)
        self.averaged.load_state_dict(self.module.state_dict())
        self._context = autocast(execution, data.device)
        self.stepper = self._stepper(execution)

    def _stepper(self, execution: Execution) -> Stepper:
        recipe, data = self._recipe, self._data
        tape = Tape(self._steps_per_epoch, self._batch_size, data.device)
        groups = parameter_groups(self.module, recipe.weight_decay)
        self._optimizer = sgd(groups, tape.rate, recipe.momentum)
        self.loss = TrainingLoss(
            self.module,
            data.train,
            self._prepare,
            self._context,
            data.task,
            recipe.label_smoothing,
        )
        average = WeightAverage(self.averaged, self.module)
        return Stepper(
            self.module, self.loss, self._optimizer, average, tape,
            is_captured=execution.cuda_graphs,
        )  # fmt: skip

    @classmethod
    def of_task(cls, task: TrialTask, execution: Execution = FLOAT32) -> ProxyTrainer:
        """The trainer of one trial."""
        data = shared_data(task.dataset, task.device)
        return cls(task.network, data, task.recipe, task.max_epochs, task.seed, execution)

    def weights(self) -> dict[str, Tensor]:
        """The averaged weights, which are those that the accuracy belongs to."""
        state = self.averaged.state_dict()
        return {name: value.detach().cpu().contiguous() for name, value in state.items()}

    def _built(self, network: Network, execution: Execution) -> nn.Module:
        mixed = self._dtype == torch.bfloat16
        module = mixed_module(network, execution) if mixed else float32_module(network)
        module.to(self._data.device)
        return module.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]

    @property
    def _steps_per_epoch(self) -> int:
        return len(self._data.train.labels) // self._batch_size

    def train_epoch(self) -> EpochResult:
        """One pass over the training images, then accuracy on the validation images."""
        self.module.train()
        self.stepper.begin(self.plan())
        for _ in range(self._steps_per_epoch):
            self.stepper.step()
        self.epochs += 1
        return EpochResult(self.evaluate(), self.stepper.end_epoch() / self._steps_per_epoch)

    def plan(self) -> EpochPlan:
        """What the steps of the epoch that comes next are given."""
        recipe, count, steps = self._recipe, len(self._data.train.labels), self._steps_per_epoch
        # From seed and epoch alone, so that a training taken up by another worker draws the same.
        rng = np.random.default_rng([self._seed, self.epochs])
        seed = int(rng.integers(2**62))
        order = rng.permutation(count)
        first, warmup = self.epochs * steps, recipe.warmup_epochs * steps
        numbers = range(first, first + steps)
        factors = [rate_factor(recipe.schedule, n, self._num_steps, warmup) for n in numbers]
        return EpochPlan(
            order,
            [self._prepare.draw(rng, self._batch_size) for _ in numbers],
            [recipe.learning_rate * factor for factor in factors],
            [taken_up(recipe.averaging, n + 1) for n in numbers],
            [seed + n for n in range(steps)],
        )

    def state_dict(self) -> dict[str, Any]:
        """Everything that `load_state_dict` needs to go on as if nothing had happened.

        Holds copies, and only what `torch.load(..., weights_only=True)` admits. Call it between
        epochs: the generators of an epoch follow from the seed and the epoch's number.
        """
        return {
            "epochs": self.epochs,
            "step": self.epochs * self._steps_per_epoch,
            "seed": self._seed,
            "module": copied(dict(self.module.state_dict())),
            "averaged": copied(dict(self.averaged.state_dict())),
            "optimizer": copied(self._optimizer.state_dict()),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Goes on where the trainer of `state` stood: same network, data, recipe and seed.

        Raises:
            ValueError: The state comes from a training with another seed.
            RuntimeError: It comes from another network (raised by PyTorch).
        """
        if state["seed"] != self._seed:
            raise ValueError(f"the state has `seed` {state['seed']}, the trainer {self._seed}")
        self.module.load_state_dict(state["module"])
        self.averaged.load_state_dict(state["averaged"])
        load_state(self._optimizer, state["optimizer"])
        self.epochs = state["epochs"]

    def evaluate(self) -> float:
        """The trained measure of the task, of the averaged weights on the validation images."""
        self.averaged.eval()
        if self._recipe.precision == "int8":
            self._score = self._score_in_int8()
            return self._score.value
        task = self._data.task
        counts = evaluated(
            task.tally, self.averaged, self._data.validation, self._prepare.plain, self._context
        )
        self._score = task.score(counts.cpu().numpy())
        return self._score.value

    def _score_in_int8(self) -> Score:
        from search_spaces.graphs.modules import build_module
        from workers.quantisation.evaluation import score_in_int8

        # A module of its own: that of the training may be on a card, and have layers in bfloat16.
        module = build_module(self._network).eval()
        module.load_state_dict(self.weights())
        data = self._data
        return score_in_int8(
            self._network, module, data.train.as_arrays(), data.validation.as_arrays(),
            data.input_format, data.task,
        )  # fmt: skip

    def readings(self) -> Mapping[str, float]:
        """What the task tells beside the last accuracy."""
        return self._score.readings

    def diagnose(self) -> list[LayerDiagnostics]:
        """What the averaged network makes of its channels, on validation images."""
        images = self._data.validation.images[: num_images(self._network)]
        return diagnose(self._network, self.averaged, self._prepare.plain(images))


def autocast(execution: Execution, device: torch.device) -> Context:
    """Where the execution leaves the choice of types to PyTorch, and bfloat16 is to be had."""
    if not (execution.autocast and has_bfloat16(device)):
        return nullcontext()
    # Without the cache of cast weights, which PyTorch does not allow where it captures graphs.
    return torch.autocast(device.type, torch.bfloat16, cache_enabled=False)
