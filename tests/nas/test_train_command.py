"""`nas train` as a user runs it: killed, stopped, resumed, and used wrongly."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from training_kit import TINY, tiny_study

from nas.cli import main
from nas.store import Store, StudyRecord
from nas.training import TrainingResult

RECIPE = ("--trial", "1", "--epochs", "150", "--set", "batch_size=8", "--threads", "1")

Start = Callable[..., subprocess.Popen[str]]

NETWORK = """
import torch
from torch import Tensor, nn

IN_SHAPE = (1, 32, 32)


class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3, stride=4, bias=False)
        self.norm = nn.BatchNorm2d(4)
        self.classifier = nn.Linear(4, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(torch.relu(self.norm(self.conv(x))).mean((2, 3)))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the database of a small study."""
    with Store(f"sqlite:///{tmp_path / 'nas.db'}") as store:
        tiny_study(store)
    (tmp_path / "space.yaml").write_text(TINY)
    (tmp_path / "network.py").write_text(NETWORK)
    return tmp_path


@pytest.fixture
def start(folder: Path) -> Iterator[Start]:
    """Starts `nas train` on a folder and a database; what still runs at the end is killed."""
    processes = []
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}

    def started(name: str, *arguments: str) -> subprocess.Popen[str]:
        database = folder / f"{name}.db"
        if not database.exists():
            shutil.copy(folder / "nas.db", database)
        places = ("--folder", name, "--storage", f"sqlite:///{database}")
        command = [sys.executable, "-m", "nas", "train", "tiny", "--json", *RECIPE, *places]
        process = subprocess.Popen(
            [*command, *arguments], cwd=folder, env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        processes.append(process)
        return process

    yield started
    for process in processes:
        process.kill()
        process.communicate()


def _written_at(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0


def _result(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What a training prints that comes to its end."""
    printed, said = process.communicate(timeout=300)
    assert process.returncode == 0, said
    result: dict[str, Any] = json.loads(printed)
    return result


def _interrupted(process: subprocess.Popen[str], after_s: float, how: signal.Signals) -> int:
    """Sends a signal after some time, unless the process ends before; its exit code."""
    assert process.stderr is not None
    try:
        process.wait(after_s)
    except subprocess.TimeoutExpired:
        process.send_signal(how)
    process.communicate(timeout=120)
    return process.returncode


def _wait_for_another(path: Path, before: int, process: subprocess.Popen[str]) -> None:
    """Waits for a checkpoint that was written later than the one of `before`."""
    while _written_at(path) == before:
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
        raise AssertionError(process.communicate()[1])


@pytest.mark.slow
def test_killed_at_random_it_ends_as_the_undisturbed_one(folder: Path, start: Start) -> None:
    """SIGKILL, then SIGTERM, each at a random moment; the third run ends bit-equal."""
    rng = random.Random(os.getpid())
    results = [_result(start("one"))]
    checkpoint = folder / "other/tiny/trained/trial-00001-seed0.checkpoint"
    codes = []
    for how in (signal.SIGKILL, signal.SIGTERM):
        before = _written_at(checkpoint)
        process = start("other", "--checkpoint-every", "0")
        _wait_for_another(checkpoint, before, process)
        codes.append(_interrupted(process, rng.uniform(0, 1), how))
    assert codes == [-signal.SIGKILL, 130]
    results.append(_result(start("other")))
    weights = [torch.load(folder / result["weights"], weights_only=True) for result in results]
    assert all(torch.equal(value, weights[1][key]) for key, value in weights[0].items())
    same = ("epochs", "validation_accuracy", "test_accuracy", "num_test_images", "recipe")
    one, other = ([result[key] for key in same] for result in results)
    assert one == other
    assert not checkpoint.exists()
    one_curve, other_curve = (_curve(folder / f"{name}.db") for name in ("one", "other"))
    assert one_curve == other_curve and len(one_curve) == 150


def _curve(database: Path) -> list[tuple[int, float | None, float]]:
    """All but the seconds of the only training."""
    with Store(f"sqlite:///{database}", create=False) as store:
        (training,) = store.trainings()
        epochs = store.training_epochs(training.id)
    return [(e.epochs, e.validation_accuracy, e.train_loss) for e in epochs]


def _run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["train", *arguments])
    return int(ended.value.code or 0)


def test_a_file_is_trained_on_the_data_of_a_space(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    line = ("network.py", "--space", "space.yaml", "--epochs", "2", "--json")
    assert _run(*line) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["study"], result["trial"], result["state"]) == (None, None, "COMPLETE")
    assert result["weights"] == "nas_studies/tiny/trained/network.pt"
    assert result["class_names"] == list("0123456789")
    assert result["input_format"]["layout"] == "NCHW"
    state = torch.load(result["weights"], weights_only=True)
    assert list(state) == [
        "conv.weight", "norm.weight", "norm.bias", "norm.running_mean", "norm.running_var",
        "norm.num_batches_tracked", "classifier.weight", "classifier.bias",
    ]  # fmt: skip
    assert _run(*line) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out) == result and "complete already" in captured.err


def test_what_the_network_is_given_and_tells_apart_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Folders named by numbers stand in the order of the alphabet."""
    monkeypatch.chdir(folder)
    rng = np.random.default_rng(0)
    for name in ("1", "2", "10"):
        (folder / "photos" / name).mkdir(parents=True)
        for number in range(6):
            pixels = rng.integers(0, 256, (32, 32), np.uint8)
            Image.fromarray(pixels).save(folder / "photos" / name / f"{number}.png")
    data = "{name: image_folder, root: photos, size: [32, 32], channels: 1, validation_size: 6}"
    text = TINY.replace("{name: cluttered_digits, train_size: 48, validation_size: 20}", data)
    (folder / "photos.yaml").write_text(text)
    (folder / "other.py").write_text(f"{NETWORK.replace('4, 10)', '4, 3)')}\nMEAN = [1.0]\n")
    assert _run("other.py", "--space", "photos.yaml", "--epochs", "1") == 0
    printed = capsys.readouterr()
    said = dict(line.split(maxsplit=1) for line in printed.out.splitlines() if "  " in line)
    assert said["classes"] == "0 is 1, 1 is 10, 2 is 2"
    assert said["input"].startswith("bytes, grey, each less ")
    assert "other.py: MEAN are of other images" in printed.err
    with Store(f"sqlite:///{folder / 'nas.db'}", create=False) as store:
        (training,) = store.trainings()
    assert training.class_names == ["1", "10", "2"]
    assert training.input_format is not None and len(training.input_format["mean"]) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("nothing",), 1, "no study 'nothing'"),
        (("tiny", "--trial", "7"), 1, "study 'tiny' has no trial 7; it has 2"),
        (("tiny", "--set", "mixupp=1"), 1, "`mixupp` is not a known key; did you mean `mixup`?"),
        (("tiny", "--epochs", "1", "--minutes", "1"), 2, "--epochs and --minutes each say"),
        (("tiny", "--minutes", "0"), 2, "--minutes"),
        (("tiny", "--space", "space.yaml"), 2, "--space is for a FILE.py"),
        (("network.py",), 2, "on the data set of --space SPACE.YAML"),
        (("network.py", "--space", "space.yaml", "--trial", "1"), 2, "choose a network of a study"),
        (("missing.py", "--space", "space.yaml"), 1, "missing.py: cannot be read: No such file"),
        (("network.py", "--space", "missing.yaml"), 2, "missing.yaml"),
        (("raises.py", "--space", "space.yaml"), 1, "cannot be loaded: ZeroDivisionError"),
        (("empty.py", "--space", "space.yaml"), 1, "it has no `IN_SHAPE`"),
        (("other.py", "--space", "space.yaml"), 1, "gives (7,) scores an image; the data set has"),
        (("colour.py", "--space", "space.yaml"), 1, "takes images of 3 channels; the data set's"),
    ],
)
def test_used_wrongly(
    arguments: tuple[str, ...], code: int, message: str, folder: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(folder)
    (folder / "raises.py").write_text("1 / 0")
    (folder / "empty.py").write_text("")
    (folder / "other.py").write_text(NETWORK.replace("10)", "7)"))
    (folder / "colour.py").write_text(NETWORK.replace("(1, 32, 32)", "(3, 32, 32)"))
    assert _run(*arguments) == code
    assert message in " ".join(capsys.readouterr().err.split())
    assert not (folder / "nas_studies/tiny/trained/network.pt").exists()


@pytest.mark.parametrize(("is_named", "place"), [(True, " --storage {url}"), (False, "")])
def test_the_next_command_finds_the_database(
    is_named: bool, place: str, url: str, hand_made: StudyRecord, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """It is named where it was named, and not where NAS_STORAGE does."""
    trained = TrainingResult(
        "hand-made trial 2", "hand-made", 2, "0", "COMPLETE", 3, 3, 0.75, None, None, 9.0, None,
        None, {},
    )  # fmt: skip
    monkeypatch.setattr("nas.training.train_source", lambda *_: trained)
    given = ["--storage", url]
    if not is_named:
        given = []
        monkeypatch.setenv("NAS_STORAGE", url)
    with pytest.raises(SystemExit) as ended:
        main(["train", "hand-made", "--trial", "2", *given])
    assert ended.value.code == 0
    *_, last = capsys.readouterr().err.splitlines()
    assert last == "  nas export hand-made --trial 2" + place.format(url=url)
