"""One short search that is killed at random, and judged by the benchmark of it."""

from __future__ import annotations

import pytest

from benchmarks.chaos import disturbed, undisturbed


@pytest.mark.slow
def test_a_search_that_is_killed_is_the_search_that_is_not() -> None:
    """Seed 0 begins with a kill of the launching process and one of Ray's node process."""
    expected = {"sequence": undisturbed("sequence", 6)}
    outcome = disturbed(0, 0, 6, ("sequence",), expected)
    assert outcome.killed
    assert (outcome.lost, outcome.doubled, outcome.stuck, outcome.differs) == (0, 0, [], False)
    assert len(expected["sequence"].trials) == 6
