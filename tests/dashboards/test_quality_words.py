"""A study of segmentation says mIoU wherever one of classification says accuracy."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from dashboards import curves_figure, front_figure
from dashboards.for_optuna.notes import study_note, trial_note
from dashboards.live import comparison, study_page, trials_table
from dashboards.live.feed import Feed
from dashboards.live.rendering import part
from dashboards.plots.axes import value_of
from dashboards.sections.findings import Findings
from dashboards.sections.report import render
from nas.store import EpochRecord

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def scenes(write_study: Callable[..., Any]) -> Any:
    """Two networks of a front, the second with what is told beside its mIoU."""
    study = write_study(objectives=("miou", "flops"), num_validation_images=50)
    study.trial([0.2, 0.3], flops=1_000_000)
    number = study.trial([0.4], "RUNNING", flops=2_000_000)
    readings = {"pixel_accuracy": 0.93, "boundary_iou": 0.21, "miou_low": 0.58, "miou_high": 0.64}
    study.store.report(study.study, EpochRecord(number, 2, 0.6, 1.0, 1.0, readings), "COMPLETE")
    return study


def test_the_report_says_miou(scenes: Any) -> None:
    findings = Findings.read(scenes.store, "digits")
    html = render(scenes.store, findings, NOON)
    text = re.sub(r"<(script|style).*?</\1>", "", html, flags=re.DOTALL)
    assert "Highest mIoU" in text
    assert "0.6000 ±0.040" in text  # the further end of its interval
    assert not re.search("accura", text, re.IGNORECASE)


def test_figures_say_miou(scenes: Any) -> None:
    findings = Findings.read(scenes.store, "digits")
    front, curves = front_figure(findings, "flops"), curves_figure(findings)
    assert front.layout.yaxis.title.text == curves.layout.yaxis.title.text == "Validation mIoU"
    assert not re.search("accuracy", front.to_json())
    points = {
        number: (trace.error_y.arrayminus[place], trace.error_y.array[place])
        for trace in front.data
        if trace.name in ("Pareto front", "knee")
        for place, number in enumerate(trace.customdata)
    }
    # Of the network whose evaluator told no interval there is none: nobody knows a formula.
    assert points == {0: (None, None), 1: pytest.approx((0.02, 0.04))}


def test_live_pages_say_miou_and_sort_by_it(scenes: Any) -> None:
    shot = Feed(scenes.store).snapshot(1)
    assert shot is not None
    shown = study_page.values(shot, NOON)
    for name in ("tiles", "front", "latest", "workers"):
        assert not re.search("accura", part(name, **shown), re.IGNORECASE)
    wish = trials_table.Wish.of({"sort": "miou", "q": "miou>0.2 boundary_iou>0.1"})
    (row,) = trials_table.table(shot, wish)["rows"]
    assert row["number"] == 1
    table = trials_table.table(shot, trials_table.Wish("accuracy>0.2"))
    assert "there is no 'accuracy'" in table["said"]


def test_notes_of_optunas_dashboard_say_miou(scenes: Any) -> None:
    _, trial = scenes.store.trials(scenes.study)
    note = trial_note(trial, scenes.store.network(trial.architecture), "nas export")
    assert "mIoU" in note and "Boundary IoU" in note
    assert study_note(scenes.study).count("mIoU") >= 2
    assert value_of(trial, "miou") == 0.6


def test_studies_of_two_tasks_are_named_by_both(
    scenes: Any, write_study: Callable[..., Any]
) -> None:
    write_study(name="pictures").trial([0.2, 0.5])
    shots = [Feed(scenes.store).snapshot(number) for number in (1, 2)]
    shown = comparison.studies(shots)
    assert shown["quality_label"] == "mIoU or Accuracy"
    title = json.loads(comparison.fronts_json(shots, "flops"))["layout"]["yaxis"]["title"]["text"]
    assert title == "Validation mIoU or accuracy"
    assert comparison.studies(shots[1:])["quality_label"] == "Accuracy"
