"""A data set as bytes on the device that trains, and its batches."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from search_spaces.graphs.inference import InputFormat
from workers.datasets.base import Dataset, DatasetInfo, Split
from workers.proxy.augmentation import Mover, draw, hidden_by, mixed, moved, moves, resized
from workers.proxy.recipe import Augmentation
from workers.step import BatchDraws, Draws, exact_float32
from workers.tasks import Task, task_of


@dataclass(frozen=True)
class DeviceSplit:
    """Images as bytes and labels, on the device that trains.

    Attributes:
        images: `(num_images, channels, height, width)`, channels last in memory.
        labels: `(num_images,)`; of masks as bytes, `(num_images, height, width)`.
    """

    images: Tensor
    labels: Tensor

    @classmethod
    def of(cls, split: Split, device: torch.device) -> DeviceSplit:
        """Puts a split on a device; on the CPU the images stay where they are, never written to.

        There they may be the read-only memory that Ray shares among the workers of a node.
        """
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "The given NumPy array is not writable")
            images = torch.from_numpy(split.images).to(device)
            labels = torch.from_numpy(split.labels).to(device)
        # Those of whole images are few; masks stay as they are, as images do.
        return cls(images, labels.long() if labels.ndim == 1 else labels)

    def as_arrays(self) -> Split:
        """The same in the memory of the CPU; there nothing is copied."""
        return Split(self.images.cpu().numpy(), self.labels.cpu().numpy())

    def batch(self, index: Tensor) -> tuple[Tensor, Tensor]:
        """The images, channels last in memory, and the labels of these numbers."""
        images = self.images.index_select(0, index)
        last = images.contiguous(memory_format=torch.channels_last)
        return last, self.labels.index_select(0, index)


class ProxyData:
    """A data set on the device that trains, shared by all trainings of one worker.

    Attributes:
        mean: Mean of the training pixels, each channel, `(1, channels, 1, 1)`.
        std: Their standard deviation, likewise.
        mean_bytes: The mean as bytes, `(channels,)`.
    """

    def __init__(self, dataset: Dataset, device: torch.device | str = "cpu") -> None:
        self.device = torch.device(device)
        self.info: DatasetInfo = dataset.info
        self.train = DeviceSplit.of(dataset.train, self.device)
        self.validation = DeviceSplit.of(dataset.validation, self.device)
        moments = [_moments(counts) for counts in _histograms(self.train.images).tolist()]
        mean, std = torch.tensor(moments, device=self.device).T
        self.mean = mean.reshape(1, -1, 1, 1)
        # A channel of one value has none to divide by; bytes tell nothing finer than one.
        self.std = std.clamp_min(1.0).reshape(1, -1, 1, 1)
        self.mean_bytes = mean.round().to(torch.uint8)

    @property
    def task(self) -> Task:
        """What the labels are for."""
        return task_of(self.info)

    @property
    def input_format(self) -> InputFormat:
        """How networks are given the images, for who has bytes."""
        mean, std = (values.flatten().tolist() for values in (self.mean, self.std))
        return InputFormat(tuple(mean), tuple(std))

    @property
    def sides(self) -> tuple[int, int]:
        """Height and width of the images."""
        return self.info.in_shape[1], self.info.in_shape[2]

    def normalise(self, images: Tensor) -> Tensor:
        """Bytes to zero mean and unit variance, channels last."""
        normal: Tensor = (images.float() - self.mean) / self.std
        return normal.contiguous(memory_format=torch.channels_last)


HISTOGRAM_PIXELS = 1 << 22
"""Pixels that are counted at once, so that no more of them are copied."""


def _histograms(images: Tensor) -> Tensor:
    """How often each byte stands in each channel, `(channels, 256)`."""
    _, channels, height, width = images.shape
    found = torch.zeros(channels, 256, dtype=torch.long, device=images.device)
    for part in torch.split(images, max(1, HISTOGRAM_PIXELS // (height * width))):
        for channel in range(channels):
            found[channel] += torch.bincount(part[:, channel].flatten(), minlength=256)
    return found


def _moments(counts: list[int]) -> tuple[float, float]:
    """Mean and standard deviation (of a sample) by the counts of bytes, worked out exactly."""
    count = sum(counts)
    total = sum(value * times for value, times in enumerate(counts))
    squares = sum(value * value * times for value, times in enumerate(counts))
    spread = count * squares - total * total
    return total / count, math.sqrt(spread / (count * max(1, count - 1)))


# By the object, since a data set equals itself alone: no pixel is hashed for the lookup.
@lru_cache(maxsize=1)
def shared_data(dataset: Dataset, device: str) -> ProxyData:
    """The data set on a device, made once for all trials of a worker."""
    return ProxyData(dataset, device)


Context = AbstractContextManager[Any]


class Batch(NamedTuple):
    """Images as the network wants them, and what they show.

    Attributes:
        mixed_in: Labels of the images mixed in; None where nothing is mixed.
        share: Share of the first image in each mixture, `()`.
    """

    images: Tensor
    labels: Tensor
    mixed_in: Tensor | None = None
    share: Tensor | None = None


class Preparation:
    """Turns bytes into what one network is given: changed, normalised, at its resolution."""

    def __init__(
        self,
        data: ProxyData,
        augmentation: Augmentation,
        resolution: tuple[int, int],
        dtype: torch.dtype,
    ) -> None:
        self._data = data
        self._augmentation = augmentation
        self._flip = augmentation.flip and data.info.flip
        self._moves = moves(augmentation, self._flip)
        self._mover = Mover(augmentation.crop, data.sides, data.device, augmentation.scale > 0)
        self._resolution = resolution
        self._dtype = dtype

    def draw(self, rng: np.random.Generator, batch_size: int) -> BatchDraws:
        """What is changed in a batch."""
        return draw(rng, self._augmentation, self._flip, self._data.sides, batch_size)

    def augmented(self, images: Tensor, labels: Tensor, draws: Draws) -> Batch:
        """Training images, as bytes, changed as the recipe says."""
        recipe, task = self._augmentation, self._data.task
        if self._moves:
            sources = self._mover.sources(draws)
            images = moved(images, sources, self._data.mean_bytes)
            labels = task.moved(labels, sources)
        normal = self._data.normalise(images)
        if recipe.cutout:
            hidden = hidden_by(draws, recipe.cutout, self._data.sides)
            normal = normal.masked_fill(hidden, 0.0)  # which is the mean
            labels = task.hidden(labels, hidden)
        if not recipe.mixup:
            return Batch(self._prepared(normal), labels)
        other = labels.index_select(0, draws.other)
        return Batch(self._prepared(mixed(normal, draws)), labels, other, draws.share)

    def plain(self, images: Tensor) -> Tensor:
        """Images, as bytes, to be measured on."""
        return self._prepared(self._data.normalise(images))

    def _prepared(self, images: Tensor) -> Tensor:
        return as_given(images, self._resolution, self._dtype)


def as_given(images: Tensor, resolution: tuple[int, int], dtype: torch.dtype) -> Tensor:
    """Normalised images at a network's resolution, in the type that it works on."""
    images = resized(images, *resolution).to(dtype)
    return images.contiguous(memory_format=torch.channels_last)


def _all_of(values: Tensor) -> Tensor:
    return values


@dataclass
class TrainingLoss:
    """The loss of a module for the images of a step.

    Attributes:
        split: Where the images are taken from.
        part: What this process has of a batch, where several share it.
    """

    module: nn.Module
    split: DeviceSplit
    prepare: Preparation
    context: Context
    task: Task
    label_smoothing: float
    part: Callable[[Tensor], Tensor] = _all_of

    def __call__(self, draws: Draws) -> Tensor:
        batch = self.batch(draws)
        with self.context:
            logits = self.module(batch.images)
        return loss_of(self.task, self.label_smoothing, logits, batch)

    def batch(self, draws: Draws) -> Batch:
        """The images of a step as the network is given them, and what they show."""
        batch = self.prepare.augmented(*self.split.batch(draws.chosen), draws)
        other = None if batch.mixed_in is None else self.part(batch.mixed_in)
        return Batch(self.part(batch.images), self.part(batch.labels), other, batch.share)


def loss_of(task: Task, label_smoothing: float, logits: Tensor, batch: Batch) -> Tensor:
    """The loss of a batch; of a mixture that of both labels, by their shares."""
    loss = task.loss(logits, batch.labels, label_smoothing)
    if batch.mixed_in is None or batch.share is None:
        return loss
    other = task.loss(logits, batch.mixed_in, label_smoothing)
    return batch.share * loss + (1 - batch.share) * other


EVALUATION_BATCH = 256
EVALUATION_PIXELS = 1024 * 32 * 32
"""A card is given so many pixels at once, but never fewer images than a CPU; and of images whose
every pixel is judged, nobody is given more."""


def evaluation_batch(split: DeviceSplit) -> int:
    """How many images are measured on at once."""
    fitting = max(1, EVALUATION_PIXELS // (split.images.shape[2] * split.images.shape[3]))
    if split.labels.ndim > 1:
        return min(EVALUATION_BATCH, fitting)
    return max(EVALUATION_BATCH, fitting) if split.images.is_cuda else EVALUATION_BATCH


@torch.inference_mode()
def evaluated(
    asked: Callable[[Tensor, Tensor], Tensor],
    module: nn.Module,
    split: DeviceSplit,
    plain: Callable[[Tensor], Tensor],
    context: Context,
    numbers: Tensor | None = None,
) -> Tensor:
    """What a module, in evaluation mode, makes of images of a split.

    Args:
        asked: What of its logits and the labels, as `Task.tally` or `Task.predicted`.
        plain: Makes of bytes what the module is given.
        numbers: Of the images to look at; all of them where None.

    Returns:
        `(num_images, ...)`, in the order of `numbers`, on the device.
    """
    if numbers is None:
        numbers = torch.arange(len(split.labels), device=split.labels.device)
    found = []
    with exact_float32():
        for index in torch.split(numbers, evaluation_batch(split)):
            images, labels = split.batch(index)
            with context:
                logits = module(plain(images))
            found.append(asked(logits, labels))
    return torch.cat(found)
