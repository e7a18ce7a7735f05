"""The front's line on every axis, against the staircase worked out of what `nas pareto` prints."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from click.testing import CliRunner
from live_kit import served
from playwright.sync_api import expect
from synthetic import fill_study

from dashboards import write_report
from nas.cli import cli
from nas.store import Store
from nas.study import Study

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.dashboards.conftest import StudyWriter

KIB = 1024.0
AXES: Mapping[str, tuple[str, float]] = {
    "FLOPs": ("flops", 1.0),
    "Predicted latency": ("latency_ms", 1.0),
    "Measured latency": ("measured", 1.0),
    "Parameters": ("params", 1.0),
    "Peak activations": ("peak_activation_bytes", KIB),
    "Weights": ("weight_bytes", KIB),
}
"""What the buttons say, the key in JSON, and the unit of the axis."""

LINE = "best up to this cost"
ROWS_BELOW = """() => {
  const { yaxis, yaxis2 } = document.querySelector(".js-plotly-plot")._fullLayout;
  return !yaxis2 || yaxis2.domain[1] <= yaxis.domain[0];
}"""
Point = tuple[float, float]

SHOWN = """() => document.querySelector(".js-plotly-plot").data.map((t) => ({
  name: t.name, x: [...(t.x ?? [])], y: [...(t.y ?? [])], numbers: [...(t.customdata ?? [])],
  array: t.error_x?.array ?? null, strip: t.yaxis === "y2",
}))"""


class Searched(NamedTuple):
    """A study, the front that `nas pareto` prints of it, and accuracy and costs of all trials."""

    url: str
    front: list[dict[str, Any]]
    trials: dict[int, dict[str, Any]]


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Searched, Store, Path]]:
    """A made-up search in which the order of networks is another by each cost."""
    folder = tmp_path_factory.mktemp("staircases")
    url = f"sqlite:///{folder / 'nas.db'}"
    with Store(url) as store:
        fill_study(store, 60)
        found = _printed(url, "quickstart")
        orders = {
            tuple(t["trial"] for t in sorted(found.front, key=lambda t: _cost(t, cost)))
            for cost, _ in AXES.values()
        }
        assert len(orders) >= 5
        yield found, store, folder


def _printed(url: str, study: str) -> Searched:
    said = CliRunner().invoke(cli, ["pareto", study, "--storage", url, "--json"])
    front = json.loads(said.stdout)["front"]
    rows = Study(study, url).trials().to_dict("records")
    for row in (*front, *rows):  # where both are told, `latency_ms` is the best that is known
        row["latency_ms"] = row.get("predicted_latency_ms", row["latency_ms"])
    trials = {int(row["trial"]): {**row, "measured": row["measured_latency_ms"]} for row in rows}
    return Searched(url, front, trials)


def _cost(trial: Mapping[str, Any], cost: str) -> Any:
    return trial["measured_latency"]["latency_ms"] if cost == "measured" else trial[cost]


def _staircase(front: Sequence[Mapping[str, Any]], cost: str, unit: float) -> list[Point]:
    """By the definition: what no other is at least as good as in both, and better in one."""
    points = {(_cost(t, cost), t["accuracy"]) for t in front if _cost(t, cost) is not None}
    kept = [
        (x, y) for x, y in points if not any(a <= x and b >= y for a, b in points - {(x, y)})
    ]  # fmt: skip
    return sorted((x / unit, y) for x, y in kept)


def _check(page: Page, found: Searched, label: str) -> None:
    """The line is the staircase, and every mark stands where its trial does."""
    cost, unit = AXES[label]
    assert page.evaluate(ROWS_BELOW), label  # or they would lie on the marks
    traces = {trace["name"]: trace for trace in page.evaluate(SHOWN)}
    line = list(zip(traces[LINE]["x"], traces[LINE]["y"], strict=True))
    expected = _staircase(found.front, cost, unit)
    assert [x for x, _ in line] == pytest.approx([x for x, _ in expected], rel=1e-5), label
    assert [y for _, y in line] == pytest.approx([y for _, y in expected], rel=1e-5), label
    marked = set()
    for trace in traces.values():
        assert len(trace["numbers"]) in (0, len(trace["x"])), (label, trace["name"])
        if trace["name"] in ("measured end to end", "with other seeds"):
            continue
        for number, x, y in zip(trace["numbers"], trace["x"], trace["y"], strict=False):
            trial = found.trials[number]
            marked.add(number)
            assert x * unit == pytest.approx(trial[cost], rel=1e-5), (label, number)
            if not trace["strip"]:
                assert y == pytest.approx(trial["accuracy"], rel=1e-5), (label, number)
    assert marked == {n for n, trial in found.trials.items() if trial[cost] == trial[cost]}, label
    crosses = traces.get("measured end to end", {"numbers": [], "x": [], "y": []})
    for number, x, y in zip(crosses["numbers"], crosses["x"], crosses["y"], strict=True):
        assert x == pytest.approx(found.trials[number]["measured"], rel=1e-5), (label, number)
        assert y == pytest.approx(found.trials[number]["accuracy"], rel=1e-5), (label, number)


def _report(page: Page, store: Store, study: str, folder: Path) -> None:
    write_report(store, study, folder / "report.html")
    page.goto((folder / "report.html").as_uri())
    page.wait_for_selector("html[data-ready]")


def test_report(searched: tuple[Searched, Store, Path], page: Page) -> None:
    found, store, folder = searched
    _report(page, store, "quickstart", folder)
    for label in (*AXES, *reversed(AXES)):  # each comes behind each kind of others
        page.get_by_role("radio", name=label, exact=True).first.check(force=True)
        _check(page, found, label)


def test_live_page(searched: tuple[Searched, Store, Path], page: Page) -> None:
    found, store, folder = searched
    with served(store, folder) as dashboard:
        page.goto(f"{dashboard.url}/studies/1")
        for label in (*AXES, *reversed(AXES)):
            page.get_by_role("radio", name=label, exact=True).check(force=True)
            expect(page.locator("[data-figure=front] .xtitle")).to_contain_text(
                label, timeout=20_000
            )
            _check(page, found, label)


def test_notebook(searched: tuple[Searched, Store, Path], page: Page) -> None:
    found, _, folder = searched
    figure = Study("quickstart", found.url).plot_front()
    page.set_viewport_size({"width": 1400, "height": 700})
    figure.write_html(folder / "notebook.html")
    page.goto((folder / "notebook.html").as_uri())
    for label in (*AXES, *reversed(AXES)):
        page.locator(".updatemenu-button").get_by_text(label, exact=True).click(force=True)
        expect(page.locator(".xtitle")).to_contain_text(label)
        _check(page, found, label)


@pytest.fixture
def gaps(write_study: Callable[..., StudyWriter], store: Store, tmp_path: Path) -> Searched:
    """Trials of which some have no latency; the most accurate is neither small nor slow."""
    study = write_study(objectives=["accuracy", "flops"])
    study.trial([0.1, 0.5, 0.70], flops=1_000_000, params=4000, latency_ms=None)
    study.trial([0.1, 0.5, 0.80], flops=2_000_000, params=9000, latency_ms=0.9)
    study.trial([0.1, 0.5, 0.85], flops=3_000_000, params=3000, latency_ms=0.4)
    study.trial([0.1, 0.5, 0.60], flops=4_000_000, params=1000, latency_ms=0.2)
    study.trial([0.1], "PRUNED", flops=2_500_000, latency_ms=None)
    study.trial([0.1], "PRUNED", flops=2_600_000, latency_ms=0.7)
    study.trial([], "FAIL", failure="no memory", flops=5_000_000, latency_ms=0.8)
    return _printed(f"sqlite:///{tmp_path / 'nas.db'}", "digits")


def test_a_cost_that_only_some_trials_have(
    gaps: Searched, store: Store, tmp_path: Path, page: Page
) -> None:
    _report(page, store, "digits", tmp_path)
    for label in ("FLOPs", "Predicted latency", "Parameters", "Weights", "FLOPs"):
        page.get_by_role("radio", name=label, exact=True).first.check(force=True)
        _check(page, gaps, label)
    # trial 3 is the smallest, and two others cost less and are better: on no front, best up to here
    page.get_by_role("radio", name="Parameters", exact=True).check(force=True)
    beside = {trace["name"]: trace for trace in page.evaluate(SHOWN)}["best of all finished trials"]
    assert (beside["x"], beside["y"]) == ([1000, 3000], [0.60, 0.85])
