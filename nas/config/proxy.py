"""The section `proxy`: the recipe of the short training."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from nas.config.values import Positive, PositiveInt
from search_spaces.space_spec import Spec


class ProxySpec(Spec):
    """The recipe of the short training."""

    batch_size: PositiveInt = 32
    learning_rate: Positive = 0.1
    momentum: Annotated[float, Field(ge=0, lt=1)] = 0.9
    weight_decay: Annotated[float, Field(ge=0)] = 5e-4
    label_smoothing: Annotated[float, Field(ge=0, lt=1)] = 0.0
    warmup_epochs: Annotated[float, Field(ge=0)] = 0.5
    averaging: Annotated[float, Field(ge=0, lt=1)] = 0.98
    augment: bool = False
