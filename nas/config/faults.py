"""What Pydantic finds wrong with values, as places and rules in our words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from search_spaces.errors import Location
from search_spaces.spaces.space_spec import UnknownKey

MAX_SHOWN = 60
"""Characters of a value or of a key that a message shows."""

_A_MAPPING = "must be a mapping of keys to values"
_RULES = {
    "int_type": "must be a whole number",
    "int_parsing_size": "must be a smaller whole number",
    "float_type": "must be a number",
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "model_type": _A_MAPPING,
    "model_attributes_type": _A_MAPPING,
    "dict_type": _A_MAPPING,
    "missing": "is required and missing",
}
_SELF_EXPLAINING = {
    "unknown_key", "fidelity", "limit", "backend", "block_twice", "secret", "missing",
    "extra_forbidden", "output_stride", "device", "twice",
}  # fmt: skip
"""Errors whose message needs no value beside it; a `key` in their context completes the place."""

_FACTORY = "default_factory_not_called"
"""A default that is worked out from other values, of which one is wrong: that one is told."""


@dataclass(frozen=True)
class Fault:
    """One wrong value.

    Attributes:
        location: Keys and indices of its place.
        rule: What it breaks.
        came: The value; absent (`...`) where the rule says all.
    """

    location: Location
    rule: str
    came: Any = ...

    @property
    def message(self) -> str:
        """The rule, and what came."""
        return self.rule if self.came is ... else f"{self.rule}, got {shown(self.came)}"


def faults(error: ValidationError) -> list[Fault]:
    """All that is wrong, at most one fault for each place."""
    found: dict[Location, Fault] = {}
    for fault in map(_fault, _causes(error.errors(include_url=False))):
        found.setdefault(fault.location, fault)
    return list(found.values())


def _causes(errors: Sequence[Any]) -> Iterator[Any]:
    """Without what follows from others: a key is also missing where it is misspelt."""
    misspelt = {
        (*each["loc"][:-1], each["input"].near)
        for each in errors if isinstance(each["input"], UnknownKey)
    }  # fmt: skip
    for each in errors:
        follows = each["type"] == "missing" and tuple(each["loc"]) in misspelt
        if not follows and each["type"] != _FACTORY:
            yield each


def _fault(error: Any) -> Fault:
    location: Location = tuple(error["loc"])
    if error["type"] not in _SELF_EXPLAINING:
        return Fault(location, _rule(error), error["input"])
    key = error.get("ctx", {}).get("key")
    return Fault(location if key is None else (*location, key), _rule(error))


def _rule(error: Any) -> str:
    if isinstance(error["input"], UnknownKey):
        return error["input"].rule
    # Pydantic calls a whole number so that is beyond the range of floats.
    if error["type"] == "float_type" and type(error["input"]) is int:
        return "must be a number of at most 308 digits"
    if error["type"] in _RULES:
        return _RULES[error["type"]]
    message = str(error["msg"])
    for said, ours in (
        ("^Value error, ", ""),
        ("^Input should be ", "must be "),
        (
            r"^\w+ should have (at (?:least|most) \d+ items?) after validation, not \d+",
            r"must have \1",
        ),
        ("at least 1 item", "at least one item"),
        ("greater than or equal to", "at least"),
        ("less than or equal to", "at most"),
    ):
        message = re.sub(said, ours, message)
    return message


_WORDS = {None: "nothing", True: "true", False: "false"}


def shown(value: Any) -> str:
    """A value as a message shows it."""
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    return cut(repr(list(value) if isinstance(value, tuple) else value))


def cut(text: str) -> str:
    """Its beginning, where it is too long for a message."""
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 3]}..."
