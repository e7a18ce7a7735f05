"""What the store hands out: plain immutable values, detached from the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Any, NamedTuple

from nas.config.constraints import constraints_type
from nas.config.search import PROXY
from search_spaces.graphs.inference import InputFormat
from search_spaces.measures import (
    ACCURACY,
    LATENCY,
    TaskName,
    difference_of,
    int8_of,
    interval_of,
    quality_of,
    task_with,
)
from search_spaces.spaces.problem import Limit

# One for all, as there may be a hundred thousand trials; a proxy, so that nobody writes into it.
NOTHING_OWN: Mapping[str, float] = MappingProxyType({})

ESTIMATORS = {"vela": "ethos-u-vela"}
"""Packages of those who say how long networks take where nothing is measured."""

FINISHED_STATES = ("COMPLETE", "PRUNED", "FAIL")


@dataclass(frozen=True)
class StudyRecord:
    """One study.

    Attributes:
        state: RUNNING, INTERRUPTED, COMPLETE or FAIL.
        experiment: The experiment file's values.
        experiment_file: The experiment file as given.
        identity: Digest of what must not change within a study.
        num_validation_images: Images that accuracy is measured on; None where an earlier program
            did not note it.
        input_format: How the program's own trainings give images to a network; None likewise.
        class_names: By label; None likewise.
    """

    id: int
    name: str
    state: str
    created_at: datetime
    identity: str
    seed: int
    experiment: dict[str, Any]
    experiment_file: str
    dataset: str
    dataset_fingerprint: str
    in_shape: tuple[int, ...]
    num_classes: int
    versions: dict[str, Any]
    hardware: dict[str, Any]
    num_validation_images: int | None = None
    input_format: InputFormat | None = None
    class_names: tuple[str, ...] | None = None

    @property
    def objectives(self) -> tuple[str, ...]:
        return tuple(self.experiment["objectives"])

    @property
    def quality(self) -> str:
        """Name of the trained measure that it maximises."""
        return quality_of(self.objectives)

    @property
    def task(self) -> TaskName:
        """What its networks are trained for."""
        return task_with(self.quality)

    @property
    def digest(self) -> str:
        """Eight digits for its files: studies of one name in two databases have two."""
        return sha256(f"{self.name} {self.created_at.isoformat()}".encode()).hexdigest()[:8]

    @property
    def limits(self) -> tuple[Limit, ...]:
        """Budgets on costs and the least accuracy."""
        given = self.experiment.get("constraints") or {}
        return constraints_type().model_validate(given).all_limits()

    @property
    def estimated_by(self) -> str | None:
        """Who says how long networks take: `vela 5.2.0 for ethos-u55-128`; None where measured."""
        section = self.experiment.get("latency") or {}
        estimator = section.get("estimator")
        if not estimator:
            return None
        words = (estimator, self.versions.get(ESTIMATORS[estimator], ""), "for")
        return " ".join(filter(None, (*words, section["accelerator"])))

    @property
    def how_timed(self) -> str:
        """How the latency of whole networks is known: `measured` or `compiled`."""
        return "compiled" if self.estimated_by else "measured"

    @property
    def own_evaluator(self) -> str | None:
        """Name of the user's own evaluator that measured accuracy; None for the built-in one."""
        name = self.experiment.get("evaluator", PROXY)
        return None if name == PROXY else str(name)


@dataclass(frozen=True)
class MeasuredLatency:
    """The latency of a whole network, measured end to end, or what it is compiled to.

    Attributes:
        setting: Key of the device and how the network was run on it.
        predicted_ms: What the latency table said.
        latency_ms: Median over the runs.
        low_ms: Lower end of the median's 95% interval.
        high_ms: Upper end.
        num_runs: 0 where a compiler says it, and nothing was run.
        is_quiet: Whether the device was ours alone.
    """

    setting: str
    predicted_ms: float
    latency_ms: float
    low_ms: float
    high_ms: float
    num_runs: int
    is_quiet: bool

    @property
    def how(self) -> str:
        """How it is known: `measured` or `compiled`."""
        return "measured" if self.num_runs else "compiled"


class Int8Reading(NamedTuple):
    """The trained measure of a network in eight bit integers.

    Attributes:
        value: On the validation images.
        difference: By how much that is more than in float32 on the same images.
        low: Lower end of the difference's 95% interval.
        high: Upper end.
    """

    value: float
    difference: float
    low: float
    high: float

    @staticmethod
    def names(quality: str) -> tuple[str, ...]:
        """What the database calls them."""
        return int8_of(quality), *difference_of(quality)


class ReusedTraining(NamedTuple):
    """The trial of another study whose results a trial took over.

    Attributes:
        study: Name of that study.
        number: Of that trial.
        epochs: How many were taken over.
    """

    study: str
    number: int
    epochs: int


@dataclass(frozen=True, slots=True)
class TrialRecord:
    """One trial with the costs of its architecture.

    Its accuracy is the trained measure of its study, whose name is `quality`.

    Attributes:
        number: Optuna's number of the trial.
        architecture: Id of the network.
        choices: The values that led to it.
        accuracy: Validation accuracy of the last epoch, 0 to 1; None before the first.
        epochs: Epochs trained.
        train_s: Seconds of training and evaluation.
        failure: Why it failed, in one line.
        failure_kind: The kind of that failure, as `out_of_memory`.
        retries: How often it was tried again, because its worker was lost or the like.
        restarts: How often a later launch took it up again.
        latency_ms: The best that is known: measured end to end where that was done, else predicted
            by the table, put right by what the measured networks of the study told.
        predicted_latency_ms: By the latency table, as the search worked with it.
        measured: The latency measured end to end, for networks of the front.
        started_at: When a worker began it, in UTC; None before that.
        finished_at: When it ended; None before that.
        worker: Who trains or trained it.
        reused: Where its first epochs, or all of them, were trained.
        own: Measures from outside this package, and those told beside its accuracy, by name.
        quality: Name of the trained measure.
        interval: The 95% interval of its accuracy, where no formula gives it.
    """

    number: int
    architecture: str
    choices: dict[str, Any]
    description: str
    state: str
    epochs: int
    accuracy: float | None
    flops: int
    params: int
    weight_bytes: int
    peak_activation_bytes: int
    latency_ms: float | None
    train_s: float
    failure: str | None
    failure_kind: str | None = None
    retries: int = 0
    restarts: int = 0
    measured: MeasuredLatency | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    worker: str | None = None
    reused: ReusedTraining | None = None
    predicted_latency_ms: float | None = None
    own: Mapping[str, float] = field(default_factory=lambda: NOTHING_OWN)
    quality: str = ACCURACY
    interval: tuple[float, float] | None = None

    def as_predicted(self) -> TrialRecord:
        """The trial as it was before anything was measured end to end."""
        return replace(self, latency_ms=self.predicted_latency_ms, measured=None)

    @property
    def is_reused(self) -> bool:
        """Whether nothing of it was trained in its own study."""
        return self.reused is not None and self.reused.epochs == self.epochs

    @property
    def int8(self) -> Int8Reading | None:
        """Its quality in eight bit integers; None where that was not measured."""
        found = [self.own.get(name) for name in Int8Reading.names(self.quality)]
        known = [value for value in found if value is not None]
        return Int8Reading(*known) if len(known) == len(found) else None

    def values(self) -> dict[str, float]:
        """Trained measures and costs by name; those that were not measured are absent."""
        measured = {
            self.quality: self.accuracy,
            "flops": self.flops,
            "params": self.params,
            "weight_bytes": self.weight_bytes,
            "peak_activation_bytes": self.peak_activation_bytes,
            LATENCY: self.latency_ms,
            **self.own,
        }
        return {name: float(value) for name, value in measured.items() if value is not None}


@dataclass(frozen=True, slots=True)
class EpochRecord:
    """Validation accuracy of a trial after some epochs; no loss where the evaluator tells none.

    Attributes:
        readings: What is told beside it, by name; kept of the last epoch of a trial alone.
    """

    number: int
    epochs: int
    accuracy: float
    train_loss: float | None
    train_s: float
    readings: Mapping[str, float] = field(default_factory=lambda: NOTHING_OWN)


def own_and_interval(
    values: Mapping[str, float], quality: str
) -> tuple[Mapping[str, float], tuple[float, float] | None]:
    """What is kept of a trial beside its accuracy: measures, and the interval of its accuracy."""
    low, high = interval_of(quality)
    if low not in values:
        return values, None
    own = {name: value for name, value in values.items() if name not in (low, high)}
    return own, (values[low], values[high])


@dataclass(frozen=True)
class LayerRecord:
    """What a trained network made of the channels of one convolution.

    Attributes:
        layer: Full name of the convolution.
        dead_share: Share of its channels that are the same for all validation images.
        mean_correlation: Mean absolute correlation between two of the others; None below two.
        effective_rank: How many independent channels would say as much, 0 to `num_channels`.
    """

    layer: str
    num_channels: int
    dead_share: float
    mean_correlation: float | None
    effective_rank: float

    @property
    def rank_share(self) -> float:
        """Effective rank over channels: the lower, the more of the layer is idle."""
        return self.effective_rank / self.num_channels


def worst_layers(layers: Sequence[LayerRecord], number: int = 3) -> list[LayerRecord]:
    """The layers with the least of their channels at work."""
    return sorted(layers, key=lambda layer: layer.rank_share)[:number]


class Companion(NamedTuple):
    """What a study serves.

    Attributes:
        experiment_name: `name` of the experiment file; there may be no study of it yet.
        purpose: As `baselines`.
    """

    experiment_name: str
    purpose: str


@dataclass(frozen=True)
class StudySummary:
    """A study with the counts that a list shows.

    Attributes:
        serves: What it is for, where it was not searched for its own sake.
    """

    study: StudyRecord
    num_trials: int
    num_complete: int
    num_failed: int
    best_accuracy: float | None
    serves: Companion | None = None

    @property
    def served(self) -> str | None:
        """The experiment that it serves."""
        return self.serves and self.serves.experiment_name

    def as_json(self) -> dict[str, Any]:
        """As `nas list --json` prints it."""
        serves = self.serves
        return {
            "study": self.study.name,
            "state": self.study.state,
            "num_trials": self.num_trials,
            "num_complete": self.num_complete,
            "num_failed": self.num_failed,
            f"best_{self.study.quality}": self.best_accuracy,
            "dataset": self.study.dataset,
            "created_at": self.study.created_at.isoformat(),
            "serves": serves and {"experiment": serves.experiment_name, "purpose": serves.purpose},
        }


def with_serving_below(summaries: Sequence[StudySummary]) -> list[StudySummary]:
    """Each study, and below it those that serve it; those of no study at the end."""
    shown: list[StudySummary] = []
    for summary in summaries:
        if summary.serves is None:
            shown += [summary, *(s for s in summaries if s.served == summary.study.name)]
    return shown + [summary for summary in summaries if summary not in shown]
