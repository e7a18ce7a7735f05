"""The interval of a median from order statistics."""

from math import comb, inf

import numpy as np
import pytest

from workers.latency.noise import MedianInterval, lower_rank, median_interval


@pytest.mark.parametrize(
    ("count", "rank"),
    # Two-sided 95% for the median, as tabulated (Conover 1999, table A3; Hahn and Meeker 1991).
    [(0, 0), (5, 0), (6, 1), (8, 1), (9, 2), (11, 2), (12, 3), (15, 4), (20, 6), (25, 8), (50, 18)],
)
def test_ranks_are_those_of_the_tables(count: int, rank: int) -> None:
    assert lower_rank(count) == rank


@pytest.mark.parametrize("count", [7, 40, 333, 2000])
def test_rank_is_the_largest_that_covers(count: int) -> None:
    rank = lower_rank(count)
    below = sum(comb(count, k) for k in range(rank))
    assert 40 * below <= 2**count < 40 * (below + comb(count, rank))


def test_interval_by_hand() -> None:
    """Of nine values the second and the eighth are the ends."""
    found = median_interval([5, 1, 9, 3, 7, 2, 8, 4, 6])
    assert found == MedianInterval(5, 2, 8)
    assert found.relative_width == pytest.approx(6 / 5)
    assert median_interval([1, 2, 3, 4]) == MedianInterval(2.5, 0.0, inf)
    assert median_interval([0.0] * 9).relative_width == inf


def test_interval_covers_the_true_median_as_often_as_it_says() -> None:
    """2,000 samples of a skewed distribution with median ln 2: at least 95%, less 3 deviations."""
    rng = np.random.default_rng(0)
    intervals = [median_interval(rng.exponential(size=30)) for _ in range(2000)]
    covered = np.mean([found.low <= np.log(2) <= found.high for found in intervals])
    assert covered >= 0.95 - 3 * (0.95 * 0.05 / 2000) ** 0.5
