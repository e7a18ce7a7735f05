"""A study whose trained measure is mIoU: in the database, in JSON, in SQL, in intervals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from nas.statistics import compare_accuracies
from nas.statistics.intervals import image_variance
from nas.store import EpochRecord, Store, StudyRecord
from nas.store.results import as_json, quality_interval
from nas.store.selection import Selection, selected_trial
from search_spaces.errors import SearchError
from search_spaces.graphs.builder import Builder
from search_spaces.graphs.cost import cost
from search_spaces.graphs.network import Block, Network

READINGS = {"pixel_accuracy": 0.9, "boundary_iou": 0.3, "miou_low": 0.55, "miou_high": 0.66}


def create(store: Store, quality: str = "miou", **columns: Any) -> StudyRecord:
    known: dict[str, Any] = {
        "name": "scenes", "state": "RUNNING", "identity": "x", "seed": 0, "experiment_file": "",
        "experiment": {"objectives": [quality, "flops"], "fidelity": {"max_epochs": 2}},
        "dataset": "digit_scenes", "dataset_fingerprint": "y", "in_shape": [1, 8, 8],
        "num_classes": 3, "num_validation_images": 50, "versions": {}, "hardware": {},
    }  # fmt: skip
    return store.create_study(**{**known, **columns})


def train(store: Store, study: StudyRecord, number: int, *, channels: int = 4) -> None:
    """Two epochs, of which the last one's readings are those that stay."""
    pen = Builder((1, 8, 8))
    network = Network((1, 8, 8), (Block("stem", "stem", pen.graph(pen.conv(pen.input, channels))),))
    store.add_trial(
        study, number, network, cost(network), choices={}, description="", latency_ms=None
    )
    store.start_trial(study, number, "worker")
    store.report(study, EpochRecord(number, 1, 0.4, 1.0, 1.0, dict.fromkeys(READINGS, 0.1)))
    store.report(study, EpochRecord(number, 2, 0.6, 1.0, 1.0, READINGS), "COMPLETE")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"sqlite:///{tmp_path / 'nas.db'}")


def test_a_trial_has_it_by_its_name(store: Store) -> None:
    study = create(store)
    train(store, study, 0)
    (trial,) = store.trials(study)
    assert (study.quality, study.task) == ("miou", "segmentation")
    assert trial.values()["miou"] == 0.6
    assert "accuracy" not in trial.values()
    assert trial.own == {"pixel_accuracy": 0.9, "boundary_iou": 0.3}
    found = as_json(trial, ())
    assert (found["miou"], found["miou_interval"]) == (0.6, [0.55, 0.66])
    assert (found["pixel_accuracy"], found["boundary_iou"]) == (0.9, 0.3)
    assert "accuracy" not in found
    assert quality_interval(study, trial) == (0.6, 0.55, 0.66)
    # What another study takes over: the readings belong to the last epoch.
    first, last = store.curve(study, 0)
    assert (dict(first.readings), dict(last.readings)) == ({}, READINGS)


def test_classification_is_as_it_was(store: Store) -> None:
    study = create(store, "accuracy")
    train(store, study, 0)
    (trial,) = store.trials(study)
    assert (as_json(trial, ())["accuracy"], study.task) == (0.6, "classification")
    assert "accuracy_interval" not in as_json(trial, ())
    # Exact, of 30 of 50 (Clopper and Pearson 1934; R's binom.test(30, 50)).
    assert quality_interval(study, trial) == pytest.approx((0.6, 0.4518, 0.7359), abs=1e-4)


def test_sql_says_it_as_well(store: Store) -> None:
    train(store, create(store), 0)
    train(store, create(store, "accuracy", name="digits"), 0, channels=5)
    query = (
        "SELECT s.name, v.measure, v.value FROM nas_values v JOIN nas_trials t ON t.id = v.trial_id"
        " JOIN nas_studies s ON s.id = t.study_id WHERE v.measure IN ('accuracy', 'miou')"
    )
    with store.engine.connect() as connection:
        found = {tuple(row) for row in connection.execute(text(query))}
    assert found == {("scenes", "miou", 0.6), ("digits", "accuracy", 0.6)}


def test_the_best_is_that_of_a_measure_of_the_study(store: Store) -> None:
    study = create(store)
    train(store, study, 0)
    trials = store.trials(study)
    for name in ("miou", "boundary_iou", "flops"):
        assert selected_trial(study, trials, Selection(best=name)).number == 0
    with pytest.raises(SearchError, match="knee, miou, pixel_accuracy, boundary_iou, miou_int8, "):
        selected_trial(study, trials, Selection(best="accuracy"))


def test_what_images_leave_open_is_bootstrapped_or_binomial() -> None:
    assert image_variance(0.5, 100) == 0.0025
    assert image_variance(0.5, 100, (0.4, 0.6)) == pytest.approx((0.2 / (2 * 1.959964)) ** 2)
    narrow = compare_accuracies([0.6], [0.5], 50, intervals=((0.59, 0.61), (0.49, 0.51)))
    assert narrow.verdict == "win"
    # Half-widths of .01 each, independent: the root of the sum of their squares.
    assert narrow.difference.high - narrow.difference.value == pytest.approx(0.01 * 2**0.5)
    assert compare_accuracies([0.6], [0.5], 50).verdict == "tie"
