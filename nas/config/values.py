"""Kinds of values that several sections share; names of networks of the literature."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    TypeAdapter,
)
from pydantic_core import PydanticCustomError

from search_spaces.measures import aims
from search_spaces.networks import OTHER_NAMES, reference_networks
from search_spaces.spaces.space_spec import Multiplier, OneOrMore, Spec


def _known_measure(name: str) -> str:
    if name not in aims():
        near = difflib.get_close_matches(name, aims(), 1)
        hint = f" (near: {near[0]})" if near else ""
        rule = f"must be one of {', '.join(aims())}{hint}"
        raise PydanticCustomError("unknown_measure", "{rule}", {"rule": rule})
    return name


ObjectiveName = Annotated[str, AfterValidator(_known_measure)]

_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def check_name(name: str) -> str:
    """A study's name, which also names a folder. Raises ValueError where it could not."""
    if _SAFE_NAME.fullmatch(name) is None:
        rule = "must be letters, digits, dots, dashes and underscores, at most 100, and start with"
        raise ValueError(f"{rule} a letter or digit")
    return name


MAX_INT = 2**31 - 1
"""What every database can hold as an integer."""

PositiveInt = Annotated[int, Field(ge=1, le=MAX_INT)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]
Positive = Annotated[float, Field(gt=0)]
Text = Annotated[str, Field(min_length=1)]


def known_network(name: str) -> str:
    """The full name of a reference network. Raises PydanticCustomError where there is none."""
    names = list(reference_networks())
    full = OTHER_NAMES.get(name, name)
    if full not in names:
        near = difflib.get_close_matches(name, names, 1)
        hint = f" (near: {near[0]})" if near else ""
        rule = f"must be one of {', '.join(names)}{hint}"
        raise PydanticCustomError("unknown_network", "{rule}", {"rule": rule})
    return full


@dataclass(frozen=True)
class BaselineSpec:
    """A reference network to compare with.

    Attributes:
        name: Its full name.
        width_mult: The widths to train it at; empty to have them chosen to fit the budgets.
    """

    name: str
    width_mult: tuple[float, ...] = ()


class _Widths(Spec):
    width_mult: OneOrMore[Multiplier]


_OPTIONS = TypeAdapter(dict[str, _Widths | None])


def _read(value: Any) -> BaselineSpec:
    if isinstance(value, BaselineSpec):
        return value
    entry = {value: None} if isinstance(value, str) else value
    if not isinstance(entry, Mapping) or len(entry) != 1:
        rule = "must be the name of a network, or one name with its `width_mult`"
        raise PydanticCustomError("baseline_entry", "{rule}", {"rule": rule})
    (name, options) = next(iter(entry.items()))
    full = known_network(str(name))
    widths = _OPTIONS.validate_python({name: options}, strict=True)[name]
    return BaselineSpec(full, () if widths is None else widths.width_mult)


def _write(baseline: BaselineSpec) -> Any:
    if not baseline.width_mult:
        return baseline.name
    return {baseline.name: {"width_mult": list(baseline.width_mult)}}


def _each_once(baselines: tuple[BaselineSpec, ...]) -> tuple[BaselineSpec, ...]:
    names = [baseline.name for baseline in baselines]
    if len(set(names)) < len(names):
        rule = "names a network twice; list its widths in one entry"
        raise PydanticCustomError("listed_twice", "{rule}", {"rule": rule})
    return baselines


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


Baselines = Annotated[
    tuple[Annotated[BaselineSpec, PlainValidator(_read), PlainSerializer(_write)], ...],
    BeforeValidator(_as_tuple),
    AfterValidator(_each_once),
]
"""Names, or names with their widths; a single one needs no list."""
