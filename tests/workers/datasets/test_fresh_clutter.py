"""Ever new images: those that `cluttered_digits` would compose of the same draws."""

from dataclasses import dataclass

import numpy as np
import pytest

from workers.datasets import cluttered_digits as digits
from workers.datasets import fresh_images
from workers.datasets import scans as scans_of
from workers.datasets.fresh_clutter import Draws, FreshClutter, drawn


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
    train_size: int | None = 60
    validation_size: int | None = 40
    seed: int = 0


@pytest.fixture(scope="module")
def fresh() -> FreshClutter:
    return FreshClutter(Options())


def _composed_one_by_one(draws: Draws, number: int) -> scans_of.Floats:
    """One image by the functions that make the data set."""
    scans, _ = digits.training_scans(0)
    image = np.zeros((32, 32))

    def lay(patch: scans_of.Floats, place: np.ndarray) -> None:
        row, column = place
        region = image[row : row + len(patch), column : column + len(patch)]
        np.maximum(region, patch, out=region)

    def sized(scan: int, side: int) -> scans_of.Floats:
        weights = scans_of.interpolation(8, side)
        return weights @ scans[scan] @ weights.T

    for piece in range(8):
        scan = sized(draws.fragment_scans[number, piece], draws.fragment_sides[number, piece])
        row, column = draws.cuts[number, piece]
        lay(scan[row : row + 6, column : column + 6], draws.fragment_places[number, piece])
    lay(sized(draws.scans[number], draws.sides[number]), draws.places[number])
    return image


def test_equal_draws_give_equal_images(fresh: FreshClutter) -> None:
    draws = drawn(40, len(digits.training_scans(0)[1]), np.random.default_rng(3))
    images = fresh.composed(draws)
    for number in range(40):
        np.testing.assert_allclose(images[number], _composed_one_by_one(draws, number), atol=1e-6)


def test_draws_reach_all_that_is_possible_and_nothing_else() -> None:
    draws = drawn(4000, 5, np.random.default_rng(0))
    assert set(draws.scans) == set(range(5))
    assert set(draws.sides) == set(draws.fragment_sides.flat) == set(range(12, 21))
    room = 32 - draws.sides[:, None] - draws.places
    assert draws.places.min() == room.min() == 0
    room = draws.fragment_sides[..., None] - 6 - draws.cuts
    assert draws.cuts.min() == room.min() == 0
    assert (draws.fragment_places.min(), draws.fragment_places.max()) == (0, 26)


def test_only_scans_of_the_training_part_are_shown() -> None:
    scans, labels = digits.training_scans(0)
    assert len(scans) == len(labels) == pytest.approx(0.7 * 1797, abs=5)
    parts = scans_of.disjoint_parts(scans_of.digit_scans()[1], np.random.default_rng([0, 1]))
    assert set(parts[0]).isdisjoint(parts[1]) and set(parts[0]).isdisjoint(parts[2])
    np.testing.assert_array_equal(scans, scans_of.digit_scans()[0][parts[0]])


def test_images_and_labels_as_in_the_data_set(fresh: FreshClutter) -> None:
    split = fresh(500, np.random.default_rng(1))
    made = digits.make((500, 10, 10), 0)[0]
    assert split.images.shape == made.images.shape and split.images.dtype == np.uint8
    assert set(split.labels) == set(range(10)) and split.labels.dtype == np.int64
    for measure in (np.mean, np.std):
        assert measure(split.images) == pytest.approx(measure(made.images), rel=0.05)


def test_equal_generators_give_equal_images_and_others_do_not(fresh: FreshClutter) -> None:
    one, same, other = (fresh(20, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.images, same.images)
    assert not np.array_equal(one.images, other.images)


def test_data_sets_that_are_files_have_nothing_fresh() -> None:
    assert isinstance(fresh_images(Options()), FreshClutter)
    assert fresh_images(Options(name="cifar10", root="somewhere")) is None
