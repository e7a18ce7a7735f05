"""The one-cycle schedule by hand; the default one is tested through the trainer."""

import pytest

from workers.proxy.recipe import rate_factor


def test_one_cycle_rises_then_falls() -> None:
    """Of 100 steps 30 rise from 1/25; half way up and half way down both shares are known."""
    factors = [rate_factor("one_cycle", step, 100, 0) for step in range(101)]
    assert factors[0] == pytest.approx(0.04)
    assert factors[15] == pytest.approx(0.04 + 0.96 / 2)
    assert factors[30] == pytest.approx(1.0)
    assert factors[65] == pytest.approx(0.5)
    assert factors[100] == pytest.approx(0.0)
    assert factors[:31] == sorted(factors[:31])
    assert factors[30:] == sorted(factors[30:], reverse=True)


@pytest.mark.parametrize("schedule", ["cosine", "one_cycle"])
def test_nothing_is_learnt_beyond_the_longest_training(schedule: str) -> None:
    assert rate_factor(schedule, 120, 100, 10) == pytest.approx(0.0)  # type: ignore[arg-type]
