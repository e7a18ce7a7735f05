"""Trains one network step by step; stopped after any step, it goes on to the same last bit.

Nothing random is kept between two steps. The order of an epoch, its fresh images, and what a batch
draws (augmentation, dropout) each come from a generator of their own, made from the seed and the
numbers of epoch and batch. So the state of a training is its weights and a few counts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from search_spaces.errors import NonFiniteError
from workers.datasets import FreshImages
from workers.datasets.base import Split
from workers.proxy.batches import DeviceSplit, Preparation, ProxyData, TrainingLoss, evaluated
from workers.proxy.execution import Execution
from workers.proxy.state import copied, parameter_groups
from workers.proxy.trainer import autocast
from workers.step import (
    EpochPlan,
    Stepper,
    Tape,
    WeightAverage,
    adamw,
    load_state,
    sgd,
    taken_up,
)
from workers.training.deployed import Deployed
from workers.training.group import Group
from workers.training.job import Schedule, TrainingRecipe, rate_at
from workers.training.subject import Subject

_ORDER, _IMAGES, _BATCH = range(3)
"""What generators are for: the order of an epoch, its fresh images, what a batch draws."""


class Trainer:
    """Trains a network with one process of a group.

    Attributes:
        epochs: Epochs finished.
        schedule: How long the training is.
        module: The network that is trained.
        averaged: Its averaged weights, which accuracy is measured with.
    """

    def __init__(
        self,
        subject: Subject,
        data: ProxyData,
        recipe: TrainingRecipe,
        seed: int,
        execution: Execution,
        fresh: FreshImages | None = None,
        group: Group | None = None,
    ) -> None:
        """Takes `fresh` where each epoch has images of its own; else those of `data`."""
        self._subject, self._data, self._recipe, self._seed = subject, data, recipe, seed
        self._fresh = fresh if recipe.fresh else None
        self._group = group or Group()
        self._context = autocast(execution, data.device)
        self.epochs = 0
        self.schedule = Schedule(1)
        self._is_planned = False
        self._build(execution)

    def _build(self, execution: Execution) -> None:
        recipe, device = self._recipe, self._data.device
        resolution = (self._subject.in_shape[1], self._subject.in_shape[2])
        dtype = self._subject.dtype(execution)
        self._prepare = Preparation(self._data, recipe.augmentation, resolution, dtype)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self._seed)
            self.module = self._subject.begun(self._subject.module(execution))
            self.averaged = self._subject.module(execution)
        for module in (self.module, self.averaged):
            module.to(device)
            module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.averaged.load_state_dict(self.module.state_dict())
        self.stepper = self._stepper(execution)

    def _stepper(self, execution: Execution) -> Stepper:
        recipe, group, is_alone = self._recipe, self._group, self._group.size == 1
        tape = Tape(self.steps_per_epoch, self.batch_size, self._data.device)
        self._optimizer = _optimizer(
            parameter_groups(self.module, recipe.weight_decay), recipe, tape.rate
        )
        self._loss = TrainingLoss(
            group.together(self.module), self._data.train, self._prepare, self._context,
            self._data.task, recipe.label_smoothing, group.part,
        )  # fmt: skip
        average = WeightAverage(self.averaged, self.module)
        return Stepper(
            self.module, self._loss, self._optimizer, average, tape,
            is_captured=execution.cuda_graphs and is_alone, is_distributed=not is_alone,
        )  # fmt: skip

    @property
    def batch_size(self) -> int:
        """Images in a step of all processes together; a multiple of their number."""
        size = min(self._recipe.batch_size, len(self._data.train.labels))
        return max(1, size // self._group.size) * self._group.size

    @property
    def steps_per_epoch(self) -> int:
        """A last piece of an epoch that is smaller than a batch is left out."""
        return len(self._data.train.labels) // self.batch_size

    @property
    def batch(self) -> int:
        """Batches of the epoch under way that are done."""
        return self.stepper.done

    @batch.setter
    def batch(self, done: int) -> None:
        self.stepper.done = done

    @property
    def step(self) -> int:
        """Steps done since the beginning."""
        return self.epochs * self.steps_per_epoch + self.batch

    def train_step(self) -> bool:
        """One step. Returns whether the epoch is through; `end_epoch` comes next then."""
        self.module.train()
        if not self._is_planned:
            self._begin_epoch()
        self.stepper.step()
        return self.batch == self.steps_per_epoch

    def end_epoch(self) -> float:
        """Begins the next epoch; returns the mean loss of the one that is through.

        Raises:
            NonFiniteError: The training has diverged.
        """
        summed = self._group.total(self.stepper.end_epoch())
        loss = summed / (self.steps_per_epoch * self._group.size)
        self.epochs, self._is_planned = self.epochs + 1, False
        if not math.isfinite(loss):
            hint = "a lower learning rate may help"
            raise NonFiniteError(f"the loss of epoch {self.epochs} is {loss}; {hint}")
        return loss

    def plan(self, epochs: int) -> None:
        """The training shall end after so many epochs in all."""
        self.schedule = self.schedule.ending_at(epochs * self.steps_per_epoch, self.step)
        self._is_planned = False  # the rates are others now

    def validation_accuracy(self) -> float:
        """The trained measure of the averaged weights on the validation images."""
        self.averaged.eval()
        task, split = self._data.task, self._data.validation
        own = self._group.share(torch.arange(len(split.labels), device=split.labels.device))
        plain = self._prepare.plain
        counts = evaluated(task.tally, self.averaged, split, plain, self._context, own)
        return task.score(self._group.gathered(counts, own, len(split.labels)).numpy()).value

    def deployed(self) -> Deployed:
        """The averaged weights in the network as it is deployed."""
        return Deployed.of(self._subject, self.averaged.state_dict(), self._data)

    def weights(self) -> dict[str, Any]:
        """The averaged weights, on the CPU, laid out as usual, and what else their state says."""
        state = self.averaged.state_dict()
        return {
            name: value.detach().cpu().contiguous() if isinstance(value, Tensor) else value
            for name, value in state.items()
        }

    def state_dict(self) -> dict[str, Any]:
        """Everything that `load_state_dict` needs; only what `weights_only=True` admits.

        All processes of a group ask for it at the same step.
        """
        return {
            "epochs": self.epochs,
            "batch": self.batch,
            "loss_sum": self._group.total(float(self.stepper.loss_sum)),
            "schedule": self.schedule.to_dict(),
            "module": copied(dict(self.module.state_dict())),
            "averaged": copied(dict(self.averaged.state_dict())),
            "optimizer": copied(self._optimizer.state_dict()),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Goes on where another trainer, made of equal arguments, stood.

        Raises:
            RuntimeError: It trained another network (raised by PyTorch).
        """
        self.module.load_state_dict(state["module"])
        self.averaged.load_state_dict(state["averaged"])
        load_state(self._optimizer, state["optimizer"])
        self.epochs, self.batch = state["epochs"], state["batch"]
        # The sum was that of all processes: taken up by each, it would count several times.
        self.stepper.loss_sum.fill_(state["loss_sum"] if self._group.leads else 0.0)
        self.schedule = Schedule(**state["schedule"])
        self._is_planned = False

    def _begin_epoch(self) -> None:
        """Makes the images of the epoch under way where it has its own, and plans all its steps."""
        if self._fresh is not None:
            self._show(self._fresh(len(self._data.train.labels), self._generator(_IMAGES)))
        self.stepper.begin(self._planned())
        self._is_planned = True

    def _show(self, split: Split) -> None:
        """Trains on these images from now on."""
        images, kept = DeviceSplit.of(split, self._data.device), self._loss.split
        if not self.stepper.has_graph:
            self._loss.split = images
        else:  # a captured step goes on reading where it read first
            kept.images.copy_(images.images)
            kept.labels.copy_(images.labels)

    def _planned(self) -> EpochPlan:
        recipe, rank = self._recipe, self._group.rank
        generators = [self._generator(_BATCH, n) for n in range(self.steps_per_epoch)]
        first = self.epochs * self.steps_per_epoch
        numbers = range(first, first + self.steps_per_epoch)
        heights = [rate_at(self.schedule.progress(n), recipe.warmup) for n in numbers]
        return EpochPlan(
            self._generator(_ORDER).permutation(len(self._data.train.labels)),
            [self._prepare.draw(rng, self.batch_size) for rng in generators],
            [recipe.learning_rate * height for height in heights],
            [taken_up(recipe.averaging, n + 1) for n in numbers],
            # Each process drops out its own units: the parts are of different images.
            [int(rng.integers(2**63)) + rank for rng in generators],
        )

    def _generator(self, purpose: int, number: int = 0) -> np.random.Generator:
        return np.random.default_rng([self._seed, self.epochs, purpose, number])


def _optimizer(
    groups: list[dict[str, object]], recipe: TrainingRecipe, rate: Tensor
) -> torch.optim.Optimizer:
    if recipe.optimizer == "adamw":
        return adamw(groups, rate)
    return sgd(groups, rate, recipe.momentum)
