"""The front as a plot of characters."""

from __future__ import annotations

from typing import Any

import pytest

from nas.cli.tables.front_plot import default_cost, front_plot
from nas.store import StudyRecord, TrialRecord


def _study(objectives: list[str], **constraints: float) -> StudyRecord:
    fields: dict[str, Any] = dict.fromkeys(StudyRecord.__dataclass_fields__)
    experiment = {"objectives": objectives, "constraints": constraints}
    return StudyRecord(**{**fields, "name": "digits", "experiment": experiment})


def _trial(number: int, accuracy: float, flops: int, state: str = "COMPLETE") -> TrialRecord:
    return TrialRecord(
        number=number, architecture=str(number), choices={}, description="", state=state, epochs=1,
        accuracy=accuracy, flops=flops, params=1, weight_bytes=4, peak_activation_bytes=8,
        latency_ms=None, train_s=1.0, failure=None,
    )  # fmt: skip


TRIALS = [
    _trial(0, 0.25, 1_000_000),
    _trial(1, 0.75, 10_000_000),
    _trial(2, 0.25, 100_000_000),
    _trial(3, 0.9, 1_000, "PRUNED"),
]


@pytest.fixture
def _narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "62")  # 51 places behind the labels


@pytest.mark.usefixtures("_narrow")
def test_each_trial_has_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    study = _study(["accuracy", "flops"], flops=100e6)
    assert len(front_plot(study, TRIALS, "flops")) == 3
    lines = capsys.readouterr().out.splitlines()
    rows, axis, ends, legend = lines[:14], lines[14], lines[15], lines[16]
    # Over two decades the places of 1M, 10M and 100M are 0, 25 and 50; accuracy 0.25 is the last
    # line, 0.75 the first; the budget stands where the last of them does. The two of the front are
    # as good compromises, of which the first is the knee.
    assert rows[0] == "  0.7500 │" + " " * 25 + "●" + " " * 24 + "┊"
    assert rows[13] == "  0.2500 │◆" + " " * 49 + "·"
    assert rows[1] == "         │" + " " * 50 + "┊"
    assert axis == "         └" + "─" * 51
    assert ends.split() == ["1M", "FLOPs", "(multiply-adds)", "100M"]
    assert legend.split() == ["●", "front", "◆", "knee", "·", "finished", "┊", "budget"]


@pytest.mark.usefixtures("_narrow")
def test_one_trial_stands_in_the_middle(capsys: pytest.CaptureFixture[str]) -> None:
    front_plot(_study(["accuracy"]), TRIALS[:1], "flops")
    rows = capsys.readouterr().out.splitlines()[:14]
    assert [line for line, row in enumerate(rows) if "◆" in row] == [6]
    assert rows[6].index("◆") == 10 + 25


def test_nothing_is_drawn_without_values(capsys: pytest.CaptureFixture[str]) -> None:
    study = _study(["accuracy", "latency_ms"])
    assert default_cost(study) == "latency_ms"
    assert front_plot(study, TRIALS, "latency_ms") == []
    assert front_plot(study, TRIALS[3:], "flops") == []
    assert capsys.readouterr().out == ""
