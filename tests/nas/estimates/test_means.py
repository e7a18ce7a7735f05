"""Means and shares with their intervals, against closed forms and in simulations."""

from math import inf, isnan, sqrt

import numpy as np
import pytest
from estimate_kit import NUM_STUDIES, rng, share_covered
from scipy.stats import binom

from nas.statistics import (
    Spread,
    accuracy_interval,
    bootstrap,
    mean_interval,
    pooled_spread,
    proportion_interval,
)


def test_bootstrap_of_a_mean_is_its_standard_error() -> None:
    values = rng().normal(size=400)
    found = bootstrap(lambda i: values[i].mean(axis=1), 400, rng(1))
    assert found.value == pytest.approx(values.mean())
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * values.std() / 20, rel=0.06)


def test_students_interval_by_hand() -> None:
    """1, 2, 3: mean 2, deviation 1; the quantile of two degrees of freedom is 4.3027."""
    half = 4.30265 / sqrt(3)
    assert mean_interval([1.0, 2.0, 3.0]) == pytest.approx((2, 2 - half, 2 + half), rel=1e-5)
    assert mean_interval([2.0]) == (2, -inf, inf)
    known = mean_interval([2.0], Spread(1.0, 2))
    assert known == pytest.approx((2, 2 - 4.30265, 2 + 4.30265), rel=1e-5)


def test_spreads_are_pooled_over_networks() -> None:
    """1 3 has squares 2 about its mean, 2 4 6 has 8: 10 over three degrees; one alone adds none."""
    assert pooled_spread([[1.0, 3.0], [2.0, 4.0, 6.0], [7.0]]) == pytest.approx((sqrt(10 / 3), 3))
    assert isnan(pooled_spread([[1.0], [2.0]]).deviation)


@pytest.mark.parametrize("number", [2, 3, 5])
def test_intervals_of_few_seeds_cover_the_truth(number: int) -> None:
    draw = rng(2)
    found = [mean_interval(list(draw.normal(0.7, 0.01, number))) for _ in range(NUM_STUDIES)]
    assert share_covered(0.7, found) == pytest.approx(0.95, abs=0.02)


def test_exact_intervals_cover_at_least_as_often_as_they_say() -> None:
    """Summed over all outcomes, not simulated."""
    number = 30
    intervals = [proportion_interval(right, number) for right in range(number + 1)]
    for share in np.linspace(0.01, 0.99, 99):
        chances = binom.pmf(np.arange(number + 1), number, share)
        covered = sum(
            c for c, i in zip(chances, intervals, strict=True) if i.low <= share <= i.high
        )
        assert covered >= 0.95
    assert intervals[0].low == 0 and intervals[-1].high == 1
    assert intervals[0].high == pytest.approx(1 - 0.025 ** (1 / number))


def test_intervals_of_accuracy_cover_over_seeds_and_images() -> None:
    """Images of any difficulty; a seed shifts the accuracy on all of them."""
    draw, found, truth = rng(3), [], 0.8
    for _ in range(NUM_STUDIES):
        right_at = draw.beta(8, 2, size=300)  # of each image, its mean is the truth
        seeds = draw.normal(0, 0.01, size=3)
        accuracies = [float((draw.random(300) < right_at + shift).mean()) for shift in seeds]
        found.append(accuracy_interval(accuracies, 300))
    assert 0.94 <= share_covered(truth, found) <= 1.0


def test_images_are_a_part_that_more_seeds_do_not_lessen() -> None:
    """Equal seeds: the binomial part alone, 1.96 sqrt(.8 * .2 / 100)."""
    for number in (2, 50):
        found = accuracy_interval([0.8] * number, 100)
        assert found == pytest.approx((0.8, 0.8 - 0.0784, 0.8 + 0.0784), abs=1e-4)
