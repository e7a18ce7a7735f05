"""The section `fidelity`: how long candidates train, and who goes on."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from nas.config.values import PositiveInt
from search_spaces.space_spec import Spec


class FidelitySpec(Spec):
    """How long candidates train, and how many go on at each rung (successive halving)."""

    max_epochs: PositiveInt = 9
    min_epochs: PositiveInt = 1
    reduction_factor: Annotated[int, Field(ge=2)] = 3

    @model_validator(mode="after")
    def _ordered(self) -> FidelitySpec:
        if self.min_epochs > self.max_epochs:
            text = "(={low}) must not exceed `max_epochs` (={high})"
            values = {"low": self.min_epochs, "high": self.max_epochs, "key": "min_epochs"}
            raise PydanticCustomError("epochs", text, values)
        return self

    def rungs(self) -> tuple[int, ...]:
        """Epochs at which trials are compared: min · factor^i, and the end."""
        rungs = []
        epochs = self.min_epochs
        while epochs < self.max_epochs:
            rungs.append(epochs)
            epochs *= self.reduction_factor
        return (*rungs, self.max_epochs)
