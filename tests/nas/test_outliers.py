"""Values far above the others, by hand."""

import numpy as np

from nas.statistics.outliers import far_above, isolated


def test_far_is_four_times_as_far_above_the_median_as_the_best_are_below() -> None:
    """Of 0, 1, ..., 20 the median is 10 and the best twentieth 1: what is above 46 is far."""
    usual = np.arange(21.0)
    assert not far_above(usual).any()
    # with a 22nd value: median 10.5, best twentieth 1.05, limit 10.5 + 4 * 9.45 = 48.3
    assert far_above(np.append(usual, 48.0)).sum() == 0
    assert far_above(np.append(usual, 49.0)).tolist() == [False] * 21 + [True]


def test_a_tenth_of_failures_does_not_hide_them() -> None:
    """By mean and standard deviation none of them would be more than three deviations away."""
    usual = -2.5 + 0.2 * np.sin(np.arange(90.0))
    values = np.append(usual, np.full(10, -0.1))
    assert (values - values.mean()).max() / values.std() < 3.1
    assert far_above(values).tolist() == [False] * 90 + [True] * 10


def test_few_values_or_equal_ones_tell_nothing() -> None:
    assert not far_above(np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 90.0])).any()
    assert not far_above(np.append(np.zeros(20), 5.0)).any()
    assert not far_above(np.empty(0)).any()


def test_isolated_are_those_whose_nearest_are_not_marked() -> None:
    """Points on a line: six in a row that failed, and one far away among others."""
    places = np.concatenate([np.arange(6.0), 100.0 + np.arange(6.0)])
    marked = np.array([True] * 6 + [False] * 2 + [True] + [False] * 3)
    similarity = -np.abs(places[marked][:, None] - places[None, :])
    assert np.flatnonzero(isolated(marked, similarity)).tolist() == [8]


def test_a_point_is_not_its_own_neighbour() -> None:
    marked = np.array([True, False, True, False])
    similarity = np.ones((2, 4))
    assert np.flatnonzero(isolated(marked, similarity)).tolist() == [0, 2]
