"""Who is on the true front, and the volume below it: what is said comes true as often."""

from math import sqrt
from pathlib import Path

import numpy as np
import pytest
from estimate_kit import NUM_STUDIES, rng
from scipy.stats import norm

from nas.statistics import (
    Beliefs,
    beliefs,
    brier_score,
    front_probability,
    hypervolume_difference,
    reliability,
)


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
    nothing = Beliefs(np.zeros(1), np.zeros(1)), np.zeros((1, 1))
    for _ in range(NUM_STUDIES // 4):
        costs, truth, groups = _made(draw)
        believed = beliefs(groups, costs)
        said.append(front_probability(believed, costs, draw, 400))
        certain = Beliefs(truth, np.zeros(len(truth)))
        came.append(front_probability(certain, costs, draw, 1) == 1)
        scaled = np.log(costs) / 3
        interval = hypervolume_difference((believed, scaled), nothing, np.ones(2), draw, 60)
        true = hypervolume_difference((certain, scaled), nothing, np.ones(2), draw, 1).value
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

    path = Path(__file__).parents[3].parent / "shared" / "data" / "nas_bench_macro.csv.gz"
    if not path.exists():
        pytest.skip(f"{path.name} is not in ../shared/data")
    said, came = foretell(read(path), ("flops",), near=False, num_studies=150, rng=rng())
    share = came.mean()
    assert brier_score(said, came) < 0.5 * share * (1 - share)
    for found in reliability(said, came, 4):
        assert found.probability == pytest.approx(found.came.value, abs=0.1)
