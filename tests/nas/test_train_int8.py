"""`nas train --precision int8`: from the trained weights to a file that is worth what was said."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from training_kit import RECIPE, Audience, settings, tiny_study

from nas.cli import main
from nas.export import Wishes, export_trials, find_weights
from nas.store import Store
from nas.store.weights import find_int8_weights, last_training
from nas.store.workspace import Workspace
from nas.training import Source, TrainingResult, source_of_trial, train_source, training_recipe
from nas.training.source import require_begun
from search_spaces.errors import TrainingError
from search_spaces.graphs.builder import Builder
from search_spaces.graphs.network import Block, Network
from search_spaces.graphs.primitives import Conv
from workers.datasets import input_format, load_dataset, load_test
from workers.quantisation import Asked, input_scaling, prepared, run_files

LEARNING = RECIPE.model_copy(update={"learning_rate": 0.4, "averaging": 0.9})
INT8 = RECIPE.model_copy(update={"learning_rate": 0.01})


@dataclass
class Place:
    """A database and a folder with the study of two networks, one of them trained."""

    folder: Path

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / 'nas.db'}"

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.folder, "tiny")

    def source(self, store: Store, precision: str, number: int = 1) -> Source:
        study = store.study("tiny")
        trial = store.trials(study)[number]
        return source_of_trial(store, study, trial, self.workspace, precision)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = Place(tmp_path_factory.mktemp("int8"))
    with Store(place.url) as store:
        tiny_study(store)
        train_source(
            place.source(store, "float32"), settings(LEARNING, epochs=80), store, Audience()
        )
    return place


@pytest.fixture(scope="module")
def result(place: Place) -> TrainingResult:
    """Stopped after its first step, and gone on with."""
    with Store(place.url) as store:
        source = place.source(store, "int8")
        stopped = train_source(source, settings(INT8), store, Audience(stop_after=1))
        assert stopped.state == "INTERRUPTED"
        return train_source(source, settings(INT8), store, Audience())


def test_all_three_stand_in_the_result_with_their_intervals(result: TrainingResult) -> None:
    told = result.as_json()
    assert (told["state"], told["epochs"], told["recipe"]["precision"]) == ("COMPLETE", 2, "int8")
    for name in ("accuracy", "accuracy_float32", "accuracy_post_training"):
        low, value, high = (told[f"test_{name}{end}"] for end in ("_low", "", "_high"))
        # Of 1,000 images; by the normal approximation to within a step or two of the exact one.
        half = 1.96 * (value * (1 - value) / 1000) ** 0.5
        assert low == pytest.approx(value - half, abs=0.004)
        assert high == pytest.approx(value + half, abs=0.004)


def test_weights_in_float32_stay_and_their_accuracy_is_told(
    place: Place, result: TrainingResult
) -> None:
    with Store(place.url) as store:
        study = store.study("tiny")
        trial, trainings = store.trials(study)[1], store.trainings(study)
        before, after = (last_training(trainings, trial, p) for p in ("float32", "int8"))
        assert before is not None and after is not None and result.readings is not None
        assert result.readings["accuracy_float32"] == before.test_accuracy
        path = place.workspace.trained_weights(1)
        assert sha256(path.read_bytes()).hexdigest() == before.weights_sha256
        assert after.recipe["weights"] == before.weights_sha256
        assert result.weights == str(place.workspace.trained_folder / "trial-00001.int8.pt")
        assert after.weights_sha256 == result.weights_sha256 != before.weights_sha256


def test_the_file_is_worth_what_the_training_said(place: Place, result: TrainingResult) -> None:
    """Accuracy of the exported file on the test images, in LiteRT; .003 are three of a thousand."""
    with Store(place.url) as store:
        study = store.study("tiny")
        trial = store.trials(study)[1]
        wishes = Wishes(("tflite",), with_latency=False)
        folder = place.folder / "out"
        (exported,) = export_trials(store, place.workspace, study, [trial], folder, wishes)
        dataset = place.source(store, "float32").dataset
    proof = exported.proof.tflite
    assert proof is not None and proof.origin == "training in eight bit integers, 2 epochs"
    # The code beside it has the weights in float32.
    assert exported.weights_origin == "full training, 80 epochs"
    given, test = input_format(load_dataset(dataset)), load_test(dataset)
    batches = prepared(test.images, given, (32, 32))
    images = np.concatenate([batch.permute(0, 2, 3, 1).numpy() for batch in batches])
    integers = input_scaling(given).to_integers(images)
    (ran,) = run_files([Asked(exported.files["tflite"].read_bytes(), integers, 3)])
    accuracy = float((ran.outputs.argmax(1) == test.labels).mean())
    assert result.test_accuracy == pytest.approx(accuracy, abs=0.003)


def test_of_weights_that_were_trained_anew_it_is_no_longer(
    place: Place, result: TrainingResult, tmp_path: Path
) -> None:
    with Store(place.url) as store:
        study = store.study("tiny")
        trial, trainings = store.trials(study)[1], store.trainings(study)
        begun = find_weights(place.workspace, study, trial, last_training(trainings, trial))
        assert begun is not None
        assert find_int8_weights(place.workspace, trainings, trial, begun) is not None
        other = tmp_path / "other.pt"
        other.write_bytes(begun.path.read_bytes() + b"\0")
        anew = replace(begun, path=other)
        assert find_int8_weights(place.workspace, trainings, trial, anew) is None


def test_what_cannot_be_trained_so_is_refused_in_one_line(place: Place) -> None:
    with Store(place.url) as store, pytest.raises(TrainingError, match="there are none; `nas tra"):
        place.source(store, "int8", number=0)
    net = Builder((4, 8, 8))
    up = Conv(4, 4, (2, 2), (2, 2), groups=2, transposed=True)
    graph = net.graph(net.emit("up", up, net.input))
    network = Network((4, 8, 8), (Block("only", "own", graph),))
    with pytest.raises(TrainingError, match=r"a net: cannot be trained .* with groups"):
        require_begun("a net", network, None)


def test_rate_follows_unless_it_is_said() -> None:
    assert training_recipe({}, "int8").learning_rate == pytest.approx(0.01)
    assert training_recipe({"batch_size": 128}, "int8").learning_rate == pytest.approx(0.02)
    assert training_recipe({"learning_rate": 0.3}, "int8").learning_rate == 0.3


def test_command_tells_all_three_and_what_to_type_next(
    place: Place, result: TrainingResult, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = {"batch_size": 16, "execution": "float32", "learning_rate": 0.01}
    arguments = ["train", "tiny", "--trial", "1", "--precision", "int8", "--epochs", "2"]
    arguments += [part for key, value in recipe.items() for part in ("--set", f"{key}={value}")]
    arguments += ["--storage", place.url, "--folder", str(place.folder), "--device", "cpu"]
    assert _code(arguments) == 0
    printed, said = capsys.readouterr()
    readings = result.readings or {}
    lines = printed.splitlines()
    assert lines[1].startswith(f"test accuracy       {result.test_accuracy:.4f} [")
    for line, name in zip(lines[2:4], ("post_training", "float32"), strict=True):
        assert f"{readings[f'accuracy_{name}']:.4f} [" in line and "before" in line
    assert "complete already" in said and "--format tflite" in said
    assert _code([*arguments, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["test_accuracy_post_training"] == readings["accuracy_post_training"]


def _code(arguments: list[str]) -> object:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return ended.value.code


def test_files_are_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["train", str(tmp_path / "a.py"), "--space", "b.yaml", "--precision", "int8"]
    assert _code(arguments) == 2
    assert "for networks of a study" in capsys.readouterr().err
