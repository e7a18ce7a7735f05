"""An exported network can be fed: bytes in, the accuracy of the database and named classes out."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from export_kit import NO_LATENCY, of_twelve_blocks
from feeding_kit import COLOUR, GREY, answers_alone, folder_of_colours, trained_study

from nas.config.training import TrainingSpec
from nas.export import (
    Exported,
    Subject,
    Wishes,
    export_trials,
    network_source,
    subject_source,
    subjects_of_trials,
)
from nas.export.images import StudyImages
from nas.store import Store, StudyRecord
from nas.store.workspace import Workspace
from nas.training import Settings, source_of_trial, train_source
from nas.training.progress import Silence
from search_spaces.graphs.inference import InputFormat
from workers.datasets import Dataset
from workers.training import Budget


class Fed:
    """A trained study and what was exported of it."""

    def __init__(self, store: Store, study: StudyRecord, dataset: Dataset, root: Path) -> None:
        self.store, self.study, self.dataset, self.root = store, study, dataset, root

    def export(self, study: StudyRecord, wishes: Wishes, place: str) -> Exported:
        workspace, trials = Workspace(self.root, study.name), self.store.trials(self.study)
        target = self.root / place
        (found,) = export_trials(self.store, workspace, study, trials, target, wishes)
        return found

    def subject(self, study: StudyRecord) -> Subject:
        """What would be exported, if the study were so."""
        workspace, trials = Workspace(self.root, study.name), self.store.trials(self.study)
        images = StudyImages.of(study, lambda line: None)
        (found,) = subjects_of_trials(self.store, workspace, study, trials, NO_LATENCY, images)
        return found

    def accuracy(self, answers: list[int]) -> float:
        return float(np.mean(np.array(answers) == self.dataset.validation.labels))


@pytest.fixture(scope="module", params=["grey", "colour"])
def fed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fed]:
    root = tmp_path_factory.mktemp(request.param)
    folder_of_colours(root / "photos")
    text = GREY if request.param == "grey" else COLOUR.replace("ROOT", str(root / "photos"))
    with Store(f"sqlite:///{root / 'nas.db'}") as store:
        yield Fed(store, *trained_study(store, text, root / "studies"), root / "studies")


@pytest.fixture(scope="module")
def exported(fed: Fed) -> Exported:
    return fed.export(fed.study, replace(NO_LATENCY, formats=("onnx", "torchscript")), "out")


def test_the_file_alone_has_the_accuracy_of_the_database(
    fed: Fed, exported: Exported, tmp_path: Path
) -> None:
    """Where torch alone is there, of bytes as they are stored and with the channels last."""
    assert exported.weights is not None
    images = fed.dataset.validation
    first, last, names, ours = answers_alone(exported.code, exported.weights, images, tmp_path)
    accuracy = fed.store.trials(fed.study)[0].accuracy
    assert len({*first}) >= 3  # it tells classes apart, if not well
    assert fed.accuracy(first) == fed.accuracy(last) == pytest.approx(accuracy, abs=1e-12)
    assert names == (list("0123456789") if fed.study.name == "grey" else ["1", "10", "2"])
    assert ours == []
    tried = exported.proof.images
    assert tried is not None and tried.num_images == len(images.labels)
    assert tried.accuracy == pytest.approx(accuracy, abs=1e-12)


def test_onnx_fed_by_its_metadata_has_it_too(fed: Fed, exported: Exported) -> None:
    import onnxruntime

    path = str(exported.files["onnx"])
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    props = session.get_modelmeta().custom_metadata_map
    said = {name: json.loads(text) for name, text in props.items()}
    assert (said["layout"], said["input_range"]) == ("NCHW", [0, 255])
    assert said["channels"] == ("grey" if fed.study.name == "grey" else "RGB")
    assert said["class_names"] == list(fed.dataset.info.class_names)
    mean, std = (np.array(said[n], np.float32)[:, None, None] for n in ("mean", "std"))
    x = torch.from_numpy((fed.dataset.validation.images - mean) / std)
    size = session.get_inputs()[0].shape[2:]
    x = torch.nn.functional.interpolate(x, size, mode="bilinear", antialias=True)
    (scores,) = session.run(None, {"input": x.numpy()})
    accuracy = fed.store.trials(fed.study)[0].accuracy
    assert fed.accuracy(scores.argmax(1)) == pytest.approx(accuracy, abs=1e-12)


def test_torchscript_says_the_same_of_its_input(fed: Fed, exported: Exported) -> None:
    files = {"metadata.json": ""}
    with pytest.warns(DeprecationWarning, match="torch.jit.load"):
        torch.jit.load(exported.files["torchscript"], _extra_files=files)  # type: ignore[no-untyped-call]
    assert fed.study.input_format is not None
    names = list(fed.dataset.info.class_names)
    wanted = {**fed.study.input_format.as_json(), "class_names": names}
    assert json.loads(files["metadata.json"]) == wanted
    assert {key: exported.as_json()[key] for key in wanted} == wanted


def _run(code: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", str(code)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_file_tries_itself_on_stored_images(fed: Fed, exported: Exported) -> None:
    stored = torch.load(exported.files["images"], weights_only=True)
    count = len(stored["labels"])
    assert stored["images"].dtype == torch.uint8 and 3 <= count <= 10
    assert {*stored["labels"].tolist()} <= {*range(fed.study.num_classes)}
    done = _run(exported.code)
    assert (done.returncode, done.stderr) == (0, "")
    line = f"{count} of {count} stored validation images labelled rightly"
    assert done.stdout.splitlines()[-1] == line
    torch.save({**stored, "images": 255 - stored["images"]}, exported.files["images"])
    done = _run(exported.code)
    torch.save(stored, exported.files["images"])
    said = "images were labelled otherwise when this file was made"
    assert (done.returncode, done.stderr.strip()) == (1, said)


def test_the_file_without_what_lay_beside_it(exported: Exported, tmp_path: Path) -> None:
    alone = tmp_path / exported.code.name
    alone.write_bytes(exported.code.read_bytes())
    done = _run(alone)
    assert done.returncode == 0
    assert (
        done.stdout.splitlines()[-1] == f"not tried on images: {tmp_path}/trial_0.pt is not there"
    )


@pytest.mark.parametrize("wrong", ["float", "one image", "scaled"])
def test_what_is_no_bytes_is_refused(exported: Exported, wrong: str) -> None:
    namespace: dict[str, Any] = {"__name__": "exported"}
    exec(exported.code.read_text(), namespace)
    shape = namespace["IN_SHAPE"]
    images = {
        "float": torch.zeros(2, *shape),
        "one image": torch.zeros(*shape, dtype=torch.uint8),
        "scaled": torch.zeros(2, *shape, dtype=torch.uint8) / 255,
    }[wrong]
    with pytest.raises(TypeError, match="not four dimensions of uint8"):
        namespace["preprocess"](images)


def test_statistics_are_those_of_the_training_images(fed: Fed) -> None:
    pixels = fed.dataset.train.images.astype(np.float64).swapaxes(0, 1)
    pixels = pixels.reshape(len(pixels), -1)
    found = fed.study.input_format
    assert found is not None
    assert found.mean == pytest.approx(pixels.mean(1), rel=1e-6)
    assert found.std == pytest.approx(pixels.std(1, ddof=1), rel=1e-6)
    assert fed.study.class_names == fed.dataset.info.class_names


def test_a_study_of_before_is_fed_as_its_images_say(fed: Fed) -> None:
    """Its database does not say how; the images are there."""
    found = fed.subject(replace(fed.study, input_format=None, class_names=None))
    assert found.input_format == fed.study.input_format
    assert found.class_names == fed.study.class_names
    assert "preprocess" in subject_source(found)


def test_a_study_of_before_without_its_images_claims_nothing(fed: Fed) -> None:
    dataset = {"name": "image_folder", "root": "/nowhere"}
    before = replace(
        fed.study, input_format=None, class_names=None,
        experiment={**fed.study.experiment, "dataset": dataset},
    )  # fmt: skip
    found = fed.subject(before)
    text = " ".join(subject_source(found).split())
    assert "mean and deviation was not noted, and the images are not here to tell" in text
    assert "preprocess" not in text and "MEAN" not in text
    assert found.validation is None and "(=/nowhere) is not there" in str(found.missing)


def test_without_its_images_a_study_is_fed_as_its_database_says(fed: Fed) -> None:
    dataset = {"name": "image_folder", "root": "/nowhere"}
    gone = replace(fed.study, experiment={**fed.study.experiment, "dataset": dataset})
    found = fed.subject(gone)
    assert found.metadata() == fed.subject(fed.study).metadata()
    assert found.validation is None and "preprocess" in subject_source(found)


def test_weights_of_an_evaluator_of_ones_own(fed: Fed) -> None:
    """How it prepares images is not known; of what our full training gave, it is."""
    experiment = {**fed.study.experiment, "evaluator": "my_module:Mine"}
    found = fed.subject(replace(fed.study, experiment=experiment))
    text = subject_source(found)
    assert "as the evaluator prepares them" in text and "preprocess" not in text
    assert "CLASS_NAMES = [" in text
    assert found.metadata() == {"class_names": list(fed.dataset.info.class_names)}


@pytest.mark.slow
def test_the_full_training_has_the_accuracy_that_it_noted(fed: Fed, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, fed.study.name)
    source = source_of_trial(fed.store, fed.study, fed.store.trials(fed.study)[0], workspace)
    recipe = TrainingSpec(batch_size=16, execution="float32", averaging=0.9)
    settings = Settings(recipe, Budget(3), device="cpu", num_threads=1)
    result = train_source(source, settings, fed.store, Silence())
    assert result.class_names == list(fed.dataset.info.class_names)
    assert fed.study.input_format and result.input_format == fed.study.input_format.as_json()
    trials = fed.store.trials(fed.study)
    (found,) = export_trials(fed.store, workspace, fed.study, trials, tmp_path / "out", NO_LATENCY)
    assert found.weights_origin == "full training, 3 epochs" and found.weights is not None
    first, *_ = answers_alone(found.code, found.weights, fed.dataset.validation, tmp_path)
    assert fed.accuracy(first) == pytest.approx(result.validation_accuracy, abs=1e-12)


MANY = InputFormat((125.306918, 122.950394, 113.865383), (62.9932194, 62.0887071, 66.7048996))
TEN = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]


def test_what_feeds_a_network_takes_at_most_27_lines(ready_spaces: Path) -> None:
    facts = {f"Fact {number}": "words" for number in range(8)}
    for network in of_twelve_blocks(ready_spaces / "mixed_224.yaml", 12):
        plain = network_source(network, facts)
        fed = network_source(network, facts, input_format=MANY, class_names=TEN, has_images=True)
        added = len(fed.splitlines()) - len(plain.splitlines())
        assert 0 < added <= 27


HOSTILE = [
    'say "hi"',
    "a\nline",
    "\u202e\ud800\x00",
    "back\\slash",
    "",
    '"""',
    "{x} %s",
    "数字" * 9,
]


@pytest.mark.parametrize("names", [HOSTILE, [f"class {n}" for n in range(20)], ["é" * 300, "b"]])
def test_names_of_any_kind_stand_in_tidy_code(
    names: list[str], ready_spaces: Path, tmp_path: Path
) -> None:
    import ast

    (network,) = of_twelve_blocks(ready_spaces / "quickstart.yaml", 1)
    source = network_source(network, {}, input_format=MANY, class_names=names, has_images=True)
    tree = ast.parse(source)
    found = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "CLASS_NAMES"
    ]
    assert found == [names]
    (tmp_path / "network.py").write_bytes(source.encode())
    for check in (("ruff", "format", "--check"), ("ruff", "check", "--ignore", "E501")):
        command = [sys.executable, "-m", *check, "--no-cache", "--isolated", str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_a_thousand_names_stand_beside_the_code(fed: Fed) -> None:
    names = tuple(f"n{number:08d} some kind of dog" for number in range(1000))
    found = fed.export(replace(fed.study, class_names=names), NO_LATENCY, "many")
    assert "CLASS_NAMES" not in found.code.read_text()
    assert "Classes: 1,000, named in trial_0.classes.txt" in found.code.read_text()
    assert found.files["classes"].read_text(encoding="utf-8").splitlines() == list(names)
    assert found.subject.metadata()["class_names"] == list(names)
