"""The recipe of a full training, as `nas train --set KEY=VALUE` changes it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from nas.config.proxy import AugmentationSpec, Pixels, Scale
from nas.config.values import Positive, PositiveInt
from search_spaces.spaces.space_spec import Spec

Precision = Literal["float32", "int8"]
"""What is trained: a network as it is, or in eight bit integers from weights that it has."""

DEFAULT_EPOCHS: dict[str, int] = {"float32": 100, "int8": 10}
DEFAULT_BATCH_SIZE = 64
DEFAULT_LEARNING_RATES = {"sgd": 0.1, "adamw": 2e-3}
DEFAULT_WEIGHT_DECAYS = {"sgd": 5e-4, "adamw": 0.05}
DEFAULT_AVERAGING = 0.998
"""The defaults at the default batch; rates and averaging follow another one."""
INT8_RATE_SHARE = 0.1
"""Of the learning rate in float32, where training goes on in eight bit integers."""


def _relative_batch(known: dict[str, Any]) -> float:
    return float(known.get("batch_size", DEFAULT_BATCH_SIZE)) / DEFAULT_BATCH_SIZE


def _learning_rate(known: dict[str, Any]) -> float:
    """In proportion to the batch (arXiv:1706.02677), for AdamW to its root (arXiv:2205.10287)."""
    name, factor = known.get("optimizer", "sgd"), _relative_batch(known)
    return float(DEFAULT_LEARNING_RATES[name] * (factor if name == "sgd" else factor**0.5))


def _weight_decay(known: dict[str, Any]) -> float:
    return DEFAULT_WEIGHT_DECAYS[known.get("optimizer", "sgd")]


def _averaging(known: dict[str, Any]) -> float:
    """The same average over images, whatever the batch (arXiv:2307.13813, definition 1.2)."""
    return float(DEFAULT_AVERAGING ** _relative_batch(known))


class TrainingSpec(Spec):
    """The recipe of a full training.

    Attributes:
        optimizer: `sgd` with Nesterov's momentum, or `adamw`.
        learning_rate: The highest of the schedule. Where not said, it follows the optimizer and the
            batch.
        warmup: Share of the training in which the rate rises.
        weight_decay: Of all but norms and biases. Where not said, it follows the optimizer.
        averaging: Share of the averaged weights kept at each step.
        fresh: Whether each epoch has new images, where the data set can make them.
        flip: Mirror half of the images, where the data set says that a mirrored image keeps its
            label.
        crop: Shift by up to so many pixels. Where None, an eighth of the side for images that may
            be mirrored, and 0 for others.
        cutout: Side of a square that is set to the mean.
        mixup: Both parameters of the beta distribution that shares are drawn from; 0 mixes none.
        scale: Enlarge or shrink by a factor of up to 1 + scale.
        execution: `auto` trains in bfloat16 where timings say that it is faster.
    """

    optimizer: Literal["sgd", "adamw"] = "sgd"
    batch_size: PositiveInt = DEFAULT_BATCH_SIZE
    learning_rate: Positive = Field(default_factory=_learning_rate)
    warmup: Annotated[float, Field(ge=0, le=0.5)] = 0.05
    momentum: Annotated[float, Field(ge=0, lt=1)] = 0.9
    weight_decay: Annotated[float, Field(ge=0)] = Field(default_factory=_weight_decay)
    label_smoothing: Annotated[float, Field(ge=0, lt=1)] = 0.1
    averaging: Annotated[float, Field(ge=0, lt=1)] = Field(default_factory=_averaging)
    fresh: bool = True
    flip: bool = True
    crop: Pixels | None = None
    cutout: Pixels = 0
    mixup: Annotated[float, Field(ge=0)] = 0.0
    scale: Scale = 0.0
    execution: Literal["auto", "float32"] = "auto"

    @property
    def augmentation(self) -> AugmentationSpec:
        """How images are changed, as the trainer asks for it; `crop` must be decided."""
        assert self.crop is not None
        return AugmentationSpec(
            flip=self.flip, crop=self.crop, cutout=self.cutout, mixup=self.mixup, scale=self.scale
        )

    def suited_to(self, side: int, *, may_flip: bool) -> TrainingSpec:
        """The same with a `crop` for images of `side` pixels, where none was said."""
        if self.crop is not None:
            return self
        # 4 of 32 pixels, as CIFAR's images are shifted (He et al. 2016, section 4.2).
        return self.model_copy(update={"crop": side // 8 if may_flip else 0})
