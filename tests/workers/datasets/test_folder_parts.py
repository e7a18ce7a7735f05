"""Folders as other people name them: parts in any spelling, and what is no class."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from unicodedata import normalize

import numpy as np
import pytest
from formats_kit import MakeOptions
from PIL import Image

from search_spaces.errors import DataError
from workers.datasets import dataset_contents, dataset_info, load_dataset, load_test
from workers.datasets.folder_parts import parts_named


def _image(path: Path, seed: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (6, 6, 3), np.uint8)
    Image.fromarray(pixels).save(path)


def _classes(folder: Path, count: int, names: tuple[str, ...] = ("ants", "bees")) -> None:
    for label, name in enumerate(names):
        for number in range(count):
            _image(folder / name / f"{number}.png", 100 * label + number)


@pytest.mark.parametrize(
    ("train", "validation", "test"),
    [
        ("Training", "Validation", "Testing"),
        ("TRAIN", "VAL", "TEST"),
        ("train_set", "valid_set", "test-set"),
        ("train_images", "val images", "test_images"),
        ("seg_train", "seg_dev", "seg_test"),
        ("TrainingData", "ValidationData", "HoldoutData"),
        ("1_train", "2_valid", "3_tests"),
        ("train2017", "val2017", "test2017"),
        ("train", "Valid", "testing"),
    ],
)
def test_parts_in_any_spelling(
    train: str, validation: str, test: str, tmp_path: Path, options: MakeOptions
) -> None:
    for name, count in ((train, 5), (validation, 2), (test, 3)):
        _classes(tmp_path / name, count)
    chosen = options("image_folder", size=6)
    contents = dataset_contents(chosen)
    assert contents.info.class_names == ("ants", "bees")
    assert contents.by_class == {"train": (5, 5), "validation": (2, 2), "test": (3, 3)}
    assert contents.lines() == [
        "2 classes (ants, bees); images: 10 to train on, 4 to validate, 6 to test"
    ]
    assert len(load_dataset(chosen).validation.labels) == 4
    assert len(load_test(chosen).labels) == 6


NO_CLASSES: Mapping[str, tuple[str, ...]] = {
    "`train` and `test` are parts": ("train", "test"),
    "`Training` and `Testing` are parts": ("Training", "Testing"),
    "`TRAIN_SET`, `Valid` and `tst` are parts": ("TRAIN_SET", "Valid", "tst"),
    "`val` and `test` are parts": ("test", "val"),
    "`testA`, `testB`, `trainA` and `trainB` are parts": ("trainA", "trainB", "testA", "testB"),
    "`fold_1`, `fold_2` and `fold_3` are parts": ("fold_1", "fold_2", "fold_3"),
    "`images` and `masks` are images and what": ("images", "masks"),
    "`Images` and `Labels` are images and what": ("Images", "Labels"),
    "`JPEGImages`, `Annotations` and `ImageSets` are images": (
        "Annotations", "ImageSets", "JPEGImages",
    ),
    "`imgs` and `GroundTruth` are images": ("imgs", "GroundTruth"),
}  # fmt: skip


@pytest.mark.parametrize("where", ["", "train"])
@pytest.mark.parametrize("message", NO_CLASSES)
def test_what_is_plainly_no_class(
    message: str, where: str, tmp_path: Path, options: MakeOptions
) -> None:
    _classes(tmp_path / where, 3, NO_CLASSES[message])
    with pytest.raises(DataError) as raised:
        dataset_info(options("image_folder", size=6))
    assert message in str(raised.value).replace("\n", "")
    assert str(raised.value).startswith(f"{tmp_path / where}: ")


@pytest.mark.parametrize(
    "names",
    [
        ("car", "plane", "train"),
        ("valid", "invalid"),
        ("negative", "positive", "test"),
        ("train station", "test tube", "validator"),
        ("image", "text", "video"),
        ("left", "right"),
        ("1", "10", "2"),
    ],
)
def test_what_may_well_be_classes(
    names: tuple[str, ...], tmp_path: Path, options: MakeOptions
) -> None:
    _classes(tmp_path, 2, names)
    assert dataset_info(options("image_folder", size=6)).class_names == tuple(sorted(names))


def test_parts_within_classes(tmp_path: Path, options: MakeOptions) -> None:
    for name in ("ants", "bees"):
        _classes(tmp_path / name, 2, ("train", "test"))
    with pytest.raises(DataError, match="`ants/train` and `ants/test`: parts must hold the class"):
        dataset_info(options("image_folder", size=6))


def test_two_folders_of_one_part(tmp_path: Path, options: MakeOptions) -> None:
    _classes(tmp_path / "training", 3)
    for name in ("Test", "testing"):
        _classes(tmp_path / name, 1)
    with pytest.raises(DataError, match="`Test` and `testing` may each be the part `test`"):
        dataset_contents(options("image_folder", size=6))
    (tmp_path / "Test").rename(tmp_path / "test")
    found = dataset_contents(options("image_folder", size=6))  # the usual name comes first
    assert found.left_out == {"folder `testing` beside the parts": 1}


def test_a_folder_too_deep_is_named(tmp_path: Path, options: MakeOptions) -> None:
    _classes(tmp_path / "photographs", 1)
    _image(tmp_path / "__MACOSX" / "ants" / "._0.png", 1)
    with pytest.raises(DataError, match=r"has one class folder, .*; is it in `photographs`\?$"):
        dataset_info(options("image_folder", size=6))


def test_all_that_is_left_out_is_counted(tmp_path: Path, options: MakeOptions) -> None:
    _classes(tmp_path / "train", 6)
    _classes(tmp_path / "test", 1)
    bees = tmp_path / "train" / "bees"
    for name in ("a.jfif", "b.JFIF", "c.txt", "none", ".hidden"):
        (bees / name).write_bytes(b"")
    _classes(tmp_path / "elsewhere", 4, ("more",))
    os.symlink(tmp_path / "elsewhere" / "more", bees / "linked")
    os.symlink(bees, bees / "circle")
    os.symlink(bees / "0.png", bees / "file.png")
    _image(tmp_path / "train" / "loose.png", 3)
    (tmp_path / "test" / "ants" / "d.heic").write_bytes(b"")
    found = dataset_contents(options("image_folder", size=6, validation_size=2))
    assert found.left_out == {
        ".jfif": 2, ".txt": 1, "without an ending": 1, "hidden": 1, "links to folders": 2,
        "in no class folder": 1, "folder `elsewhere` beside the parts": 1, ".heic": 1,
    }  # fmt: skip
    assert found.num_images == {"train": 11, "validation": 2, "test": 2}  # file.png is one of them
    line = found.lines()[1]
    assert line.startswith("left out: ")
    assert all(f"{count} {reason}" in line for reason, count in found.left_out.items())


def test_a_class_of_other_files_alone_says_which(tmp_path: Path, options: MakeOptions) -> None:
    _classes(tmp_path, 1)
    (tmp_path / "wasps").mkdir()
    (tmp_path / "wasps" / "0.jfif").write_bytes(b"")
    with pytest.raises(DataError, match=r"each class needs one; it has 1 \.jfif$"):
        dataset_info(options("image_folder", size=6))


def test_a_name_in_two_unicode_forms(tmp_path: Path, options: MakeOptions) -> None:
    composed, apart = normalize("NFC", "abeille é"), normalize("NFD", "abeille é")
    assert composed != apart
    _classes(tmp_path / "train", 4, (apart, "wasps"))
    _classes(tmp_path / "test", 2, (composed, "wasps"))
    chosen = options("image_folder", size=6)
    assert dataset_contents(chosen).info.class_names == (composed, "wasps")
    assert load_test(chosen).labels.tolist() == [0, 0, 1, 1]
    _classes(tmp_path / "train", 1, (composed,))
    with pytest.raises(DataError, match=r"are one name in two Unicode forms; put their images"):
        dataset_info(chosen)


def test_a_test_part_whose_classes_are_not_known(tmp_path: Path, options: MakeOptions) -> None:
    _classes(tmp_path / "train", 5)
    for number in range(3):
        _image(tmp_path / "test" / f"{number}.png", number)
    chosen = options("image_folder", size=6)
    load_dataset(chosen)  # does not look there
    with pytest.raises(DataError, match=r"test: has no class folder, .*; 3 files lie in it and in"):
        dataset_contents(chosen)


def test_lopsided_and_absent_classes_are_told(tmp_path: Path, options: MakeOptions) -> None:
    _classes(tmp_path / "train", 6)
    _classes(tmp_path / "val", 1)
    for number in range(2, 5):
        _image(tmp_path / "val" / "bees" / f"{number}.png", number)
    _classes(tmp_path / "test", 1, ("ants",))
    (tmp_path / "test" / "bees").mkdir()
    found = dataset_contents(options("image_folder", size=6))
    assert found.as_json()["majority_accuracy"] == 4 / 5
    assert found.lines()[1:] == [
        "classes are lopsided: always saying `bees` is right for 80.0% of the images that validate",
        "no image to test of bees",
    ]


def test_many_classes_are_not_all_named(tmp_path: Path, options: MakeOptions) -> None:
    names = tuple(f"kind{number:02}" for number in range(15))
    _classes(tmp_path, 2, names)
    (line,) = dataset_contents(options("image_folder", size=6, validation_size=15)).lines()
    assert line.startswith("15 classes (kind00, ") and "kind11 and 3 more); images: 15" in line


def test_words_that_mean_a_part() -> None:
    named = {"train": ["training set"], "test": ["TEST"], "validation": ["val", "DEV"]}
    assert parts_named(["training set", "DEV", "val", "TEST", "trainer", "contest"]) == named
