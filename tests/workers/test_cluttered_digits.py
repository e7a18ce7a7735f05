"""The embedded data set: made from disjoint scans, equal for equal seeds, kept in a cache."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from search_spaces.errors import DataError, DataOptionError
from workers.datasets import (
    Dataset,
    DatasetInfo,
    cluttered_digits,
    dataset_info,
    load_dataset,
    load_test,
)
from workers.datasets import scans as scans_of
from workers.datasets.base import Split

SIZES = (60, 40, 30)


@dataclass
class Options:
    """The `dataset:` section of an experiment."""

    name: str = "cluttered_digits"
    root: str | None = None
    variant: str | None = None
    size: tuple[int, int] | None = None
    channels: int | None = None
    flip: bool | None = None
    classes: int | None = None
    ignore: tuple[int, ...] | None = None
    train_size: int | None = SIZES[0]
    validation_size: int | None = SIZES[1]
    seed: int = 0


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of this test alone; the test images are few, to be made quickly."""
    monkeypatch.setenv("NAS_CACHE", str(tmp_path))
    monkeypatch.setattr(cluttered_digits, "DEFAULT_SIZES", (4000, 1000, SIZES[2]))
    return tmp_path


def _equal(one: list[Split], other: list[Split]) -> bool:
    return all(
        np.array_equal(a.images, b.images) and np.array_equal(a.labels, b.labels)
        for a, b in zip(one, other, strict=True)
    )


def _splits(dataset: Dataset) -> list[Split]:
    """With the test images, as they are in the cache now."""
    return [dataset.train, dataset.validation, load_test(Options())]


def test_shapes_and_types() -> None:
    splits = cluttered_digits.make(SIZES, 0)
    assert [split.images.shape for split in splits] == [(size, 1, 32, 32) for size in SIZES]
    assert [split.labels.shape for split in splits] == [(size,) for size in SIZES]
    assert {split.images.dtype for split in splits} == {np.dtype(np.uint8)}
    assert {split.labels.dtype for split in splits} == {np.dtype(np.int64)}


def test_every_class_is_in_every_split() -> None:
    for split in cluttered_digits.make((200, 200, 200), 0):
        assert set(split.labels.tolist()) == set(range(10))


def test_equal_seeds_give_equal_images_and_others_others() -> None:
    first = cluttered_digits.make(SIZES, 3)
    assert _equal(first, cluttered_digits.make(SIZES, 3))
    assert not _equal(first, cluttered_digits.make(SIZES, 4))


@pytest.mark.parametrize("seed", [0, 1, 12345])
def test_splits_are_made_of_disjoint_scans(seed: int) -> None:
    _, labels = scans_of.digit_scans()
    parts = scans_of.disjoint_parts(labels, np.random.default_rng(seed))
    assert sorted(np.concatenate(parts).tolist()) == list(range(1797))  # each scan once
    for digit in range(10):
        total = np.sum(labels == digit)
        shares = [np.sum(labels[part] == digit) / total for part in parts]
        assert shares == pytest.approx([0.7, 0.15, 0.15], abs=0.005)


def test_images_of_a_split_show_scans_of_that_split_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where scan number i is of brightness i, an image tells which scans it was pasted from."""
    scans, labels = scans_of.digit_scans()
    brightness = (np.arange(len(scans)) + 1) / len(scans)
    marked = np.ones_like(scans) * brightness[:, None, None]
    pasted: list[float] = []
    kept = cluttered_digits._paste

    def paste(image: np.ndarray, patch: np.ndarray, rng: np.random.Generator) -> None:
        pasted.append(float(patch.max()))
        kept(image, patch, rng)

    monkeypatch.setattr(cluttered_digits, "digit_scans", lambda: (marked, labels))
    monkeypatch.setattr(cluttered_digits, "_paste", paste)
    cluttered_digits.make((30, 30, 30), 0)
    sources = np.round(np.array(pasted) * len(scans)).astype(int) - 1
    parts = scans_of.disjoint_parts(labels, np.random.default_rng([0, 1]))
    for part, used in zip(parts, sources.reshape(3, -1), strict=True):
        assert set(used) <= set(part.tolist())


def test_each_image_has_one_digit_of_12_to_20_pixels_among_eight_fragments(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shapes: list[tuple[int, ...]] = []
    kept = cluttered_digits._paste

    def paste(image: np.ndarray, patch: np.ndarray, rng: np.random.Generator) -> None:
        shapes.append(patch.shape)
        kept(image, patch, rng)

    monkeypatch.setattr(cluttered_digits, "_paste", paste)
    cluttered_digits.make((200, 1, 1), 0)
    images = [shapes[i : i + 9] for i in range(0, 200 * 9, 9)]
    assert all(image[:8] == [(6, 6)] * 8 for image in images)
    digits = {image[8] for image in images}
    assert digits == {(side, side) for side in range(12, 21)}


def test_resizing_a_constant_and_a_ramp() -> None:
    """Bilinear interpolation keeps constants, and straight lines between the first and last."""
    assert np.allclose(cluttered_digits._resize(np.full((8, 8), 0.3), 17), 0.3)
    ramp = np.tile(np.arange(8.0), (8, 1))
    row = cluttered_digits._resize(ramp, 16)[5]
    assert row == pytest.approx(np.clip((np.arange(16) + 0.5) / 2 - 0.5, 0, 7))


def test_options_say_how_many(cache: Path) -> None:
    dataset = load_dataset(Options())
    assert [len(split.labels) for split in _splits(dataset)] == list(SIZES)
    assert dataset.info == dataset_info(Options())
    assert dataset.info == DatasetInfo((1, 32, 32), 10, False, tuple("0123456789"))


def test_cache_gives_back_what_was_made(cache: Path) -> None:
    first = load_dataset(Options())
    made = _splits(first)
    (path,) = [path for path in cache.rglob("*") if path.is_file()]
    before = path.stat().st_mtime_ns
    again = load_dataset(Options())
    assert _equal(_splits(again), made)
    assert again.fingerprint == first.fingerprint
    assert path.stat().st_mtime_ns == before


def test_other_sizes_and_seeds_are_other_data(cache: Path) -> None:
    fingerprints = {
        load_dataset(options).fingerprint
        for options in (Options(), Options(seed=1), Options(train_size=50))
    }
    assert len(fingerprints) == 3
    assert all(len(fingerprint) == 16 for fingerprint in fingerprints)


@pytest.mark.parametrize("damage", ["cut", "empty", "junk", "other arrays", "wrong sizes"])
def test_damaged_cache_is_made_again(damage: str, cache: Path) -> None:
    made = _splits(load_dataset(Options()))
    (path,) = [path for path in cache.rglob("*") if path.is_file()]
    whole = path.read_bytes()
    if damage == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "junk":
        path.write_bytes(b"junk" * 1000)
    elif damage == "other arrays":
        np.savez(path, something=np.zeros(3))
    else:
        arrays = {}
        for part, split in zip(("train", "validation", "test"), made, strict=True):
            arrays |= {f"{part}_images": split.images[:-1], f"{part}_labels": split.labels}
        np.savez(path, **arrays)
    again = load_dataset(Options())
    assert _equal(_splits(again), made)
    assert [file for file in cache.rglob("*") if file.is_file()] == [path]
    with np.load(path) as arrays:
        assert arrays["train_images"].shape == (SIZES[0], 1, 32, 32)


def test_cache_that_cannot_be_written_is_no_error(cache: Path) -> None:
    (cache / "conv-nas").write_text("a file where the folder should be")
    assert len(load_dataset(Options()).train.labels) == SIZES[0]
    assert [path.name for path in cache.iterdir()] == ["conv-nas"]


def test_more_images_than_memory_is_one_line(cache: Path) -> None:
    with pytest.raises(DataError, match=r"^cluttered_digits: 2,147,483,\d+ images need 80 TiB"):
        load_dataset(Options(train_size=2**31 - 1))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            Options(name="digits"),
            "`dataset.name` must be one of cluttered_digits.*; got",
        ),
        (Options(root="."), "`dataset.root` has no meaning for cluttered_digits"),
    ],
)
def test_options_that_it_does_not_take(options: Options, message: str) -> None:
    with pytest.raises(DataOptionError, match=message):
        load_dataset(options)
