"""The learning rate over a training whose length may change."""

from math import cos, pi

import pytest

from workers.training.job import Schedule, fitting_epochs, rate_at


def test_progress_runs_evenly_from_nothing_to_all() -> None:
    assert [Schedule(4).progress(step) for step in range(5)] == [0, 0.25, 0.5, 0.75, 1]


def test_a_new_end_goes_on_from_where_the_training_is() -> None:
    """Half of four steps done, then six are wanted: the second half takes four."""
    longer = Schedule(4).ending_at(6, step=2)
    assert [longer.progress(step) for step in range(2, 7)] == [0.5, 0.625, 0.75, 0.875, 1]
    assert Schedule(4).ending_at(2, step=2).progress(2) == 1
    assert Schedule(4).ending_at(4, step=2) == Schedule(4)


def test_rate_rises_in_a_line_and_falls_as_a_half_cosine() -> None:
    assert [rate_at(p, 0.5) for p in (0, 0.25)] == [0, 0.5]
    assert rate_at(0.5, 0.5) == 1
    assert rate_at(0.625, 0.5) == pytest.approx((1 + cos(pi / 4)) / 2)
    assert rate_at(1, 0.5) == pytest.approx(0)
    assert rate_at(0, 0) == 1


@pytest.mark.parametrize(
    ("done", "left_s", "epoch_s", "wanted"),
    [(0, 100, 10, 10), (3, 25, 10, 5), (3, 5, 10, 3), (3, -5, 10, 3), (0, 5, 10, 1)],
)
def test_epochs_that_fit(done: int, left_s: float, epoch_s: float, wanted: int) -> None:
    assert fitting_epochs(done, left_s, epoch_s) == wanted
