"""The section `search`, and the keys that say who measures, on what, and where states are kept."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer
from pydantic_core import PydanticCustomError

from nas.config.values import Positive, PositiveInt, check_name, known_network
from search_spaces.quantities import parse_duration, parse_quantity
from search_spaces.spaces.space_spec import Several, Spec

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

    # Written as any text, since Pydantic warns of a name that is not in the list.
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


PROXY = "proxy"
"""The built-in short training."""

_REFERENCE = re.compile(r"[^:\s]+:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


def check_evaluator(name: str) -> str:
    """Raises ValueError for what is neither `proxy` nor a reference to a user's own."""
    if name != PROXY and _REFERENCE.fullmatch(name) is None:
        raise ValueError(f"must be {PROXY}, or module:Name of an evaluator of your own")
    return name


def _bytes(value: object) -> Any:
    return parse_quantity(value, "weight_bytes")


LEAST_SHARE = 0.01
"""Ray counts in ten-thousandths; a hundred processes are more than any card holds."""

AUTO = "auto"


def _gpus(value: Any) -> Any:
    """Ray gives a trial a part of one GPU, or several whole ones."""
    given = isinstance(value, int | float) and not isinstance(value, bool)
    whole = given and (isinstance(value, int) or value.is_integer()) and value >= 0
    if value != AUTO and not whole and not (given and LEAST_SHARE <= value < 1):
        rule = f"must be a whole number, a part of one GPU from {LEAST_SHARE:g} below 1, or {AUTO}"
        raise PydanticCustomError("gpus", "{rule}", {"rule": rule})
    return value


TimeLimit = Annotated[Positive | None, BeforeValidator(parse_duration)]


class WorkersSpec(Spec):
    """What each trial gets of the machine; as many run at once as fit.

    Attributes:
        gpus_per_trial: A part of one, or whole ones; `auto` for the part that a trial is measured
            to need.
        trial_time_limit: Seconds that a trial may train; None for no limit.
        epoch_time_limit: Seconds after which an epoch is held to hang; None for ten times the
            longest epoch of the search so far, and at least an hour.
        max_retries: How often a trial is tried again whose worker was lost or the like.
        max_memory_growth: Bytes that a worker may keep from trial to trial before it is replaced.
    """

    cpus_per_trial: Positive = 1
    gpus_per_trial: Annotated[float | Literal["auto"], BeforeValidator(_gpus)] = 0.0
    max_concurrent: PositiveInt | None = None
    trial_time_limit: TimeLimit = None
    epoch_time_limit: TimeLimit = None
    max_retries: Annotated[int, Field(ge=0, le=100)] = 2
    max_memory_growth: Annotated[Positive, BeforeValidator(_bytes)] = 2.0**30

    @property
    def device(self) -> Literal["cpu", "cuda"]:
        """Where trials train."""
        return "cpu" if self.gpus_per_trial == 0 else "cuda"

    @property
    def measures_share(self) -> bool:
        """Whether a trial is to be measured first."""
        return self.gpus_per_trial == AUTO

    @property
    def shares_gpus(self) -> bool:
        """Whether several trials may be on one GPU."""
        return self.measures_share or 0 < self.gpus < 1

    @property
    def gpus(self) -> float:
        """Of a trial; a whole one until it is known which part it needs."""
        return 1.0 if self.gpus_per_trial == AUTO else float(self.gpus_per_trial)


def check_place(place: str) -> str:
    """A folder, or an address that fsspec knows. Raises an error for anything else.

    A password has no place in it: the experiment file is kept in the database, and shown.
    """
    import fsspec

    if not place.strip() or not place.isprintable():
        raise ValueError("must be a folder or an address such as s3://bucket/folder")
    protocol, has_protocol, rest = place.partition("://")
    if not has_protocol:
        return place
    if protocol not in fsspec.available_protocols():
        raise ValueError(f"must be a folder or an address that fsspec knows, not {protocol}://")
    if urlsplit(f"//{rest}").password or "password=" in rest or "secret=" in rest:
        rule = "must hold no password: file systems take theirs from the environment"
        raise PydanticCustomError("secret", rule)
    return place
