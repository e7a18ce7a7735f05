"""The section `workers`: what each trial gets of the machine."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from nas.config.values import Positive, PositiveInt
from nas.quantities import parse_duration, parse_quantity
from search_spaces.space_spec import Spec


def _bytes(value: object) -> Any:
    return parse_quantity(value, "weight_bytes")


TimeLimit = Annotated[Positive | None, BeforeValidator(parse_duration)]


class WorkersSpec(Spec):
    """What each trial gets of the machine; as many run at once as fit.

    Attributes:
        trial_time_limit: Seconds that a trial may train; None for no limit.
        epoch_time_limit: Seconds after which an epoch is held to hang; None for ten times the
            longest epoch of the search so far, and at least an hour.
        max_retries: How often a trial is tried again whose worker was lost or the like.
        max_memory_growth: Bytes that a worker may keep from trial to trial before it is replaced.
    """

    cpus_per_trial: Positive = 1
    gpus_per_trial: Annotated[float, Field(ge=0)] = 0
    max_concurrent: PositiveInt | None = None
    trial_time_limit: TimeLimit = None
    epoch_time_limit: TimeLimit = None
    max_retries: Annotated[int, Field(ge=0, le=100)] = 2
    max_memory_growth: Annotated[Positive, BeforeValidator(_bytes)] = 2.0**30
