"""The statistics of the benchmark `rung_order` against closed forms."""

from functools import partial
from math import sqrt

import numpy as np
import pytest

from benchmarks.rung_order import (
    Curves,
    accuracy,
    bootstrap,
    correlation,
    draw,
    gain,
    order,
    quickstart,
    rho,
    tau,
)
from nas.problem import SpaceProblem, violations
from search_spaces.limits import Limit
from workers.datasets.base import Dataset, DatasetInfo, Split
from workers.proxy import ProxyData

UP = np.arange(10.0)


def test_rank_correlations_by_hand() -> None:
    """Of 1 2 3 4 5, two neighbours swapped: one of ten pairs; the sum of squared ranks is 2."""
    swapped = np.array([1.0, 2.0, 4.0, 3.0, 5.0])
    straight = np.arange(5.0)
    assert tau(swapped, straight) == pytest.approx((9 - 1) / 10)
    assert rho(swapped, straight) == pytest.approx(1 - 6 * 2 / (5 * 24))
    assert tau(UP, UP) == rho(UP, UP) == pytest.approx(1)
    assert tau(-UP, UP) == rho(-UP, UP) == pytest.approx(-1)


def test_ties_count_as_in_tau_b() -> None:
    """Pairs of 1 1 2 with 1 2 3: two concordant, one tied in the first: 2 / sqrt(2 * 3)."""
    assert tau(np.array([1.0, 1.0, 2.0]), np.array([1.0, 2.0, 3.0])) == pytest.approx(2 / sqrt(6))


def test_bootstrap_of_a_mean_is_its_standard_error() -> None:
    values = np.random.default_rng(0).normal(size=400)
    found = bootstrap(lambda i: float(values[i].mean()), 400, np.random.default_rng(1))
    assert found.value == pytest.approx(values.mean())
    half = 1.96 * values.std() / sqrt(400)
    assert (found.high - found.low) / 2 == pytest.approx(half, rel=0.06)


def test_a_perfect_order_has_no_spread_and_none_over_itself() -> None:
    make_rng = partial(np.random.default_rng, 0)
    assert correlation(tau, UP, UP, make_rng()) == pytest.approx((1, 1, 1))
    assert gain(tau, UP, UP, UP, make_rng()) == (0, 0, 0)
    assert gain(rho, UP, -UP, UP, make_rng()) == pytest.approx((2, 2, 2))


def test_averaged_and_raw_are_not_mixed_up() -> None:
    """Three networks, two epochs: early averaged order is right, early raw order is reversed."""
    averaged = np.array([[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]])
    raw = np.array([[0.3, 0.6], [0.2, 0.5], [0.1, 0.4]])
    found = order(Curves(averaged, raw, [1.0, 1.0, 1.0]), 1, seed=0)
    assert found["tau averaged"].value == pytest.approx(1)
    assert found["tau raw"].value == pytest.approx(-1)
    assert found["rho gain"].value == pytest.approx(2)
    assert found["tau raw against raw end"].value == pytest.approx(1)


def test_networks_are_distinct_and_within_the_budgets() -> None:
    file = quickstart()
    limits = (Limit("flops", 4e6), Limit("params", 1e5))
    problem = SpaceProblem(file.space((1, 32, 32), 10), ("accuracy",), limits)
    networks = draw(problem, 5, seed=0)
    assert len({network.id for network in networks}) == 5
    assert [n.id for n in draw(problem, 5, seed=0)] == [n.id for n in networks]
    rng = np.random.default_rng(0)
    met = [problem.candidate(problem.sample(rng)) for _ in range(50)]
    within = {c.architecture for c in met if not violations(c, limits)}
    assert {network.id for network in networks} <= within


def test_accuracy_is_the_share_of_right_labels() -> None:
    """A network that always says class 1, on 300 images of which every third is of class 1."""
    import torch

    labels = np.array([1, 0, 2] * 100)
    split = Split(np.zeros((300, 1, 8, 8), np.uint8), labels)
    info = DatasetInfo((1, 8, 8), 3, flip=False)
    data = ProxyData(Dataset("made", info, split, split))

    class AlwaysOne(torch.nn.Module):
        def forward(self, images: torch.Tensor) -> torch.Tensor:
            assert images.shape[2:] == (6, 6)
            return torch.tensor([0.0, 1.0, 0.0]).expand(len(images), 3)

    assert accuracy(AlwaysOne(), data, (6, 6)) == pytest.approx(1 / 3)
