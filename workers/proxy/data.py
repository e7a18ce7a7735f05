"""A data set on the device that trains, as bytes."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from workers.datasets.base import Dataset, DatasetInfo, Split


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
        self.std = pixels.std(1).clamp_min(1.0).view(shape)
        self.mean_bytes = self.mean.flatten().round().to(torch.uint8)

    def normalise(self, images: Tensor) -> Tensor:
        """Bytes to zero mean and unit variance, channels last."""
        normal = (images.float() - self.mean) / self.std
        return normal.contiguous(memory_format=torch.channels_last)


@lru_cache(maxsize=1)
def shared_data(dataset: Dataset, device: str) -> ProxyData:
    """The data set on a device, made once for all trials of a worker."""
    return ProxyData(dataset, device)
