"""Which weights come with an exported trial."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from nas.export import last_training


def _training(number: int, state: str, minute: int | None) -> Any:
    finished_at = None if minute is None else datetime(2026, 1, 1, 12, minute, tzinfo=UTC)
    return SimpleNamespace(number=number, state=state, finished_at=finished_at)


def test_of_several_full_trainings_the_one_that_ended_last_counts() -> None:
    """Two seeds may end in another order than they began."""
    long, short = _training(7, "COMPLETE", 30), _training(7, "COMPLETE", 20)
    others = [_training(7, "RUNNING", None), _training(7, "FAIL", 40), _training(8, "COMPLETE", 50)]
    trial: Any = SimpleNamespace(number=7)
    assert last_training([long, short, *others], trial) is long
    assert last_training(others, trial) is None
