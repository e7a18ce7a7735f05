"""The short training itself; on a GPU with loss and gradients of a batch as one CUDA graph.

A small network on a GPU waits for Python to launch its kernels one by one; a graph launches them
all at once. Optimiser and averaging stay outside: they are a few launches only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from search_spaces.graphs.network import Network
from workers.diagnostics import LayerDiagnostics, diagnose, num_images
from workers.evaluator import EpochResult, TrialTask
from workers.proxy.batches import Batch, Preparation, ProxyData, loss_of, num_right, shared_data
from workers.proxy.execution import Execution
from workers.proxy.layers import float32_module, mixed_module
from workers.proxy.recipe import Recipe, rate_factor
from workers.proxy.state import WeightAverage, copied, initialised, parameter_groups

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


FLOAT32 = Execution()
"""Everything in float32."""


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
        self._batch_size = min(recipe.batch_size, len(data.train.labels))
        self._num_steps = max_epochs * self._steps_per_epoch
        self._dtype = torch.bfloat16 if execution.uses_bfloat16(network) else torch.float32
        resolution = (network.in_shape[1], network.in_shape[2])
        self._prepare = Preparation(data, recipe.augmentation, resolution, self._dtype)
        self.epochs = self._step = 0
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.module = initialised(self._built(network, execution))
            self.averaged = self._built(network, execution)
        self.averaged.load_state_dict(self.module.state_dict())
        # Without the cache of cast weights, which PyTorch does not allow where it captures graphs.
        self._autocast = torch.autocast(
            data.device.type, torch.bfloat16, enabled=execution.autocast, cache_enabled=False
        )
        self._loss = partial(loss_of, self.module, self._autocast, recipe.label_smoothing)
        on_gpu = data.device.type == "cuda"
        # The share of a mixture is a number of Python's, which a graph would repeat for ever.
        self._uses_graphs = on_gpu and execution.cuda_graphs and not recipe.augmentation.mixup
        self._graphed: GraphedGradients | None = None
        self._average = WeightAverage(self.averaged, self.module, recipe.averaging)
        self._optimizer = torch.optim.SGD(
            parameter_groups(self.module, recipe.weight_decay), lr=recipe.learning_rate,
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
        # From seed and epoch alone, so that a training taken up by another worker draws the same.
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
        # The optimiser keeps the very tensors that it is given, and its next step would change the
        # state.
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

    def evaluate(self) -> float:
        """Share of validation images labelled rightly by the averaged weights."""
        self.averaged.eval()
        split = self._data.validation
        right = num_right(self.averaged, split, self._prepare.plain, self._autocast)
        return right / len(split.labels)

    def diagnose(self) -> list[LayerDiagnostics]:
        """What the averaged network makes of its channels, on validation images."""
        images = self._data.validation.images[: num_images(self._network)]
        return diagnose(self._network, self.averaged, self._prepare.plain(images))

    def _batches(self, rng: np.random.Generator) -> Iterator[Batch]:
        """The training images in a new order, changed as the recipe says; a last piece is left."""
        order = torch.from_numpy(rng.permutation(len(self._data.train.labels)))
        used = order[: self._steps_per_epoch * self._batch_size].to(self._data.device)
        for index in used.view(-1, self._batch_size):
            yield self._prepare.augmented(*self._data.train.batch(index), rng)

    def _set_learning_rate(self) -> None:
        recipe = self._recipe
        warmup = recipe.warmup_epochs * self._steps_per_epoch
        factor = rate_factor(recipe.schedule, self._step, self._num_steps, warmup)
        for group in self._optimizer.param_groups:
            group["lr"] = recipe.learning_rate * factor
