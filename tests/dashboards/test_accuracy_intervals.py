"""What the number of validation images leaves open of an accuracy; curves on one scale."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dashboards import Findings, front_figure
from dashboards.plots.curves import accuracy_range, small_curve
from dashboards.sections.page import front_headings, front_rows
from nas.store import EpochRecord

if TYPE_CHECKING:
    from tests.dashboards.conftest import StudyWriter

BEYOND = 1 - 0.025 ** (1 / 10)
"""How far the exact 95% interval of ten of ten goes down: the root of p^10 = 0.025."""


def _findings(write_study: Callable[..., StudyWriter], **fields: Any) -> Findings:
    study = write_study(num_validation_images=10, **fields)
    study.trial([0.2, 0.4, 1.0])
    return Findings.read(study.store, "digits")


def test_bars_and_table_have_the_exact_interval(write_study: Callable[..., StudyWriter]) -> None:
    found = _findings(write_study)
    (knee,) = [t for t in front_figure(found, "flops").data if t.name == "knee"]
    assert list(knee.error_y.arrayminus) == pytest.approx([BEYOND])
    assert list(knee.error_y.array) == pytest.approx([0.0])
    assert front_rows(found)[0]["values"][0] == "1.0000 ±0.308"
    assert f"accuracy <b>1.0000 ±{BEYOND:.3f}</b> after 3 epochs" in knee.hovertext[0]


def test_an_evaluator_of_ones_own_measures_no_share(
    write_study: Callable[..., StudyWriter],
) -> None:
    experiment = {"objectives": ["accuracy", "flops"], "evaluator": "mine:Score"}
    found = _findings(write_study, experiment=experiment)
    (knee,) = [t for t in front_figure(found, "flops").data if t.name == "knee"]
    assert not knee.error_y.visible
    assert front_rows(found)[0]["values"][0] == "1.0000"


def _measure(digits: StudyWriter, number: int) -> Findings:
    facts = dict.fromkeys(("device", "backend", "dtype", "memory_format"), "x")
    more = {"batch_size": 1, "num_threads": 1, "device_name": "x", "versions": "x"}
    digits.store.add_latencies("here", {**facts, **more})
    row = {
        "number": number, "predicted_ms": 0.789, "latency_ms": 1.5, "low_ms": 1.4, "high_ms": 1.6,
        "num_runs": 30, "is_quiet": True,
    }  # fmt: skip
    digits.store.set_front_latencies(digits.study, "here", [row])
    return Findings.read(digits.store, "digits")


def test_a_latency_says_how_it_is_known(digits: StudyWriter, tmp_path: Path) -> None:
    before = Findings.read(digits.store, "digits")
    assert "Predicted latency" in front_headings(before)
    found = _measure(digits, 1)
    place = front_headings(found).index("Latency")
    said = {row["number"]: row["values"][place] for row in front_rows(found)}
    assert said == {
        0: "0.500 ms predicted", 1: "1.50 ms [1.40, 1.60]", 2: "3.00 ms predicted",
    }  # fmt: skip


def test_curves_side_by_side_have_one_scale() -> None:
    def curve(number: int, *accuracies: float) -> list[EpochRecord]:
        return [EpochRecord(number, e, a, 1.0, 1.0) for e, a in enumerate(accuracies, 1)]

    curves = [curve(0, 0.2, 0.5, 0.9), curve(1, 0.4, 0.5, 0.6)]
    ends = accuracy_range(curves)
    assert ends == (0.2, 0.9)
    first, second = (
        [
            float(y)
            for y in re.findall(r'<circle cx="[\d.]+" cy="([\d.]+)"', small_curve(c, 3, ends))
        ]
        for c in curves
    )
    assert first[1] == second[1]  # both 0.5
    assert first[0] > second[0] > second[2] > first[2]  # downwards on the page
    assert accuracy_range([[], []]) is None
