"""Pareto dominance, against points made by hand and against the definition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nas.statistics.pareto import (
    as_points,
    crowding_distance,
    knee,
    non_dominated,
    non_dominated_rank,
)

STAIRS = np.array([[1.0, 4.0], [2.0, 2.0], [4.0, 1.0], [3.0, 3.0], [2.0, 4.0], [5.0, 5.0]])

_TRIED = settings(max_examples=200, deadline=None, derandomize=True, database=None)
_POINTS = st.integers(1, 3).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 4), min_size=width, max_size=width), min_size=1, max_size=12
    )
)


def _dominates(one: list[int], other: list[int]) -> bool:
    """As good in all objectives and better in one: the definition."""
    pairs = list(zip(one, other, strict=True))
    return all(a <= b for a, b in pairs) and any(a < b for a, b in pairs)


def test_accuracy_is_negated_and_objectives_keep_their_order() -> None:
    rows = [{"flops": 10.0, "accuracy": 0.9, "params": 3.0}, {"flops": 20.0, "accuracy": 0.8}]
    points = as_points(rows, ("flops", "accuracy"))
    assert points.tolist() == [[10.0, -0.9], [20.0, -0.8]]
    assert as_points([], ("flops", "accuracy")).shape == (0, 2)


def test_front_of_stairs() -> None:
    assert non_dominated(STAIRS).tolist() == [True, True, True, False, False, False]


def test_ranks_of_stairs() -> None:
    """(3, 3) and (2, 4) are beaten by (2, 2) alone; then (5, 5) is left."""
    assert non_dominated_rank(STAIRS).tolist() == [0, 0, 0, 1, 1, 2]


def test_equal_points_are_all_kept() -> None:
    points = np.array([[1.0, 1.0], [1.0, 1.0], [0.0, 2.0], [1.0, 2.0]])
    assert non_dominated(points).tolist() == [True, True, True, False]


@pytest.mark.parametrize("function", [non_dominated, non_dominated_rank])
def test_no_points(function: object) -> None:
    assert callable(function)
    assert len(function(np.empty((0, 2)))) == 0


@_TRIED
@given(_POINTS)
def test_front_is_what_the_definition_says(points: list[list[int]]) -> None:
    wanted = [not any(_dominates(other, point) for other in points) for point in points]
    assert non_dominated(np.array(points, dtype=float)).tolist() == wanted


@_TRIED
@given(_POINTS)
def test_ranks_peel_the_points_off(points: list[list[int]]) -> None:
    """A rank is the length of the longest chain of points, each dominated by the one before."""

    def longest(point: list[int]) -> int:
        return max((1 + longest(other) for other in points if _dominates(other, point)), default=0)

    assert non_dominated_rank(np.array(points, dtype=float)).tolist() == [*map(longest, points)]


def test_knee_is_nearest_to_the_best_of_each() -> None:
    """Scaled: (0, 1), (1/3, 1/3), (1, 0)."""
    assert knee(np.array([[1.0, 4.0], [2.0, 2.0], [4.0, 1.0]])) == 1


def test_knee_of_one_point() -> None:
    assert knee(np.array([[3.0, 3.0]])) == 0


def test_crowding_distance_by_hand() -> None:
    """Over 4 and over 10: the second has (2 - 0) / 4 + (10 - 1) / 10, the third 3 / 4 + 4 / 10."""
    points = np.array([[0.0, 10.0], [1.0, 4.0], [2.0, 1.0], [4.0, 0.0]])
    assert crowding_distance(points).tolist() == pytest.approx([np.inf, 1.4, 1.15, np.inf])


def test_crowding_distance_of_few_and_of_equal_points() -> None:
    assert crowding_distance(np.empty((0, 2))).tolist() == []
    assert crowding_distance(np.array([[1.0, 2.0]])).tolist() == [np.inf]
    assert np.isinf(crowding_distance(np.ones((3, 2)))).sum() == 2
