"""The embedded scenes: a class a pixel, disjoint scans, the same for a seed, also without end."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nas.config.dataset import DatasetSpec
from workers.datasets import dataset_contents, dataset_info, fresh_images, load_dataset, load_test
from workers.datasets import digit_scenes as scenes
from workers.datasets import scans as scans_of

SIZES = (60, 40, 30)
OPTIONS = DatasetSpec(name="digit_scenes", train_size=SIZES[0], validation_size=SIZES[1])


@pytest.fixture(scope="module")
def made() -> list[scenes.Scenes]:
    return scenes.make(SIZES, 0)


def test_shapes_types_and_values(made: list[scenes.Scenes]) -> None:
    for part, size in zip(made, SIZES, strict=True):
        assert part.images.shape == (size, 1, 64, 64)
        assert part.masks.shape == (size, 64, 64)
        assert part.images.dtype == part.masks.dtype == np.uint8
        assert set(np.unique(part.masks)) == set(range(11))


def test_boxes_hold_the_ink_of_their_digit_alone(made: list[scenes.Scenes]) -> None:
    """Three to six digits where there is room, in squares of 14 to 26 pixels that do not meet."""
    part = made[0]
    numbers = (part.digits >= 0).sum(1)
    assert set(numbers) <= {2, 3, 4, 5, 6}
    assert numbers.mean() > 3
    for mask, digits, boxes in zip(part.masks, part.digits, part.boxes, strict=True):
        covered = np.zeros((64, 64), int)
        for digit, (top, left, bottom, right) in zip(digits, boxes, strict=True):
            if digit < 0:
                assert (top, left, bottom, right) == (0, 0, 0, 0)
                continue
            assert bottom - top == right - left
            assert 14 <= bottom - top <= 26
            covered[top:bottom, left:right] += 1
            assert set(np.unique(mask[top:bottom, left:right])) == {0, digit + 1}
        assert covered.max() == 1
        assert not mask[covered == 0].any()


def test_ink_is_bright_and_as_much_beside_it_is_none(made: list[scenes.Scenes]) -> None:
    """What is bright is no answer: fragments of digits are as bright, and background."""
    images, masks = made[0].images[:, 0], made[0].masks
    assert images[masks > 0].min() > 255 * (0.4 - 6 * 0.04)
    bright = images > 255 * 0.6
    clutter = (bright & (masks == 0)).sum() / bright.sum()
    assert 0.15 < clutter < 0.6


def test_larger_scenes_for_boxes() -> None:
    found = scenes.make((12, 1, 1), 0, side=96)[0]
    assert found.images.shape == (12, 1, 96, 96)
    assert found.masks.shape == (12, 96, 96)
    assert 64 < found.boxes[..., 2:].max() <= 96
    for mask, boxes in zip(found.masks, found.boxes, strict=True):
        for top, left, bottom, right in boxes[boxes[:, 2] > 0]:
            assert mask[top:bottom, left:right].any()


@pytest.mark.parametrize("seed", [0, 7])
def test_digits_and_fragments_are_of_the_scans_of_their_part(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the scans of a part are of one brightness, nothing else is in its images."""
    scans, labels = scans_of.digit_scans()
    parts = scans_of.disjoint_parts(labels, np.random.default_rng([seed, scenes._VERSION, 64]))
    assert sorted(np.concatenate(parts).tolist()) == list(range(1797))  # each scan once
    lit = np.ones_like(scans)
    for part, brightness in zip(parts, (100, 150, 200), strict=True):
        lit[part] = brightness / 255
    monkeypatch.setattr(scenes, "digit_scans", lambda: (lit, labels))
    monkeypatch.setattr(scenes, "NOISE", 0.0)
    monkeypatch.setattr(scenes, "INK", 0.3)
    for found, brightness in zip(scenes.make((20, 20, 20), seed), (100, 150, 200), strict=True):
        assert set(np.unique(found.images)) == {0, brightness}
    fresh = scenes.FreshScenes(DatasetSpec(name="digit_scenes", seed=seed))
    assert set(np.unique(fresh(20, np.random.default_rng(0)).images)) == {0, 100}


def test_seeds_and_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenes, "DEFAULT_SIZES", (2000, 500, SIZES[2]))
    first = load_dataset(OPTIONS)
    assert first.info == dataset_info(OPTIONS)
    assert first.info.class_names == ("background", *"0123456789")
    assert first.fingerprint == load_dataset(OPTIONS).fingerprint
    made = scenes.make(SIZES, 0)
    for split, part in zip((first.train, first.validation, load_test(OPTIONS)), made, strict=True):
        np.testing.assert_array_equal(split.images, part.images)
        np.testing.assert_array_equal(split.labels, part.masks)
    other = load_dataset(OPTIONS.model_copy(update={"seed": 1}))
    assert other.fingerprint != first.fingerprint
    assert dataset_contents(OPTIONS).num_images == {"train": 60, "validation": 40, "test": 30}


def test_fresh_scenes_are_ever_new_and_of_the_training_scans() -> None:
    fresh = fresh_images(OPTIONS)
    assert fresh is not None
    rng = np.random.default_rng(3)
    one, two = fresh(8, rng), fresh(8, rng)
    assert one.images.shape == (8, 1, 64, 64)
    assert one.labels.shape == (8, 64, 64)
    assert not np.array_equal(one.images, two.images)
    again = fresh(8, np.random.default_rng(3))
    np.testing.assert_array_equal(one.images, again.images)
    np.testing.assert_array_equal(one.labels, again.labels)
    assert {int(v) for v in np.unique(one.labels)} <= set(range(11))
