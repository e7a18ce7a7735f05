"""The report in a real browser: it does what it says, and shows every text as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from synthetic import fill_study

from dashboards import Findings, write_report
from nas.store import Store

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.dashboards.conftest import StudyWriter

HOSTILE = "</script><img src=x onerror=\"document.title='bad'\"><b>x</b>&amp\x1b\u202e{{ 7*7 }}%{y}"
SHOWN = HOSTILE.replace("\x1b", "␛").replace("\u202e", "\\u202e")

PLACE = """(number) => {
  const plot = document.querySelector('[data-figure="front"]');
  const box = plot.getBoundingClientRect();
  for (const trace of plot._fullData) {
    const i = trace.mode === "lines" ? -1 : [...(trace.customdata ?? [])].indexOf(number);
    if (i < 0) continue;
    const { xaxis, yaxis } = plot._fullLayout;
    const x = xaxis._offset + xaxis.d2p(trace.x[i]), y = yaxis._offset + yaxis.d2p(trace.y[i]);
    return [box.x + x, box.y + y];
  }
}"""
"""Where the mark of a trial is, in pixels of the window."""


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Findings, Path]]:
    """A made-up study of 40 trials, and its report."""
    folder = tmp_path_factory.mktemp("report")
    with Store(f"sqlite:///{folder / 'nas.db'}") as store:
        fill_study(store, 40)
        write_report(store, "quickstart", folder / "report.html")
        yield Findings.read(store, "quickstart"), folder / "report.html"


def _open(page: Page, path: Path) -> Page:
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready]")
    return page


def _hover(page: Page, number: int) -> str:
    """What is said where the mouse is over the mark of a trial."""
    x, y = page.evaluate(PLACE, number)
    page.mouse.move(x - 30, y - 30)
    page.mouse.move(x, y, steps=5)
    label = page.locator('[data-figure="front"] .hoverlayer .hovertext')
    label.wait_for()
    return label.text_content() or ""


def test_hover_tells_and_click_opens_a_card(searched: tuple[Findings, Path], page: Page) -> None:
    findings, path = searched
    _open(page, path)
    assert findings.knee is not None
    number = findings.knee.number
    hover = _hover(page, number)
    for line in (f"trial {number}", *map(str.strip, findings.knee.description.split(";"))):
        assert line in hover
    page.mouse.click(*page.evaluate(PLACE, number))
    card = page.get_by_role("dialog")
    card.get_by_role("heading", name=f"Trial {number}").wait_for()
    assert page.url.endswith(f"#trial-{number}")
    assert f"nas export quickstart --trial {number}" in card.inner_text()
    for part in ("Accuracy after each epoch", "Latency of the whole network", "Layers", "stage1.0"):
        assert part in card.inner_text()
    assert card.locator("svg.network .card").count() >= 5
    page.keyboard.press("Escape")
    card.wait_for(state="hidden")
    page.wait_for_function("!location.hash")


def test_front_by_keyboard(searched: tuple[Findings, Path], page: Page) -> None:
    findings, path = searched
    _open(page, path)
    page.locator('[data-figure="front"]').focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    second = findings.front[1].number
    assert f"trial {second}" in (page.locator("#said").text_content() or "")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=f"Trial {second}").wait_for()
    page.keyboard.press("ArrowRight")
    page.get_by_role("heading", name=f"Trial {findings.front[2].number}").wait_for()
    page.go_back()
    page.get_by_role("heading", name=f"Trial {second}").wait_for()


def test_axis_and_its_scale(searched: tuple[Findings, Path], page: Page) -> None:
    _, path = searched
    _open(page, path)
    title = page.locator('[data-figure="front"] .xtitle')
    assert title.text_content() == "FLOPs (multiply-adds)"
    page.get_by_role("radio", name="Predicted latency").first.check(force=True)
    assert title.text_content() == "Predicted latency (ms)"
    kind = "document.querySelector('[data-figure=\"front\"]')._fullLayout.xaxis.type"
    assert page.evaluate(kind) == "log"
    page.get_by_label("log axis").uncheck()
    assert page.evaluate(kind) == "linear"
    places = "document.querySelector('[data-figure=\"front\"]').data.map((t) => t.x.length)"
    assert sum(page.evaluate(places)) > 40


def _best(findings: Findings, flops: float) -> int:
    fitting = [t for t in findings.in_state("COMPLETE") if t.flops <= flops]
    return max(fitting, key=lambda t: t.accuracy or 0.0).number


def test_budgets_name_the_best_within_them(searched: tuple[Findings, Path], page: Page) -> None:
    findings, path = searched
    _open(page, path)
    found = page.locator("#found")
    assert f"Card of trial {_best(findings, 15e6)}" in found.inner_text()
    page.get_by_label("FLOPs at most").fill("4")
    assert f"Card of trial {_best(findings, 4e6)}" in found.inner_text()
    assert _best(findings, 4e6) != _best(findings, 15e6)
    page.get_by_label("FLOPs at most").fill("0.001")
    assert "No finished network is within these limits" in found.inner_text()
    page.get_by_label("FLOPs at most").fill("")
    assert f"Card of trial {_best(findings, 1e12)}" in found.inner_text()


def test_a_limit_is_dragged_in_the_plot_and_by_keys(
    searched: tuple[Findings, Path], page: Page
) -> None:
    findings, path = searched
    _open(page, path)
    handle = page.get_by_role("slider", name="Budget of FLOPs", exact=True).first
    box = handle.bounding_box()
    assert box is not None
    cheapest = findings.best_up_to("flops")[0]
    x, _ = page.evaluate(PLACE, cheapest.number)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(x + 4, box["y"], steps=5)
    page.mouse.up()
    found = page.locator("#found")
    assert f"Card of trial {_best(findings, cheapest.flops)}" in found.inner_text()
    assert float(page.get_by_label("FLOPs at most").input_value()) * 1e6 >= 0.99 * cheapest.flops
    before = handle.get_attribute("aria-valuenow")
    handle.focus()
    page.keyboard.press("PageUp")
    assert int(handle.get_attribute("aria-valuenow") or 0) == int(before or 0) + 100
    page.keyboard.press("End")
    assert handle.get_attribute("aria-valuetext") == "no limit"
    page.get_by_label("Budget of Predicted latency").focus()
    page.keyboard.press("Home")
    assert "No finished network" in found.inner_text() or "Card of trial" in found.inner_text()


def test_theme_is_switched_and_kept(
    searched: tuple[Findings, Path], new_page: Callable[..., Page]
) -> None:
    _, path = searched
    page = _open(new_page(dark=True), path)
    background = "getComputedStyle(document.body).backgroundColor"
    paper = "document.querySelector('[data-figure=\"front\"]')._fullLayout.paper_bgcolor"
    assert (page.evaluate(background), page.evaluate(paper)) == ("rgb(14, 17, 21)", "#161a20")
    page.get_by_role("button", name="Light theme").click()
    assert (page.evaluate(background), page.evaluate(paper)) == ("rgb(246, 247, 249)", "#ffffff")
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert page.evaluate(paper) == "#ffffff"


def test_files_to_take_away(searched: tuple[Findings, Path], page: Page) -> None:
    findings, path = searched
    _open(page, path)
    with page.expect_download() as saved:
        page.get_by_role("button", name="CSV of all trials").click()
    assert saved.value.suggested_filename == "quickstart.csv"
    lines = Path(saved.value.path()).read_text().splitlines()
    assert lines[0].startswith("number,state,accuracy,flops,latency_ms")
    assert len(lines) == 1 + len(findings.trials)
    for kind, begin in (("SVG", b"<svg"), ("PNG", b"\x89PNG")):
        with page.expect_download() as saved:
            page.get_by_role("button", name=kind, exact=True).first.click()
        assert saved.value.suggested_filename == f"quickstart-front-flops.{kind.lower()}"
        assert Path(saved.value.path()).read_bytes().startswith(begin)
    page.get_by_role("link", name=f"Trial {findings.front[0].number}, open its card").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the drawing as SVG").click()
    drawing = Path(saved.value.path()).read_text()
    assert drawing.startswith("<svg")
    assert "var(" not in drawing


def test_any_trial_has_a_card(searched: tuple[Findings, Path], page: Page) -> None:
    findings, path = searched
    _open(page, path)
    failed = findings.in_state("FAIL")[0].number
    page.get_by_label("Card of trial").fill(str(failed))
    page.get_by_role("button", name="Open").click()
    card = page.get_by_role("dialog")
    card.get_by_role("heading", name=f"Trial {failed}").wait_for()
    assert "RuntimeError: cannot allocate 2.1 GiB" in card.inner_text()
    assert "Failed" in card.inner_text()


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_is_wider_than_the_window(
    searched: tuple[Findings, Path], new_page: Callable[..., Page], width: int
) -> None:
    findings, path = searched
    page = _open(new_page(width=width, height=800), path)
    wide = "document.documentElement.scrollWidth"
    assert page.evaluate(wide) == width
    page.get_by_role("link", name=f"Trial {findings.front[0].number}, open its card").click()
    page.get_by_role("dialog").wait_for()
    assert page.evaluate("document.getElementById('card').scrollWidth") <= width


def test_hostile_texts_are_texts(
    write_study: Callable[..., StudyWriter], store: Store, tmp_path: Path, page: Page
) -> None:
    study = write_study(
        name=HOSTILE, dataset=HOSTILE, experiment_file=HOSTILE, versions={HOSTILE: HOSTILE}
    )
    study.trial([0.1, 0.2, 0.3], description=HOSTILE)
    study.trial([0.1, 0.2, 0.2], description=HOSTILE, flops=3_000_000, latency_ms=3.0)
    study.trial([], "FAIL", failure=HOSTILE, description=HOSTILE)
    write_report(store, HOSTILE, tmp_path / "report.html")
    _open(page, tmp_path / "report.html")
    assert page.title() == f"{SHOWN} · architecture search"
    assert page.locator("img[src='x']").count() == 0
    assert SHOWN in _hover(page, 0)
    for number in (0, 1, 2):
        page.get_by_label("Card of trial").fill(str(number))
        page.get_by_role("button", name="Open").click()
        card = page.get_by_role("dialog")
        card.get_by_role("heading", name=f"Trial {number}").wait_for()
        assert SHOWN in card.inner_text()
        assert card.locator("img, script").count() == 0
        page.keyboard.press("Escape")
    with page.expect_download() as saved:
        page.get_by_role("button", name="CSV of all trials").click()
    assert saved.value.suggested_filename.endswith(".csv")


def _studies() -> dict[str, tuple[dict[str, Any], Callable[[StudyWriter], object], str]]:
    def failures(study: StudyWriter) -> None:
        study.trial([], "FAIL", failure="cannot allocate")

    def stopped(study: StudyWriter) -> None:
        study.trial([0.5], "PRUNED")

    def one(study: StudyWriter) -> None:
        study.trial([0.5, 0.6, 0.7], latency_ms=None)

    def infeasible(study: StudyWriter) -> None:
        study.trial([0.5, 0.6, 0.7], flops=99_000_000)

    def some(study: StudyWriter) -> None:
        study.trial([0.5, 0.6, 0.7])
        study.trial([0.5, 0.6, 0.8], params=2000, flops=2_000_000, latency_ms=2.0)

    four = ("accuracy", "flops", "params", "latency_ms")
    return {
        "empty": ({}, lambda study: None, "No network has been tried yet"),
        "failures": ({}, failures, "Every trial failed"),
        "stopped": ({}, stopped, "No trial has been trained to the end yet"),
        "one objective": ({"objectives": ["accuracy"]}, one, "Accuracy is the only objective"),
        "four objectives": ({"objectives": list(four)}, some, "2 networks"),
        "infeasible": ({}, infeasible, "No finished trial is within all limits"),
    }


@pytest.mark.parametrize("kind", _studies())
def test_pages_of_odd_studies(
    kind: str, write_study: Callable[..., StudyWriter], store: Store, tmp_path: Path, page: Page
) -> None:
    fields, fill, said = _studies()[kind]
    fill(write_study(**fields))
    write_report(store, "digits", tmp_path / "report.html")
    page.goto((tmp_path / "report.html").as_uri())
    if page.locator("#figures").count():
        page.wait_for_selector("html[data-ready]")
    assert said in page.locator("main").inner_text()
