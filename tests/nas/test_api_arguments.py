"""What `nas.search` is given: names of objects, and one line for what is wrong; no search runs."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path
from typing import Any

import optuna
import pytest
from search_kit import experiment_values

import nas
from nas.arguments import qualified_name
from nas.store import StudyRecord
from nas.study import Study
from search_spaces.errors import (
    EvaluatorError,
    ExperimentFileError,
    NasError,
    SearchError,
    StoreError,
)


class Evaluator:
    """One that could be made from a task."""

    def __init__(self, task: nas.TrialTask) -> None:
        self.task = task

    def train_epoch(self) -> float:
        return 0.5


def test_names_of_objects() -> None:
    assert qualified_name(Evaluator) == "test_api_arguments:Evaluator"
    assert qualified_name(partial(Evaluator, rate=0.5)) == "test_api_arguments:Evaluator(rate=0.5)"
    assert qualified_name(optuna.samplers.RandomSampler(seed=1)).endswith(":RandomSampler")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"space": 3}, SearchError, "`space` must be the path of an experiment file or a mapping"),
        ({"space": {"name": object()}}, ExperimentFileError, "must hold plain values only"),
        ({"space": {"name": "a"}}, ExperimentFileError, "experiment:1: `dataset` is required"),
        ({"space": "no.yaml"}, ExperimentFileError, "no.yaml: cannot be read"),
        ({"num_trials": 0}, SearchError, "`num_trials` must be a whole number from 1; got 0"),
        ({"num_trials": True}, SearchError, "`num_trials` must be a whole number from 1; got True"),
        ({"sampler": "best"}, SearchError, "`sampler` must be one of cost_aware, .*; got 'best'"),
        ({"sampler": 3}, SearchError, "`sampler` must be one of cost_aware, .*; got 3"),
        ({"sampler": lambda: 3}, SearchError, "`sampler` must make a sampler when called with"),
        ({"sampler": lambda seed: seed}, SearchError, "`sampler` must be one of .*; got 0"),
        ({"evaluator": 3}, EvaluatorError, "`evaluator` must be module:Name, or .*; got 3$"),
        ({"evaluator": "mine"}, EvaluatorError, "`evaluator` must be proxy, or .*; got 'mine'"),
        ({"evaluator": "no_such:X"}, ExperimentFileError,
         r"experiment:1: `evaluator` \(=no_such:X\): 'no_such' cannot be loaded: ModuleNot"),
    ],
)  # fmt: skip
def test_a_wrong_argument_is_one_line(
    arguments: dict[str, Any], error: type[NasError], message: str, tmp_path: Path
) -> None:
    given = {"space": experiment_values("wrong"), "storage": f"sqlite:///{tmp_path / 'nas.db'}"}
    with pytest.raises(error, match=message) as caught:
        nas.search(**{**given, "progress": False, **arguments})
    assert len(str(caught.value).splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_an_evaluator_that_is_made_already(tmp_path: Path) -> None:
    made = Evaluator.__new__(Evaluator)
    with pytest.raises(EvaluatorError, match=r"; pass the class itself$"):
        nas.search(experiment_values("wrong"), evaluator=made, progress=False)  # type: ignore[arg-type]


def test_an_evaluator_that_cannot_be_sent(tmp_path: Path) -> None:
    lock = threading.Lock()
    storage = f"sqlite:///{tmp_path / 'nas.db'}"
    with pytest.raises(EvaluatorError, match=r"<lambda>: cannot be sent to the workers: .*lock"):
        nas.search(experiment_values("wrong"), evaluator=lambda task: lock, storage=storage)  # type: ignore[arg-type, return-value]
    assert list(tmp_path.iterdir()) == []


def test_the_storage_of_the_environment(
    url: str, hand_made: StudyRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stands in for an argument that is not given, as for the commands."""
    monkeypatch.setenv("NAS_STORAGE", url)
    assert nas.load_study("hand-made") == Study("hand-made") == Study("hand-made", url)
    assert len(nas.load_study("hand-made").trials()) > 0
    with pytest.raises(StoreError, match="no such database"):
        nas.load_study("hand-made", "sqlite:///no/such/folder/nas.db")
    monkeypatch.setenv("NAS_STORAGE", "sqlite:///no/such/folder/nas.db")
    with pytest.raises(StoreError, match=r"no/such/folder/nas\.db: unable to open database file"):
        nas.search(experiment_values("hand-made"), progress=False)
    with pytest.raises(StoreError, match=r"no/other/nas\.db: unable to open database file"):
        given = "sqlite:///no/other/nas.db"
        nas.search(experiment_values("hand-made"), storage=given, progress=False)
