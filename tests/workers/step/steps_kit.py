"""Trainers of tiny networks on tiny images, whose steps may be captured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch

from search_spaces.graphs.chain import Chain, head, stem
from search_spaces.graphs.network import Network
from workers.datasets import Dataset, DatasetInfo
from workers.datasets.base import Split
from workers.proxy import Execution, ProxyData, ProxyTrainer
from workers.proxy.batches import DeviceSplit

SIDE = 8


@dataclass(frozen=True)
class Changes:
    """The `proxy.augmentation` section of an experiment."""

    flip: bool = False
    crop: int = 0
    cutout: int = 0
    scale: float = 0.0
    mixup: float = 0.0


ALL_CHANGES = Changes(flip=True, crop=1, cutout=2, scale=0.3, mixup=0.4)


@dataclass(frozen=True)
class ShortRecipe:
    """The `proxy:` section of an experiment."""

    batch_size: int = 8
    learning_rate: float = 0.1
    momentum: float = 0.9
    weight_decay: float = 5e-4
    label_smoothing: float = 0.1
    warmup_epochs: float = 0.5
    averaging: float = 0.9
    schedule: Literal["cosine", "one_cycle"] = "cosine"
    augmentation: Changes = ALL_CHANGES
    precision: Literal["float32", "int8"] = "float32"


def network(block_type: str = "separable", dropout: float = 0.5, **choices: Any) -> Network:
    chain = Chain((3, SIDE, SIDE))
    chain.write("stem", "stem", lambda net, x: stem(net, x, 8))
    chain.block("stage1.0", block_type, 16, 2, **choices)
    chain.write("head", "head", lambda net, x: head(net, x, 4, dropout=dropout))
    return chain.network()


def noise(num_train: int = 24) -> Dataset:
    rng = np.random.default_rng(0)

    def split(size: int) -> Split:
        images = rng.integers(0, 256, (size, 3, SIDE, SIDE), dtype=np.uint8)
        return Split(images, rng.integers(0, 4, size))

    return Dataset("noise", DatasetInfo((3, SIDE, SIDE), 4, flip=True), split(num_train), split(16))


def on_meta(data: ProxyData) -> ProxyData:
    """A data set without its pixels; mean and deviation are worked out before."""
    data.device = torch.device("meta")
    data.train = DeviceSplit(data.train.images.to("meta"), data.train.labels.to("meta"))
    for name in ("mean", "std", "mean_bytes"):
        setattr(data, name, getattr(data, name).to("meta"))
    return data


def trainer(
    wanted: Network | None = None,
    recipe: ShortRecipe | None = None,
    *,
    graphs: bool,
    device: str = "cpu",
    data: ProxyData | None = None,
) -> ProxyTrainer:
    data = data or ProxyData(noise(), device)
    recipe = recipe or ShortRecipe()
    return ProxyTrainer(wanted or network(), data, recipe, 3, 0, Execution(cuda_graphs=graphs))


def same(one: Any, other: Any) -> bool:
    """Whether two nests of dicts, lists and tensors are equal to the last bit."""
    if isinstance(one, torch.Tensor):
        return isinstance(other, torch.Tensor) and torch.equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)
