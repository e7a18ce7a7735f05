"""How much better one network is than another on the same images."""

from __future__ import annotations

import numpy as np
import pytest

from workers.tasks import TASKS
from workers.tasks.intersection import bootstrapped

RNG = np.random.default_rng(0)


def _counts(right: list[int]) -> np.ndarray:
    return np.array(right)[:, None]


def test_shares_by_hand() -> None:
    """Agresti and Min: 2 of 100 gained, 8 lost; with half an image each (2.5 - 8.5) / 102."""
    ours = _counts([1] * 2 + [0] * 8 + [1] * 90)
    theirs = _counts([0] * 2 + [1] * 8 + [1] * 90)
    found = TASKS["classification"].difference(ours, theirs)
    assert found.value == pytest.approx(-0.06)
    # Variance (11 / 102 - (6 / 102)^2) / 102 = 0.00102335, its root 0.0319898.
    assert found.low == pytest.approx(-0.0588235 - 1.959964 * 0.0319898, abs=1e-6)
    assert found.high == pytest.approx(-0.0588235 + 1.959964 * 0.0319898, abs=1e-6)


def test_where_no_image_tells_them_apart_the_interval_is_not_empty() -> None:
    same = _counts([1] * 60 + [0] * 40)
    found = TASKS["classification"].difference(same, same)
    assert found.value == 0 and found.low == -found.high
    assert found.high == pytest.approx(1.959964 / 102)  # (0 + 0 + 1) / 102, over 102, and its root


def test_pairs_tell_more_than_each_alone() -> None:
    """Two networks whose pixels differ in one image of thirty, of classes that vary widely."""
    number = 30
    confusion = RNG.integers(0, 50, (number, 3, 3)) + 100 * np.eye(3, dtype=int)
    counts = np.concatenate([confusion.reshape(number, 9), np.ones((number, 9), int)], 1)
    others = counts.copy()
    others[0, 0] -= 60
    others[0, 1] += 60
    found = TASKS["segmentation"].difference(counts, others)
    assert 0 <= found.low < found.value < found.high
    low, high = bootstrapped(counts)
    assert found.high - found.low < 0.5 * (high - low)
    back = TASKS["segmentation"].difference(others, counts)
    assert back == pytest.approx((-found.value, -found.high, -found.low))
