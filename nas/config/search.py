"""The section `search`: who proposes, and how long."""

from __future__ import annotations

import difflib
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, PlainSerializer
from pydantic_core import PydanticCustomError

from nas.config.values import Positive, PositiveInt
from nas.quantities import parse_duration
from search_spaces.networks import OTHER_NAMES, reference_networks
from search_spaces.space_spec import OneOrMore, Spec

SamplerName = Literal[
    "cost_aware", "tpe", "nsga2", "nsga3", "gp", "regularized_evolution", "random", "grid"
]

MAX_GRID = 10_000
"""The sampler `grid` takes spaces with at most so many sets of values."""


def _known_network(name: str) -> str:
    names = list(reference_networks())
    full = OTHER_NAMES.get(name, name)
    if full not in names:
        near = difflib.get_close_matches(name, names, 1)
        hint = f" (near: {near[0]})" if near else ""
        rule = f"must be one of {', '.join(names)}{hint}"
        raise PydanticCustomError("unknown_network", "{rule}", {"rule": rule})
    return full


NetworkName = Annotated[str, AfterValidator(_known_network)]


class SearchSpec(Spec):
    """How the space is explored.

    Attributes:
        sampler: A sampler that was passed in as an object goes by its qualified name.
        num_trials: Distinct architectures to train.
        time_limit: Seconds after which no further trial starts; the running ones end.
        start_from: Reference networks; the first trials are the architectures nearest to them.
    """

    sampler: Annotated[SamplerName, PlainSerializer(str)] = "cost_aware"
    num_trials: PositiveInt = 50
    time_limit: Annotated[Positive | None, BeforeValidator(parse_duration)] = None
    start_from: OneOrMore[NetworkName] = ()
