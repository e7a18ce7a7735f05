"""Classes have names: of folders, of features, of who published them, or their numbers."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from formats_kit import FOLDERS, MakeOptions, cifar_files, write_folder
from PIL import Image

from search_spaces.errors import DataError
from workers.datasets import dataset_info, load_dataset
from workers.datasets.base import (
    CIFAR100,
    EMNIST,
    FASHION_MNIST,
    KMNIST,
    Dataset,
    DatasetInfo,
    Split,
)

LABELS = np.tile(np.arange(3), 8)


def test_folders_that_are_numbers_are_in_the_order_of_text(
    tmp_path: Path, options: MakeOptions
) -> None:
    for number in ("1", "2", "10"):
        (tmp_path / number).mkdir()
        Image.new("L", (4, 4), int(number)).save(tmp_path / number / "0.png")
    assert dataset_info(options("image_folder", size=4)).class_names == ("1", "10", "2")


@pytest.mark.parametrize(
    ("name", "label", "word"),
    [("cifar10", 5, "dog"), ("cifar100", 0, "apple"), ("cifar100", 99, "worm")],
)
def test_cifar(name: str, label: int, word: str, tmp_path: Path, options: MakeOptions) -> None:
    write_folder(tmp_path / FOLDERS[name, "binary"], cifar_files(name, "binary"))
    found = dataset_info(options(name))
    assert found.class_names[label] == word
    assert len(set(found.class_names)) == found.num_classes


def test_published_lists() -> None:
    """Fine labels of CIFAR-100 are in the alphabet's order; class counts of EMNIST, table II."""
    assert sorted(CIFAR100) == list(CIFAR100) and len(CIFAR100) == 100
    counts = {variant: len(set(names)) for variant, names in EMNIST.items()}
    assert counts == {
        "balanced": 47, "byclass": 62, "bymerge": 47, "digits": 10, "letters": 26, "mnist": 10,
    }  # fmt: skip
    assert (EMNIST["byclass"][36], EMNIST["balanced"][36], EMNIST["balanced"][46]) == tuple("aat")
    assert (FASHION_MNIST[9], KMNIST[9]) == ("Ankle boot", "wo")


@pytest.mark.parametrize("folder", [False, True], ids=["npz", "npy"])
def test_arrays_may_name_them(folder: bool, tmp_path: Path, options: MakeOptions) -> None:
    arrays = {"images": np.random.default_rng(0).integers(0, 256, (24, 4, 4), np.uint8)}
    arrays |= {"labels": LABELS, "class_names": np.array(["Ä", "b", "c d"])}
    if folder:
        for name, array in arrays.items():
            np.save(tmp_path / f"{name}.npy", array)
        chosen = options("npy")
    else:
        np.savez(tmp_path / "x.npz", **arrays)
        chosen = options("npz", root=str(tmp_path / "x.npz"))
    assert dataset_info(chosen).class_names == ("Ä", "b", "c d")
    assert load_dataset(chosen).info.class_names == ("Ä", "b", "c d")


@pytest.mark.parametrize("names", [["a", "b"], [1, 2, 3], [["a", "b", "c"]]])
def test_names_that_are_none(names: list[object], tmp_path: Path, options: MakeOptions) -> None:
    path = tmp_path / "x.npz"
    np.savez(path, images=np.zeros((24, 4, 4), np.uint8), labels=LABELS, class_names=names)
    with pytest.raises(DataError, match="class_names: must be 3 texts, one a class; got an array"):
        dataset_info(options("npz", root=str(path)))


def test_a_function_may_name_them(
    tmp_path: Path, options: MakeOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "naming_data.py").write_text(
        "import numpy as np\n"
        "def make():\n"
        "    return {'images': np.zeros((24, 4, 4), np.uint8), 'labels': [0, 1, 2] * 8,\n"
        "            'class_names': ['ant', 'bee', 'wasp']}\n"
    )
    chosen = options("naming_data.py:make", root=None)
    assert dataset_info(chosen).class_names == ("ant", "bee", "wasp")


def test_numbers_where_nobody_says() -> None:
    assert DatasetInfo((1, 2, 2), 3, flip=False).class_names == ("0", "1", "2")


def test_names_are_no_part_of_the_fingerprint() -> None:
    """As it was written down before classes had names: the digest of stored studies."""
    images, labels = np.zeros((2, 1, 2, 2), np.uint8), np.array([0, 1])
    digest = sha256(b"DatasetInfo(in_shape=(1, 2, 2), num_classes=2, flip=False)")
    for _ in range(2):
        digest.update(b"2" + bytes(8) + b"\x00" * 8 + b"\x01" + b"\x00" * 7)
    for names in (None, ("ant", "bee")):
        info = DatasetInfo((1, 2, 2), 2, False, names)
        found = Dataset("any", info, Split(images, labels), Split(images, labels))
        assert found.fingerprint == digest.hexdigest()[:16]
