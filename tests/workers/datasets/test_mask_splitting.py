"""Splits of masks: exact sizes, each class in its share, the same on every machine."""

from __future__ import annotations

from hashlib import sha256

import numpy as np
import pytest

from nas.config.dataset import DatasetSpec
from search_spaces.errors import DataError, DataOptionError
from workers.datasets.base import Dataset, DatasetInfo, Split
from workers.datasets.mask_splitting import chosen_masks, stratified
from workers.datasets.splitting import Part, require_different, split_in_two


def _shown(rng: np.random.Generator, counts: list[int], total: int) -> np.ndarray:
    """Class i is in `counts[i]` of the masks, drawn on their own; class 0 in all of them."""
    shown = np.zeros((total, len(counts)), bool)
    for label, count in enumerate(counts):
        shown[rng.permutation(total)[:count], label] = True
    shown[:, 0] = True
    return shown


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("size", [20, 50, 100])
def test_each_class_is_in_its_share_of_the_images(size: int, seed: int) -> None:
    """Within two images of the exact share, and of the rarest class to the image."""
    rng = np.random.default_rng(seed)
    counts = [200, 120, 80, 40, 20, 10]
    shown = _shown(rng, counts, 200)
    chosen = stratified(shown, size, rng)
    assert len(chosen) == len(set(chosen.tolist())) == size
    assert chosen.tolist() == sorted(chosen.tolist())
    exact = np.array(counts) * size / 200
    assert np.abs(shown[chosen].sum(0) - exact).max() <= 2
    # The rarest are dealt out first, when nothing is bound yet.
    assert np.abs(shown[chosen].sum(0) - exact)[-1] <= 0.5


def test_the_only_image_of_a_class_is_trained_on() -> None:
    pixels = np.ones((40, 3), np.int64)
    pixels[:, 2] = 0
    pixels[17, 2] = 5
    for seed in range(8):
        inside, out = chosen_masks(pixels, None, DatasetSpec(name="x", seed=seed), "here")
        assert 17 in inside
        assert len(out) == 4  # a tenth
        assert sorted([*inside, *out]) == list(range(40))


def test_fewer_to_train_on_leave_those_that_validate() -> None:
    pixels = np.random.default_rng(1).integers(0, 3, (60, 4)) + np.array([1, 0, 0, 0])
    whole = DatasetSpec(name="x", validation_size=15, seed=3)
    few = whole.model_copy(update={"train_size": 10})
    inside, out = chosen_masks(pixels, None, few, "here")
    assert out.tolist() == chosen_masks(pixels, None, whole, "here")[1].tolist()
    assert len(inside) == 10
    assert not set(inside) & set(out)
    other = chosen_masks(pixels, None, whole.model_copy(update={"seed": 4}), "here")[1]
    assert other.tolist() != out.tolist()


def test_a_validation_part_of_its_own() -> None:
    pixels = np.ones((9, 2), np.int64)
    inside, out = chosen_masks(pixels, pixels[:5], DatasetSpec(name="x", train_size=4), "here")
    assert (len(inside), out.tolist()) == (4, [0, 1, 2, 3, 4])


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"validation_size": 9}, r"validation_size` \(=9\) must leave an image to train on"),
        ({"validation_size": 3, "train_size": 7}, r"train_size` \(=7\) must not exceed the 6"),
    ],
)
def test_more_than_there_are(values: dict[str, int], message: str) -> None:
    with pytest.raises(DataOptionError, match=message):
        chosen_masks(np.ones((9, 2), np.int64), None, DatasetSpec(name="x", **values), "here")


def test_one_class_alone_is_nothing_to_learn() -> None:
    with pytest.raises(DataError, match="here: all pixels are of one class"):
        chosen_masks(np.array([[3, 0], [4, 0]]), None, DatasetSpec(name="x"), "here")


INFO = DatasetInfo((1, 2, 2), 2, False, task="segmentation")


def _part(count: int) -> Part:
    """Mask and image number i both tell i."""
    numbers = np.arange(count, dtype=np.uint8)[:, None, None]
    masks = np.tile(numbers % 2, (1, 2, 2))
    masks[:, 0, 0] = 255
    images = np.tile(numbers[:, None], (1, 1, 2, 2))
    pixels = np.stack([(masks == label).sum((1, 2)) for label in (0, 1)], 1)
    return Part(images, masks, "here", pixels=pixels)


@pytest.mark.parametrize("own", [False, True])
def test_masks_go_with_their_images(own: bool) -> None:
    part = _part(30)
    validation = _part(10) if own else None
    found = split_in_two("x", INFO, DatasetSpec(name="x"), part, validation)
    assert [len(split.images) for split in (found.train, found.validation)] == (
        [30, 10] if own else [27, 3]
    )
    for images, masks in (found.train, found.validation):
        assert masks.dtype == np.uint8
        assert masks[:, 0, 0].tolist() == [255] * len(masks)
        assert masks[:, 1, 1].tolist() == (images[:, 0, 1, 1] % 2).tolist()


def test_fingerprint_of_masks_by_hand() -> None:
    """Bytes of the masks as they are, and the task in the text that begins it."""
    split = Split(np.arange(4, dtype=np.uint8).reshape(1, 1, 2, 2), np.full((1, 2, 2), 7, np.uint8))
    digest = sha256(
        b"DatasetInfo(in_shape=(1, 2, 2), num_classes=2, flip=False, task=segmentation)"
    )
    for _ in range(2):
        digest.update(b"1" + bytes([0, 1, 2, 3]) + bytes([7] * 4))
    assert Dataset("x", INFO, split, split).fingerprint == digest.hexdigest()[:16]


def test_one_image_is_not_equal_to_others() -> None:
    require_different(Split(np.zeros((1, 1, 2, 2), np.uint8), _part(1).labels), "here")
    with pytest.raises(DataError, match="all 2 images are equal"):
        require_different(Split(np.zeros((2, 1, 2, 2), np.uint8), _part(2).labels), "here")
