"""Trains one network for a few epochs, exactly repeatable under a seed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from search_spaces.modules import build_module
from search_spaces.network import Network
from workers.diagnostics import LayerDiagnostics, diagnose, num_images
from workers.evaluator import EpochResult, TrialTask
from workers.proxy.data import ProxyData, shared_data
from workers.proxy.recipe import Recipe
from workers.proxy.state import copied

_FORMAT = torch.channels_last
"""With channels last, depthwise convolutions train about twice as fast, dense ones a little."""


class ProxyTrainer:
    """Trains one network, an epoch at a time. Equal arguments give equal results on the CPU.

    The built-in `workers.evaluator.Evaluator`; `of_task` makes it for a trial.

    Attributes:
        epochs: Epochs trained so far.
        module: The network that is trained.
        averaged: Its averaged weights, which accuracy is measured with.
    """

    def __init__(
        self, network: Network, data: ProxyData, recipe: Recipe, max_epochs: int, seed: int
    ) -> None:
        self._data = data
        self._recipe = recipe
        self._max_epochs = max_epochs
        self._seed = seed
        self._network = network
        self._resolution = network.in_shape[1:]
        self.epochs = 0
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.module = _placed(_initialised(build_module(network)), data.device)
            self.averaged = _placed(build_module(network), data.device)
        self.averaged.load_state_dict(self.module.state_dict())
        self._optimizer = torch.optim.SGD(
            _parameter_groups(self.module, recipe.weight_decay), lr=recipe.learning_rate,
            momentum=recipe.momentum, nesterov=recipe.momentum > 0,
        )  # fmt: skip
        self._step = 0

    @classmethod
    def of_task(cls, task: TrialTask) -> ProxyTrainer:
        """The trainer of one trial."""
        data = shared_data(task.dataset, task.device)
        return cls(task.network, data, task.recipe, task.max_epochs, task.seed)

    def weights(self) -> dict[str, Tensor]:
        """The averaged weights, which are those that the accuracy belongs to."""
        state = self.averaged.state_dict()
        return {name: value.detach().cpu().contiguous() for name, value in state.items()}

    def train_epoch(self) -> EpochResult:
        """One pass over the training images, then accuracy on the validation images."""
        self.module.train()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self._seed + self.epochs)  # dropout draws from the global generator
            rng = np.random.default_rng([self._seed, self.epochs])
            losses = [self._train_batch(images, labels) for images, labels in self._batches(rng)]
        self.epochs += 1
        return EpochResult(self.evaluate(), float(torch.stack(losses).mean()))

    def state_dict(self) -> dict[str, Any]:
        """Everything that `load_state_dict` needs to go on as if nothing had happened.

        Holds copies, and only what `torch.load(..., weights_only=True)` admits. Call it between
        epochs: the generators of an epoch follow from the seed and the epoch's number.
        """
        return {
            "epochs": self.epochs,
            "step": self._step,
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
        self._optimizer.load_state_dict(copied(state["optimizer"]))
        self.epochs, self._step = state["epochs"], state["step"]

    def _train_batch(self, images: Tensor, labels: Tensor) -> Tensor:
        """One step; returns the loss, which stays on the device."""
        self._set_learning_rate()
        logits = self.module(images.contiguous(memory_format=_FORMAT))
        loss = F.cross_entropy(logits, labels, label_smoothing=self._recipe.label_smoothing)
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimizer.step()
        self._average()
        return loss.detach()

    @torch.inference_mode()
    def evaluate(self) -> float:
        """Share of validation images labelled rightly by the averaged weights."""
        self.averaged.eval()
        images, labels = self._data.validation.images, self._data.validation.labels
        right = 0
        batches = zip(torch.split(images, 256), torch.split(labels, 256), strict=True)
        for part, wanted in batches:
            logits = self.averaged(self._resized(self._data.normalise(part)))
            right += int((logits.argmax(1) == wanted).sum())
        return right / len(labels)

    def diagnose(self) -> list[LayerDiagnostics]:
        """What the averaged network makes of its channels, on validation images."""
        images = self._data.normalise(self._data.validation.images[: num_images(self._network)])
        return diagnose(self._network, self.averaged, self._resized(images))

    def _batches(self, rng: np.random.Generator) -> Iterator[tuple[Tensor, Tensor]]:
        train = self._data.train
        size = min(self._recipe.batch_size, len(train.labels))
        order = torch.from_numpy(rng.permutation(len(train.labels))).to(self._data.device)
        for index in order[: len(order) // size * size].view(-1, size):
            images = self._data.normalise(train.images[index])
            if self._recipe.augment:
                images = self._augmented(images, rng)
            yield self._resized(images), train.labels[index]

    def _augmented(self, images: Tensor, rng: np.random.Generator) -> Tensor:
        """Shifts each image by up to an eighth of its side; mirrors where that is allowed."""
        count, _, height, width = images.shape
        pad = max(1, height // 8)
        padded = F.pad(images, (pad, pad, pad, pad))
        shifts = torch.from_numpy(rng.integers(0, 2 * pad + 1, size=(2, count, 1)))
        rows = (shifts[0] + torch.arange(height)).to(images.device)
        columns = (shifts[1] + torch.arange(width)).to(images.device)
        if self._data.info.flip:
            mirrored = torch.from_numpy(rng.random(count) < 0.5).to(images.device)
            columns = torch.where(mirrored[:, None], columns.flip(1), columns)
        batch = torch.arange(count, device=images.device)[:, None, None]
        return padded.permute(0, 2, 3, 1)[batch, rows[:, :, None], columns[:, None]].permute(
            0, 3, 1, 2
        )

    def _resized(self, images: Tensor) -> Tensor:
        if images.shape[2:] == self._resolution:
            return images
        return F.interpolate(images, self._resolution, mode="bilinear", antialias=True)

    def _set_learning_rate(self) -> None:
        """Linear warm-up, then a cosine to zero over the longest training (arXiv:1608.03983)."""
        steps_per_epoch = max(1, len(self._data.train.labels) // self._recipe.batch_size)
        total = self._max_epochs * steps_per_epoch
        warmup = min(self._recipe.warmup_epochs * steps_per_epoch, total / 2)
        if self._step < warmup:
            factor = (self._step + 1) / warmup
        else:
            factor = 0.5 * (1 + math.cos(math.pi * (self._step - warmup) / (total - warmup)))
        for group in self._optimizer.param_groups:
            group["lr"] = self._recipe.learning_rate * min(1.0, factor)
        self._step += 1

    @torch.no_grad()
    def _average(self) -> None:
        """Exponential average of weights and running statistics, faster at the start."""
        keep = min(self._recipe.averaging, (1 + self._step) / (10 + self._step))
        targets = list(self.averaged.parameters()) + list(_running_statistics(self.averaged))
        sources = list(self.module.parameters()) + list(_running_statistics(self.module))
        torch._foreach_lerp_(targets, sources, 1 - keep)


def _placed(module: nn.Module, device: torch.device) -> nn.Module:
    module.to(device)
    return module.to(memory_format=_FORMAT)  # type: ignore[call-overload, no-any-return]


def _running_statistics(module: nn.Module) -> Iterator[Tensor]:
    return (buffer for buffer in module.buffers() if buffer.is_floating_point())


def _initialised(module: nn.Module) -> nn.Module:
    """He's initialisation of convolutions (arXiv:1502.01852), by fan out."""
    for part in module.modules():
        if isinstance(part, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.kaiming_normal_(part.weight, mode="fan_out", nonlinearity="relu")
            if part.bias is not None:
                nn.init.zeros_(part.bias)
    return module


def _parameter_groups(module: nn.Module, weight_decay: float) -> list[dict[str, object]]:
    """No weight decay on norms and biases (arXiv:1812.01187, section 3.1)."""
    parameters = list(module.parameters())
    return [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": weight_decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
