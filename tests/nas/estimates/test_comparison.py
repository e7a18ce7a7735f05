"""Win, tie and loss: differences against closed forms, and how often intervals cover them."""

from math import isinf, sqrt

import numpy as np
import pytest
from estimate_kit import NUM_STUDIES, rng, share_covered

from nas.statistics import Spread, compare, compare_accuracies, pooled_spread


def test_win_tie_and_loss() -> None:
    better, worse = [0.90, 0.91, 0.92], [0.80, 0.81, 0.82]
    assert compare(better, worse).verdict == "win"
    assert compare(worse, better).verdict == "loss"
    assert compare(better, better).verdict == "tie"
    assert compare([0.9], [0.8]).verdict == "tie"  # one seed each: nothing is known of the spread
    assert isinf(compare([0.9], [0.8]).difference.high)
    assert compare([0.9], [0.8], Spread(0.01, 20)).verdict == "win"
    assert compare([0.9, 0.9], [0.8, 0.8]).difference == pytest.approx((0.1, 0.1, 0.1))


def test_welch_by_hand() -> None:
    """1 2 3 against 2 6: variances 1/3 and 4, so 4.333² / (.3333²/2 + 4²/1) = 1.167 degrees."""
    found = compare([1.0, 2.0, 3.0], [2.0, 6.0]).difference
    from scipy.stats import t

    half = t.ppf(0.975, (13 / 3) ** 2 / ((1 / 3) ** 2 / 2 + 4**2)) * sqrt(13 / 3)
    assert found == pytest.approx((-2, -2 - half, -2 + half))


@pytest.mark.parametrize("known", [False, True])
def test_differences_are_covered_and_equals_are_tied(known: bool) -> None:
    draw, found, ties = rng(4), [], 0
    spread = Spread(0.01, 10_000) if known else None
    for _ in range(NUM_STUDIES):
        ours, theirs = list(draw.normal(0.8, 0.01, 4)), list(draw.normal(0.79, 0.01, 3))
        found.append(compare(ours, theirs, spread).difference)
        ties += compare(list(draw.normal(0.8, 0.01, 4)), ours, spread).verdict == "tie"
    assert share_covered(0.01, found) == pytest.approx(0.95, abs=0.025)
    assert ties / NUM_STUDIES == pytest.approx(0.95, abs=0.025)


@pytest.mark.parametrize("num_seeds", [1, 3])
@pytest.mark.parametrize("gain", [0.0, 0.05])
def test_differences_of_accuracies_are_covered(num_seeds: int, gain: float) -> None:
    """Of 1,000 studies: two networks on 400 images, with the seeds known to spread by 0.02.

    The true difference is that over all seeds and images. The images are drawn for each network
    alone, the case for which the interval is exact.
    """
    rng = np.random.default_rng([num_seeds, int(100 * gain)])
    spread, found = Spread(0.02, 200), []
    for _ in range(1_000):
        shares = [0.7 + gain + rng.normal(0, 0.02, num_seeds), 0.7 + rng.normal(0, 0.02, num_seeds)]
        # Seeds share their images: what they have in common does not average out.
        drawn = [float(rng.binomial(400, 0.7 + more) / 400 - 0.7 - more) for more in (gain, 0.0)]
        ours, theirs = (each + error for each, error in zip(shares, drawn, strict=True))
        found.append(compare_accuracies(list(ours), list(theirs), 400, spread).difference)
    assert 0.935 <= share_covered(gain, found) <= 0.97


def test_without_a_spread_images_alone_are_in_the_interval() -> None:
    """Two shares of one half on 100 images: 1.96 * sqrt(2 * 0.25 / 100) on both sides."""
    for nothing in (None, pooled_spread([[0.5], [0.5]])):
        difference = compare_accuracies([0.5], [0.5], 100, nothing).difference
        assert difference.high == pytest.approx(0.1386, abs=1e-4)
        assert difference.low == -difference.high
