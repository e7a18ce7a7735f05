"""A search that needs neither Ray nor training, over a space of six architectures."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

import pytest

from nas.config import ExperimentFile
from nas.config.document import Document
from nas.runner.optuna_study import OptunaStudy
from nas.runner.proposals import Proposal
from nas.runner.session import SearchSession
from nas.samplers import SAMPLERS
from nas.store import Store, StudyRecord
from search_spaces.graphs.cost import cost
from search_spaces.spaces.problem import SpaceProblem
from search_spaces.spaces.space import Space

SIX = """
name: six
dataset: {name: cluttered_digits}
space:
  stem: {out_channels: 8}
  width_mult: [1.0, 2.0, 3.0]
  stages: [{out_channels: 8, stride: 2, block: {standard: {kernel_size: [1, 3]}}}]
search: {num_trials: 12, sampler: random}
fidelity: {max_epochs: 2, min_epochs: 2}
"""
"""A space of exactly six architectures: three widths times two kernels."""

IN_SHAPE = (1, 16, 16)
NUM_CLASSES = 10


def experiment_file(text: str = SIX) -> ExperimentFile:
    return ExperimentFile(Document("space.yaml", text))


def experiment_values(name: str, **changed: Any) -> dict[str, Any]:
    """A space of six architectures on a handful of images."""
    values: dict[str, Any] = Document("six.yaml", SIX).data
    dataset = {"name": "cluttered_digits", "train_size": 20, "validation_size": 20}
    return {**values, "name": name, "dataset": dataset, **changed}


def new_study(store: Store, file: ExperimentFile) -> StudyRecord:
    """A study in the database, as a launch makes it."""
    experiment = file.experiment
    return store.create_study(
        name=experiment.name, state="RUNNING", identity=experiment.identity(),
        seed=experiment.seed, experiment_file=file.document.text,
        experiment=experiment.model_dump(mode="json"), dataset="cluttered_digits",
        dataset_fingerprint="0123456789abcdef", in_shape=list(IN_SHAPE), num_classes=NUM_CLASSES,
        versions={"python": "3.11"}, hardware={"num_cpus": 2},
    )  # fmt: skip


@dataclass
class Search:
    """One run of a search, in a process that can be cut off at any call.

    Attributes:
        trained: Architecture of every training that was begun, in order.
        notices: What was told of failures.
    """

    store: Store
    file: ExperimentFile
    now: list[float] = field(default_factory=lambda: [0.0])
    trained: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        experiment = self.file.experiment
        self.space: Space = self.file.space(IN_SHAPE, NUM_CLASSES)
        limits = experiment.constraints.limits()
        self.problem = SpaceProblem(self.space, experiment.objectives, limits)
        found = self.store.find_study(experiment.name)
        self.study = found or new_study(self.store, self.file)
        sampler = SAMPLERS[experiment.search.sampler](self.problem, experiment.seed)
        self.optuna = OptunaStudy(self.store, self.study, sampler)
        self.session = SearchSession(
            self.store, self.study, self.optuna, experiment, self.problem, lambda: self.now[0],
            lambda kind, text, number: self.notices.append(text),
        )  # fmt: skip

    def begin(self) -> Proposal | None:
        """The next trial on a worker; None at the end."""
        proposal = self.session.propose()
        if proposal is not None:
            self.session.start(proposal.number, "worker")
            self.trained.append(proposal.network.id)
        return proposal

    def train(self, proposal: Proposal, epochs: int = 1000) -> None:
        """Trains a trial for so many epochs, or until it ends."""
        for epoch in range(1, epochs + 1):
            result = accuracy_of(proposal, epoch)
            if not self.session.report(proposal.number, epoch, result, 1 / epoch, 2.0):
                return

    def run(self) -> str:
        """One trial after another to the end; returns the state of the study."""
        while (proposal := self.begin()) is not None:
            self.train(proposal)
        return self.end()

    def end(self) -> str:
        state = self.session.finish()
        self.optuna.close()
        return state


def accuracy_of(proposal: Proposal, epoch: int) -> float:
    """A made-up accuracy: larger networks are better, and so are more epochs."""
    size = cost(proposal.network).params
    return size / (size + 500) * epoch / (epoch + 1)


def launch_untrained(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets `nas launch` search without Ray, training and what Optuna's dashboard is given.

    One trial comes to its end with an accuracy of 0.5.
    """
    monkeypatch.setattr(
        "dashboards.for_optuna.shown_in_optuna", lambda observer, *_: nullcontext(observer)
    )
    monkeypatch.setattr("nas.runner.job.run_tune", _one_trial)
    monkeypatch.setattr("nas.runner.job.ray_cluster", lambda *_: nullcontext())
    monkeypatch.setattr("nas.runner.job.require_room", lambda *_: None)
    monkeypatch.setattr("nas.runner.job.built_in_evaluator", lambda *_: None)


def _one_trial(session: SearchSession, *_: object, **__: object) -> None:
    proposal = session.propose()
    if proposal is None:
        return
    session.start(proposal.number, "worker")
    epoch = 1
    while session.report(proposal.number, epoch, 0.5, 1.0, 1.0):
        epoch += 1
    session.request_stop("enough")
