"""The experiment file as typed objects: what `space.yaml` may say besides its space."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from copy import copy
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from nas.document import Document
from nas.quantities import parse_duration, parse_quantity
from search_spaces.enumeration import distinct_blocks
from search_spaces.errors import (
    DataError,
    DataOptionError,
    ExperimentFileError,
    Location,
    NasError,
    SpaceError,
)
from search_spaces.primitives import Shape
from search_spaces.space import Space
from search_spaces.space_spec import OneOrMore, SpaceSpec, Spec

ObjectiveName = Literal[
    "accuracy", "flops", "params", "latency_ms", "peak_activation_bytes", "weight_bytes"
]
SamplerName = Literal["cost_aware", "tpe", "nsga2", "random"]

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


def _limit(quantity: str) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        return None if value is None else parse_quantity(value, quantity)

    return read


def _distinct_objectives(objectives: tuple[str, ...]) -> tuple[str, ...]:
    if "accuracy" not in objectives:
        raise PydanticCustomError("no_accuracy", "must contain accuracy")
    return objectives


Positive = Annotated[float, Field(gt=0)]


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


class DatasetSpec(Spec):
    """Which images to train on.

    Attributes:
        train_size: How many images to train on; all by default.
        validation_size: How many images to measure accuracy on.
        seed: Seed of the split, and of the images where they are made.
    """

    name: str
    root: str | None = None
    train_size: PositiveInt | None = None
    validation_size: PositiveInt | None = None
    seed: Seed = 0


class LatencySpec(Spec):
    """How latency is measured: on which device, for which batch, with how many threads."""

    device: Literal["cpu", "cuda"] = "cpu"
    batch_size: PositiveInt = 1
    num_threads: PositiveInt = 1


class SearchSpec(Spec):
    """How the space is explored.

    Attributes:
        num_trials: Distinct architectures to train.
        time_limit: Seconds after which no further trial starts; the running ones end.
    """

    sampler: SamplerName = "cost_aware"
    num_trials: PositiveInt = 50
    time_limit: Annotated[Positive | None, BeforeValidator(parse_duration)] = None


class FidelitySpec(Spec):
    """How long candidates train, and how many go on at each rung (successive halving)."""

    max_epochs: PositiveInt = 9
    min_epochs: PositiveInt = 1
    reduction_factor: Annotated[int, Field(ge=2)] = 3

    @model_validator(mode="after")
    def _ordered(self) -> FidelitySpec:
        if self.min_epochs > self.max_epochs:
            text = "(={low}) must not exceed `max_epochs` (={high})"
            values = {"low": self.min_epochs, "high": self.max_epochs, "key": "min_epochs"}
            raise PydanticCustomError("epochs", text, values)
        return self

    def rungs(self) -> tuple[int, ...]:
        """Epochs at which trials are compared: min · factor^i, and the end."""
        rungs = []
        epochs = self.min_epochs
        while epochs < self.max_epochs:
            rungs.append(epochs)
            epochs *= self.reduction_factor
        return (*rungs, self.max_epochs)


class ProxySpec(Spec):
    """The recipe of the short training."""

    batch_size: PositiveInt = 32
    learning_rate: Positive = 0.1
    momentum: Annotated[float, Field(ge=0, lt=1)] = 0.9
    weight_decay: Annotated[float, Field(ge=0)] = 5e-4
    label_smoothing: Annotated[float, Field(ge=0, lt=1)] = 0.0
    warmup_epochs: Annotated[float, Field(ge=0)] = 0.5
    averaging: Annotated[float, Field(ge=0, lt=1)] = 0.98
    augment: bool = False


class WorkersSpec(Spec):
    """What each trial gets of the machine; as many run at once as fit."""

    cpus_per_trial: Positive = 1
    gpus_per_trial: Annotated[float, Field(ge=0)] = 0
    max_concurrent: PositiveInt | None = None


class Experiment(Spec):
    """A whole experiment file."""

    name: Annotated[str, AfterValidator(check_name)]
    seed: Seed = 0
    dataset: DatasetSpec
    space: SpaceSpec
    objectives: Annotated[OneOrMore[ObjectiveName], AfterValidator(_distinct_objectives)] = (
        "accuracy",
        "flops",
    )
    constraints: ConstraintsSpec = ConstraintsSpec()
    latency: LatencySpec = LatencySpec()
    search: SearchSpec = SearchSpec()
    fidelity: FidelitySpec = FidelitySpec()
    proxy: ProxySpec = ProxySpec()
    workers: WorkersSpec = WorkersSpec()

    @property
    def needs_latency(self) -> bool:
        """Whether latency is an objective or has a limit, and so must be measured."""
        return "latency_ms" in self.objectives or self.constraints.latency_ms is not None

    def identity(self) -> str:
        """Digest of what must not change within a study: the data, the space, what is compared."""
        fields = {"dataset", "space", "objectives", "fidelity", "proxy", "seed"}
        canonical = json.dumps(self.model_dump(mode="json", include=fields), sort_keys=True)
        return sha256(canonical.encode()).hexdigest()[:16]


class ExperimentFile:
    """An experiment together with the file that it came from, so that errors can name a line.

    Attributes:
        document: The file.
        experiment: What it says.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.experiment = document.validate(Experiment)

    @classmethod
    def read(cls, path: str | Path) -> ExperimentFile:
        """Reads and checks a file. Raises ExperimentFileError with file, line and key."""
        return cls(Document.read(path))

    def with_num_trials(self, num_trials: int) -> ExperimentFile:
        """The same file with another budget of trials."""
        changed = copy(self)
        search = self.experiment.search.model_copy(update={"num_trials": num_trials})
        changed.experiment = self.experiment.model_copy(update={"search": search})
        return changed

    def error(self, location: Location, message: str) -> ExperimentFileError:
        """An error that names file, line and key of a place in the file."""
        return self.document.error(location, message)

    def data_error(self, error: DataError) -> NasError:
        """What to raise for an error of the data set: with file, line and key where those know."""
        if isinstance(error, DataOptionError):
            return self.error(("dataset", error.key), error.rule)
        return error

    def space(self, in_shape: Shape, num_classes: int) -> Space:
        """The space for images of a data set, every one of its blocks checked to be buildable.

        Raises:
            ExperimentFileError: A choice cannot be built, such as groups that divide no channels;
                or the space says that it is made for other images.
        """
        declared = self.experiment.space.input
        if declared and (declared.in_shape, declared.num_classes) != (in_shape, num_classes):
            said = _images(declared.in_shape, declared.num_classes)
            came = _images(in_shape, num_classes)
            raise self.error(("space", "input"), f"(={said}) must agree with the data set ({came})")
        space = Space(self.experiment.space, in_shape, num_classes)
        try:
            list(distinct_blocks(space))
        except SpaceError as error:
            raise self.error(("space", *error.location), str(error)) from error
        return space


def _images(in_shape: Shape, num_classes: int) -> str:
    return f"{'x'.join(map(str, in_shape))} in {num_classes} classes"
