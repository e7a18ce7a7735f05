"""The IDX files of MNIST and its kin; EMNIST's are transposed and its letters begin at 1."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from formats_kit import MakeOptions, idx, idx_arrays, write_idx

from search_spaces.errors import DataError, DataOptionError
from workers.datasets import dataset_info, load_dataset, load_test
from workers.datasets.base import EMNIST

PLAIN = ["mnist", "fashion_mnist", "kmnist"]
IMAGES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"


def _write_emnist(folder: Path, variant: str, count: int = 130) -> tuple[np.ndarray, np.ndarray]:
    """A variant as it is published; returns upright images, labels from 0."""
    folder.mkdir(parents=True, exist_ok=True)
    images, labels = idx_arrays(count, len(EMNIST[variant]))
    first = 1 if variant == "letters" else 0
    for part in ("train", "test"):
        stem = folder / f"emnist-{variant}-{part}"
        stored = images.transpose(0, 2, 1)
        Path(f"{stem}-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(stored)))
        Path(f"{stem}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(labels + first)))
    return images, labels


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("name", PLAIN)
def test_every_image_with_its_label(
    name: str, packed: bool, tmp_path: Path, options: MakeOptions
) -> None:
    write_idx(tmp_path, packed=packed)
    assert dataset_info(options(name))[:3] == ((1, 6, 5), 10, name == "fashion_mnist")
    found = load_dataset(options(name))
    images, labels = idx_arrays(60)
    wanted = {image.tobytes(): int(n) for image, n in zip(images, labels, strict=True)}
    parts = (found.train, found.validation)
    seen = {
        image.tobytes(): int(label)
        for part in parts
        for image, label in zip(part.images, part.labels, strict=True)
    }
    assert seen == wanted
    assert [len(part.labels) for part in parts] == [54, 6]
    test = load_test(options(name))
    assert np.array_equal(test.images[:, 0], idx_arrays(20)[0])
    assert np.array_equal(test.labels, idx_arrays(20)[1])


def test_same_fingerprint_plain_packed_and_elsewhere(tmp_path: Path, options: MakeOptions) -> None:
    write_idx(tmp_path / "plain")
    write_idx(tmp_path / "packed", packed=True)
    write_idx(tmp_path / "dotted", mark=".")
    write_idx(tmp_path / "below" / "MNIST" / "raw")
    roots = [tmp_path / name for name in ("plain", "packed", "dotted", "below")]
    fingerprints = {load_dataset(options("mnist", root=str(root))).fingerprint for root in roots}
    assert len(fingerprints) == 1


@pytest.mark.parametrize("variant", EMNIST)
def test_emnist_is_upright_and_begins_at_zero(
    variant: str, tmp_path: Path, options: MakeOptions
) -> None:
    images, labels = _write_emnist(tmp_path / "gzip", variant)
    chosen = options("emnist", variant=variant)
    num_classes = {"balanced": 47, "byclass": 62, "bymerge": 47, "letters": 26}.get(variant, 10)
    assert dataset_info(chosen)[:3] == ((1, 6, 5), num_classes, False)
    test = load_test(chosen)
    assert np.array_equal(test.images[:, 0], images)
    assert np.array_equal(test.labels, labels)
    found = load_dataset(chosen)
    wanted = {image.tobytes(): int(n) for image, n in zip(images, labels, strict=True)}
    for image, label in zip(found.train.images, found.train.labels, strict=True):
        assert wanted[image.tobytes()] == label


def test_emnist_wants_a_variant(options: MakeOptions) -> None:
    known = "balanced, byclass, bymerge, digits, letters, mnist"
    with pytest.raises(DataOptionError, match=f"variant` must be one of {known}; got nothing"):
        dataset_info(options("emnist"))
    with pytest.raises(DataOptionError, match=f"variant` must be one of {known}; got 'all'"):
        dataset_info(options("emnist", variant="all"))


def _three_dimensions(*shape: int) -> bytes:
    return struct.pack(">BBBB3I", 0, 0, 8, 3, *shape)


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        (IMAGES, idx(idx_arrays(60)[0])[:-1], "is cut off: its header says 1,800 bytes, it has 1,"),
        (IMAGES, idx(idx_arrays(60)[0]) + b"x", "holds more than the 1,800 bytes that its header"),
        (IMAGES, _three_dimensions(60, 6, 5)[:9], "is cut off within its header"),
        (IMAGES, b"", "must begin with the magic number 0x00000803, got 0x"),
        (IMAGES, idx(idx_arrays(60)[1]), "magic number 0x00000803, got 0x00000801"),
        (IMAGES, b"\x00\x00\x0d\x03" + bytes(5000), "0x00000803, got 0x00000d03"),  # of floats
        (IMAGES, _three_dimensions(2**32 - 1, 6, 5), "says that it holds 4294967295 x 6 x 5"),
        (IMAGES, _three_dimensions(60, 2**31, 2**31), "at most 1,000,000 of at most 256 x 256"),
        (IMAGES, _three_dimensions(0, 6, 5), "says that it holds 0 x 6 x 5"),
        (LABELS, idx(idx_arrays(60)[0]), "magic number 0x00000801, got 0x00000803"),
        (LABELS, idx(idx_arrays(59)[1]), "there are 60 images and 59 labels"),
        (LABELS, idx(idx_arrays(60, 11)[1]), "labels must be from 0 to 9; one is 10"),
        (LABELS, idx(np.full(60, 4, np.uint8)), "all images are of one class"),
    ],
)
def test_damaged_files(
    file: str, content: bytes, message: str, tmp_path: Path, options: MakeOptions
) -> None:
    write_idx(tmp_path)
    (tmp_path / file).write_bytes(content)
    with pytest.raises(DataError) as raised:
        load_dataset(options("mnist"))
    assert str(raised.value).startswith(str(tmp_path))
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("damage", ["cut", "flipped", "junk"])
def test_damaged_gzip(damage: str, tmp_path: Path, options: MakeOptions) -> None:
    write_idx(tmp_path, packed=True)
    path = tmp_path / f"{IMAGES}.gz"
    content = path.read_bytes()
    if damage == "cut":
        content = content[:-20]
    elif damage == "flipped":
        content = content[:-6] + bytes([content[-6] ^ 1]) + content[-5:]
    else:
        content = content[:2] + b"junk" * 100
    path.write_bytes(content)
    with pytest.raises(DataError, match=rf"^{path}: cannot be read: \S"):
        load_dataset(options("mnist"))


def test_gzip_that_unpacks_to_too_much(tmp_path: Path, options: MakeOptions) -> None:
    """Ten megabytes behind a header that says 1,800 bytes: they are not read."""
    write_idx(tmp_path, packed=True)
    path = tmp_path / f"{IMAGES}.gz"
    path.write_bytes(gzip.compress(idx(idx_arrays(60)[0]) + bytes(10_000_000)))
    with pytest.raises(DataError, match="holds more than the 1,800 bytes"):
        load_dataset(options("mnist"))


def test_a_test_part_of_another_size(tmp_path: Path, options: MakeOptions) -> None:
    write_idx(tmp_path)
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(idx(np.zeros((20, 5, 6), np.uint8)))
    load_dataset(options("mnist"))  # it is not touched
    with pytest.raises(DataError, match=r"has images of 5 x 6 pixels; those to train on differ"):
        load_test(options("mnist"))


def test_nothing_there(tmp_path: Path, options: MakeOptions) -> None:
    expected = "must be a folder with train-images-idx3-ubyte or train-images-idx3-ubyte.gz"
    with pytest.raises(DataOptionError, match=expected):
        dataset_info(options("kmnist"))
    with pytest.raises(DataOptionError, match="emnist-letters-train-images-idx3-ubyte"):
        dataset_info(options("emnist", variant="letters"))
