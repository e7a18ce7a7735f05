"""The section `device`: the board that networks must fit."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from nas.config.constraints import SHORT_FORMS
from nas.config.document import Document
from nas.config.values import Text
from nas.devices import BOARDS
from search_spaces.errors import SearchError
from search_spaces.measures import RAM
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
    """What a network must fit: known by its name, or spelt out. A text is the name of a board.

    Attributes:
        name: Of a board of `nas.devices`; any other where `ram` and `flash` are given.
        ram: Bytes of memory; those of the board where None.
        flash: Bytes of read-only memory, likewise.
        runtime: What runs the network; with `none`, maps and weights alone are counted.
        precision: Of its numbers.
        ram_overhead: Bytes of memory that the rest of the program needs.
        flash_overhead: Bytes of the program, the runtime included.
        max_drop: How much of the trained measure its number type may cost a network of the front.
    """

    name: Text | None = None
    ram: NumBytes | None = None
    flash: NumBytes | None = None
    runtime: Literal["tflite_micro", "none"] = "tflite_micro"
    precision: Literal["int8", "float32"] = "int8"
    ram_overhead: NumBytes = 0.0
    flash_overhead: NumBytes = 0.0
    max_drop: Annotated[float, Field(ge=0, le=1)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, data: Any) -> Any:
        return {"name": data} if isinstance(data, str) else data

    @model_validator(mode="after")
    def _is_there(self) -> DeviceSpec:
        if self.name not in BOARDS and (self.ram is None or self.flash is None):
            rule = f"must be one of {', '.join(BOARDS)}, or have `ram` and `flash` beside it"
            raise _fault("name", f"{rule}; got {self.name or 'none'}{_near(self.name)}")
        if self.precision != _PRECISIONS[self.runtime]:
            rule = f"must be {_PRECISIONS[self.runtime]} with `runtime: {self.runtime}`"
            raise _fault("precision", f"{rule}, {_COUNTED[self.runtime]}; got {self.precision}")
        for short, (size, overhead) in self.sizes().items():
            if size <= overhead:
                raise _fault(f"{short}_overhead", f"must leave something of `{short}`")
        return self

    @property
    def in_words(self) -> str:
        """For example `raspberry_pi_pico (RP2040)`."""
        board = BOARDS.get(self.name or "")
        return f"{self.name} ({board.chip})" if board else self.name or "a board of its own"

    def sizes(self) -> dict[str, tuple[float, float]]:
        """Of `ram` and of `flash`: bytes in all, and those for the rest of the program."""
        board = BOARDS.get(self.name or "")
        ram = self.ram if self.ram is not None or board is None else board.ram
        flash = self.flash if self.flash is not None or board is None else board.flash
        return {
            "ram": (ram or 0.0, self.ram_overhead), "flash": (flash or 0.0, self.flash_overhead),
        }  # fmt: skip

    def budgets(self) -> dict[str, float]:
        """What is left for a network, by the name of the measure."""
        left = {short: size - overhead for short, (size, overhead) in self.sizes().items()}
        return {name: left[short] for short, name in _MEASURES[self.runtime].items()}


_PRECISIONS = {"tflite_micro": "int8", "none": "float32"}
_COUNTED = {
    "tflite_micro": "whose memory is known of eight bit integers",
    "none": "which counts maps and weights of float32 alone",
}
_MEASURES = {
    "tflite_micro": SHORT_FORMS, "none": {"ram": "peak_activation_bytes", "flash": "weight_bytes"},
}  # fmt: skip
"""What is limited by `ram` and `flash`."""


def read_device(given: str) -> DeviceSpec:
    """A board by its name, or by a YAML file that has the keys of `device:`.

    Raises:
        ExperimentFileError: The file is wrong; with file, line and key.
        SearchError: There is neither.
    """
    if given in BOARDS:
        return DeviceSpec(name=given)
    if Path(given).suffix in (".yaml", ".yml") or Path(given).is_file():
        return Document.read(given).validate(DeviceSpec)
    rule = f"must be one of {', '.join(BOARDS)}, or a YAML file with `ram` and `flash`"
    raise SearchError(f"a device {rule}; got {given!r}{_near(given)}")


def _near(name: str | None) -> str:
    """A hint where a name is nearly that of a board, or a part of one."""
    given = (name or "").lower()
    found = [board for board in BOARDS if given and given in board]
    found = found or get_close_matches(given, BOARDS, 1)
    return f" (near: {', '.join(found)})" if found else ""


def _fault(key: str, rule: str) -> PydanticCustomError:
    return PydanticCustomError("device", "{rule}", {"rule": rule, "key": key})


def with_budgets(data: Any) -> Any:
    """A file whose `constraints` have what its `device` leaves, where they do not say it."""
    if not isinstance(data, Mapping) or not isinstance(data.get("device"), Mapping | str):
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
