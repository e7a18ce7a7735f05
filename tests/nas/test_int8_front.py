"""The networks of a front in eight bit integers: measured, stored, told."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from click.testing import CliRunner
from search_kit import IN_SHAPE, NUM_CLASSES, SIX, experiment_file

import nas.quantisation.front as front
from nas.cli import cli
from nas.config.proxy import ProxySpec
from nas.quantisation import as_json, asks_for_int8, measure_int8, said
from nas.runner.job import SearchJob, Work
from nas.runner.stopping import StopRequest
from nas.store import Int8Reading, Store, StudyRecord
from nas.store.results import front_as_json
from nas.store.workspace import Workspace
from search_spaces.errors import ExperimentFileError, GraphError, StoppedError
from search_spaces.graphs.modules import build_module
from search_spaces.graphs.network import Network
from search_spaces.spaces.problem import SpaceProblem
from workers.datasets import Dataset, DatasetInfo, Split, input_format
from workers.evaluator import TrialTask
from workers.proxy import ProxyTrainer
from workers.quantisation import evaluated
from workers.tasks import TASKS

READING = Int8Reading(0.72, -0.03, -0.05, -0.01)


class Lines(list[str]):
    def message(self, text: str) -> None:
        self.append(text)

    def profiling(self, done: int, total: int) -> None: ...


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    """Images whose brightest quarter tells their class, of four."""
    rng = np.random.default_rng(0)
    parts = []
    for number in (64, 40):
        images = rng.integers(0, 128, (number, *IN_SHAPE), dtype=np.uint8)
        labels = rng.integers(0, 4, number)
        for image, label in zip(images, labels, strict=True):
            row, column = 8 * (label // 2), 8 * (label % 2)
            image[:, row : row + 8, column : column + 8] += 120
        parts.append(Split(images, labels))
    return Dataset("quarters", DatasetInfo(IN_SHAPE, NUM_CLASSES, False), *parts)


@pytest.fixture
def workspace(store: Store, hand_made: StudyRecord, tmp_path: Path) -> Workspace:
    """With the weights of trials 0 and 2, which are the front; trial 1 is dominated."""
    made = Workspace(tmp_path / "studies", hand_made.name)
    made.create()
    torch.manual_seed(0)
    for number in (0, 2):
        module = build_module(store.network(store.trials(hand_made)[number].architecture))
        torch.save(module.state_dict(), made.weights(hand_made, number))
    return made


def test_front_is_measured_once_beside_float32(
    store: Store, hand_made: StudyRecord, workspace: Workspace, dataset: Dataset
) -> None:
    lines = Lines()
    before = store.version(hand_made)
    measured = measure_int8(store, hand_made, workspace, dataset, lines)
    assert [trial.number for trial in measured] == [0, 2]
    trials = store.trials(hand_made)
    assert [trial.number for trial in trials if trial.int8] == [0, 2]
    network = store.network(trials[2].architecture)
    module = build_module(network).eval()
    module.load_state_dict(torch.load(workspace.weights(hand_made, 2), weights_only=True))
    score = evaluated(
        network, module, dataset.train, dataset.validation, input_format(dataset),
        TASKS["classification"],
    )  # fmt: skip
    assert trials[2].int8 == Int8Reading(score.int8.value, *score.difference)
    assert trials[2].values()["accuracy_int8"] == score.int8.value
    assert score.difference.value == pytest.approx(score.int8.value - score.float32.value)
    assert lines[0] == "measuring 2 networks of the front in int8"
    assert lines[2].startswith(f"trial 2: accuracy in int8 {score.int8.value:.4f}, to float32 ")
    # Whoever watches hears of it, and nothing is done twice.
    assert store.version(hand_made).rest != before.rest
    assert measure_int8(store, hand_made, workspace, dataset, lines) == []


def test_what_cannot_be_measured_is_one_line_and_leaves_the_others(
    store: Store, hand_made: StudyRecord, workspace: Workspace, dataset: Dataset,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    path = workspace.weights(hand_made, 0)
    path.write_bytes(b"no weights")
    lines = Lines()
    (measured,) = measure_int8(store, hand_made, workspace, dataset, lines)
    assert measured.number == 2
    assert f"trial 0 is not measured in int8: {path}: are no weights of it" in lines[1]
    path.unlink()
    measure_int8(store, hand_made, workspace, dataset, lines)
    assert lines[-1] == f"trial 0 is not measured in int8: there is no {path}"

    def refused(*_: object) -> None:
        raise GraphError("TensorFlow Lite has no such layer")

    monkeypatch.setattr(front, "_reading", refused)
    measure_int8(store, hand_made, workspace, dataset, lines)
    assert lines[-1] == "trial 0 is not measured in int8: TensorFlow Lite has no such layer"


def test_a_stop_keeps_what_was_measured(
    store: Store, hand_made: StudyRecord, workspace: Workspace, dataset: Dataset
) -> None:
    class Stopping(Lines):
        def message(self, text: str) -> None:
            if text.startswith("trial 0"):
                raise StoppedError("stopped")

    with pytest.raises(StoppedError):
        measure_int8(store, hand_made, workspace, dataset, Stopping())
    assert [trial.number for trial in store.trials(hand_made) if trial.int8] == [0]


@pytest.mark.parametrize("precision", ["int8", None])
def test_search_measures_its_front_where_its_device_asks_for_it(
    store: Store, hand_made: StudyRecord, workspace: Workspace, dataset: Dataset,
    precision: str | None,
) -> None:  # fmt: skip
    device = {} if precision is None else {"device": {"name": "raspberry_pi_pico"}}
    file = experiment_file(yaml.safe_dump({**yaml.safe_load(SIX), "name": "hand-made", **device}))
    values = file.experiment.model_dump(mode="json")
    # As a launch notes it where it goes on with a study.
    store.set_experiment(hand_made, file.document.text, values)
    space = file.space(IN_SHAPE, NUM_CLASSES)
    work = Work(file, SpaceProblem(space, file.experiment.objectives, ()), dataset, None, None)
    lines = Lines()
    SearchJob(store, hand_made, work, workspace, lines, StopRequest())._measure_front()  # type: ignore[arg-type]
    measured = [trial.number for trial in store.trials(hand_made) if trial.int8]
    assert measured == ([0, 2] if precision else [])
    # A stop that somebody asks for ends it in good order.
    stop = StopRequest()
    stop.ask()
    SearchJob(store, hand_made, work, workspace, lines, stop)._measure_front()  # type: ignore[arg-type]


def test_own_evaluators_are_told(
    store: Store, hand_made: StudyRecord, workspace: Workspace, dataset: Dataset
) -> None:
    own = replace(hand_made, experiment=hand_made.experiment | {"evaluator": "module:Name"})
    lines = Lines()
    assert measure_int8(store, own, workspace, dataset, lines) == []
    assert lines[0].endswith("how its evaluator gives images to a network is not known")


@pytest.mark.parametrize(
    ("section", "asked"),
    [
        ({}, False),
        ({"device": {"precision": "int8"}}, True),
        ({"device": {"precision": "float32"}}, False),
        ({"proxy": {"precision": "int8"}}, True),
    ],
)
def test_device_and_proxy_ask_for_it(
    hand_made: StudyRecord, section: dict[str, object], asked: bool
) -> None:
    study = replace(hand_made, experiment=hand_made.experiment | section)
    assert asks_for_int8(study) is asked


def test_front_says_where_more_is_lost_than_may_be(
    store: Store, hand_made: StudyRecord, workspace: Workspace
) -> None:
    store.set_int8(hand_made, {2: READING}, "by hand")
    trials = store.trials(hand_made)
    assert said(hand_made, trials) == [] and as_json(hand_made, trials) == {}
    for most, beyond in ((0.02, [2]), (0.03, []), (0.04, [])):
        device = {"device": {"precision": "int8", "max_drop": most}}
        study = replace(hand_made, experiment=hand_made.experiment | device)
        assert as_json(study, trials) == {"max_drop": most, "beyond_max_drop": beyond}
        (line,) = said(study, trials)
        expected = (
            "Int8 costs more than `max_drop` (0.02): 2 (-0.0300 [-0.0500, -0.0100])."
            if beyond
            else f"Int8 costs no network more than `max_drop` ({most:g})."
        )
        assert line == expected
    (row,) = [r for r in front_as_json(trials, study.objectives, ())["front"] if r["trial"] == 2]
    assert row["accuracy_int8"] == 0.72 and row["accuracy_int8_difference_low"] == -0.05


def test_table_has_it_beside_float32(store: Store, url: str, hand_made: StudyRecord) -> None:
    store.set_int8(hand_made, {2: READING}, "by hand")
    asked = ["pareto", hand_made.name, "--storage", url]
    shown = CliRunner().invoke(cli, asked, env={"COLUMNS": "160"})
    head, _, *rows = shown.output.splitlines()
    assert "accuracy int8" in head and "to float32" in head
    (row,) = [row for row in rows if row.split()[:1] == ["2"]]
    assert "0.7200" in row and "-0.0300 ±0.0200" in row
    best = CliRunner().invoke(cli, [*asked, "--best", "accuracy_int8", "--json"])
    assert [row["trial"] for row in json.loads(best.output)["front"]] == [2]


def test_command_needs_the_images_of_the_search(
    store: Store, url: str, hand_made: StudyRecord, tmp_path: Path
) -> None:
    asked = ["quantise", hand_made.name, "--storage", url, "--folder", str(tmp_path)]
    failed = CliRunner().invoke(cli, asked)
    assert failed.exit_code == 1
    assert "hand-made cannot be measured in int8: " in str(failed.exception)
    store.set_int8(hand_made, {0: READING, 2: READING}, "by hand")
    # Nothing is left to measure: no image is read.
    known = CliRunner().invoke(cli, [*asked, "--json"])
    assert known.exit_code == 0
    assert [row["accuracy_int8"] for row in json.loads(known.output)["front"]] == [0.72, 0.72]


def test_objective_in_int8_is_what_the_proxy_is_judged_by() -> None:
    plain = experiment_file(f"{SIX}proxy: {{precision: int8}}\n").experiment
    named = experiment_file(f"{SIX}objectives: [accuracy_int8, flops]\n").experiment
    assert named.objectives == ("accuracy", "flops") and named.proxy.precision == "int8"
    assert named.identity() == plain.identity() != experiment_file().experiment.identity()


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (
            "objectives: [accuracy, accuracy_int8, flops]",
            "9: `objectives` must contain one of accuracy and accuracy_int8",
        ),
        (
            "objectives: [accuracy_int8, flops]\nproxy: {precision: float32}",
            "9: `objectives` must not contain accuracy_int8 where `proxy.precision` is float32",
        ),
        ("proxy: {precision: int4}", "9: `proxy.precision` must be 'float32' or 'int8'"),
        (
            "device: {name: raspberry_pi_pico, max_drop: 1.5}",
            "9: `device.max_drop` must be at most 1, got 1.5",
        ),
        (
            "device: {name: raspberry_pi_pico, max_drop: -0.01}",
            "9: `device.max_drop` must be at least 0, got -0.01",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(lines: str, told: str) -> None:
    with pytest.raises(ExperimentFileError) as caught:
        experiment_file(f"{SIX.strip()}\n{lines}\n")
    assert told in str(caught.value)


def _trainer(dataset: Dataset, network: Network, recipe: ProxySpec) -> ProxyTrainer:
    return ProxyTrainer.of_task(TrialTask(network, dataset, recipe, 1, 0))


def test_short_training_is_judged_in_integers(dataset: Dataset) -> None:
    file = experiment_file(f"{SIX}objectives: [accuracy_int8, flops]\n")
    space = file.space(IN_SHAPE, NUM_CLASSES)
    network = space.network({"width_mult": 1.0, "stage1.standard.kernel_size": 3})
    trainer = _trainer(dataset, network, file.experiment.proxy)
    found = trainer.train_epoch().accuracy
    module = build_module(network).eval()
    module.load_state_dict(trainer.weights())
    score = evaluated(
        network, module, dataset.train, dataset.validation, input_format(dataset),
        TASKS["classification"],
    )  # fmt: skip
    assert found == score.int8.value
    # It trains as it would without, to the last bit.
    plain = _trainer(dataset, network, experiment_file().experiment.proxy)
    assert plain.train_epoch().accuracy == score.float32.value
    torch.testing.assert_close(trainer.weights(), plain.weights(), rtol=0, atol=0)
