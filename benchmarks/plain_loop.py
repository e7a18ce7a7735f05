"""The training loop that a competent user writes, with the settings of the proxy trainer's recipe.

It is in float32 and PyTorch's default memory format, with a DataLoader that crops and flips each
image by itself, and SGD.
"""

from __future__ import annotations

import math
import os

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader
from torch.utils.data import Dataset as TorchDataset

from nas.config.proxy import AugmentationSpec, ProxySpec
from search_spaces.graphs.modules import build_module
from search_spaces.graphs.network import Network
from workers.datasets import Dataset
from workers.datasets.base import Split

RECIPE = ProxySpec(batch_size=64, learning_rate=0.1, augmentation=AugmentationSpec(crop=4))
CROP = RECIPE.augmentation.crop


class AugmentedImages(TorchDataset[tuple[Tensor, int]]):
    """Images one by one: to float, normalised, padded, cropped at random, flipped at random."""

    def __init__(self, split: Split, mean: Tensor, std: Tensor, flip: bool) -> None:
        self.images, self.labels = torch.from_numpy(split.images.copy()), split.labels.tolist()
        self.mean, self.std, self.flip = mean.view(-1, 1, 1), std.view(-1, 1, 1), flip

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        image = (self.images[index].float() - self.mean) / self.std
        _, height, width = image.shape
        padded = F.pad(image, (CROP, CROP, CROP, CROP))
        row, column = torch.randint(0, 2 * CROP + 1, (2,)).tolist()
        image = padded[:, row : row + height, column : column + width]
        if self.flip and torch.rand(()) < 0.5:
            image = image.flip(2)
        return image, self.labels[index]


class PlainLoop:
    """The training that a competent user writes for one network."""

    def __init__(self, of: Network, dataset: Dataset, device: str, max_epochs: int) -> None:
        pixels = torch.from_numpy(dataset.train.images.copy()).float().transpose(0, 1).flatten(1)
        self.mean, self.std = pixels.mean(1), pixels.std(1)
        images = AugmentedImages(dataset.train, self.mean, self.std, dataset.info.flip)
        self.dataset, self.device = dataset, device
        cuda = device == "cuda"
        self.loader = DataLoader(
            images, RECIPE.batch_size, shuffle=True, drop_last=True, pin_memory=cuda,
            num_workers=min(8, os.cpu_count() or 1) if cuda else 0, persistent_workers=cuda,
        )  # fmt: skip
        self.module = _initialised(build_module(of)).to(device)
        self.optimizer = torch.optim.SGD(
            self.module.parameters(), lr=RECIPE.learning_rate, momentum=RECIPE.momentum,
            nesterov=True, weight_decay=RECIPE.weight_decay,
        )  # fmt: skip
        steps = max_epochs * len(self.loader)
        warmup = max(1, int(RECIPE.warmup_epochs * len(self.loader)))
        self.schedule = torch.optim.lr_scheduler.LambdaLR(
            self.optimizer,
            lambda step: min((step + 1) / warmup, 0.5 * (1 + math.cos(math.pi * step / steps))),
        )

    def train_epoch(self) -> None:
        self.module.train()
        for images, labels in self.loader:
            logits = self.module(images.to(self.device, non_blocking=True))
            loss = F.cross_entropy(logits, labels.to(self.device, non_blocking=True))
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            self.schedule.step()
        synchronize(self.device)

    @torch.inference_mode()
    def evaluate(self) -> float:
        self.module.eval()
        shape = (1, -1, 1, 1)
        images = torch.from_numpy(self.dataset.validation.images.copy()).float()
        images = (images - self.mean.view(shape)) / self.std.view(shape)
        parts = [self.module(part.to(self.device)).argmax(1).cpu() for part in images.split(256)]
        return float((torch.cat(parts).numpy() == self.dataset.validation.labels).mean())


def _initialised(module: nn.Module) -> nn.Module:
    """He's initialisation, as the trainer has it."""
    for part in module.modules():
        if isinstance(part, nn.Conv2d):
            nn.init.kaiming_normal_(part.weight, mode="fan_out", nonlinearity="relu")
            if part.bias is not None:
                nn.init.zeros_(part.bias)
    return module


def synchronize(device: str) -> None:
    """Waits for what a GPU still does."""
    if device == "cuda":
        torch.cuda.synchronize()
