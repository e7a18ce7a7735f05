"""Full trainings: kept beside their trial, gone on with, and tested once."""

from __future__ import annotations

import ast
import re
import sqlite3
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from search_kit import SIX, experiment_file
from training_kit import RECIPE, Audience, settings, source, tiny_study

import nas.training.run as run
from nas.config import ExperimentFile
from nas.config.training import TrainingSpec
from nas.store import Store
from nas.study import Study
from nas.training import TrainingResult, train_source, training_recipe
from nas.training.progress import TrainingView
from nas.training.recipe import few_steps, parse_changes
from search_spaces.errors import DataError, NasError, TrainingError
from search_spaces.graphs.modules import build_module
from workers.datasets import Dataset, load_dataset, load_test, registry
from workers.datasets.base import Split
from workers.training import EpochRecord as TrainedEpoch

ROOT = Path(__file__).parents[2]


@pytest.fixture
def study(store: Store) -> Store:
    tiny_study(store)
    return store


def _trained(
    store: Store, root: Path, audience: Audience | None = None, **kw: Any
) -> TrainingResult:
    return train_source(source(store, root), settings(**kw), store, audience or Audience())


def _cells(database: Path) -> list[tuple[str, str, object]]:
    """Every value of a database with its table and column."""
    connection = sqlite3.connect(database)
    names = [n for (n,) in connection.execute("select name from sqlite_master where type='table'")]
    cells = []
    for table in names:
        rows = connection.execute(f'select * from "{table}"')
        columns = [column for column, *_ in rows.description]
        cells += [(table, c, v) for row in rows for c, v in zip(columns, row, strict=True)]
    connection.close()
    return cells


def test_result_stands_beside_the_trial_and_test_accuracy_once(
    study: Store, tmp_path: Path
) -> None:
    before = study.trials(study.study("tiny"))
    result = _trained(study, tmp_path)
    assert (result.state, result.epochs, result.num_test_images) == ("COMPLETE", 2, 1000)
    (training,) = study.trainings(study.study("tiny"))
    assert (training.number, training.state) == (1, "COMPLETE")
    assert training.test_accuracy == result.test_accuracy
    assert [e.epochs for e in study.training_epochs(training.id)] == [1, 2]
    assert study.trials(study.study("tiny")) == before
    found = [(t, c) for t, c, v in _cells(tmp_path / "nas.db") if v == result.test_accuracy]
    assert found == [("nas_trainings", "test_accuracy")]


def test_accuracies_are_those_of_the_weights_in_the_plain_network(
    study: Store, tmp_path: Path
) -> None:
    result = _trained(study, tmp_path)
    wanted = source(study, tmp_path)
    assert wanted.network is not None and result.weights == str(wanted.weights)
    module = build_module(wanted.network).eval()
    module.load_state_dict(torch.load(wanted.weights, weights_only=True))
    dataset = load_dataset(wanted.dataset)
    pixels = dataset.train.images.astype(np.float32)
    for split, accuracy in (
        (dataset.validation, result.validation_accuracy),
        (load_test(wanted.dataset), result.test_accuracy),
    ):
        images = (split.images.astype(np.float32) - pixels.mean()) / pixels.std(ddof=1)
        with torch.inference_mode():
            scores = module(torch.from_numpy(images))
        assert (scores.argmax(1).numpy() == split.labels).mean() == accuracy


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Notes each reading of test images."""
    noted: list[str] = []

    def load(options: Any, report: Any) -> Split:
        noted.append(options.name)
        return load_test(options, report)

    monkeypatch.setattr(run, "load_test", load)
    return noted


def test_test_images_are_read_once_at_the_end(
    study: Store, tmp_path: Path, reads: list[str]
) -> None:
    stopped = _trained(study, tmp_path, Audience(stop_after=4))
    assert (stopped.state, stopped.epochs, stopped.test_accuracy) == ("INTERRUPTED", 1, None)
    assert reads == []
    first = _trained(study, tmp_path)
    assert reads == ["cluttered_digits"]
    audience = Audience()
    assert _trained(study, tmp_path, audience) == first
    assert reads == ["cluttered_digits"] and audience.num_steps == 0
    assert "complete already" in audience.messages[-1]
    assert len(study.trainings()) == 1


def test_nothing_but_the_end_of_a_training_can_read_test_images() -> None:
    """`load_test` is named in the data sets, where it is defined, and in one file beside."""
    naming = set()
    for package in ("dashboards", "nas", "search_spaces", "workers"):
        for path in (ROOT / package).rglob("*.py"):
            tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            names = {getattr(n, "id", None) or getattr(n, "attr", None) or getattr(n, "name", None)
                     for n in tree}  # fmt: skip
            if "load_test" in names and path.parent.name != "datasets":
                naming.add(path.relative_to(ROOT).as_posix())
    assert naming == {"nas/training/run.py"}


def _damaged(options: Any, report: Any) -> Split:
    raise DataError("test.npz: is damaged")


def test_damaged_test_images_are_found_before_anything_is_trained(
    study: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digits = registry.loaders()["cluttered_digits"]
    known = registry.loaders() | {
        "cluttered_digits": digits._replace(load_test=lambda options, info, tell: _damaged(0, tell))
    }
    monkeypatch.setattr(registry, "loaders", lambda: known)
    audience = Audience()
    with pytest.raises(DataError, match="is damaged"):
        _trained(study, tmp_path, audience)
    assert audience.num_steps == 0 and study.trainings() == []


@pytest.mark.parametrize("error", [DataError("test.npz: is damaged"), OSError(28, "disk is full")])
def test_what_fails_at_the_end_is_no_longer_running_and_done_again(
    error: Exception, study: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Test images that were whole when it began; the same command measures them, untrained."""

    def gone(options: Any, report: Any) -> Split:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(run, "load_test", gone)
        with pytest.raises(NasError, match=r"is damaged|cannot go on: .*disk is full"):
            _trained(study, tmp_path)
    (failed,) = study.trainings()
    assert failed.state == "FAIL" and str(error) in (failed.failure or "")
    audience = Audience()
    result = _trained(study, tmp_path, audience)
    assert audience.num_steps == 0 and result.state == "COMPLETE"
    assert result.test_accuracy is not None
    assert [training.state for training in study.trainings()] == ["FAIL", "COMPLETE"]


@pytest.mark.parametrize(("key", "value"), [("cutout", 32), ("crop", 99)])
def test_a_recipe_that_erases_the_images_is_refused(
    key: str, value: int, study: Store, tmp_path: Path
) -> None:
    rule = rf"`{key}` \(={value}\) must be below 32, the shorter side of the images"
    with pytest.raises(TrainingError, match=rule):
        _trained(study, tmp_path, recipe=RECIPE.model_copy(update={key: value}))
    assert study.trainings() == []


def test_another_recipe_is_refused_with_the_difference(study: Store, tmp_path: Path) -> None:
    _trained(study, tmp_path, Audience(stop_after=1))
    other = RECIPE.model_copy(update={"learning_rate": 0.5, "mixup": 0.2})
    wanted = (
        r"`epochs` was 2, now 3, `learning_rate` was 0.025, now 0.5, `mixup` was 0.0, now 0.2; "
        r".*--restart to begin anew"
    )
    with pytest.raises(TrainingError, match=wanted):
        _trained(study, tmp_path, recipe=other, epochs=3)
    result = _trained(study, tmp_path, recipe=other, epochs=3, restart=True)
    assert (result.state, result.epochs, result.recipe["mixup"]) == ("COMPLETE", 3, 0.2)


def test_a_complete_training_may_be_followed_by_another(study: Store, tmp_path: Path) -> None:
    first = _trained(study, tmp_path)
    second = _trained(study, tmp_path, epochs=1)
    assert first.weights_sha256 != second.weights_sha256
    assert [t.max_epochs for t in study.trainings()] == [2, 1]
    again = _trained(study, tmp_path)
    assert again == replace(first, weights=None)  # the file is that of the second


def test_other_images_than_the_search_saw_are_refused(study: Store, tmp_path: Path) -> None:
    moved = source(study, tmp_path)
    other = moved.dataset.model_copy(update={"seed": 1})
    with pytest.raises(TrainingError, match="the images are not those of its search"):
        train_source(replace(moved, dataset=other), settings(), study, Audience())


def test_a_training_that_fails_is_noted(study: Store, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="the loss of epoch 1 is nan"):
        _trained(study, tmp_path, recipe=RECIPE.model_copy(update={"learning_rate": 1e30}))
    (training,) = study.trainings()
    assert training.state == "FAIL" and "is nan" in (training.failure or "")


def test_two_trainings_of_one_network_at_once_are_refused(study: Store, tmp_path: Path) -> None:
    class Second(Audience):
        def stepped(self, progress: float, trained_s: float) -> None:
            with pytest.raises(TrainingError, match="another process trains this network now"):
                _trained(study, tmp_path)
            super().stepped(progress, trained_s)

    audience = Second(stop_after=1)
    _trained(study, tmp_path, audience)
    assert audience.num_steps == 1


def test_a_search_sees_no_test_images() -> None:
    """What a worker is given has a training and a validation part, and nothing else of images."""
    dataset = load_dataset(experiment_file(SIX).experiment.dataset)
    splits = [name for name, value in vars(dataset).items() if isinstance(value, Split)]
    assert isinstance(dataset, Dataset) and splits == ["train", "validation"]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["mixupp=1"], r"recipe: `mixupp` is not a known key; did you mean `mixup`\?"),
        (["mixup=a lot"], "recipe: `mixup` must be a number, got 'a lot'"),
        (["mixup=[1]"], "recipe: `mixup` must be a number, got '.1.'"),
        (["mixup="], "recipe: `mixup` must be a number, got nothing"),
        (["batch_size=0"], "recipe: `batch_size` must be at least 1, got 0"),
        (["optimizer=lamb"], "recipe: `optimizer` must be 'sgd' or 'adamw', got 'lamb'"),
        (["mixup"], "changes of the recipe are written as KEY=VALUE, each key once; got 'mixup'"),
        (["mixup=0", "mixup=1"], "each key once; got 'mixup=1'"),
        (["crop=2000"], "recipe: `crop` must be at most 1024, got 2000"),
    ],
)
def test_wrong_changes_of_the_recipe(texts: list[str], message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        training_recipe(parse_changes(texts))


def test_changes_of_the_recipe() -> None:
    recipe = training_recipe(parse_changes(["optimizer=adamw", "learning_rate=1e-3", "flip=false"]))
    assert (recipe.optimizer, recipe.learning_rate, recipe.flip) == ("adamw", 1e-3, False)
    assert recipe.weight_decay == TrainingSpec(optimizer="adamw").weight_decay


def test_images_that_may_be_mirrored_are_shifted_too() -> None:
    assert TrainingSpec().suited_to(32, may_flip=True).crop == 4
    assert TrainingSpec().suited_to(32, may_flip=False).crop == 0
    assert TrainingSpec(crop=1).suited_to(32, may_flip=True).crop == 1


def test_from_python(study: Store, url: str, tmp_path: Path) -> None:
    recipe = {"batch_size": 16, "execution": "float32"}
    result = Study("tiny", url, tmp_path).train(0, epochs=1, progress=False, **recipe)
    assert (result.study, result.trial, result.epochs) == ("tiny", 0, 1)
    with pytest.raises(TrainingError, match=r"`batch_sise` .* did you mean `batch_size`\?"):
        Study("tiny", url, tmp_path).train(0, batch_sise=16)


def test_the_line_that_shows_progress() -> None:
    """Half of ten epochs in 50 of 100 seconds, seen from the 20th second on at 0.2."""
    seconds = iter([0.0, 1.0, 20.0])
    stream = StringIO()
    view = TrainingView(stream, lambda: next(seconds))
    view.planned(10)
    view.stepped(0.2, 20.0)
    view.epoch(TrainedEpoch(4, 0.5, 1.25, 10.0))
    view.epoch(TrainedEpoch(5, 0.4375, 1.125, 10.0))
    view.stepped(0.5, 50.0)
    assert stream.getvalue() == (
        "epoch 6/10, 50%; validation accuracy 0.4375, best 0.5000; loss 1.125; about 50 s left\n"
    )


@pytest.mark.parametrize(
    ("batch_size", "num_images", "told"),
    [
        (64, 367, "367 images is 5 steps in batches of 64; --set batch_size=8 .* makes it 45"),
        (64, 1279, "1,279 images is 19 steps in batches of 64; --set batch_size=16 .* it 79"),
        (64, 40, "40 images is 1 step in batches of 64; --set batch_size=8 .* makes it 5"),
        (64, 1280, None),
        (8, 40, None),
        (64, 45_000, None),
    ],
)
def test_hardly_any_steps_are_told(batch_size: int, num_images: int, told: str | None) -> None:
    found = few_steps(batch_size, num_images)
    assert found is None if told is None else found is not None and re.search(told, found)


def test_hardly_any_steps_are_told_before_training(study: Store, tmp_path: Path) -> None:
    audience = Audience(stop_after=1)
    _trained(study, tmp_path, audience, recipe=TrainingSpec(execution="float32"))
    assert any("48 images is 1 step in batches of 64" in line for line in audience.messages)


def test_some_hundred_photographs_are_enough_steps_in_their_ready_space() -> None:
    """CamVid has 367: in batches of 32 mIoU was .24 after 7 epochs, it is .34 after 3 in these."""
    file = ExperimentFile.read(ROOT / "search_spaces" / "segmentation_256.yaml")
    assert few_steps(file.experiment.proxy.images_per_step, 367) is None
