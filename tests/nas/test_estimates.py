"""Estimates against closed forms, and how often their intervals cover the truth in simulations."""

from math import asin, inf, isinf, isnan, pi, sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, norm

from nas.statistics import (
    Beliefs,
    Estimate,
    Spread,
    accuracy_interval,
    beliefs,
    bootstrap,
    brier_score,
    compare,
    compare_accuracies,
    compare_pairs,
    correlation,
    correlation_gain,
    front_probability,
    hypervolume_difference,
    hypervolume_interval,
    kendall_tau,
    kept_of_best,
    mean_interval,
    pooled_spread,
    proportion_interval,
    reliability,
    spearman_rho,
)

NUM_STUDIES = 1_000
UP = np.arange(10.0)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def share_covered(truth: float, found: list[Estimate]) -> float:
    return float(np.mean([estimate.low <= truth <= estimate.high for estimate in found]))


# Rank correlation


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


def test_a_perfect_order_has_no_spread_and_gains_nothing_over_itself() -> None:
    assert correlation(kendall_tau, UP, UP, rng()) == pytest.approx((1, 1, 1))
    assert correlation_gain(kendall_tau, UP, UP, UP, rng()) == (0, 0, 0)
    assert correlation_gain(spearman_rho, UP, -UP, UP, rng()) == pytest.approx((2, 2, 2))


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


# Bootstrap


def test_bootstrap_of_a_mean_is_its_standard_error() -> None:
    values = rng().normal(size=400)
    found = bootstrap(lambda i: values[i].mean(axis=1), 400, rng(1))
    assert found.value == pytest.approx(values.mean())
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * values.std() / 20, rel=0.06)


def test_a_statistic_that_is_not_defined_has_no_interval() -> None:
    assert all(map(isnan, correlation(kendall_tau, np.ones(4), np.arange(4.0), rng())))


# Means and shares


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


# Comparisons


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


def test_pairs_cancel_what_they_have_in_common() -> None:
    """Seeds differ by 1, in pairs by 0.1 ± 0.01."""
    theirs = [1.0, 2.0, 3.0]
    assert compare_pairs([1.09, 2.10, 3.11], theirs).verdict == "win"
    assert compare([1.09, 2.10, 3.11], theirs).verdict == "tie"
    with pytest.raises(ValueError, match="zip"):
        compare_pairs([1.0], theirs)


# The front


def test_front_probability_of_two_in_closed_form() -> None:
    """The cheap one is on the front in any case, the dear one where it is better."""
    believed = Beliefs(np.array([0.80, 0.81]), np.array([0.01, 0.02]))
    found = front_probability(believed, np.array([[1.0], [2.0]]), rng(), 40_000)
    assert found[0] == 1
    assert found[1] == pytest.approx(norm.cdf(0.01 / sqrt(0.01**2 + 0.02**2)), abs=0.01)


def test_of_equal_costs_one_is_better_and_what_is_known_is_certain() -> None:
    equal = front_probability(
        Beliefs(np.array([0.8, 0.8, 0.8]), np.full(3, 0.01)), np.ones((3, 1)), rng(), 40_000
    )
    assert equal == pytest.approx([1 / 3] * 3, abs=0.01)
    known = Beliefs(np.array([0.7, 0.6, 0.8]), np.zeros(3))
    costs = np.array([[1.0, 1.0], [2.0, 2.0], [0.5, 9.0]])
    assert front_probability(known, costs, rng()).tolist() == [1, 0, 1]


def test_beliefs_by_hand() -> None:
    """Deviation sqrt(10 / 3) of the pooled seeds; one more training adds its own variance."""
    groups = [[1.0, 3.0], [2.0, 4.0, 6.0]]
    found = beliefs(groups)
    assert found.mean == pytest.approx([2, 4])
    assert found.scale == pytest.approx([sqrt(10 / 6), sqrt(10 / 9)])
    assert found.degrees_of_freedom == 3
    assert beliefs(groups, of_next=True).scale == pytest.approx([sqrt(5), sqrt(40 / 9)])
    with pytest.raises(ValueError, match="one of them two"):
        beliefs([[1.0], [2.0]])


def test_noise_moves_to_the_line_and_what_is_apart_stays() -> None:
    """Accuracies that differ by no more than their noise are believed to be near the line.

    They are not believed to be on it: a line through six networks is not known for sure, and
    whether the dearer of two neighbours is better is not either.
    """
    costs = np.exp(np.arange(6.0))[:, None]
    straight = [[0.5 + 0.01 * i - 0.02, 0.5 + 0.01 * i + 0.02] for i in range(6)]
    found = beliefs(straight, costs)
    assert found.mean == pytest.approx([0.5 + 0.01 * i for i in range(6)])
    drawn = found.draw(20_000, rng())
    assert drawn.mean(axis=0) == pytest.approx(found.mean, abs=1e-3)
    assert (drawn.std(axis=0) < beliefs(straight).draw(20_000, rng()).std(axis=0)).all()
    assert 0.55 < (drawn[:, 3] > drawn[:, 2]).mean() < 0.85
    apart = [[0.2, 0.2002], [0.9, 0.9002], [0.3, 0.3002], [0.8, 0.8002]]
    assert beliefs(apart, costs[:4]).mean == pytest.approx(beliefs(apart).mean, abs=1e-6)


def test_beliefs_about_a_line_are_those_of_least_squares_where_all_is_noise() -> None:
    """Where networks lie on the line and the noise is known, it is a straight regression.

    Forty networks with 2000 trainings each, so that noise and distance are told well: the height of
    the line at its middle has the noise of all means together, s / sqrt(number of trainings).
    """
    draw, logs = rng(6), np.linspace(-1, 1, 40)
    groups = draw.normal(0.7 + 0.05 * logs[:, None], 0.1, size=(40, 2000))
    found = beliefs(groups.tolist(), np.exp(logs)[:, None]).draw(20_000, rng())
    line = np.polyfit(logs, groups.mean(axis=1), 1)
    assert found.mean(axis=1).std() == pytest.approx(0.1 / sqrt(40 * 2000), rel=0.05)
    slopes = np.polyfit(logs, found.T, 1)[0]
    assert slopes.mean() == pytest.approx(line[0], abs=1e-4)
    expected = 0.1 / sqrt(2000) / sqrt((logs**2).sum())
    assert slopes.std() == pytest.approx(expected, rel=0.35)


@pytest.mark.parametrize(
    ("number", "num_seeds", "apart"), [(9, 2, 0.005), (6, 2, 0.002), (12, 3, 0.02), (3, 2, 0.01)]
)
def test_front_probability_is_calibrated_for_few_networks(
    number: int, num_seeds: int, apart: float
) -> None:
    """As many as a front has, whether they differ by more or by less than their noise of .01."""
    draw, said, came = rng(7), [], []
    for _ in range(150):
        costs = np.exp(draw.uniform(0, 3, size=(number, 1)))
        slope = draw.normal(0, 0.01)
        truth = 0.6 + slope * np.log(costs[:, 0]) + draw.normal(0, apart, number)
        groups = draw.normal(truth[:, None], 0.01, size=(number, num_seeds)).tolist()
        said.append(front_probability(beliefs(groups, costs), costs, draw, 400))
        came.append(front_probability(Beliefs(truth, np.zeros(number)), costs, draw, 1) == 1)
    for found in reliability(np.concatenate(said), np.concatenate(came), 5):
        assert found.came.low - 0.05 < found.probability < found.came.high + 0.05


def _made(draw: np.random.Generator, number: int = 25) -> tuple[np.ndarray, np.ndarray, list]:
    """Costs, true accuracies about a line in their logarithms, three trainings of each."""
    costs = np.exp(draw.uniform(0, 3, size=(number, 1)))
    truth = 0.6 + 0.05 * np.log(costs[:, 0]) + draw.normal(0, 0.02, number)
    return costs, truth, draw.normal(truth[:, None], 0.01, size=(number, 3)).tolist()


def test_front_probability_is_calibrated_and_hypervolume_covered() -> None:
    draw, said, came, volumes = rng(5), [], [], []
    for _ in range(NUM_STUDIES // 4):
        costs, truth, groups = _made(draw)
        believed = beliefs(groups, costs)
        said.append(front_probability(believed, costs, draw, 400))
        certain = Beliefs(truth, np.zeros(len(truth)))
        came.append(front_probability(certain, costs, draw, 1) == 1)
        scaled = np.log(costs) / 3
        interval = hypervolume_interval(believed, scaled, np.ones(2), draw, 60)
        true = hypervolume_interval(certain, scaled, np.ones(2), draw, 1).value
        volumes.append(interval.low <= true <= interval.high)
    probabilities, outcomes = np.concatenate(said), np.concatenate(came)
    for found in reliability(probabilities, outcomes, 5):
        assert found.probability == pytest.approx(found.came.value, abs=0.06)
    share = outcomes.mean()
    assert brier_score(probabilities, outcomes) < 0.6 * share * (1 - share)
    assert 0.9 <= np.mean(volumes) <= 0.99


def test_difference_of_hypervolumes_by_hand() -> None:
    """One network each, known exactly: boxes of 0.8 * 0.5 and of 0.6 * 0.5."""
    sides = [(Beliefs(np.array([a]), np.zeros(1)), np.array([[0.5]])) for a in (0.8, 0.6)]
    rng = np.random.default_rng(0)
    found = hypervolume_difference(sides[0], sides[1], np.ones(2), rng, 5)
    assert tuple(found) == pytest.approx((0.1, 0.1, 0.1))


def test_differences_of_hypervolumes_are_covered() -> None:
    """Of 400 pairs of searches with eight networks each, whose accuracies are known to 0.02."""
    rng, found, truths = np.random.default_rng(5), [], []
    for _ in range(400):
        sides, exact = [], []
        for _ in range(2):
            truth, costs = rng.uniform(0.2, 0.9, 8), rng.uniform(0, 1, (8, 1))
            sides.append((Beliefs(truth + rng.normal(0, 0.02, 8), np.full(8, 0.02)), costs))
            exact.append((Beliefs(truth, np.zeros(8)), costs))
        found.append(hypervolume_difference(sides[0], sides[1], np.ones(2), rng, 80))
        truths.append(hypervolume_difference(exact[0], exact[1], np.ones(2), rng, 1).value)
    covered = [e.low <= truth <= e.high for e, truth in zip(found, truths, strict=True)]
    assert 0.9 <= np.mean(covered) <= 0.99


def test_brier_score_and_bins_by_hand() -> None:
    said, came = np.array([0.1, 0.1, 0.9, 1.0]), np.array([False, True, True, True])
    assert brier_score(said, came) == pytest.approx((0.01 + 0.81 + 0.01 + 0) / 4)
    low, high = reliability(said, came, 2)
    assert (low.probability, low.came.value, low.number) == (pytest.approx(0.1), 0.5, 2)
    assert (high.probability, high.came.value, high.number) == (pytest.approx(0.95), 1.0, 2)


def test_front_probability_comes_true_on_a_public_table() -> None:
    """Networks of NAS-Bench-Macro: two seeds foretell the front of the third."""
    from benchmarks.front_probability import foretell, read

    path = Path(__file__).parents[2].parent / "shared" / "data" / "nas_bench_macro.csv.gz"
    if not path.exists():
        pytest.skip(f"{path.name} is not in ../shared/data")
    said, came = foretell(read(path), ("flops",), near=False, num_studies=150, rng=rng())
    share = came.mean()
    assert brier_score(said, came) < 0.5 * share * (1 - share)
    for found in reliability(said, came, 4):
        assert found.probability == pytest.approx(found.came.value, abs=0.1)
