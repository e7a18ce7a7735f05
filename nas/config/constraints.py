"""The section `constraints`: budgets, and how accurate a network must be."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, ClassVar

from pydantic import ValidationError, create_model, field_validator, model_validator
from pydantic_core import PydanticCustomError

from nas.config.faults import faults
from nas.config.values import Positive
from search_spaces.errors import SearchError
from search_spaces.measures import ACCURACY, FLASH, LATENCY, MIOU, RAM, is_known, measures
from search_spaces.quantities import format_quantity, parse_quantity
from search_spaces.spaces.problem import Limit
from search_spaces.spaces.space_spec import Spec

_COMPARISON = re.compile(r"\s*(<=|>=)(.*)")
_NOT_UNDERSTOOD = "must be one limit from above, from below, or both, such as '>= 1, <= 2'"
_WRITTEN = re.compile(r"\s*(\w+)\s*(<=|>=|=)\s*([^,<>=]+)")
_SIDES = {"<=": "max", ">=": "min"}

SHORT_FORMS = {"ram": RAM, "flash": FLASH}
"""What a budget of a device may be called for short."""


class LimitSpec(Spec):
    """The limits on one quantity.

    A plain value is an upper limit; `<= 30M`, `>= 5M` and `>= 5M, <= 30M` say what they are; so
    does a mapping of `min` and `max`.
    """

    quantity: ClassVar[str]

    min: Positive | None = None
    max: Positive | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, data: Any) -> Any:
        if isinstance(data, str) and data.strip()[:1] in ("<", ">"):
            return cls._comparisons(data)
        if isinstance(data, list):
            raise ValueError(f"{_NOT_UNDERSTOOD}, or a mapping of min and max")
        return data if isinstance(data, Mapping | LimitSpec) else {"max": cls._limit(data)}

    @classmethod
    def _comparisons(cls, text: str) -> dict[str, float]:
        limits: dict[str, float] = {}
        for part in text.split(","):
            match = _COMPARISON.fullmatch(part)
            if match is None or _SIDES[match[1]] in limits:
                raise ValueError(_NOT_UNDERSTOOD)
            limits[_SIDES[match[1]]] = cls._limit(match[2])
        return limits

    @classmethod
    def _limit(cls, value: Any) -> float:
        limit = parse_quantity(value, cls.quantity)
        if not math.isfinite(limit):
            raise ValueError("must be a finite number")
        if limit <= 0:
            raise ValueError("must be greater than 0")
        return limit

    @field_validator("min", "max", mode="before")
    @classmethod
    def _with_unit(cls, value: Any) -> float | None:
        return None if value is None else cls._limit(value)

    @model_validator(mode="after")
    def _in_order(self) -> LimitSpec:
        if self.min is None and self.max is None:
            raise ValueError("must have min or max")
        if self.min is not None and self.max is not None and self.min > self.max:
            values = {
                side: format_quantity(getattr(self, side), self.quantity) for side in ("min", "max")
            }
            # A kind of its own, behind which `faults` shows no value: both are in the text.
            text = "min (={min}) must not exceed max (={max})"
            raise PydanticCustomError("limit", text, values)
        return self

    def limits(self) -> Iterator[Limit]:
        """One or two."""
        if self.min is not None:
            yield Limit(self.quantity, self.min, is_lower=True)
        if self.max is not None:
            yield Limit(self.quantity, self.max)


class FlopsLimit(LimitSpec):
    """Limits on FLOPs."""

    quantity = "flops"


class ParamsLimit(LimitSpec):
    """Limits on parameters."""

    quantity = "params"


class LatencyLimit(LimitSpec):
    """Limits on latency in milliseconds."""

    quantity = LATENCY


class PeakActivationLimit(LimitSpec):
    """Limits on the memory of feature maps in bytes."""

    quantity = "peak_activation_bytes"


class WeightLimit(LimitSpec):
    """Limits on the memory of weights in bytes."""

    quantity = "weight_bytes"


class RamLimit(LimitSpec):
    """Limits on the memory of a network in eight bit integers, in bytes."""

    quantity = RAM


class FlashLimit(LimitSpec):
    """Limits on the file of a network in eight bit integers, in bytes."""

    quantity = FLASH


class QualityLimit(LimitSpec):
    """The least wanted of a trained measure, a share."""

    @model_validator(mode="after")
    def _from_below(self) -> QualityLimit:
        if self.max is not None:
            raise ValueError("must be a limit from below such as '>= 0.8'")
        if self.min is not None and self.min > 1:
            raise ValueError("must be between 0 and 1, such as '>= 0.8'")
        return self


class AccuracyLimit(QualityLimit):
    """The least accuracy."""

    quantity = ACCURACY


class MeanIoULimit(QualityLimit):
    """The least mean intersection over union."""

    quantity = MIOU


class ConstraintsSpec(Spec):
    """Budgets, and the least accuracy or mean IoU.

    A budget is hard: a candidate outside one is never trained. What training tells is not known
    beforehand, so its limit only marks networks.
    """

    other_names: ClassVar[tuple[str, ...]] = tuple(SHORT_FORMS)

    flops: FlopsLimit | None = None
    params: ParamsLimit | None = None
    latency_ms: LatencyLimit | None = None
    peak_activation_bytes: PeakActivationLimit | None = None
    weight_bytes: WeightLimit | None = None
    ram_bytes: RamLimit | None = None
    flash_bytes: FlashLimit | None = None
    accuracy: AccuracyLimit | None = None
    miou: MeanIoULimit | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        for short, name in SHORT_FORMS.items():
            if short in data and name in data:
                text = "is `{name}` for short, which is there as well"
                raise PydanticCustomError("twice", text, {"name": name, "key": short})
        return {SHORT_FORMS.get(key, key): value for key, value in data.items()}

    def limits(self) -> tuple[Limit, ...]:
        """The budgets: limits on costs, which are known before any training."""
        return tuple(limit for limit in self.all_limits() if is_known(limit.quantity))

    def all_limits(self) -> tuple[Limit, ...]:
        """The budgets, and the limits on what only training tells."""
        given = (spec for _, spec in self if spec is not None)
        return tuple(limit for spec in given for limit in spec.limits())


def constraints_type() -> type[ConstraintsSpec]:
    """The section with a key for each measure of one's own that is registered so far."""
    return _with_own(tuple(name for name, each in measures().items() if each.is_own))


# One class for the same names: Pydantic takes no instance of another, however alike.
@cache
def _with_own(names: tuple[str, ...]) -> type[ConstraintsSpec]:
    if not names:
        return ConstraintsSpec
    limits: Any = {
        name: (type(f"{name.title()}Limit", (LimitSpec,), {"quantity": name}) | None, None)
        for name in names
    }
    return create_model("ConstraintsSpec", __base__=ConstraintsSpec, **limits)


def written_constraints(text: str, *, known_only: bool = False) -> dict[str, Any]:
    """Limits as a command line has them: `flops<=20M, latency_ms>=1, latency_ms<=3, params=none`.

    Args:
        known_only: Whether they may only be on what is known before training.

    Returns:
        Values of a section `constraints`; None for a limit that is taken away.

    Raises:
        SearchError: They are no such limits.
    """
    found: dict[str, list[str]] = {}
    allowed = [n for n in constraints_type().model_fields if is_known(n) or not known_only]
    for part in text.split(","):
        match = _WRITTEN.fullmatch(part)
        name = SHORT_FORMS.get(match[1], match[1]) if match else ""
        if match is None or name not in allowed:
            least = "" if known_only else ", accuracy>=0.8"
            rule = f"limits are written as 'flops<=20M, latency_ms<=5{least}'"
            raise SearchError(f"{rule}, each of one of {', '.join(allowed)}; got {text!r}")
        sign = "<=" if match[2] == "=" else match[2]
        found.setdefault(name, []).append(f"{sign} {match[3].strip()}")
    values = {name: _one_or_none(limits) for name, limits in found.items()}
    try:
        checked = constraints_type().model_validate(values)
    except ValidationError as error:
        told = "; ".join(f"the limit on `{f.location[0]}` {f.rule}" for f in faults(error))
        raise SearchError(f"{told}; got {text!r}") from None
    return {name: dumped for name, dumped in checked.model_dump().items() if name in values}


def _one_or_none(limits: list[str]) -> str | None:
    return None if limits == ["<= none"] else ", ".join(limits)
