"""What is trained on a card to look at it: a network of each family, images of noise, a recipe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from search_spaces.graphs.chain import Chain, head, stem
from search_spaces.graphs.network import Network
from search_spaces.graphs.primitives import Shape
from search_spaces.registry import Value
from workers.datasets.base import Dataset, DatasetInfo, Split
from workers.proxy.recipe import ScheduleName

FAMILIES: dict[str, dict[str, Value]] = {
    "standard": {"kernel_size": 3},
    "separable": {"kernel_size": 3},
    "shuffle": {"groups": 4},
    "fire": {"squeeze_ratio": 0.25},
}
"""Blocks of each family, and their choices."""

NUM_CLASSES = 10
LARGE_SIDE = 128
"""Images of this side and more are halved by the stem and by its pooling, as in the papers."""


def family_network(
    family: str, in_shape: Shape = (3, 32, 32), width: int = 32, dropout: float = 0.0
) -> Network:
    """Six blocks of one family, `width` and twice `width` wide; their strides are 1, 2 and 2."""
    is_large = in_shape[1] >= LARGE_SIDE
    chain = Chain(in_shape)
    chain.write(
        "stem", "stem",
        lambda net, x: stem(net, x, width // 2, stride=2 if is_large else 1, pool=is_large),
    )  # fmt: skip
    for stage, (channels, stride) in enumerate(((width, 1), (2 * width, 2), (2 * width, 2)), 1):
        for block in range(2):
            first = stride if block == 0 else 1
            chain.block(f"stage{stage}.{block}", family, channels, first, **FAMILIES[family])
    chain.write("head", "head", lambda net, x: head(net, x, NUM_CLASSES, dropout=dropout))
    return chain.network()


def noise(num_images: int, in_shape: Shape = (3, 32, 32), num_validation: int = 10) -> Dataset:
    """Images that need not show anything, always the same."""
    rng = np.random.default_rng(0)

    def split(size: int) -> Split:
        images = rng.integers(0, 256, (size, *in_shape), dtype=np.uint8)
        return Split(images, rng.integers(0, NUM_CLASSES, size))

    info = DatasetInfo(in_shape, NUM_CLASSES, flip=True)
    return Dataset("noise", info, split(num_images), split(num_validation))


@dataclass(frozen=True)
class PlainAugmentation:
    """The values of `proxy.augmentation`."""

    flip: bool = True
    crop: int = 4
    scale: float = 0.0
    cutout: int = 0
    mixup: float = 0.0


@dataclass(frozen=True)
class PlainRecipe:
    """The values of `proxy:` for batches of 64, where neither file nor pydantic is at hand."""

    batch_size: int = 64
    learning_rate: float = 0.1
    schedule: ScheduleName = "cosine"
    warmup_epochs: float = 0.5
    momentum: float = 0.9
    weight_decay: float = 5e-4
    label_smoothing: float = 0.0
    averaging: float = 0.98**2
    augmentation: PlainAugmentation = PlainAugmentation()
    precision: Literal["float32", "int8"] = "float32"
