"""The section `search`: who proposes, and how long."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, PlainSerializer

from nas.config.reference import known_network
from nas.config.values import Positive, PositiveInt, check_name
from nas.quantities import parse_duration
from search_spaces.space_spec import Several, Spec

SamplerName = Literal[
    "cost_aware", "tpe", "nsga2", "nsga3", "gp", "regularized_evolution", "random", "grid"
]

MAX_GRID = 10_000
"""The sampler `grid` takes spaces with at most so many sets of values."""


STUDY_PREFIX = "study:"


def _known_start(name: str) -> str:
    if name.startswith(STUDY_PREFIX):
        return STUDY_PREFIX + check_name(name.removeprefix(STUDY_PREFIX))
    return known_network(name)


StartName = Annotated[str, AfterValidator(_known_start)]


class SearchSpec(Spec):
    """How the space is explored.

    Attributes:
        sampler: A sampler that was passed in as an object goes by its qualified name.
        num_trials: Distinct architectures to train.
        time_limit: Seconds after which no further trial starts; the running ones end.
        start_from: Reference networks, whose nearest architectures are the first trials; or
            `study:NAME`, whose finished trials are.
        reuse: Whether results of equal trainings in other studies of the database are taken over.
    """

    sampler: Annotated[SamplerName, PlainSerializer(str)] = "cost_aware"
    num_trials: PositiveInt = 50
    time_limit: Annotated[Positive | None, BeforeValidator(parse_duration)] = None
    start_from: Several[StartName] = ()
    reuse: bool = True

    @property
    def start_networks(self) -> tuple[str, ...]:
        """The reference networks of `start_from`."""
        return tuple(name for name in self.start_from if not name.startswith(STUDY_PREFIX))

    @property
    def start_studies(self) -> tuple[str, ...]:
        """Names of the studies of `start_from`."""
        given = (name for name in self.start_from if name.startswith(STUDY_PREFIX))
        return tuple(name.removeprefix(STUDY_PREFIX) for name in given)
