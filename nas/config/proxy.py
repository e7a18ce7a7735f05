"""The section `proxy`: the recipe of the short training."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from nas.config.values import Positive, PositiveInt
from search_spaces.spaces.space_spec import Spec

DEFAULT_BATCH_SIZE = 32
DEFAULT_LEARNING_RATE = 0.1
# Averaged weights tell the end earlier: accuracy .60 after 2 of 6 epochs, raw ones .40, both .84
# at the end (benchmarks/results/rung_order.md).
DEFAULT_AVERAGING = 0.98
"""The defaults at the default batch; at another one they follow it."""

Pixels = Annotated[int, Field(ge=0, le=1024)]
Scale = Annotated[float, Field(ge=0, le=3)]


def _relative_batch(known: dict[str, Any]) -> float:
    return float(known.get("batch_size", DEFAULT_BATCH_SIZE)) / DEFAULT_BATCH_SIZE


def _learning_rate(known: dict[str, Any]) -> float:
    """In proportion to the batch (arXiv:1706.02677, section 2.1)."""
    return DEFAULT_LEARNING_RATE * _relative_batch(known)


def _averaging(known: dict[str, Any]) -> float:
    """The same average over images, whatever the batch (arXiv:2307.13813, definition 1.2)."""
    return float(DEFAULT_AVERAGING ** _relative_batch(known))


class AugmentationSpec(Spec):
    """How training images are changed; sizes in pixels of the data set's images.

    Attributes:
        flip: Mirror half of them, where the data set says that a mirrored image keeps its label.
        crop: Shift by up to so many pixels in each direction; the mean comes in at the border.
        cutout: Side of a square that is set to the mean.
        mixup: Both parameters of the beta distribution that shares are drawn from; 0 mixes none.
            Not for segmentation.
        scale: Enlarge or shrink by a factor from 1 / (1 + scale) to 1 + scale, drawn evenly in its
            logarithm; to the nearest pixel, about the centre.
    """

    flip: bool = True
    crop: Pixels = 0
    cutout: Pixels = 0
    mixup: Annotated[float, Field(ge=0)] = 0.0
    scale: Scale = 0.0


class ProxySpec(Spec):
    """The recipe of the short training.

    Attributes:
        learning_rate: The highest of the schedule. Where not said, 0.1 for a batch of 32 and in
            proportion for others.
        averaging: Share of the averaged weights kept at each step. Where not said, 0.98 for a batch
            of 32 and the same span of images for others.
        execution: `auto` trains in bfloat16 where timings say that it is faster, on a GPU by
            autocast. On a GPU each step is replayed as one graph; `cuda_graphs` is `auto` that
            asks for a GPU.
    """

    batch_size: PositiveInt = DEFAULT_BATCH_SIZE
    learning_rate: Positive = Field(default_factory=_learning_rate)
    schedule: Literal["cosine", "one_cycle"] = "cosine"
    warmup_epochs: Annotated[float, Field(ge=0)] = 0.5
    momentum: Annotated[float, Field(ge=0, lt=1)] = 0.9
    weight_decay: Annotated[float, Field(ge=0)] = 5e-4
    label_smoothing: Annotated[float, Field(ge=0, lt=1)] = 0.0
    averaging: Annotated[float, Field(ge=0, lt=1)] = Field(default_factory=_averaging)
    augmentation: AugmentationSpec = AugmentationSpec()
    execution: Literal["auto", "float32", "cuda_graphs"] = "auto"
