"""Masks as arrays, of a file and of a user's own function."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nas.config.dataset import DatasetSpec
from search_spaces.errors import DataError, DataOptionError
from workers.datasets import (
    DatasetInfo,
    dataset_contents,
    dataset_info,
    dataset_task,
    load_dataset,
    load_test,
    loaders,
)

RNG = np.random.default_rng(5)
MASKS = RNG.integers(0, 3, (20, 6, 5))
IMAGES = (MASKS[..., None] * [60, 70, 80] + RNG.integers(0, 20, (20, 6, 5, 3))).astype(np.uint8)


def _write(tmp_path: Path, how: str, **arrays: Any) -> DatasetSpec:
    arrays = {"images": IMAGES, "masks": MASKS} | arrays
    arrays = {name: array for name, array in arrays.items() if array is not None}
    if how == "npz":
        np.savez(tmp_path / "data.npz", **arrays)
        return DatasetSpec(name="npz", root=str(tmp_path / "data.npz"))
    if how == "npy":
        (tmp_path / "arrays").mkdir(exist_ok=True)
        for name, array in arrays.items():
            np.save(tmp_path / "arrays" / f"{name}.npy", array)
        return DatasetSpec(name="npy", root=str(tmp_path / "arrays"))
    np.savez(tmp_path / "returned.npz", **arrays)
    code = "import numpy as np\ndef images(root):\n    return dict(np.load(root))\n"
    (tmp_path / "own.py").write_text(code)
    name = f"{tmp_path / 'own.py'}:images"
    return DatasetSpec(name=name, root=str(tmp_path / "returned.npz"))


HOW = ["npz", "npy", "function"]


@pytest.mark.parametrize("how", HOW)
def test_masks_beside_images(how: str, tmp_path: Path) -> None:
    chosen = _write(tmp_path, how, test_images=IMAGES[:4], test_masks=MASKS[:4])
    found = load_dataset(chosen)
    assert found.info == dataset_info(chosen)
    assert found.info == DatasetInfo((3, 6, 5), 3, True, None, "segmentation")
    assert [len(part.labels) for part in (found.train, found.validation)] == [18, 2]
    for images, masks in (found.train, found.validation, load_test(chosen)):
        assert masks.dtype == np.uint8
        np.testing.assert_array_equal(images[:, 0] // 60, masks)
    contents = dataset_contents(chosen)
    assert contents.num_images == {"train": 18, "validation": 2, "test": 4}
    assert sum(contents.pixels["train"]) == 18 * 30
    assert contents.pixels["test"] == tuple(np.bincount(MASKS[:4].ravel(), minlength=3))


@pytest.mark.parametrize("how", HOW)
def test_the_same_fingerprint_however_they_are_stored(how: str, tmp_path: Path) -> None:
    """Truth values, one channel, and any whole numbers are the same masks."""
    two = MASKS > 0
    forms = [two, two[:, None], two[..., None].astype(np.int64), two.astype(np.uint16)]
    fingerprints = {load_dataset(_write(tmp_path, how, masks=m)).fingerprint for m in forms}
    assert len(fingerprints) == 1


def test_classes_and_ignored_values(tmp_path: Path) -> None:
    values = np.array([0, 255, 7], np.uint8)[MASKS]
    chosen = _write(tmp_path, "npz", masks=values)
    both = {"classes": {"ground": 0, "cell": 255}, "ignore": 7}
    chosen = DatasetSpec(name="npz", root=chosen.root, **both)
    info = dataset_info(chosen)
    assert (info.num_classes, info.class_names) == (2, ("ground", "cell"))
    found = load_dataset(chosen).train
    np.testing.assert_array_equal(np.array([0, 1, 255])[found.images[:, 0] // 60], found.labels)


def test_names_of_classes(tmp_path: Path) -> None:
    chosen = _write(tmp_path, "npz", class_names=np.array(["ground", "cell", "edge", "rim"]))
    assert dataset_info(chosen).class_names == ("ground", "cell", "edge", "rim")
    assert "no image to train on of rim" in dataset_contents(chosen).lines()


def test_labels_come_before_masks_that_lie_beside(tmp_path: Path) -> None:
    chosen = _write(tmp_path, "npz", labels=np.arange(20) % 2)
    assert dataset_info(chosen).task == "classification"
    assert dataset_contents(chosen).left_out == {"array `masks`": 1}


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"masks": MASKS[:, :5]}, r"masks: must be \(20, 6, 5\), as the images; their shape is"),
        ({"masks": MASKS[:19]}, r"masks: must be \(20, 6, 5\), as the images"),
        ({"masks": MASKS.astype(float)}, r"masks: masks must be \(N, height, width\) of whole"),
        ({"masks": MASKS - 1}, r"masks: values must be from 0 to 255; one is -1"),
        ({"masks": MASKS + 254}, r"masks: values must be from 0 to 255; one is 256"),
        ({"masks": MASKS * 0}, r"`dataset\.classes` is needed: .* hold the values 0;"),
        ({"masks": None}, r"has `images` and no `labels`"),
        ({"test_images": IMAGES}, r"has `test_images` and no `test_masks`"),
        (
            {"test_images": IMAGES, "test_masks": MASKS + 1},
            r"test_masks\[0\]: holds the value 3 \(\d+ pixels\); values are 0 to 2, .*19 more",
        ),
        (
            {"masks": np.where(np.arange(20)[:, None, None] == 7, 255, MASKS)},
            r"masks\[7\]: every pixel is ignored",
        ),
    ],
)
def test_one_line(arrays: dict[str, Any], message: str, how: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=message) as raised:
        dataset_contents(_write(tmp_path, how, **arrays))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("key", ["classes", "ignore"])
def test_classes_of_labels_are_not_told(key: str, how: str, tmp_path: Path) -> None:
    chosen = _write(tmp_path, how, masks=None, labels=np.arange(20) % 2)
    with pytest.raises(DataOptionError, match=rf"`dataset\.{key}` has no meaning without masks"):
        dataset_info(chosen.model_copy(update={key: (3,) if key == "ignore" else 3}))


@pytest.mark.parametrize("how", HOW)
def test_the_task_is_told_by_names_alone(how: str, tmp_path: Path) -> None:
    """No array is read for it: those of a file may be damaged, and a function is called once."""
    chosen = _write(tmp_path, how)
    assert dataset_task(chosen) == "segmentation"
    if how == "function":
        (tmp_path / "returned.npz").unlink()
        assert dataset_info(chosen).task == "segmentation"  # of the same call
        with pytest.raises(DataError, match="raised FileNotFoundError"):
            dataset_info(chosen)
    if how == "npy":
        (tmp_path / "arrays" / "masks.npy").write_bytes(b"")
        assert dataset_task(chosen) == "segmentation"
    labelled = _write(tmp_path, how, masks=None, labels=np.arange(20) % 2)
    if how != "npy":
        assert dataset_task(labelled) == "classification"


def test_files_of_masks_are_not_looked_at_for_their_task(tmp_path: Path) -> None:
    for name, loader in loaders().items():
        if "classes" in loader.takes and name not in ("npz", "npy"):
            assert dataset_task(DatasetSpec(name=name, root=str(tmp_path))) == "segmentation"
    assert dataset_task(DatasetSpec(name="digit_scenes")) == "segmentation"
    assert dataset_task(DatasetSpec(name="cifar10", root=str(tmp_path))) == "classification"


def test_who_takes_classes() -> None:
    taking = {name for name, loader in loaders().items() if "classes" in loader.takes}
    assert taking == {"mask_folder", "voc_segmentation", "npz", "npy"}
