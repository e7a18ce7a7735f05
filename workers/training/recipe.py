"""What a full training wants to know of its recipe."""

from __future__ import annotations

from typing import Literal, Protocol

from workers.proxy.recipe import Augmentation

OptimizerName = Literal["sgd", "adamw"]


class TrainingRecipe(Protocol):
    """The values of a full training's recipe, see `nas.config.training`."""

    @property
    def optimizer(self) -> OptimizerName: ...
    @property
    def batch_size(self) -> int: ...
    @property
    def learning_rate(self) -> float: ...
    @property
    def warmup(self) -> float: ...
    @property
    def momentum(self) -> float: ...
    @property
    def weight_decay(self) -> float: ...
    @property
    def label_smoothing(self) -> float: ...
    @property
    def averaging(self) -> float: ...
    @property
    def fresh(self) -> bool: ...
    @property
    def augmentation(self) -> Augmentation: ...
