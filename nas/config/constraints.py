"""The section `constraints`: budgets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BeforeValidator

from nas.config.values import Positive
from nas.quantities import parse_quantity
from search_spaces.space_spec import Spec


def _limit(quantity: str) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        return None if value is None else parse_quantity(value, quantity)

    return read


class ConstraintsSpec(Spec):
    """Hard upper limits; a candidate above one of them is never trained."""

    flops: Annotated[Positive | None, BeforeValidator(_limit("flops"))] = None
    params: Annotated[Positive | None, BeforeValidator(_limit("params"))] = None
    latency_ms: Annotated[Positive | None, BeforeValidator(_limit("latency_ms"))] = None
    peak_activation_bytes: Annotated[
        Positive | None, BeforeValidator(_limit("peak_activation_bytes"))
    ] = None
    weight_bytes: Annotated[Positive | None, BeforeValidator(_limit("weight_bytes"))] = None

    def limits(self) -> dict[str, float]:
        """The limits that are set, by name of the cost."""
        return {name: value for name, value in self if value is not None}
