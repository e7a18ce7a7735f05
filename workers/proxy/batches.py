"""What a network is given: batches of training images, changed as a recipe says."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from workers.proxy.augmentation import cropped, cut_out, mixed, resized
from workers.proxy.data import DeviceSplit, ProxyData
from workers.proxy.recipe import Augmentation

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
