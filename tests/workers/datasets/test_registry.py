"""All data sets: by name, documented, and through the commands of a user."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from formats_kit import FOLDERS, MakeOptions, cifar_files, write_folder

from nas.cli import main
from search_spaces.errors import DataOptionError
from workers.datasets import dataset_info, load_dataset, loaders
from workers.datasets.registry import OPTIONAL_KEYS

DOCS = Path(__file__).parents[3] / "docs" / "datasets.md"

SPACE = """
name: photographs
dataset: {{name: cifar10, root: {root}, validation_size: {validation_size}}}
space:
  stem: {{out_channels: 4, stride: 2}}
  stages: [{{out_channels: 4, stride: 2, block: {{standard: {{kernel_size: [1, 3]}}}}}}]
search: {{sampler: random, num_trials: 2}}
fidelity: {{max_epochs: 1, min_epochs: 1}}
proxy: {{batch_size: 16}}
"""


def _run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return int(str(ended.value))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a small CIFAR-10."""
    monkeypatch.chdir(tmp_path)
    write_folder(tmp_path / "data" / FOLDERS["cifar10", "python"], cifar_files("cifar10", "python"))
    return tmp_path


@pytest.mark.parametrize("name", loaders())
def test_every_data_set_is_documented(name: str) -> None:
    rows = [line for line in DOCS.read_text().splitlines() if line.startswith("|")]
    assert sum(f"`{name}`" in row for row in rows) == 1


@pytest.mark.parametrize("key", OPTIONAL_KEYS)
@pytest.mark.parametrize("name", loaders())
def test_options_that_it_does_not_take(name: str, key: str, options: MakeOptions) -> None:
    """Those that it takes are refused for other reasons here: nothing is below the root."""
    value: object = {"size": 8, "channels": 1, "flip": True}.get(key, "here")
    chosen = options(name, root=None).model_copy(update={key: value})
    if key in loaders()[name].takes:
        with pytest.raises(DataOptionError, match=r"`dataset\.(root|variant|name)` (?!has no)"):
            dataset_info(chosen)
    else:
        with pytest.raises(DataOptionError, match=rf"`dataset\.{key}` has no meaning for {name}"):
            dataset_info(chosen)


@pytest.mark.parametrize("name", sorted(set(loaders()) - {"cluttered_digits", "digit_scenes"}))
def test_a_root_is_wanted(name: str, tmp_path: Path, options: MakeOptions) -> None:
    if name == "hugging_face":
        pytest.importorskip("datasets.arrow_dataset")
    values = {"variant": "balanced"} if name == "emnist" else {}
    with pytest.raises(DataOptionError, match=r"`dataset\.root` is required: "):
        dataset_info(options(name, root=None, **values))
    missing = str(tmp_path / "missing")
    with pytest.raises(DataOptionError, match=r"`dataset\.root` .* is not there; expected is "):
        load_dataset(options(name, root=missing, **values))


def test_validate_reads_labels(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "space.yaml").write_text(SPACE.format(root="data", validation_size=20))
    assert _run("validate", "--json", "space.yaml") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["num_architectures"] == 2
    assert found["missing_data"] is None
    assert found["dataset"]["num_images"] == {"train": 80, "validation": 20, "test": 20}
    assert found["dataset"]["by_class"]["test"] == [2] * 10
    (path,) = (here / "data").rglob("test_batch")
    path.write_bytes(b"")  # a search does not read it, but what follows does
    assert _run("validate", "space.yaml") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "test_batch: is no pickle of images" in line


def test_validate_names_the_line(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "space.yaml").write_text(SPACE.format(root="date", validation_size=20))
    assert _run("validate", "space.yaml") == 2
    said = capsys.readouterr().err
    assert said.startswith("nas: space.yaml:3: `dataset.root` (=date) is not there; expected is")
    assert said.count("\n") == 1


def test_launch_names_the_line(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "space.yaml").write_text(SPACE.format(root="data", validation_size=100))
    assert _run("launch", "space.yaml") == 2
    said = capsys.readouterr().err
    rule = "must leave an image of each class to train on: at most 90 of 100"
    assert said == f"nas: space.yaml:3: `dataset.validation_size` (=100) {rule}\n"
    assert not (here / "nas.db").exists()


@pytest.mark.slow
@pytest.mark.usefixtures("one_ray")
def test_search_on_a_small_cifar(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "space.yaml").write_text(SPACE.format(root="data", validation_size=20))
    assert _run("launch", "space.yaml") == 0
    capsys.readouterr()
    assert _run("list", "--json") == 0
    assert "photographs" in capsys.readouterr().out
    moved = here / "moved"
    (here / "data").rename(moved)
    (here / "space.yaml").write_text(SPACE.format(root="moved", validation_size=20))
    assert _run("launch", "space.yaml") == 0
    target = moved / FOLDERS["cifar10", "python"] / "data_batch_1"
    changed = bytearray(target.read_bytes())
    changed[5000] ^= 1  # one bit of one pixel
    target.write_bytes(changed)
    assert _run("launch", "space.yaml") == 1
    assert "results on different data are never mixed" in capsys.readouterr().err
