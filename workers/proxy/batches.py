"""A data set as bytes on the device that trains, and its batches."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from workers.datasets.base import Dataset, DatasetInfo, Split
from workers.proxy.augmentation import cropped, cut_out, mixed, resized
from workers.proxy.recipe import Augmentation


@dataclass(frozen=True)
class DeviceSplit:
    """Images as bytes and labels, on the device that trains.

    Attributes:
        images: `(num_images, channels, height, width)`, channels last in memory.
        labels: `(num_images,)`.
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
        return cls(images, torch.tensor(split.labels, dtype=torch.long, device=device))

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
        pixels = self.train.images.float().transpose(0, 1).flatten(1)
        shape = (1, -1, 1, 1)
        self.mean = pixels.mean(1).view(shape)
        # A channel of one value has none to divide by; bytes tell nothing finer than one.
        self.std = pixels.std(1).clamp_min(1.0).view(shape)
        self.mean_bytes = self.mean.flatten().round().to(torch.uint8)

    def normalise(self, images: Tensor) -> Tensor:
        """Bytes to zero mean and unit variance, channels last."""
        normal = (images.float() - self.mean) / self.std
        return normal.contiguous(memory_format=torch.channels_last)


# By the object, since a data set equals itself alone: no pixel is hashed for the lookup.
@lru_cache(maxsize=1)
def shared_data(dataset: Dataset, device: str) -> ProxyData:
    """The data set on a device, made once for all trials of a worker."""
    return ProxyData(dataset, device)


EVALUATION_BATCH = 256

Context = AbstractContextManager[Any]


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
        self._resolution = resolution
        self._dtype = dtype

    def augmented(self, images: Tensor, labels: Tensor, rng: np.random.Generator) -> Batch:
        """Training images, as bytes, changed as the recipe says."""
        recipe = self._augmentation
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

    def plain(self, images: Tensor) -> Tensor:
        """Images, as bytes, to be measured on."""
        return self._prepared(self._data.normalise(images))

    def _prepared(self, images: Tensor) -> Tensor:
        """Normalised images at the network's resolution, in the type that it works on."""
        images = resized(images, *self._resolution).to(self._dtype)
        return images.contiguous(memory_format=torch.channels_last)


def loss_of(
    module: nn.Module,
    context: Context,
    label_smoothing: float,
    images: Tensor,
    labels: Tensor,
    mixed_in: Tensor | None = None,
    share: float = 1.0,
) -> Tensor:
    """The loss of a batch; of a mixture that of both labels, by their shares."""
    with context:
        logits = module(images)
    # In float32: three digits of bfloat16 are too few for sums over classes.
    loss = F.cross_entropy(logits.float(), labels, label_smoothing=label_smoothing)
    if mixed_in is None or share == 1.0:
        return loss
    other = F.cross_entropy(logits.float(), mixed_in, label_smoothing=label_smoothing)
    return share * loss + (1 - share) * other


@torch.inference_mode()
def num_right(
    module: nn.Module,
    split: DeviceSplit,
    plain: Callable[[Tensor], Tensor],
    context: Context,
    numbers: Tensor | None = None,
) -> int:
    """How many images of a split a module, in evaluation mode, labels rightly.

    Args:
        plain: Makes of bytes what the module is given.
        numbers: Of the images to look at; all of them where None.
    """
    if numbers is None:
        numbers = torch.arange(len(split.labels), device=split.labels.device)
    right = 0
    for index in torch.split(numbers, EVALUATION_BATCH):
        images, labels = split.batch(index)
        with context:
            logits = module(plain(images))
        right += int((logits.argmax(1) == labels).sum())
    return right
