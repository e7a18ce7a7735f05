"""The section `device`: the board that networks must fit, in eight bit integers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from nas.config.constraints import SHORT_FORMS
from nas.config.values import Text
from nas.devices import BOARDS
from search_spaces.measures import FLASH, RAM
from search_spaces.quantities import parse_quantity
from search_spaces.spaces.space_spec import Spec


def _num_bytes(value: Any) -> float | None:
    if value is None:
        return None
    number = parse_quantity(value, RAM)
    if not 0 <= number < float("inf"):
        raise ValueError("must be a number of bytes, at least 0")
    return number


NumBytes = Annotated[float, BeforeValidator(_num_bytes)]


class DeviceSpec(Spec):
    """What a network must fit: known by its name, or spelt out.

    Attributes:
        name: Of a board of `nas.devices`; any other where `ram` and `flash` are given.
        ram: Bytes of memory; those of the board where None.
        flash: Bytes of read-only memory, likewise.
        runtime: What runs the network.
        precision: Of its numbers.
        ram_overhead: Bytes of memory that the rest of the program needs.
        flash_overhead: Bytes of the program, the runtime included.
        max_drop: How much of the trained measure its number type may cost a network of the front.
    """

    name: Text | None = None
    ram: NumBytes | None = None
    flash: NumBytes | None = None
    runtime: Literal["tflite_micro"] = "tflite_micro"
    precision: Literal["int8"] = "int8"
    ram_overhead: NumBytes = 0.0
    flash_overhead: NumBytes = 0.0
    max_drop: Annotated[float, Field(ge=0, le=1)] | None = None

    @model_validator(mode="after")
    def _is_there(self) -> DeviceSpec:
        if self.name not in BOARDS and (self.ram is None or self.flash is None):
            rule = f"must be one of {', '.join(BOARDS)}, or have `ram` and `flash` beside it"
            raise _fault("name", f"{rule}; got {self.name or 'none'}")
        for short, name in SHORT_FORMS.items():
            if self.budgets()[name] <= 0:
                raise _fault(f"{short}_overhead", f"must leave something of `{short}`")
        return self

    def budgets(self) -> dict[str, float]:
        """What is left for a network, by the name of the measure."""
        board = BOARDS.get(self.name or "")
        ram = self.ram if self.ram is not None or board is None else board.ram
        flash = self.flash if self.flash is not None or board is None else board.flash
        return {
            RAM: (ram or 0) - self.ram_overhead, FLASH: (flash or 0) - self.flash_overhead,
        }  # fmt: skip


def _fault(key: str, rule: str) -> PydanticCustomError:
    return PydanticCustomError("device", "{rule}", {"rule": rule, "key": key})


def with_budgets(data: Any) -> Any:
    """A file whose `constraints` have what its `device` leaves, where they do not say it."""
    if not isinstance(data, Mapping) or not isinstance(data.get("device"), Mapping):
        return data
    try:
        budgets = DeviceSpec.model_validate(data["device"]).budgets()
    except ValidationError:
        return data  # told where the section itself is checked
    given = data.get("constraints", {})
    if not isinstance(given, Mapping):
        return data
    said = {SHORT_FORMS.get(key, key) for key in given}
    missing = {name: value for name, value in budgets.items() if name not in said}
    return {**data, "constraints": {**given, **missing}}
