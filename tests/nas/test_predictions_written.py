"""`nas train --predictions`: files from which anyone can count what the training tells."""

from __future__ import annotations

import csv
import json
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from training_kit import TINY, tiny_study

from nas.cli import main
from nas.store import Store
from nas.study import Study

SPACE = """
name: scenes
dataset: {{name: mask_folder, root: {root}, ignore: {ignore}{more}}}
space:
  stem: {{out_channels: 8}}
  stages: [{{out_channels: 8, stride: 2, block: {{separable: {{kernel_size: 3}}}}}}]
  head: {{fcn: {{num_skips: 1}}}}
"""
NETWORK = """
import torch.nn.functional as F
from torch import Tensor, nn

IN_SHAPE = (3, {height}, {width})


class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, {classes}, 3, stride=4, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return F.interpolate(self.conv(x), size=IN_SHAPE[1:], mode="bilinear")
"""
SIZE = (16, 20)
TESTED = ("b/frame.1", "a", "b/frame.0")


def independent_miou(pairs: list[tuple[NDArray[Any], NDArray[Any]]]) -> float:
    """Of true and predicted masks, class by class, sets of pixels."""
    truth = np.concatenate([mask.ravel() for mask, _ in pairs])
    found = np.concatenate([mask.ravel() for _, mask in pairs])
    known = truth != 255
    shares = []
    for label in range(int(max(truth[known].max(), found[known].max())) + 1):
        true, own = (truth == label) & known, (found == label) & known
        if (true | own).any():
            shares.append((true & own).sum() / (true | own).sum())
    return float(np.mean(shares))


def read(path: Path) -> NDArray[Any]:
    with Image.open(path) as image:
        assert image.mode == "L"
        return np.asarray(image)


def write_photos(root: Path) -> dict[str, NDArray[np.uint8]]:
    """Images whose left, middle or right differs; the masks to test, by stem."""
    rng = np.random.default_rng(0)
    masks = {}
    for part, stems in (("train", range(10)), ("val", range(4)), ("test", TESTED)):
        for stem in stems:
            mask = np.repeat(rng.integers(0, 3, 4), 5)[None].repeat(16, 0).astype(np.uint8)
            pixels = mask[..., None] * (60, 90, 120) + rng.integers(0, 15, (*SIZE, 3))
            mask[:2] = 7
            for folder, array in (("images", pixels.astype(np.uint8)), ("masks", mask)):
                path = root / folder / part / f"{stem}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                Image.fromarray(array).save(path)
            masks[str(stem)] = mask
    return {stem: masks[stem] for stem in TESTED}


@pytest.fixture
def masks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, NDArray[np.uint8]]:
    """A folder with photographs, a space and a network, which is the working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NAS_CACHE", str(tmp_path / "cache"))
    Path("space.yaml").write_text(SPACE.format(root="photos", ignore=7, more=""))
    Path("network.py").write_text(NETWORK.format(height=16, width=20, classes=3))
    return write_photos(Path("photos"))


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["train", *arguments])
    return int(ended.value.code or 0)


LINE = (
    "network.py", "--space", "space.yaml", "--epochs", "3", "--threads", "1",
    "--set", "batch_size=4", "--set", "learning_rate=0.1", "--predictions", "out/predicted",
)  # fmt: skip


def test_files_tell_the_miou_and_are_what_the_network_makes(
    masks: dict[str, NDArray[np.uint8]], capsys: pytest.CaptureFixture[str]
) -> None:
    """Counted by sets of pixels, and predicted once more from the weights and the images."""
    assert run(*LINE, "--json") == 0
    result = json.loads(capsys.readouterr().out)
    assert result["predictions"] == "out/predicted"
    out = Path("out/predicted")
    written = {path.relative_to(out).as_posix() for path in out.rglob("*.*") if path.is_file()}
    parts = ("masks", "predictions")
    assert written == {"classes.txt", *(f"{part}/{stem}.png" for part in parts for stem in TESTED)}
    assert (out / "classes.txt").read_text() == "0\n1\n2\n"
    train = np.stack([_pixels(f"train/{number}") for number in range(10)]).astype(np.float32)
    mean, std = train.mean((0, 1, 2)), train.std((0, 1, 2), ddof=1)
    weights = torch.load(result["weights"], weights_only=True)
    pairs = []
    for stem, mask in masks.items():
        truth, found = read(out / f"masks/{stem}.png"), read(out / f"predictions/{stem}.png")
        assert np.array_equal(truth, np.where(mask == 7, 255, mask))
        given = torch.from_numpy((_pixels(f"test/{stem}") - mean) / std).permute(2, 0, 1)[None]
        small = torch.nn.functional.conv2d(
            given, weights["conv.weight"], weights["conv.bias"], stride=4, padding=1
        )
        logits = torch.nn.functional.interpolate(small, SIZE, mode="bilinear")[0].numpy()
        highest, second = np.sort(logits, 0)[[-1, -2]]
        clear = highest - second > 1e-4
        assert clear.mean() > 0.95 and np.array_equal(logits.argmax(0)[clear], found[clear])
        pairs.append((truth, found))
    assert len({found.tobytes() for _, found in pairs}) == 3
    assert abs(independent_miou(pairs) - result["test_miou"]) < 1e-6


def _pixels(name: str) -> NDArray[Any]:
    return np.asarray(Image.open(f"photos/images/{name}.png")).astype(np.float32)


def test_a_complete_training_writes_them_from_its_weights(
    masks: dict[str, NDArray[np.uint8]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*LINE[:-2]) == 0
    assert not Path("out").exists() and "predictions" not in capsys.readouterr().out
    assert run(*LINE) == 0
    printed = capsys.readouterr()
    assert "complete already" in printed.err
    assert "predictions         out/predicted" in printed.out.splitlines()
    first = {path: path.read_bytes() for path in Path("out").rglob("*.png")}
    assert len(first) == 6
    assert run(*LINE, "--restart") == 0
    assert first == {path: path.read_bytes() for path in Path("out").rglob("*.png")}
    Path("nas_studies/scenes/trained/network.pt").unlink()
    capsys.readouterr()
    assert run(*LINE) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    rule = "no predictions without its weights; --restart trains it again"
    assert said.endswith(f"network.py: {rule}")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("no test", "out/predicted: of no use; the data set has no test images"),
        ("file", "out/predicted: is no folder to write to: File exists"),
        ("below a file", "out/predicted: is no folder to write to: Not a directory"),
    ],
)
def test_what_cannot_be_written_is_told_before_training(
    wrong: str, message: str, masks: dict[str, NDArray[np.uint8]],
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    if wrong == "no test":
        Path("photos/masks/test").rename("secret")
    elif wrong == "file":
        Path("out").mkdir()
        Path("out/predicted").touch()
    else:
        Path("out").touch()
    assert run(*LINE) == 1
    assert capsys.readouterr().err.splitlines()[-1].endswith(message)
    assert not Path("nas_studies/scenes/trained/network.pt").exists()


def test_labels_of_whole_images_are_a_table(store: Store, url: str, tmp_path: Path) -> None:
    """From Python."""
    tiny_study(store)
    out = tmp_path / "out"
    result = Study("tiny", url, tmp_path).train(
        1, epochs=2, predictions=out, progress=False, batch_size=16
    )
    assert result.predictions == str(out)
    with (out / "predictions.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["image"] for row in rows] == [f"{number:05d}" for number in range(1000)]
    right = [row["label"] == row["predicted"] for row in rows]
    assert sum(right) / 1000 == result.test_accuracy
    assert {row["label"] for row in rows} == set("0123456789")


def test_images_of_a_folder_have_their_names_in_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    for part, number in (("train", 8), ("test", 2)):
        for name in ("ants", "bees"):
            for index in range(number):
                path = Path("photos", part, name, f"{index}.png")
                path.parent.mkdir(parents=True, exist_ok=True)
                Image.fromarray(rng.integers(0, 256, (16, 16), np.uint8)).save(path)
    data = "{name: image_folder, root: photos, size: [16, 16], channels: 1, validation_size: 4}"
    text = TINY.replace("{name: cluttered_digits, train_size: 48, validation_size: 20}", data)
    Path("space.yaml").write_text(text)
    network = NETWORK.format(height=16, width=16, classes=2).replace("(3, 16", "(1, 16")
    network = network.replace("Conv2d(3", "Conv2d(1")
    is_label = "return self.conv(x).mean((2, 3))"
    Path("network.py").write_text(
        network.replace('return F.interpolate(self.conv(x), size=IN_SHAPE[1:], mode="bilinear")',
                        is_label)
    )  # fmt: skip
    assert run("network.py", "--space", "space.yaml", "--epochs", "1", "--predictions", "out") == 0
    with Path("out/predictions.csv").open(newline="") as file:
        rows = [(row["image"], row["label"]) for row in csv.DictReader(file)]
    assert rows == [(f"{name}/{n}.png", name) for name in ("ants", "bees") for n in (0, 1)]


CAMVID = Path(__file__).parents[3] / "shared" / "data" / "camvid_half.tar"


@pytest.mark.skipif(not CAMVID.exists(), reason="needs camvid_half.tar in ../shared/data")
def test_real_photographs_judged_by_masks_of_the_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every tenth of them; at their own size the truth is in the archive, and nothing of ours."""
    monkeypatch.chdir(tmp_path)
    truth = {}
    with tarfile.open(CAMVID) as archive:
        files = sorted((member.name, member) for member in archive if member.isfile())
        for name in ("images", "masks"):
            for part in ("train", "val", "test"):
                some = [each for path, each in files if f"/{name}/{part}/" in path][::10]
                archive.extractall(tmp_path, some, filter="data")
        for path in Path("camvid_half/masks/test").iterdir():
            mask = np.asarray(Image.open(path))
            truth[path.name] = np.where(mask == 11, 255, mask)
    Path("space.yaml").write_text(SPACE.format(root="camvid_half", ignore=11, more=""))
    Path("network.py").write_text(NETWORK.format(height=180, width=240, classes=11))
    assert run(*LINE, "--json", "--epochs", "1") == 0
    result = json.loads(capsys.readouterr().out)
    pairs = [(truth[n], read(Path("out/predicted/predictions", n))) for n in sorted(truth)]
    assert len(pairs) == result["num_test_images"] == 24
    assert abs(independent_miou(pairs) - result["test_miou"]) < 1e-6
