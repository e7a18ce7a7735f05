"""Hypervolume against closed forms and against inclusion and exclusion."""

from itertools import combinations

import numpy as np
import pytest

from nas.statistics.hypervolume import bounds, hypervolume, open_boxes
from nas.statistics.pareto import non_dominated


def _by_inclusion_and_exclusion(points: np.ndarray, reference_point: np.ndarray) -> float:
    total = 0.0
    for size in range(1, len(points) + 1):
        for some in combinations(points, size):
            sides = np.clip(reference_point - np.max(some, axis=0), 0, None)
            total -= (-1) ** size * sides.prod()
    return total


def _gain(points: np.ndarray, reference_point: np.ndarray, new: np.ndarray) -> float:
    lower, upper = open_boxes(points, reference_point)
    return float(np.clip(upper - np.maximum(lower, new), 0, None).prod(axis=1).sum())


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([[0.25]], 0.75),
        ([[0.5], [0.2]], 0.8),
        ([[0.5, 0.5]], 0.25),
        ([[0.2, 0.6], [0.6, 0.2]], 0.8 * 0.4 + 0.4 * 0.4),
        ([[0.2, 0.6], [0.6, 0.2], [0.7, 0.7]], 0.8 * 0.4 + 0.4 * 0.4),
        ([[0.2, 0.6], [0.2, 0.6]], 0.8 * 0.4),
        ([[0.5, 0.5, 0.5]], 0.125),
        ([[0.0, 0.5, 0.5], [0.5, 0.0, 0.5], [0.5, 0.5, 0.0]], 3 * 0.25 - 2 * 0.125),
        ([[0.5, 1.0], [2.0, 0.1]], 0.0),
        ([[0.5, 0.5], [2.0, 0.1]], 0.25),
    ],
)
def test_closed_forms(points: list[list[float]], expected: float) -> None:
    array = np.array(points)
    assert hypervolume(array, np.ones(array.shape[1])) == pytest.approx(expected)


def test_no_points() -> None:
    assert hypervolume(np.empty((0, 3)), np.ones(3)) == 0.0


@pytest.mark.parametrize("num_objectives", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("decimals", [1, 6])
def test_inclusion_and_exclusion(num_objectives: int, decimals: int) -> None:
    """One decimal makes ties in single objectives and equal points."""
    rng = np.random.default_rng(num_objectives)
    reference_point = np.full(num_objectives, 0.9)
    for _ in range(20):
        points = rng.random((9, num_objectives)).round(decimals)
        expected = _by_inclusion_and_exclusion(points, reference_point)
        assert hypervolume(points, reference_point) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("num_objectives", [1, 2, 3, 4])
def test_gain_over_open_boxes(num_objectives: int) -> None:
    rng = np.random.default_rng(0)
    reference_point = np.ones(num_objectives)
    points = rng.random((8, num_objectives)).round(1)
    for new in rng.random((20, num_objectives)).round(1):
        expected = _by_inclusion_and_exclusion(np.vstack([points, new]), reference_point)
        expected -= _by_inclusion_and_exclusion(points, reference_point)
        assert _gain(points, reference_point, new) == pytest.approx(expected, abs=1e-12)


def test_open_boxes_are_disjoint_and_open() -> None:
    rng = np.random.default_rng(0)
    points, reference_point = rng.random((30, 3)), np.ones(3)
    lower, upper = open_boxes(points, reference_point)
    tried = rng.random((2000, 3))
    inside = ((tried[:, None] > lower) & (tried[:, None] < upper)).all(axis=2).sum(axis=1)
    dominated = (points[None] <= tried[:, None]).all(axis=2).any(axis=1)
    np.testing.assert_array_equal(inside, np.where(dominated, 0, 1))


def test_three_objectives_make_few_boxes() -> None:
    """About two for each point (Lacour et al. 2017), not one for each pair."""
    rng = np.random.default_rng(0)
    points = rng.normal(size=(200, 3))
    points = 1 - np.abs(points / np.linalg.norm(points, axis=1, keepdims=True))
    assert len(open_boxes(points, np.ones(3)).lower) <= 2 * len(points) + 1


@pytest.mark.parametrize("decimals", [1, 6])
def test_non_dominated_agrees_with_the_definition(decimals: int) -> None:
    points = np.random.default_rng(0).random((60, 3)).round(decimals)
    for index, kept in enumerate(non_dominated(points)):
        no_worse = (points <= points[index]).all(axis=1)
        better = (points < points[index]).any(axis=1)
        assert kept != (no_worse & better).any()


def test_bounds_leave_out_what_is_far_off_and_dominated() -> None:
    """Ten losses of 0 to 0.9 on a front: median 0.45, best twentieth 0.045, far from 2.07 on."""
    front = np.column_stack([np.arange(10) / 10, 10.0 - np.arange(10)])
    dominated, cheapest = [5.0, 5.0], [5.0, 0.5]
    low, high = bounds(np.vstack([front, dominated]))
    assert (low.tolist(), high.tolist()) == ([0, 1], [0.9, 10])
    _, high = bounds(np.vstack([front, cheapest]))
    assert high.tolist() == [5, 10]
    _, high = bounds(np.vstack([front, [1.9, 5.0]]))
    assert high.tolist() == [1.9, 10]
