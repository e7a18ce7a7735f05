"""The front with its costs to choose from, and networks of the literature on it."""

from __future__ import annotations

from dataclasses import replace
from math import log10, sqrt
from typing import TYPE_CHECKING, Any

import pytest

from dashboards.plots.axis_switch import front_axes, switchable_front
from dashboards.plots.figures import front_figure
from dashboards.sections.findings import Findings
from nas.statistics import pooled_spread
from nas.trust.baselines import Baseline
from nas.trust.standing import NOTHING_COMPARED

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.dashboards.conftest import StudyWriter


def _by_name(figure: Any) -> dict[str, Any]:
    return {trace.name: trace for trace in figure.data}


def test_each_axis_places_the_same_marks(digits: StudyWriter) -> None:
    figure, axes = front_axes(Findings.read(digits.store, "digits"))
    names = [trace.name for trace in figure.data]
    assert list(axes) == [
        "flops", "latency_ms", "params", "peak_activation_bytes", "weight_bytes",
    ]  # fmt: skip
    front = names.index("Pareto front")
    assert list(figure.data[front].x) == [1e6, 9.99e6]
    assert axes["flops"].points[front]["x"] == [1e6, 9.99e6]
    assert axes["latency_ms"].points[front]["x"] == [0.5, 3.0]
    assert axes["latency_ms"].layout["xaxis"]["title"]["text"] == "Predicted latency (ms)"
    assert [shape["x0"] for shape in axes["flops"].layout["shapes"]] == [12e6]
    assert axes["latency_ms"].layout["shapes"] == []


def test_notebooks_get_a_button_for_each_cost(digits: StudyWriter) -> None:
    figure = switchable_front(Findings.read(digits.store, "digits"))
    (menu,) = figure.layout.updatemenus
    assert [button.label for button in menu.buttons] == [
        "FLOPs", "Predicted latency", "Parameters", "Peak activations", "Weights",
    ]  # fmt: skip
    assert {button.method for button in menu.buttons} == {"update"}


def test_nothing_finished_is_an_empty_figure(write_study: Callable[..., StudyWriter]) -> None:
    study = write_study()
    study.trial([0.5], "PRUNED")
    figure = switchable_front(Findings.read(study.store, "digits"))
    assert not figure.layout.updatemenus


def test_measured_latencies_have_their_intervals(digits: StudyWriter) -> None:
    facts = dict.fromkeys(("device", "backend", "dtype", "memory_format"), "x")
    more = {"batch_size": 1, "num_threads": 1, "device_name": "x", "versions": "x"}
    digits.store.add_latencies("here", {**facts, **more})
    row = {
        "number": 1, "predicted_ms": 0.789, "latency_ms": 0.8, "low_ms": 0.75, "high_ms": 0.9,
        "num_runs": 30, "is_quiet": True,
    }  # fmt: skip
    digits.store.set_front_latencies(digits.study, "here", [row])
    findings = Findings.read(digits.store, "digits")
    measured = _by_name(front_figure(findings, "latency_ms"))["measured end to end"]
    assert (list(measured.x), list(measured.y)) == ([0.8], [0.8125])
    assert measured.error_x.array[0] == pytest.approx(0.1)
    assert measured.error_x.arrayminus[0] == pytest.approx(0.05)
    assert "0.800 ms [0.750, 0.900]" in measured.hovertext[0]
    assert "measured end to end" not in _by_name(front_figure(findings, "flops"))


def test_baselines_are_marked(digits: StudyWriter) -> None:
    """One of two seeds, 0.90 and 0.92: Student's interval of one degree of freedom by hand."""
    again = Baseline("mobilenet_v1 x0.5", "a", {"flops": 20e6}, {1: 0.90, 2: 0.92})
    once = Baseline("<b>vgg16</b>", "b", {"flops": 300e6}, {0: 0.7})
    spread = pooled_spread([list(again.accuracies.values())])
    found = replace(NOTHING_COMPARED, baselines=(again, once), spread=spread)
    findings = replace(Findings.read(digits.store, "digits"), compared=found)
    figure = front_figure(findings, "flops")
    marks = _by_name(figure)["baseline"]
    assert list(marks.x) == [20e6, 300e6]
    assert list(marks.y) == pytest.approx([0.91, 0.7])
    deviation = 0.02 / sqrt(2)
    high, nothing = marks.error_y.array
    assert high == pytest.approx(12.7062 * deviation / sqrt(2), rel=1e-4)
    assert nothing is None
    assert marks.error_y.visible
    assert "&lt;b&gt;vgg16&lt;/b&gt;" in marks.hovertext[1]
    assert figure.layout.xaxis.range[1] > log10(300e6)
    assert figure.layout.yaxis.range[0] < 0.7


def test_without_other_seeds_there_are_no_intervals(digits: StudyWriter) -> None:
    once = Baseline("vgg16", "b", {"flops": 300e6}, {0: 0.7})
    found = replace(NOTHING_COMPARED, baselines=(once,))
    findings = replace(Findings.read(digits.store, "digits"), compared=found)
    assert not _by_name(front_figure(findings, "flops"))["baseline"].error_y.visible
