"""How long a search still takes, as it is shown."""

from __future__ import annotations

import pytest

import nas.terminal as module
from nas.runner.progress import Progress


def shown(progress: Progress, seconds: float, finished: int) -> str:
    """The line after so many seconds and finished trials."""
    now = [0.0]
    view = module._View(progress, lambda: now[0])
    now[0], progress.num_complete = seconds, finished
    return view.line()


@pytest.mark.parametrize(
    ("time_limit", "left"),
    [(None, "3 min 00 s"), (90.0, "30 s"), (50.0, "0 s"), (1e6, "3 min 00 s")],
)
def test_trials_or_the_time_limit_whichever_comes_first(
    time_limit: float | None, left: str
) -> None:
    """Two of eight trials took a minute: six take three."""
    assert shown(Progress(8, time_limit), 60.0, 2).endswith(f"about {left} left")


def test_from_one_trial_no_remaining_time_is_told() -> None:
    assert shown(Progress(8), 60.0, 1).endswith("1 min 00 s so far")
