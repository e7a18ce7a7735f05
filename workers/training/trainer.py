"""Trains one network step by step; stopped after any step, it goes on to the same last bit.

Nothing random is kept between two steps. The order of an epoch, its fresh images, and what a batch
draws (augmentation, dropout) each come from a generator of their own, made from the seed and the
numbers of epoch and batch. So the state of a training is its weights and a few counts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from search_spaces.errors import NonFiniteError
from workers.datasets import FreshImages
from workers.datasets.base import Split
from workers.proxy.batches import Batch, DeviceSplit, Preparation, ProxyData, loss_of, num_right
from workers.proxy.execution import Execution
from workers.proxy.state import WeightAverage, copied, initialised, parameter_groups
from workers.training.group import Group
from workers.training.job import Schedule, TrainingRecipe, rate_at
from workers.training.subject import Subject

_ORDER, _IMAGES, _BATCH = range(3)
"""What generators are for: the order of an epoch, its fresh images, what a batch draws."""


class Epoch(NamedTuple):
    """The images of one epoch and their order."""

    images: DeviceSplit
    order: Tensor


class Trainer:
    """Trains a network with one process of a group.

    Attributes:
        epochs: Epochs finished.
        batch: Batches of the epoch under way that are done.
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
        self._context = torch.autocast(
            data.device.type, torch.bfloat16, enabled=execution.autocast, cache_enabled=False
        )
        self.epochs = self.batch = 0
        self.schedule = Schedule(1)
        self._loss_sum = torch.zeros((), dtype=torch.float64, device=data.device)
        self._epoch: Epoch | None = None
        self._build(execution)

    def _build(self, execution: Execution) -> None:
        recipe, device = self._recipe, self._data.device
        resolution = (self._subject.in_shape[1], self._subject.in_shape[2])
        dtype = self._subject.dtype(execution)
        self._prepare = Preparation(self._data, recipe.augmentation, resolution, dtype)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self._seed)
            self.module = initialised(self._subject.module(execution))
            self.averaged = self._subject.module(execution)
        for module in (self.module, self.averaged):
            module.to(device)
            module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.averaged.load_state_dict(self.module.state_dict())
        self._average = WeightAverage(self.averaged, self.module, recipe.averaging)
        self._optimizer = _optimizer(parameter_groups(self.module, recipe.weight_decay), recipe)
        self._together = self._group.together(self.module)

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
    def step(self) -> int:
        """Steps done since the beginning."""
        return self.epochs * self.steps_per_epoch + self.batch

    def train_step(self) -> bool:
        """One step. Returns whether the epoch is through; `end_epoch` comes next then."""
        self.module.train()
        rate = self._recipe.learning_rate * rate_at(
            self.schedule.progress(self.step), self._recipe.warmup
        )
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        rng = self._generator(_BATCH, self.batch)
        batch = self._part(self._next_batch(rng))
        with torch.random.fork_rng(devices=[]):
            # Each process drops out its own units: the parts are of different images.
            torch.manual_seed(int(rng.integers(2**63)) + self._group.rank)  # dropout draws there
            self._optimizer.zero_grad(set_to_none=True)
            loss = loss_of(self._together, self._context, self._recipe.label_smoothing, *batch)
            loss.backward()  # type: ignore[no-untyped-call]
        self._optimizer.step()
        self.batch += 1
        self._average.update(self.step)
        self._loss_sum += loss.detach()
        return self.batch == self.steps_per_epoch

    def end_epoch(self) -> float:
        """Begins the next epoch; returns the mean loss of the one that is through.

        Raises:
            NonFiniteError: The training has diverged.
        """
        summed = self._group.total(float(self._loss_sum))
        loss = summed / (self.steps_per_epoch * self._group.size)
        self.epochs, self.batch, self._epoch = self.epochs + 1, 0, None
        self._loss_sum.zero_()
        if not math.isfinite(loss):
            hint = "a lower learning rate may help"
            raise NonFiniteError(f"the loss of epoch {self.epochs} is {loss}; {hint}")
        return loss

    def plan(self, epochs: int) -> None:
        """The training shall end after so many epochs in all."""
        self.schedule = self.schedule.ending_at(epochs * self.steps_per_epoch, self.step)

    def validation_accuracy(self) -> float:
        """Share of validation images that the averaged weights label rightly."""
        self.averaged.eval()
        split = self._data.validation
        numbers = torch.arange(len(split.labels), device=split.labels.device)
        right = num_right(
            self.averaged, split, self._prepare.plain, self._context, self._group.share(numbers)
        )
        return self._group.total(right) / len(split.labels)

    def final_accuracy(self, split: Split) -> float:
        """Share of images that the averaged weights label rightly, deployed: plain, in float32."""
        module = self._subject.plain_module().to(self._data.device).eval()
        module.load_state_dict(self.averaged.state_dict())
        resolution = (self._subject.in_shape[1], self._subject.in_shape[2])
        augmentation = self._recipe.augmentation
        prepare = Preparation(self._data, augmentation, resolution, torch.float32)
        with torch.autocast(self._data.device.type, enabled=False) as context:
            images = DeviceSplit.of(split, self._data.device)
            right = num_right(module, images, prepare.plain, context)
        return right / len(split.labels)

    def weights(self) -> dict[str, Tensor]:
        """The averaged weights, on the CPU, laid out as usual."""
        state = self.averaged.state_dict()
        return {name: value.detach().cpu().contiguous() for name, value in state.items()}

    def state_dict(self) -> dict[str, Any]:
        """Everything that `load_state_dict` needs; only what `weights_only=True` admits.

        All processes of a group ask for it at the same step.
        """
        return {
            "epochs": self.epochs,
            "batch": self.batch,
            "loss_sum": self._group.total(float(self._loss_sum)),
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
        # The optimiser keeps the very tensors that it is given, and its next step would change the
        # state.
        self._optimizer.load_state_dict(copied(state["optimizer"]))
        self.epochs, self.batch = state["epochs"], state["batch"]
        # The sum was that of all processes: taken up by each, it would count several times.
        self._loss_sum.fill_(state["loss_sum"] if self._group.leads else 0.0)
        self._epoch = None
        self.schedule = Schedule(**state["schedule"])

    def _next_batch(self, rng: np.random.Generator) -> Batch:
        if self._epoch is None:
            self._epoch = self._new_epoch()
        start = self.batch * self.batch_size
        index = self._epoch.order[start : start + self.batch_size]
        return self._prepare.augmented(*self._epoch.images.batch(index), rng)

    def _new_epoch(self) -> Epoch:
        count, device = len(self._data.train.labels), self._data.device
        order = torch.from_numpy(self._generator(_ORDER).permutation(count)).to(device)
        if self._fresh is None:
            return Epoch(self._data.train, order)
        made = self._fresh(count, self._generator(_IMAGES))
        return Epoch(DeviceSplit.of(made, device), order)

    def _generator(self, purpose: int, number: int = 0) -> np.random.Generator:
        return np.random.default_rng([self._seed, self.epochs, purpose, number])

    def _part(self, batch: Batch) -> Batch:
        """This process's part: all draw the whole batch alike, so that one or many are equal."""
        part = self._group.part
        return Batch(part(batch.images), part(batch.labels), part(batch.mixed_in), batch.share)


def _optimizer(groups: list[dict[str, object]], recipe: TrainingRecipe) -> torch.optim.Optimizer:
    if recipe.optimizer == "adamw":
        return torch.optim.AdamW(groups, lr=recipe.learning_rate, fused=True)
    return torch.optim.SGD(
        groups, lr=recipe.learning_rate, momentum=recipe.momentum,
        nesterov=recipe.momentum > 0, fused=True,
    )  # fmt: skip
