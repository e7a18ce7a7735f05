"""The figures: what is drawn where, worked out by hand."""

from __future__ import annotations

from math import log10
from typing import TYPE_CHECKING, Any

import pytest

import dashboards
from dashboards import Findings, curves_figure, front_figure
from dashboards.plots.palette import DARK, LIGHT
from dashboards.sections.words import plotly_text, visible
from nas.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.dashboards.conftest import StudyWriter


def _traces(figure: Any) -> dict[str, Any]:
    return {trace.name: trace for trace in figure.data}


def test_public_names() -> None:
    assert dashboards.__all__ == [
        "EQUAL_COSTS", "CardContent", "Findings", "Lessons", "card_html",
        "curves_figure", "effects_figure", "front_figure", "importance_figure", "progress_axes",
        "progress_figure", "switchable_front", "theme_css", "write_report",
    ]  # fmt: skip


def test_front_figure_has_each_trial_once(digits: StudyWriter) -> None:
    traces = _traces(front_figure(Findings.read(digits.store, "digits"), "flops"))
    numbers = {name: list(trace.customdata or ()) for name, trace in traces.items()}
    assert numbers == {
        "finished": [3], "best up to this cost": [], "Pareto front": [0, 2], "knee": [1],
        "stopped early": [4], "failed": [5],
    }  # fmt: skip


def test_a_stopped_trial_has_no_place_on_the_accuracy_axis(digits: StudyWriter) -> None:
    figure = front_figure(Findings.read(digits.store, "digits"), "flops")
    stopped = _traces(figure)["stopped early"]
    assert (stopped.yaxis, list(stopped.x), list(stopped.y)) == ("y2", [7e6], [0])
    assert figure.layout.yaxis.range[1] < 0.9  # trial 4 had 0.99 when it was stopped


def test_step_line_is_the_best_up_to_each_cost(digits: StudyWriter) -> None:
    digits.trial([0.1, 0.2, 0.45], flops=3_000_000, latency_ms=0.1)  # on the front by its latency
    findings = Findings.read(digits.store, "digits")
    line = _traces(front_figure(findings, "flops"))["best up to this cost"]
    assert (list(line.x), list(line.y)) == ([1e6, 2.34e6, 9.99e6], [0.5, 0.8125, 0.8333])
    assert line.line.shape == "hv"
    assert 6 in findings.on_front


def test_limits_from_below_are_drawn(write_study: Callable[..., StudyWriter]) -> None:
    constraints = {"flops": {"min": 2e6, "max": 12e6}, "accuracy": {"min": 0.75}}
    objectives = ["accuracy", "flops"]
    study = write_study(experiment={"objectives": objectives, "constraints": constraints})
    study.trial([0.2, 0.4, 0.5], flops=3_000_000)
    figure = front_figure(Findings.read(study.store, "digits"), "flops")
    assert {(shape.x0, shape.x1, shape.y0, shape.y1) for shape in figure.layout.shapes} == {
        (2e6, 2e6, 0, 1), (12e6, 12e6, 0, 1), (0, 1, 0.75, 0.75),
    }  # fmt: skip
    said = {note.text for note in figure.layout.annotations}
    assert said == {"at least 2M", "budget 12M", "at least 0.7500"}
    low, high = figure.layout.yaxis.range
    assert low < 0.5 < 0.75 < high


def test_budget_is_drawn_where_it_is_set(digits: StudyWriter) -> None:
    findings = Findings.read(digits.store, "digits")
    figure = front_figure(findings, "flops")
    assert [shape.x0 for shape in figure.layout.shapes] == [12e6]
    assert figure.layout.annotations[0].text == "budget 12M"
    assert figure.layout.annotations[0].x == pytest.approx(log10(12e6))
    assert figure.layout.xaxis.type == "log"
    assert figure.layout.xaxis.range[1] > log10(12e6)
    assert not front_figure(findings, "latency_ms").layout.shapes


def test_bytes_are_drawn_in_kib(digits: StudyWriter) -> None:
    figure = front_figure(Findings.read(digits.store, "digits"), "weight_bytes")
    assert list(_traces(figure)["knee"].x) == [4 * 45_600 / 1024]


def test_hover_tells_a_trial_in_words(digits: StudyWriter) -> None:
    hover = _traces(front_figure(Findings.read(digits.store, "digits"), "flops"))["knee"].hovertext
    assert hover[0].split("<br>") == [
        "<b>trial 1</b> · complete · on the front · knee",
        "width 1, resolution 1",
        "2x fire squeeze_ratio=0.25",
        "accuracy <b>0.8125</b> after 3 epochs",
        "2.34M FLOPs · 45.6k parameters · 0.789 ms predicted",
    ]


def test_curves_are_apart(digits: StudyWriter) -> None:
    traces = _traces(curves_figure(Findings.read(digits.store, "digits")))
    assert list(traces["knee"].y) == [0.3, 0.6, 0.8125]
    assert list(traces["not on the front"].x) == [1, 2, 3, None, 1]
    assert list(traces["Pareto front"].customdata) == [0, 0, 0, None, 2, 2, 2]


@pytest.mark.parametrize("make", [lambda f: front_figure(f, "flops"), curves_figure])
def test_an_empty_study_has_empty_figures(write_study: Any, store: Store, make: Any) -> None:
    write_study()
    figure = make(Findings.read(store, "digits"))
    assert not any(trace.customdata for trace in figure.data)


def test_each_role_has_a_color_of_its_own() -> None:
    assert len(LIGHT.to(DARK)) == len(LIGHT.roles())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("naïve Größe", "naïve Größe"),
        ("a\r\n\tb", "a\n\tb"),
        ("\x00\x1b[31m", "␀␛[31m"),
        ("a\rb", "a␍b"),
        ("\x7f", "\\u007f"),
        ("\u202eevil", "\\u202eevil"),
        ("\ud800", "\\ud800"),
    ],
)
def test_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_plotly_text_shows_tags_and_entities() -> None:
    assert plotly_text('<b>"&amp;"\nx') == '&lt;b&gt;"&amp;amp;" x'
