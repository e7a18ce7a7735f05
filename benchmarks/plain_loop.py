"""The training loop that a competent user writes, with the settings of the proxy trainer's recipe.

It is in PyTorch's default memory format, in float32 or under autocast, with a DataLoader that crops
and flips each image by itself, and SGD.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader
from torch.utils.data import Dataset as TorchDataset

from search_spaces.graphs.modules import build_module
from search_spaces.graphs.network import Network
from workers.datasets.base import Dataset, Split
from workers.gpu_checks import PlainRecipe
from workers.limits import num_cores

RECIPE = PlainRecipe()
MAX_LOADERS = 8


class AugmentedImages(TorchDataset[tuple[Tensor, int]]):
    """Images one by one: to float, normalised, padded, cropped at random, flipped at random."""

    def __init__(self, split: Split, mean: Tensor, std: Tensor, crop: int, flip: bool) -> None:
        self.images, self.labels = torch.from_numpy(split.images.copy()), split.labels.tolist()
        self.mean, self.std = mean.view(-1, 1, 1), std.view(-1, 1, 1)
        self.crop, self.flip = crop, flip

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        image = (self.images[index].float() - self.mean) / self.std
        _, height, width = image.shape
        padded = F.pad(image, (self.crop,) * 4)
        row, column = torch.randint(0, 2 * self.crop + 1, (2,)).tolist()
        image = padded[:, row : row + height, column : column + width]
        if self.flip and torch.rand(()) < 0.5:
            image = image.flip(2)
        return image, self.labels[index]


class PlainLoop:
    """The training that a competent user writes for one network."""

    def __init__(
        self,
        of: Network,
        dataset: Dataset,
        device: str,
        max_epochs: int,
        recipe: PlainRecipe = RECIPE,
        *,
        low: bool = False,
        num_loaders: int | None = None,
    ) -> None:
        """Trains under autocast with bfloat16 where `low`.

        Args:
            num_loaders: Processes that load images; where None, none for the CPU, on which they
                would only take the loop's time, and up to eight for a card.
        """
        pixels = torch.from_numpy(dataset.train.images.copy()).float().transpose(0, 1).flatten(1)
        self.mean, self.std = pixels.mean(1), pixels.std(1)
        images = AugmentedImages(
            dataset.train, self.mean, self.std, recipe.augmentation.crop, dataset.info.flip
        )
        self.dataset, self.device = dataset, device
        cuda = device == "cuda"
        if num_loaders is None:
            num_loaders = min(MAX_LOADERS, num_cores()) if cuda else 0
        self.loader = DataLoader(
            images, recipe.batch_size, shuffle=True, drop_last=True, pin_memory=cuda,
            num_workers=num_loaders, persistent_workers=num_loaders > 0,
        )  # fmt: skip
        self.autocast = torch.autocast(device, torch.bfloat16, enabled=low)
        self.module = _initialised(build_module(of)).to(device)
        self.optimizer = torch.optim.SGD(
            self.module.parameters(), lr=recipe.learning_rate, momentum=recipe.momentum,
            nesterov=True, weight_decay=recipe.weight_decay,
        )  # fmt: skip
        steps = max_epochs * len(self.loader)
        warmup = max(1, int(recipe.warmup_epochs * len(self.loader)))
        self.schedule = torch.optim.lr_scheduler.LambdaLR(
            self.optimizer,
            lambda step: min((step + 1) / warmup, 0.5 * (1 + math.cos(math.pi * step / steps))),
        )

    def train_epoch(self) -> None:
        self.module.train()
        for images, labels in self.loader:
            with self.autocast:
                logits = self.module(images.to(self.device, non_blocking=True))
            loss = F.cross_entropy(logits.float(), labels.to(self.device, non_blocking=True))
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
