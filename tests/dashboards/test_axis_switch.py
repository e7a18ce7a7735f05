"""The front with its costs to choose from, and networks from elsewhere on it."""

from __future__ import annotations

from dataclasses import replace
from math import log10
from typing import TYPE_CHECKING, Any

import pytest

from dashboards.axis_switch import front_axes, switchable_front
from dashboards.figures import MEASURED, front_figure
from dashboards.findings import Baseline, Findings

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
    assert axes["flops"].x[front] == [1e6, 9.99e6]
    assert axes["latency_ms"].x[front] == [0.5, 3.0]
    assert axes["latency_ms"].layout["xaxis"]["title"]["text"] == "Latency (ms)"
    assert [shape["x0"] for shape in axes["flops"].layout["shapes"]] == [12e6]
    assert axes["latency_ms"].layout["shapes"] == []


def test_notebooks_get_a_button_for_each_cost(digits: StudyWriter) -> None:
    figure = switchable_front(Findings.read(digits.store, "digits"))
    (menu,) = figure.layout.updatemenus
    assert [button.label for button in menu.buttons] == [
        "FLOPs", "Latency", "Parameters", "Peak activations", "Weights",
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
    measured = _by_name(front_figure(findings, "latency_ms"))[MEASURED]
    assert (list(measured.x), list(measured.y)) == ([0.8], [0.8125])
    assert measured.error_x.array[0] == pytest.approx(0.1)
    assert measured.error_x.arrayminus[0] == pytest.approx(0.05)
    assert "0.800 ms [0.750, 0.900]" in measured.hovertext[0]
    assert MEASURED not in _by_name(front_figure(findings, "flops"))


def test_baselines_are_marked(digits: StudyWriter) -> None:
    trained = Baseline("mobilenet_v1", {"flops": 20e6}, 0.9, (0.88, 0.93))
    counted = Baseline("<b>vgg16</b>", {"flops": 300e6})
    findings = replace(Findings.read(digits.store, "digits"), baselines=(trained, counted))
    figure = front_figure(findings, "flops")
    traces = _by_name(figure)
    assert (list(traces["baseline"].x), list(traces["baseline"].y)) == ([20e6], [0.9])
    assert traces["baseline"].error_y.array[0] == pytest.approx(0.03)
    assert traces["baseline"].error_y.arrayminus[0] == pytest.approx(0.02)
    assert (traces["reference"].yaxis, traces["reference"].text) == (
        "y2",
        ("&lt;b&gt;vgg16&lt;/b&gt;",),
    )
    assert figure.layout.xaxis.range[1] > log10(300e6)
    assert list(figure.layout.yaxis2.ticktext) == ["stopped early", "failed", "reference"]
