"""Stratified splits, their counts worked out by hand."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from nas.config.dataset import DatasetSpec
from search_spaces.errors import DataError, DataOptionError
from workers.datasets.base import Dataset, DatasetInfo
from workers.datasets.splitting import Part, allocate, split_in_two


def _part(labels: list[int], side: int = 2) -> Part:
    """Image number i has i in every pixel, so that each can be told from the others."""
    images = np.zeros((len(labels), 1, side, side), np.uint8)
    images += np.arange(len(labels), dtype=np.uint8)[:, None, None, None]
    return Part(images, np.array(labels, np.int64), "here")


def _split(
    labels: list[int], num_classes: int = 3, validation: Part | None = None, **options: int
) -> Dataset:
    info = DatasetInfo((1, 2, 2), num_classes, flip=False)
    spec = DatasetSpec(name="cifar10", **options)
    return split_in_two("cifar10", info, spec, _part(labels), validation)


def _numbers(images: np.ndarray) -> list[int]:
    return [int(image.flat[0]) for image in images]


def _counts(labels: np.ndarray, num_classes: int = 3) -> list[int]:
    return np.bincount(labels, minlength=num_classes).tolist()


@pytest.mark.parametrize(
    ("counts", "total", "shares"),
    [
        ([50, 30, 20], 10, [5, 3, 2]),
        ([50, 30, 20], 3, [1, 1, 1]),  # quotas 1.5, 0.9, 0.6: the two largest remainders
        ([1, 1, 1], 2, [1, 1, 0]),  # equal remainders: by number
        ([97, 2, 1], 10, [10, 0, 0]),  # 9.7, 0.2, 0.1
        ([7, 0, 7], 7, [4, 0, 3]),  # 3.5, 0, 3.5
    ],
)
def test_largest_remainders(counts: list[int], total: int, shares: list[int]) -> None:
    array = np.array(counts)
    assert allocate(array, total, np.zeros_like(array), array).tolist() == shares


def test_largest_remainders_within_bounds() -> None:
    counts = np.array([97, 2, 1])
    at_least_one = np.minimum(counts, 1)
    assert allocate(counts, 10, at_least_one, counts).tolist() == [8, 1, 1]
    assert allocate(counts, 97, np.zeros_like(counts), counts - 1).tolist() == [96, 1, 0]


def test_split_keeps_the_proportions_of_an_imbalanced_set() -> None:
    labels = [0] * 50 + [1] * 30 + [2] * 20
    found = _split(labels, validation_size=20, train_size=40)
    assert _counts(found.validation.labels) == [10, 6, 4]
    assert _counts(found.train.labels) == [20, 12, 8]


def test_every_image_is_in_one_part_with_its_own_label() -> None:
    labels = [0, 1, 2] * 33
    found = _split(labels)
    assert len(found.validation.labels) == 10  # a tenth of 99, rounded
    inside, outside = _numbers(found.train.images), _numbers(found.validation.images)
    assert sorted(inside + outside) == list(range(99))
    for numbers, split in ((inside, found.train), (outside, found.validation)):
        assert [labels[number] for number in numbers] == split.labels.tolist()


def test_seed_decides_and_nothing_else() -> None:
    labels = [0, 1, 2] * 30
    first, again, other = _split(labels), _split(labels), _split(labels, seed=1)
    assert first.fingerprint == again.fingerprint != other.fingerprint
    assert _numbers(first.validation.images) == _numbers(again.validation.images)
    assert _numbers(first.validation.images) != _numbers(other.validation.images)


def test_validation_images_do_not_depend_on_how_many_train() -> None:
    labels = [0, 1, 2] * 30
    few, all_of_them = _split(labels, train_size=12), _split(labels)
    assert _numbers(few.validation.images) == _numbers(all_of_them.validation.images)
    assert len(few.train.labels) == 12


def test_a_rare_class_is_trained_on() -> None:
    found = _split([0] * 97 + [1] * 2 + [2], validation_size=30, train_size=10)
    assert _counts(found.train.labels) == [8, 1, 1]
    assert _counts(found.validation.labels)[2] == 0


def test_a_validation_part_that_comes_along_is_used() -> None:
    extra = _part([0, 0, 1, 1, 2, 2])
    found = _split([0, 1, 2] * 5, validation=extra, validation_size=3)
    assert _counts(found.validation.labels) == [1, 1, 1]
    assert len(found.train.labels) == 15


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"validation_size": 28}, r"`dataset.validation_size` \(=28\) must leave an image of each"),
        ({"validation_size": 1000}, r"\(=1000\) must leave an image .*: at most 27 of 30"),
        ({"train_size": 28}, r"`dataset.train_size` \(=28\) must not exceed the 27 images"),
        ({"train_size": 2}, r"`dataset.train_size` \(=2\) must be at least 3, one image a class"),
    ],
)
def test_more_is_asked_for_than_there_is(options: dict[str, int], message: str) -> None:
    with pytest.raises(DataOptionError, match=message):
        _split([0, 1, 2] * 10, **options)


@pytest.mark.parametrize(
    ("labels", "num_classes", "message"),
    [
        ([1] * 20, 3, "here: all images are of one class"),
        ([0, 1], 3, "here: has 2 images for 3 classes"),
        ([0, 1, 2, 3], 3, "here: labels must be from 0 to 2; one is 3"),
        ([0, 1, 2, -1], 3, "here: labels must be from 0 to 2; one is -1"),
        ([], 3, "here: holds no image"),
    ],
)
def test_labels_that_cannot_be(labels: list[int], num_classes: int, message: str) -> None:
    with pytest.raises(DataError, match=message):
        _split(labels, num_classes)


def test_fifty_thousand_images_are_not_copied() -> None:
    """Beside the array itself, the split takes the tenth that validates and a little."""
    images = np.zeros((50_000, 3, 32, 32), np.uint8)
    labels = np.arange(50_000) % 10
    info = DatasetInfo((3, 32, 32), 10, flip=True)
    tracemalloc.start()
    try:
        found = split_in_two("x", info, DatasetSpec(name="x"), Part(images, labels, "here"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(found.train.labels) == 45_000
    assert peak < 0.15 * images.nbytes
