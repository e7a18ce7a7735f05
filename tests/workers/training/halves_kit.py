"""Small trainings of a small network on two classes that are easy to tell apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from nas.config.training import TrainingSpec
from search_spaces.graphs.chain import Chain, head, stem
from search_spaces.graphs.inference import InputFormat
from search_spaces.graphs.modules import build_module
from search_spaces.graphs.network import Network
from workers.datasets import Dataset, DatasetInfo
from workers.datasets.base import Split
from workers.proxy import Execution, conv_layers
from workers.proxy.execution import ElementTimes, FamilyTimes, PassTimes
from workers.proxy.state import initialised
from workers.quantisation import map_ranges
from workers.training import Budget, EpochRecord, Int8Subject, Job, NetworkSubject, Subject

SIDE = 8


def network(dropout: float = 0.0) -> Network:
    chain = Chain((1, SIDE, SIDE))
    chain.write("stem", "stem", lambda net, x: stem(net, x, 4))
    chain.block("stage1.0", "separable", 8, 2)
    chain.write("head", "head", lambda net, x: head(net, x, 2, dropout=dropout))
    return chain.network()


def bfloat16() -> Execution:
    """Made-up timings by which everything computes in bfloat16."""
    times = FamilyTimes(1, 1, PassTimes(9, 9, 9), PassTimes(1, 1, 1))
    layers = conv_layers(block.graph for block in network().blocks)
    families = {layer.family: times for layer in layers}
    return Execution("made up", "none", 1, 1, ElementTimes(1, 1, 0), families)


def halves(num_images: int, rng: np.random.Generator) -> Split:
    """Images whose label is the half that is bright."""
    labels = np.arange(num_images, dtype=np.int64) % 2
    images = rng.integers(0, 100, (num_images, 1, SIDE, SIDE), dtype=np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[0, : SIDE // 2] += np.uint8(100 * label)
        image[0, SIDE // 2 :] += np.uint8(100 * (1 - label))
    return Split(images, labels)


def dataset(num_train: int = 36) -> Dataset:
    info = DatasetInfo((1, SIDE, SIDE), 2, flip=True)
    train, validation = (halves(n, np.random.default_rng(n)) for n in (num_train, 32))
    return Dataset("halves", info, train, validation)


def job(
    folder: Path, recipe: TrainingSpec | None = None, *, epochs: int = 3, dropout: float = 0.0,
    execution: Execution | None = None, num_processes: int = 1, budget: Budget | None = None,
    checkpoint_every_s: float = 1e9, subject: Subject | None = None,
) -> Job:  # fmt: skip
    recipe = recipe or TrainingSpec(batch_size=8)
    return Job(
        subject or NetworkSubject(network(dropout)), dataset(), halves,
        recipe.suited_to(SIDE, may_flip=True), 0, budget or Budget(epochs), {"epochs": epochs},
        execution or Execution(), folder / "training.checkpoint", "cpu", 1, num_processes,
        checkpoint_every_s,
    )  # fmt: skip


def int8_subject(dropout: float = 0.0, state: Mapping[str, Tensor] | None = None) -> Int8Subject:
    """The network in eight bit integers, its weights fresh where none are given."""
    torch.manual_seed(0)
    module = initialised(build_module(network(dropout))).eval()
    module.load_state_dict(state or module.state_dict())
    images = dataset().train.images
    given = InputFormat((float(images.mean()),), (float(images.std()),))
    ranges = map_ranges(network(dropout), module, images, given)
    return Int8Subject(network(dropout), module.state_dict(), ranges, given)


@dataclass
class Notes:
    """Watches a training, and stops it after some steps.

    Attributes:
        stop_after: Steps of this process; None for none.
    """

    stop_after: int | None = None
    plans: list[int] = field(default_factory=list)
    progress: list[float] = field(default_factory=list)
    records: list[EpochRecord] = field(default_factory=list)

    def planned(self, epochs: int) -> None:
        self.plans.append(epochs)

    def stepped(self, progress: float, trained_s: float) -> None:
        self.progress.append(progress)

    def epoch(self, record: EpochRecord) -> None:
        self.records.append(record)

    def stop_requested(self) -> bool:
        return self.stop_after is not None and len(self.progress) >= self.stop_after


def curve(records: list[EpochRecord]) -> list[tuple[int, float | None, float]]:
    """All but the seconds."""
    return [(r.epochs, r.validation_accuracy, r.train_loss) for r in records]
