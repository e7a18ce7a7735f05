"""The section `fidelity`: how long candidates train, and who goes on."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from nas.config.values import PositiveInt
from search_spaces.space_spec import Spec

SchedulerName = Literal["halving", "hyperband", "none"]

_USED_BY = {
    "min_epochs": ("halving", "hyperband"),
    "reduction_factor": ("halving", "hyperband"),
    "num_brackets": ("hyperband",),
}
"""The schedulers that read a key."""


class FidelitySpec(Spec):
    """How long candidates train, and how many go on at each rung.

    The word `none` alone stands for `{scheduler: none}`.

    Attributes:
        scheduler: `halving` stops trials at each rung (successive halving), `hyperband` also tries
            later first rungs, `none` trains every trial to the end.
        max_epochs: Epochs of a trial that is not stopped.
        min_epochs: Epochs before the first rung.
        reduction_factor: One in so many goes on at each rung; the rungs grow by as much.
        num_brackets: Of Hyperband; one for each rung by default.
    """

    scheduler: SchedulerName = "halving"
    max_epochs: PositiveInt = 9
    min_epochs: PositiveInt = 1
    reduction_factor: Annotated[int, Field(ge=2)] = 3
    num_brackets: PositiveInt | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, data: Any) -> Any:
        if data == "none":
            return {"scheduler": "none"}
        if isinstance(data, str):
            raise ValueError("must be none, or a mapping of keys to values")
        return data

    @model_validator(mode="after")
    def _used(self) -> FidelitySpec:
        for key, schedulers in _USED_BY.items():
            if getattr(self, key) != type(self).model_fields[key].default:
                self._require_scheduler(key, schedulers)
        return self

    def _require_scheduler(self, key: str, schedulers: tuple[str, ...]) -> None:
        if self.scheduler not in schedulers:
            text = "means nothing with `scheduler: {name}`; it is for {allowed}"
            allowed = " and ".join(schedulers)
            values = {"name": self.scheduler, "allowed": allowed, "key": key}
            raise PydanticCustomError("fidelity", text, values)

    @model_validator(mode="after")
    def _ordered(self) -> FidelitySpec:
        if self.min_epochs > self.max_epochs:
            text = "(={low}) must not exceed `max_epochs` (={high})"
            values = {"low": self.min_epochs, "high": self.max_epochs, "key": "min_epochs"}
            raise PydanticCustomError("fidelity", text, values)
        return self

    @model_validator(mode="after")
    def _enough_rungs(self) -> FidelitySpec:
        most = len(self.rungs())
        if self.num_brackets is not None and self.num_brackets > most:
            rungs = ", ".join(map(str, self.rungs()))
            text = "(={given}) must not exceed the number of rungs (={most}: {rungs} epochs)"
            values = {"given": self.num_brackets, "most": most, "rungs": rungs}
            raise PydanticCustomError("fidelity", text, {**values, "key": "num_brackets"})
        return self

    def rungs(self) -> tuple[int, ...]:
        """Epochs at which trials are compared: min · factor^i, and the end; or the end alone."""
        return (self.max_epochs,) if self.scheduler == "none" else self.checkpoints()

    def checkpoints(self) -> tuple[int, ...]:
        """Epochs after which a trial's state is kept: as the rungs, also where none is stopped."""
        kept = []
        epochs = self.min_epochs
        while epochs < self.max_epochs:
            kept.append(epochs)
            epochs *= self.reduction_factor
        return (*kept, self.max_epochs)
