"""Data sets that `save_to_disk` of Hugging Face wrote; its package is an extra."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from formats_kit import MakeOptions
from PIL import Image

from search_spaces.errors import DataError, DataOptionError
from workers.datasets import DatasetInfo, dataset_info, load_dataset, load_test

pytest.importorskip("datasets.arrow_dataset")


@pytest.fixture(autouse=True)
def _quiet() -> Any:
    import datasets

    datasets.disable_progress_bars()
    yield
    datasets.enable_progress_bars()


def _pixels(count: int, seed: int = 2) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, 7, 6, 3), dtype=np.uint8)


def _rows(pixels: np.ndarray, **columns: Any) -> Any:
    """A split of images, their labels 0, 1, 2, 0, ..., and maybe other columns."""
    import datasets

    labels = [number % 3 for number in range(len(pixels))]
    values = {"photo": [Image.fromarray(image) for image in pixels], "kind": labels}
    features = {"photo": datasets.Image(), "kind": datasets.ClassLabel(names=["a", "b", "c"])}
    for name, (column, feature) in columns.items():
        values[name], features[name] = column, feature
    return datasets.Dataset.from_dict(values, features=datasets.Features(features))


def test_one_split(tmp_path: Path, options: MakeOptions) -> None:
    pixels = _pixels(30)
    _rows(pixels).save_to_disk(str(tmp_path / "saved"))
    chosen = options("hugging_face", root=str(tmp_path / "saved"))
    assert dataset_info(chosen) == DatasetInfo((3, 7, 6), 3, True, ("a", "b", "c"))
    found = load_dataset(chosen)
    wanted = {image.transpose(2, 0, 1).tobytes(): n % 3 for n, image in enumerate(pixels)}
    parts = (found.train, found.validation)
    assert [len(part.labels) for part in parts] == [27, 3]
    for part in parts:
        for image, label in zip(part.images, part.labels, strict=True):
            assert wanted[image.tobytes()] == label
    with pytest.raises(DataError, match="hugging_face: has no test images"):
        load_test(chosen)


def test_several_splits_size_and_cache(tmp_path: Path, cache: Path, options: MakeOptions) -> None:
    import datasets

    parts = {"train": 12, "validation": 6, "test": 9}
    saved = {name: _rows(_pixels(count, seed=count)) for name, count in parts.items()}
    datasets.DatasetDict(saved).save_to_disk(str(tmp_path / "saved"))
    chosen = options("hugging_face", root=str(tmp_path / "saved"), size=4, channels=1)
    lines: list[str] = []
    found = load_dataset(chosen, lines.append)
    assert found.info[:3] == ((1, 4, 4), 3, False)
    assert [len(found.train.labels), len(found.validation.labels)] == [12, 6]
    assert lines == ["decoding 12 images to 1x4x4", "decoding 6 images to 1x4x4"]
    assert load_dataset(chosen, lines.append).fingerprint == found.fingerprint
    assert len(lines) == 2
    assert len(list((cache / "conv-nas" / "hugging_face").iterdir())) == 2
    test = load_test(chosen)
    assert test.labels.tolist() == [0, 1, 2] * 3


def test_columns_that_cannot_be_told(tmp_path: Path, options: MakeOptions) -> None:
    import datasets

    kinds = ([0] * 6, datasets.ClassLabel(names=["x", "y"]))
    _rows(_pixels(6), coarse=kinds).save_to_disk(str(tmp_path / "two"))
    with pytest.raises(DataError, match=r"it has `photo` of images and `kind` and `coarse` of cl"):
        dataset_info(options("hugging_face", root=str(tmp_path / "two")))
    _rows(_pixels(6)).remove_columns("photo").save_to_disk(str(tmp_path / "none"))
    with pytest.raises(DataError, match="it has none of images and `kind` of classes"):
        dataset_info(options("hugging_face", root=str(tmp_path / "none")))


def test_splits_that_cannot_be(tmp_path: Path, options: MakeOptions) -> None:
    import datasets

    rows = _rows(_pixels(6))
    datasets.DatasetDict({"test": rows}).save_to_disk(str(tmp_path / "test"))
    with pytest.raises(DataError, match="must have a split `train`; it has test"):
        dataset_info(options("hugging_face", root=str(tmp_path / "test")))
    rows.select([]).save_to_disk(str(tmp_path / "empty"))
    with pytest.raises(DataError, match="empty"):  # which the library cannot open
        dataset_info(options("hugging_face", root=str(tmp_path / "empty")))
    unlabelled = rows.remove_columns("kind").add_column("kind", [-1, 0, 1, 2, 0, 1])
    unlabelled = unlabelled.cast_column("kind", datasets.ClassLabel(names=["a", "b", "c"]))
    unlabelled.save_to_disk(str(tmp_path / "unlabelled"))
    with pytest.raises(DataError, match="labels must be from 0 to 2; one is -1"):
        load_dataset(options("hugging_face", root=str(tmp_path / "unlabelled")))


def test_an_image_that_cannot_be_read(tmp_path: Path, options: MakeOptions) -> None:
    import datasets

    rows = [{"bytes": b"damaged", "path": None}, None]
    for name, image in zip(("damaged", "missing"), rows, strict=True):
        values = {"photo": [image] * 4, "kind": [0, 1, 0, 1]}
        features = {"photo": datasets.Image(), "kind": datasets.ClassLabel(names=["a", "b"])}
        saved = datasets.Dataset.from_dict(values, features=datasets.Features(features))
        saved.save_to_disk(str(tmp_path / name))
    with pytest.raises(DataError, match=r"damaged: row 0: is no readable image"):
        load_dataset(options("hugging_face", root=str(tmp_path / "damaged"), size=4))
    with pytest.raises(DataError, match=r"missing: row 0: has no image"):
        load_dataset(options("hugging_face", root=str(tmp_path / "missing"), size=4))


@pytest.mark.parametrize("damage", ["nothing", "cut", "junk"])
def test_damaged_folder(damage: str, tmp_path: Path, options: MakeOptions) -> None:
    root = tmp_path / "saved"
    _rows(_pixels(300)).save_to_disk(str(root))
    (arrow,) = root.glob("*.arrow")
    if damage == "nothing":
        for path in root.iterdir():
            path.unlink()
    elif damage == "cut":
        arrow.write_bytes(arrow.read_bytes()[:300])
    else:
        arrow.write_bytes(b"junk" * 1000)
    with pytest.raises(DataOptionError, match="must be a folder that `save_to_disk`") as raised:
        load_dataset(options("hugging_face", root=str(root)))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("instead", [None, ModuleType("datasets")])
def test_without_the_package(
    instead: ModuleType | None, options: MakeOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not installed; or a folder `datasets` here takes its place."""
    monkeypatch.setitem(sys.modules, "datasets", instead)
    wanted = r"`dataset\.name` \(=hugging_face\) needs .*pip install 'conv-nas\[huggingface\]'"
    with pytest.raises(DataOptionError, match=wanted):
        dataset_info(options("hugging_face"))
