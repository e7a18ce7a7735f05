"""The whole experiment file as one typed object."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, create_model, model_validator
from pydantic_core import PydanticCustomError

from nas.config.constraints import ConstraintsSpec, constraints_type
from nas.config.dataset import DatasetSpec
from nas.config.device import DeviceSpec, with_budgets
from nas.config.fidelity import FidelitySpec
from nas.config.identity import identity_values
from nas.config.latency import LatencySpec
from nas.config.proxy import ProxySpec, with_precision
from nas.config.search import PROXY, SearchSpec, WorkersSpec, check_evaluator, check_place
from nas.config.values import Baselines, ObjectiveName, Seed, check_name
from search_spaces.measures import FLASH, LATENCY, QUALITIES, RAM, TaskName, quality_of
from search_spaces.plugins import load_entry_points
from search_spaces.spaces.space_spec import OneOrMore, SpaceSpec, Spec


def _with_one_quality(objectives: tuple[str, ...]) -> tuple[str, ...]:
    qualities = [name for name in objectives if name in QUALITIES.values()]
    if not qualities:
        names = " or ".join(QUALITIES.values())
        rule = f"must contain {names}, since costs alone are known without a search"
        raise PydanticCustomError("no_quality", "{rule}", {"rule": rule})
    if len(qualities) > 1:
        rule = f"must contain one of {' and '.join(qualities)}: they belong to different tasks"
        raise PydanticCustomError("two_qualities", "{rule}", {"rule": rule})
    return objectives


def _default_objectives(known: dict[str, Any]) -> tuple[str, ...]:
    return QUALITIES[known.get("task") or "classification"], "flops"


class Experiment(Spec):
    """A whole experiment file.

    Attributes:
        task: Checked against the data set, which has one; None takes what that is.
        objectives: The trained measure of the task and FLOPs by default.
        device: What its budgets are those of, where `constraints` do not say others.
        evaluator: What measures accuracy: `proxy`, or `module:Name` of a user's own.
        checkpoints: Where the states of unfinished trials are kept: a folder, which begins at the
            one of this file, or an address that fsspec knows; None for the study's own folder.
        baselines: Networks of the literature that the front is compared with.
        control: Another search of equal budget that this one is compared with.
    """

    name: Annotated[str, AfterValidator(check_name)]
    seed: Seed = 0
    task: TaskName | None = None
    dataset: DatasetSpec
    space: SpaceSpec
    objectives: Annotated[OneOrMore[ObjectiveName], AfterValidator(_with_one_quality)] = Field(
        default_factory=_default_objectives
    )
    constraints: ConstraintsSpec = ConstraintsSpec()
    device: DeviceSpec | None = None
    latency: LatencySpec = LatencySpec()
    search: SearchSpec = SearchSpec()
    fidelity: FidelitySpec = FidelitySpec()
    evaluator: Annotated[str, AfterValidator(check_evaluator)] = PROXY
    proxy: ProxySpec = ProxySpec()
    workers: WorkersSpec = WorkersSpec()
    checkpoints: Annotated[str, AfterValidator(check_place)] | None = None
    baselines: Baselines = ()
    control: Literal["random"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _said_by_others(cls, data: Any) -> Any:
        return with_precision(with_budgets(data))

    @property
    def quality(self) -> str:
        """Name of the trained measure that is maximised."""
        return quality_of(self.objectives)

    @property
    def needs_latency(self) -> bool:
        """Whether latency is an objective or has a limit, and so must be measured."""
        return LATENCY in self.objectives or self.constraints.latency_ms is not None

    @property
    def needs_operators(self) -> bool:
        """Whether networks must run with TensorFlow Lite Micro, whose RAM and flash are asked."""
        limited = {limit.quantity for limit in self.constraints.limits()}
        return bool({RAM, FLASH} & {*self.objectives, *limited})

    def identity(self) -> str:
        """Digest of what must not change within a study: the data, the space, what is compared."""
        canonical = json.dumps(identity_values(self), sort_keys=True)
        return sha256(canonical.encode()).hexdigest()[:16]


def experiment_type() -> type[Experiment]:
    """The file with the keys of all measures that are registered so far."""
    load_entry_points()
    return _with_constraints(constraints_type())


@cache
def _with_constraints(section: type[ConstraintsSpec]) -> type[Experiment]:
    if section is ConstraintsSpec:
        return Experiment
    field: Any = (section, section())
    return create_model("Experiment", __base__=Experiment, constraints=field)
