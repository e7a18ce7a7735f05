"""The section `fidelity`: how long candidates train, and who goes on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from nas.config.values import MAX_INT, PositiveInt
from search_spaces.spaces.space_spec import Spec

SchedulerName = Literal["halving", "hyperband", "none"]

DEFAULT_MAX_EPOCHS = 9

_USED_BY = {
    "min_epochs": ("halving", "hyperband"),
    "reduction_factor": ("halving", "hyperband"),
    "num_brackets": ("hyperband",),
}
"""The schedulers that read a key."""

FORMER_MIN_EPOCHS = 1
"""What silence about `min_epochs` meant for studies that began before it meant half of them all."""


def _min_epochs(known: dict[str, Any]) -> int:
    """Half of the training, the shortest that orders networks (benchmarks/results/calibration.md).

    Hyperband looks for the right first rung by itself, from the earliest on. Where nobody is
    stopped it is when a state is first kept.
    """
    if known.get("scheduler", "halving") != "halving":
        return FORMER_MIN_EPOCHS
    # Tau with the order after 12 epochs was .77 after 4 of them, .84 after 6.
    return -(-int(known.get("max_epochs", DEFAULT_MAX_EPOCHS)) // 2)


class FidelitySpec(Spec):
    """How long candidates train, and how many go on at each rung.

    The word `none` alone stands for `{scheduler: none}`.

    Attributes:
        scheduler: `halving` stops trials at each rung (successive halving), `hyperband` also tries
            later first rungs, `none` trains every trial to the end.
        max_epochs: Epochs of a trial that is not stopped.
        min_epochs: Epochs before the first rung; where not said, half of `max_epochs`, rounded up,
            for `halving` and 1 for others.
        reduction_factor: One in so many goes on at each rung; the rungs grow by as much.
        num_brackets: Of Hyperband; one for each rung by default.
    """

    scheduler: SchedulerName = "halving"
    max_epochs: PositiveInt = DEFAULT_MAX_EPOCHS
    min_epochs: PositiveInt = Field(default_factory=_min_epochs)
    reduction_factor: Annotated[int, Field(ge=2, le=MAX_INT)] = 3
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
        # What silence means: an experiment that is dumped says it, and must read back.
        silent = type(self).model_construct(scheduler=self.scheduler, max_epochs=self.max_epochs)
        for key, schedulers in _USED_BY.items():
            if getattr(self, key) != getattr(silent, key):
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

    def as_begun(self, begun: Mapping[str, Any]) -> FidelitySpec:
        """The same with a silent `min_epochs` as it was meant when a study began.

        Args:
            begun: This section as the study has it.
        """
        silent = "min_epochs" not in self.model_fields_set
        if silent and begun.get("min_epochs") == FORMER_MIN_EPOCHS:
            return self.model_copy(update={"min_epochs": FORMER_MIN_EPOCHS})
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
