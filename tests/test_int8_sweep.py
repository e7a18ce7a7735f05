"""The sweep of random networks in eight bit integers, over a few of them."""

from __future__ import annotations

import pytest

from benchmarks import int8_files


@pytest.mark.parametrize("steps", [0, 3])
def test_a_few_networks_run_alike_everywhere(steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ready space, and blocks with a sum, a gate's activation, a shuffle and a concat."""
    monkeypatch.setattr(int8_files, "BATCH", 8)
    monkeypatch.setattr(int8_files, "NUM_CALIBRATED", 8)
    wanted = {"quickstart", "residual_basic", "shuffle_unit", "fire"}
    found = [pair for pair in int8_files.networks(21) if pair[0] in wanted]
    rows = int8_files.rows(found, steps)
    assert [row.name for row in rows] == [name for name, _ in found]
    assert len(rows) == len(wanted)
    for row in rows:
        assert row.num_unequal == 0
        assert row.cosine >= 0.99
        assert row.arena == row.predicted_arena and row.flash == row.predicted_flash
        # The deliberate fault would not go unseen.
        assert row.without_life_times > 1.02 * row.arena
