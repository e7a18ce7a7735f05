"""A study of two small networks on cluttered digits, to train one of them in seconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from search_kit import experiment_file

from nas.config.training import TrainingSpec
from nas.store import EpochRecord, Store, StudyRecord
from nas.store.workspace import Workspace
from nas.training import Settings, Source, source_of_trial
from search_spaces.graphs.cost import cost
from workers.datasets import load_dataset
from workers.training import Budget
from workers.training import EpochRecord as TrainedEpoch

TINY = """
name: tiny
dataset: {name: cluttered_digits, train_size: 48, validation_size: 20}
space:
  stem: {out_channels: 8}
  width_mult: [1.0, 2.0]
  stages: [{out_channels: 8, stride: 4, block: {separable: {kernel_size: 3}}}]
search: {num_trials: 2, sampler: random}
fidelity: {max_epochs: 2, min_epochs: 2}
"""
RECIPE = TrainingSpec(batch_size=16, execution="float32")


def tiny_study(store: Store) -> StudyRecord:
    """Two trials, the wider one the more accurate."""
    file = experiment_file(TINY)
    experiment = file.experiment
    dataset = load_dataset(experiment.dataset)
    study = store.create_study(
        name="tiny", state="COMPLETE", identity=experiment.identity(), seed=0,
        experiment_file=TINY, experiment=experiment.model_dump(mode="json"),
        dataset="cluttered_digits", dataset_fingerprint=dataset.fingerprint,
        in_shape=list(dataset.info.in_shape), num_classes=10, versions={}, hardware={},
    )  # fmt: skip
    space = file.space(dataset.info.in_shape, 10)
    for number, width in enumerate((1.0, 2.0)):
        network = space.network({"width_mult": width})
        store.add_trial(
            study, number, network, cost(network), choices={"width_mult": width},
            description=f"width {width}", latency_ms=None,
        )  # fmt: skip
        store.start_trial(study, number, "worker")
        store.report(study, EpochRecord(number, 2, 0.25 + number / 8, 2.0, 1.0), "COMPLETE")
    return study


def source(store: Store, root: Path, number: int = 1) -> Source:
    study = store.study("tiny")
    trial = store.trials(study)[number]
    return source_of_trial(store, study, trial, Workspace(root, "tiny"))


def settings(recipe: TrainingSpec = RECIPE, epochs: int = 2, *, restart: bool = False) -> Settings:
    return Settings(recipe, Budget(epochs), device="cpu", num_threads=1, restart=restart)


@dataclass
class Audience:
    """Notes what is told, and stops the training after some steps."""

    stop_after: int | None = None
    messages: list[str] = field(default_factory=list)
    num_steps: int = 0

    def message(self, text: str) -> None:
        self.messages.append(text)

    def planned(self, epochs: int) -> None: ...

    def stepped(self, progress: float, trained_s: float) -> None:
        self.num_steps += 1

    def epoch(self, record: TrainedEpoch) -> None: ...

    def stop_requested(self) -> bool:
        return self.stop_after is not None and self.num_steps >= self.stop_after
