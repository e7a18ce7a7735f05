"""What a user is told of the data set, and refused, before anything is trained or written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
import yaml
from PIL import Image

from nas.api import search
from nas.cli import main
from search_spaces.errors import ExperimentFileError

SPACE: dict[str, Any] = {
    "name": "photographs",
    "dataset": {"name": "image_folder", "root": "photographs", "size": 8},
    "space": {
        "stem": {"out_channels": 4, "stride": 2},
        "stages": [{"out_channels": 4, "block": {"standard": {"kernel_size": [1, 3]}}}],
    },
    "search": {"sampler": "random", "num_trials": 1},
    "fidelity": {"max_epochs": 3, "min_epochs": 1},
}

Write = Callable[..., Path]


def _run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([*map(str, arguments)])
    return int(str(ended.value))


def _photographs(root: Path, count: int) -> None:
    for label, name in enumerate(("ants", "bees")):
        for number in range(count + 4 * label):
            pixels = np.random.default_rng([label, number]).integers(0, 256, (9, 8, 3), np.uint8)
            (root / name).mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels).save(root / name / f"{number}.png")


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes an experiment file into a working folder with photographs, one section changed."""
    monkeypatch.chdir(tmp_path)
    _photographs(tmp_path / "photographs" / "Training", 4)

    def written(**sections: dict[str, Any]) -> Path:
        changed = {name: SPACE.get(name, {}) | values for name, values in sections.items()}
        path = tmp_path / "space.yaml"
        path.write_text(yaml.safe_dump(SPACE | changed, sort_keys=False))
        return path

    return written


def test_validate_says_what_the_data_set_holds(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _photographs(tmp_path / "photographs" / "Testing", 1)
    (tmp_path / "photographs" / "Training" / "bees" / "late.jfif").write_bytes(b"")
    path = write(dataset={"validation_size": 3})
    assert _run("validate", path) == 0
    shown = capsys.readouterr().out
    for line in (
        "2 classes (ants, bees); images: 9 to train on, 3 to validate, 6 to test.",
        "Left out: 1 .jfif.",
        "Classes are lopsided: always saying `bees` is right for 66.7% of the images that "
        "validate.",
    ):
        assert line in shown.splitlines()
    assert _run("validate", path, "--json") == 0
    found = json.loads(capsys.readouterr().out)["dataset"]
    assert found == {
        "in_shape": [3, 8, 8], "num_classes": 2, "class_names": ["ants", "bees"],
        "num_images": {"train": 9, "validation": 3, "test": 6},
        "by_class": {"train": [3, 6], "validation": [1, 2], "test": [1, 5]},
        "left_out": {".jfif": 1}, "majority_accuracy": 2 / 3,
    }  # fmt: skip


@pytest.mark.parametrize("command", ["validate", "launch"])
def test_what_is_wrong_with_a_data_set_is_no_absence_of_it(
    command: str, write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where the space says what the images are like, and so could do without them."""
    (tmp_path / "photographs" / "Training" / "bees").rename(tmp_path / "bees")
    declared = {"input": {"channels": 3, "resolution": 8, "num_classes": 2}}
    assert _run(command, write(space=declared)) == 1
    assert "Training" in capsys.readouterr().err
    assert not (tmp_path / "nas.db").exists()


def _loose(root: Path) -> None:
    (root / "Testing").mkdir()
    Image.new("RGB", (9, 9)).save(root / "Testing" / "0.png")


def _another_class(root: Path) -> None:
    _photographs(root / "Testing", 1)
    (root / "Testing" / "bees").rename(root / "Testing" / "wasps")


@pytest.mark.parametrize("command", ["validate", "launch"])
@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_loose, "photographs/Testing: has no class folder, it must have two or more; expected"),
        (_another_class, "photographs/Testing/wasps: is a class that the training part does not"),
    ],
)
def test_a_wrong_test_part_is_found_before_the_search(
    command: str, spoil: Callable[[Path], None], message: str, write: Write, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    spoil(tmp_path / "photographs")
    assert _run(command, write()) != 0
    (line,) = capsys.readouterr().err.splitlines()
    assert message in line
    assert not (tmp_path / "nas.db").exists()


ERASING: list[tuple[dict[str, Any], str, str]] = [
    ({"augmentation": {"cutout": 99}}, "cutout", "`proxy.augmentation.cutout` (=99) must be below "
     "8, the shorter side of the images"),
    ({"augmentation": {"cutout": 8}}, "cutout", "(=8) must be below 8"),
    ({"augmentation": {"crop": 8}}, "crop", "`proxy.augmentation.crop` (=8) must be below 8"),
    ({"warmup_epochs": 3.5}, "warmup_epochs", "`proxy.warmup_epochs` (=3.5) must not be longer "
     "than a training, `fidelity.max_epochs` (=3)"),
]  # fmt: skip


@pytest.mark.parametrize("command", ["validate", "launch"])
@pytest.mark.parametrize(("proxy", "key", "message"), ERASING)
def test_recipes_that_cannot_learn_are_refused(
    command: str, proxy: dict[str, Any], key: str, message: str, write: Write, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    path = write(proxy=proxy)
    lines = path.read_text().splitlines()
    number = next(n for n, line in enumerate(lines, 1) if line.strip().startswith(f"{key}:"))
    assert _run(command, path) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert f"space.yaml:{number}: " in line and message in line
    assert not (tmp_path / "nas.db").exists()


@pytest.mark.parametrize(
    "proxy",
    [
        {"augmentation": {"cutout": 7, "crop": 7}},
        {"warmup_epochs": 3},
        {"warmup_epochs": 50, "schedule": "one_cycle"},  # which has no warm-up of its own
    ],
)
def test_recipes_that_can(proxy: dict[str, Any], write: Write) -> None:
    assert _run("validate", write(proxy=proxy)) == 0


def test_values_of_notebooks(write: Write, tmp_path: Path) -> None:
    """Paths and NumPy's numbers are those of a file; the first thing refused is a later one."""
    data = {"name": "image_folder", "root": Path("nowhere"), "size": np.array([8, 9])}
    more = {"train_size": np.int64(6), "flip": np.bool_(True)}
    given = MappingProxyType(SPACE | {"dataset": data | more, "seed": np.uint8(3)})
    with pytest.raises(ExperimentFileError, match=r"`dataset.root` \(=nowhere\) is not there"):
        search(given, progress=False)
    assert not (tmp_path / "nas.db").exists()


@pytest.mark.parametrize(
    ("value", "shown"),
    [({1, 2}, "{1, 2}"), (object, "<class 'object'>"), (b"bytes", "b'bytes'"), (1j, "1j")],
)
def test_values_that_no_file_holds(value: object, shown: str, write: Write) -> None:
    given = SPACE | {"dataset": {"name": "image_folder", "root": [PurePosixPath("a"), value]}}
    with pytest.raises(ExperimentFileError) as raised:
        search(given, progress=False)
    assert "experiment: `dataset.root[1]` must hold plain values only: text" in str(raised.value)
    assert str(raised.value).endswith(f"; got {shown}")


def test_values_that_hold_themselves(write: Write) -> None:
    given: dict[str, Any] = dict(SPACE)
    given["dataset"] = given
    with pytest.raises(ExperimentFileError, match="must hold plain values only"):
        search(given, progress=False)
