"""The Gaussian process against direct formulas, finite differences and known noise."""

from itertools import product

import numpy as np
import pytest

from nas.samplers.cost_aware.gaussian_process import (
    Component,
    GaussianProcess,
    Kernel,
    fit,
    negative_log_posterior,
    standardised,
)
from nas.samplers.cost_aware.pool import Encoding, Scale
from search_spaces.spaces.choices import Choice
from search_spaces.spaces.problem import Candidate

_COLUMNS = np.array([0, 0, 0, 1, 2])
_KERNEL = Kernel(
    (Component((0, 1), 0.7, 0.3), Component((1, 2), 0.4, 2.0, spread=0.5)), _COLUMNS, noise=0.05
)


def _data(num_points: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.normal(size=(num_points, len(_COLUMNS))), rng.normal(size=num_points)


def _covariance(parameters: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Entry by entry, as written in the module's docstring."""
    variance_a, weight_a0, weight_a1, variance_b, weight_b1, weight_b2, _ = np.exp(parameters)
    found = np.empty((len(left), len(right)))
    for (i, x), (j, z) in product(enumerate(left), enumerate(right)):
        gaps = np.bincount(_COLUMNS, (x - z) ** 2)
        found[i, j] = variance_a * np.exp(-weight_a0 * gaps[0] - weight_a1 * gaps[1])
        found[i, j] += variance_b * np.exp(-weight_b1 * gaps[1] - weight_b2 * gaps[2])
    return found


def test_posterior() -> None:
    """Rasmussen and Williams (2006), eq. 2.25 and 2.26, with a dense inverse."""
    features, targets = _data(12)
    new = np.random.default_rng(1).normal(size=(5, len(_COLUMNS)))
    parameters = np.random.default_rng(2).normal(scale=0.5, size=7)
    inverse = np.linalg.inv(
        _covariance(parameters, features, features) + np.exp(parameters[-1]) * np.eye(12)
    )
    cross = _covariance(parameters, new, features)
    mean, std = GaussianProcess(_KERNEL, parameters, features, targets).predict(new)
    np.testing.assert_allclose(mean, cross @ inverse @ targets, rtol=1e-6, atol=1e-9)
    variance = _covariance(parameters, new, new) - cross @ inverse @ cross.T
    np.testing.assert_allclose(std, np.sqrt(np.diag(variance)), rtol=1e-6)


def test_extended_is_conditioned_on_all() -> None:
    features, targets = _data(9)
    parameters = _KERNEL.centre
    whole = GaussianProcess(_KERNEL, parameters, features, targets)
    part = GaussianProcess(_KERNEL, parameters, features[:5], targets[:5])
    new = np.random.default_rng(1).normal(size=(4, len(_COLUMNS)))
    for mine, other in zip(
        part.extended(features[5:], targets[5:]).predict(new), whole.predict(new), strict=True
    ):
        np.testing.assert_allclose(mine, other)


def test_value_is_the_log_density() -> None:
    features, targets = _data(10)
    parameters = _KERNEL.centre + 0.3
    covariance = _covariance(parameters, features, features) + np.exp(parameters[-1]) * np.eye(10)
    _, log_det = np.linalg.slogdet(2 * np.pi * covariance)
    expected = 0.5 * (targets @ np.linalg.inv(covariance) @ targets + log_det)
    expected += 0.5 * np.sum((0.3 / np.array([1, 1, 1, 0.5, 0.5, 0.5, 1.5])) ** 2)
    value, _ = negative_log_posterior(_KERNEL, parameters, _KERNEL.distances(features), targets)
    assert value == pytest.approx(expected, rel=1e-6)


def test_gradient() -> None:
    features, targets = _data(15)
    distances = _KERNEL.distances(features)
    parameters = _KERNEL.centre + np.random.default_rng(3).normal(scale=0.4, size=7)
    _, gradient = negative_log_posterior(_KERNEL, parameters, distances, targets)
    step = 1e-5
    for index, slope in enumerate(gradient):
        values = []
        for sign in (1, -1):
            moved = parameters.copy()
            moved[index] += sign * step
            values.append(negative_log_posterior(_KERNEL, moved, distances, targets)[0])
        assert (values[0] - values[1]) / (2 * step) == pytest.approx(slope, rel=1e-5, abs=1e-6)


def test_recovers_noise_and_what_matters() -> None:
    rng = np.random.default_rng(0)
    features = rng.uniform(-2, 2, size=(150, 2))
    targets = np.sin(2 * features[:, 0]) + rng.normal(scale=0.2, size=150)
    kernel = Kernel((Component((0, 1), 1.0, 1.0),), np.array([0, 1]))
    parameters = fit(kernel, features, targets, max_iterations=100)
    assert np.exp(parameters[-1] / 2) == pytest.approx(0.2, rel=0.25)
    assert parameters[1] > parameters[2] + 2
    new = rng.uniform(-1.5, 1.5, size=(50, 2))
    mean, _ = GaussianProcess(kernel, parameters, features, targets).predict(new)
    assert np.abs(mean - np.sin(2 * new[:, 0])).max() < 0.3


def test_standardised() -> None:
    values, mean, scale = standardised([1.0, 3.0])
    assert (values.tolist(), mean, scale) == ([-1.0, 1.0], 2.0, 1.0)
    assert standardised([5.0, 5.0])[2] == 1.0


_CHOICES = (
    Choice("block", ("fire", "standard")),
    Choice("fire.ratio", (0.125, 0.25, 0.5), ("block", "fire")),
    Choice("activation", ("relu", "silu", "gelu")),
)


def _distances(*values: dict[str, object]) -> np.ndarray:
    """Squared distance of the first and the second by choice."""
    encoding = Encoding(_CHOICES)
    first, second = encoding([Candidate(dict(v), "", {}) for v in values])
    return np.bincount(encoding.columns, np.square(first - second))


def test_choices_differ_by_hamming_distance_and_order() -> None:
    near = {"block": "fire", "fire.ratio": 0.125, "activation": "relu"}
    far = {"block": "fire", "fire.ratio": 0.5, "activation": "gelu"}
    np.testing.assert_allclose(_distances(near, far), [0, 1, 1], atol=1e-12)
    middle = {"block": "fire", "fire.ratio": 0.25, "activation": "relu"}
    np.testing.assert_allclose(_distances(near, middle), [0, 0.5 + 0.25, 0], atol=1e-12)


def test_a_choice_that_does_not_exist_carries_no_weight() -> None:
    one = {"block": "standard", "activation": "relu"}
    other = {"block": "standard", "activation": "silu"}
    np.testing.assert_allclose(_distances(one, other), [0, 0, 1], atol=1e-12)


def test_costs_are_scaled_as_logarithms() -> None:
    costs = (1e6, 1e7, 1e8)
    candidates = [Candidate({}, "", {"flops": flops}) for flops in costs]
    np.testing.assert_allclose(Scale(candidates, ["flops"])(candidates)[:, 0], [0, 0.5, 1])
    assert Scale(candidates[:1], ["flops"])(candidates[:1])[0, 0] == 0
