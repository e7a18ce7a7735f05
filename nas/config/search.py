"""The section `search`: who proposes, and how long."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator

from nas.config.values import Positive, PositiveInt
from nas.quantities import parse_duration
from search_spaces.space_spec import Spec

SamplerName = Literal["cost_aware", "tpe", "nsga2", "random"]


class SearchSpec(Spec):
    """How the space is explored.

    Attributes:
        num_trials: Distinct architectures to train.
        time_limit: Seconds after which no further trial starts; the running ones end.
    """

    sampler: SamplerName = "cost_aware"
    num_trials: PositiveInt = 50
    time_limit: Annotated[Positive | None, BeforeValidator(parse_duration)] = None
