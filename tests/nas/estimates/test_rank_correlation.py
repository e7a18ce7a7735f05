"""Rank correlations against closed forms, and how often their intervals cover the truth."""

from math import asin, isnan, pi, sin, sqrt

import numpy as np
import pytest
from estimate_kit import NUM_STUDIES, rng, share_covered
from hypothesis import given
from hypothesis import strategies as st

from nas.statistics import (
    bootstrap,
    correlation,
    kendall_tau,
    kept_of_best,
    number_to_show,
    spearman_rho,
)

UP = np.arange(10.0)


def test_rank_correlations_by_hand() -> None:
    """Of 1 2 3 4 5, two neighbours swapped: one of ten pairs; the sum of squared ranks is 2."""
    swapped, straight = np.array([1.0, 2.0, 4.0, 3.0, 5.0]), np.arange(5.0)
    assert kendall_tau(swapped, straight) == pytest.approx((9 - 1) / 10)
    assert spearman_rho(swapped, straight) == pytest.approx(1 - 6 * 2 / (5 * 24))
    assert kendall_tau(UP, UP) == spearman_rho(UP, UP) == pytest.approx(1)
    assert kendall_tau(-UP, UP) == spearman_rho(-UP, UP) == pytest.approx(-1)


def test_ties_count_as_in_tau_b() -> None:
    """Pairs of 1 1 2 with 1 2 3: two concordant, one tied in the first: 2 / sqrt(2 * 3)."""
    tied, straight = np.array([1.0, 1.0, 2.0]), np.array([1.0, 2.0, 3.0])
    assert kendall_tau(tied, straight) == pytest.approx(2 / sqrt(6))
    assert isnan(float(kendall_tau(np.ones(3), straight)))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=20))
def test_correlations_are_those_of_scipy(pairs: list[tuple[int, int]]) -> None:
    from scipy.stats import kendalltau, spearmanr

    first, second = np.array(pairs, dtype=float).T
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return
    assert kendall_tau(first, second) == pytest.approx(kendalltau(first, second).statistic)
    assert spearman_rho(first, second) == pytest.approx(spearmanr(first, second).statistic)


def test_many_orders_side_by_side_are_each_alone() -> None:
    first, second = rng().normal(size=(2, 5, 8))
    for measure in (kendall_tau, spearman_rho):
        alone = [float(measure(a, b)) for a, b in zip(first, second, strict=True)]
        assert measure(first, second) == pytest.approx(alone)


def test_a_perfect_order_has_no_spread() -> None:
    assert correlation(kendall_tau, UP, UP, rng()) == pytest.approx((1, 1, 1))


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
def test_intervals_of_rank_correlation_cover_the_truth(rho: float) -> None:
    """Normal pairs: tau is 2/pi asin(rho), Spearman's 6/pi asin(rho / 2) (Kruskal 1958)."""
    draw, taus, rhos = rng(1), [], []
    for _ in range(NUM_STUDIES):
        first, noise = draw.normal(size=(2, 12))
        second = rho * first + sqrt(1 - rho**2) * noise
        one = lambda i, a=first, b=second: kendall_tau(a[i], b[i])  # noqa: E731
        taus.append(bootstrap(one, 12, draw, 300))
        other = lambda i, a=first, b=second: spearman_rho(a[i], b[i])  # noqa: E731
        rhos.append(bootstrap(other, 12, draw, 300))
    assert 0.93 <= share_covered(2 / pi * asin(rho), taus) <= 0.99
    assert 0.92 <= share_covered(6 / pi * asin(rho / 2), rhos) <= 0.99


def test_kept_of_the_best_by_hand() -> None:
    """The best three at the end are 4, 3, 2; early on they were 4, 2, 0."""
    early, final = np.array([3.0, 1.0, 4.0, 2.0, 5.0]), np.arange(5.0)
    assert kept_of_best(early, final, 3) == pytest.approx(2 / 3)


def test_number_of_networks_by_hand() -> None:
    """atanh is .97296 and .69315: (1.95996 / .27981)² is 49.07, times .437 is 21.44, and 4."""
    assert number_to_show(0.75, 0.6) == 26


@pytest.mark.parametrize(("tau", "least"), [(0.7, 0.6), (0.75, 0.6), (0.5, 0.2)])
def test_so_many_networks_do_show_it(tau: float, least: float) -> None:
    """The lower end for that many normal pairs lies about where it should: 60, 26 and 18 pairs."""
    draw, rho = rng(2), sin(pi * tau / 2)
    pairs = draw.normal(size=(100, 2, number_to_show(tau, least)))
    lows = []
    for one, noise in pairs:
        found = correlation(kendall_tau, one, rho * one + sqrt(1 - rho**2) * noise, rng(3))
        lows.append(found.low - (found.value - tau))
    assert np.mean(lows) == pytest.approx(least, abs=0.03)


def test_a_statistic_that_is_not_defined_has_no_interval() -> None:
    assert all(map(isnan, correlation(kendall_tau, np.ones(4), np.arange(4.0), rng())))
