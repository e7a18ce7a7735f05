"""Trains one network for a few epochs, exactly repeatable under a seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from search_spaces.network import Network
from workers.diagnostics import LayerDiagnostics, diagnose, num_images
from workers.evaluator import EpochResult, TrialTask
from workers.proxy.augmentation import cropped, cut_out, mixed, resized
from workers.proxy.averaging import WeightAverage
from workers.proxy.data import ProxyData, shared_data
from workers.proxy.execution import Execution
from workers.proxy.graphed import GraphedGradients
from workers.proxy.layers import float32_module, mixed_module
from workers.proxy.recipe import Recipe
from workers.proxy.schedule import rate_factor
from workers.proxy.state import copied

FLOAT32 = Execution()
"""Everything in float32."""
EVALUATION_BATCH = 256


class Batch(NamedTuple):
    """Images as the network wants them, and what they show.

    Attributes:
        mixed_in: Labels of the images mixed in.
        share: Share of the first image in each mixture; 1 where nothing is mixed.
    """

    images: Tensor
    labels: Tensor
    mixed_in: Tensor
    share: float = 1.0


class ProxyTrainer:
    """Trains one network, an epoch at a time. Equal arguments give equal results on the CPU.

    The built-in `workers.evaluator.Evaluator`; `of_task` makes it for a trial.

    Attributes:
        epochs: Epochs trained so far.
        module: The network that is trained.
        averaged: Its averaged weights, which accuracy is measured with.
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
        self._resolution = (network.in_shape[1], network.in_shape[2])
        self._batch_size = min(recipe.batch_size, len(data.train.labels))
        self._num_steps = max_epochs * self._steps_per_epoch
        self._dtype = torch.bfloat16 if execution.uses_bfloat16(network) else torch.float32
        self.epochs = self._step = 0
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.module = _initialised(self._built(network, execution))
            self.averaged = self._built(network, execution)
        self.averaged.load_state_dict(self.module.state_dict())
        self._autocast = torch.autocast(
            data.device.type, torch.bfloat16, enabled=execution.autocast, cache_enabled=False
        )
        self._loss = partial(_loss, self.module, self._autocast, recipe.label_smoothing)
        on_gpu = data.device.type == "cuda"
        self._uses_graphs = on_gpu and execution.cuda_graphs and not recipe.augmentation.mixup
        self._graphed: GraphedGradients | None = None
        self._average = WeightAverage(self.averaged, self.module, recipe.averaging)
        self._optimizer = torch.optim.SGD(
            _parameter_groups(self.module, recipe.weight_decay), lr=recipe.learning_rate,
            momentum=recipe.momentum, nesterov=recipe.momentum > 0, fused=True,
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
        rng = np.random.default_rng([self._seed, self.epochs])
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(rng.integers(2**63)))  # dropout draws from the global generator
            losses = [self._train_batch(batch) for batch in self._batches(rng)]
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

    def _train_batch(self, batch: Batch) -> Tensor:
        """One step; returns the loss, which stays on the device."""
        self._set_learning_rate()
        loss = self._gradients(batch)
        self._optimizer.step()
        self._step += 1
        self._average.update(self._step)
        return loss

    def _gradients(self, batch: Batch) -> Tensor:
        """Sets the gradients of a batch; returns its loss."""
        if self._uses_graphs:
            inputs = batch.images, batch.labels
            if self._graphed is None:
                self._graphed = GraphedGradients(self.module, self._loss, inputs)
            return self._graphed(inputs)
        self._optimizer.zero_grad(set_to_none=True)
        loss = self._loss(*batch)
        loss.backward()  # type: ignore[no-untyped-call]
        return loss.detach()

    @torch.inference_mode()
    def evaluate(self) -> float:
        """Share of validation images labelled rightly by the averaged weights."""
        self.averaged.eval()
        count = len(self._data.validation.labels)
        right = 0
        for index in torch.split(torch.arange(count, device=self._data.device), EVALUATION_BATCH):
            images, labels = self._data.validation.batch(index)
            with self._autocast:
                logits = self.averaged(self._prepared(self._data.normalise(images)))
            right += int((logits.argmax(1) == labels).sum())
        return right / count

    def diagnose(self) -> list[LayerDiagnostics]:
        """What the averaged network makes of its channels, on validation images."""
        images = self._data.normalise(self._data.validation.images[: num_images(self._network)])
        return diagnose(self._network, self.averaged, self._prepared(images))

    def _batches(self, rng: np.random.Generator) -> Iterator[Batch]:
        """The training images in a new order, changed as the recipe says; a last piece is left."""
        order = torch.from_numpy(rng.permutation(len(self._data.train.labels)))
        used = order[: self._steps_per_epoch * self._batch_size].to(self._data.device)
        for index in used.view(-1, self._batch_size):
            yield self._augmented(*self._data.train.batch(index), rng)

    def _augmented(self, images: Tensor, labels: Tensor, rng: np.random.Generator) -> Batch:
        recipe = self._recipe.augmentation
        flip = recipe.flip and self._data.info.flip
        if recipe.crop or flip:
            images = cropped(images, recipe.crop, flip, self._data.mean_bytes, rng)
        normal = self._data.normalise(images)
        if recipe.cutout:
            normal = cut_out(normal, recipe.cutout, rng)
        if not recipe.mixup:
            return Batch(self._prepared(normal), labels, labels)
        normal, other, share = mixed(normal, recipe.mixup, rng)
        return Batch(self._prepared(normal), labels, labels[other], share)

    def _prepared(self, images: Tensor) -> Tensor:
        """Normalised images at the network's resolution, in the type that it works on."""
        images = resized(images, *self._resolution).to(self._dtype)
        return images.contiguous(memory_format=torch.channels_last)

    def _set_learning_rate(self) -> None:
        recipe = self._recipe
        warmup = recipe.warmup_epochs * self._steps_per_epoch
        factor = rate_factor(recipe.schedule, self._step, self._num_steps, warmup)
        for group in self._optimizer.param_groups:
            group["lr"] = recipe.learning_rate * factor


def _loss(
    module: nn.Module,
    autocast: torch.autocast,
    label_smoothing: float,
    images: Tensor,
    labels: Tensor,
    mixed_in: Tensor | None = None,
    share: float = 1.0,
) -> Tensor:
    """The loss of a batch; of a mixture that of both labels, by their shares."""
    with autocast:
        logits = module(images)
    loss = F.cross_entropy(logits.float(), labels, label_smoothing=label_smoothing)
    if mixed_in is None or share == 1.0:
        return loss
    other = F.cross_entropy(logits.float(), mixed_in, label_smoothing=label_smoothing)
    return share * loss + (1 - share) * other


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
