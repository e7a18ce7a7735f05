"""The section `workers`: what each trial gets of the machine."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from nas.config.values import Positive, PositiveInt
from search_spaces.space_spec import Spec


class WorkersSpec(Spec):
    """What each trial gets of the machine; as many run at once as fit."""

    cpus_per_trial: Positive = 1
    gpus_per_trial: Annotated[float, Field(ge=0)] = 0
    max_concurrent: PositiveInt | None = None
