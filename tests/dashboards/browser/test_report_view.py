"""The view of a report in its address, on paper and in what is saved; nothing covers anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from synthetic import fill_study

from dashboards import write_report
from nas.store import Store

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.dashboards.conftest import StudyWriter

FRONT = "document.querySelector('[data-figure=front]')"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a made-up study of 60 trials."""
    folder = tmp_path_factory.mktemp("view")
    with Store(f"sqlite:///{folder / 'nas.db'}") as store:
        fill_study(store, 60)
        write_report(store, "quickstart", folder / "report.html")
    yield (folder / "report.html").as_uri()


def _open(page: Page, address: str) -> Page:
    page.goto(address)
    page.wait_for_selector("html[data-ready]")
    return page


def _view(page: Page) -> tuple[Any, ...]:
    return (
        page.locator("input[name=axis]:checked").get_attribute("value"),
        page.evaluate(f"{FRONT}._fullLayout.xaxis.type"),
        page.locator("#color").input_value(),
        page.get_by_label("Parameters at most").input_value(),
        page.get_by_label("FLOPs at most").input_value(),
        page.locator("#found").inner_text(),
    )


def test_a_link_opens_the_same_view(report: str, page: Page, new_page: Callable[..., Page]) -> None:
    _open(page, report)
    assert "#" not in page.url
    page.get_by_role("radio", name="Weights", exact=True).check(force=True)
    page.get_by_label("log axis").uncheck()
    page.locator("#color").select_option("latency_ms")
    page.get_by_label("Parameters at most").fill("77")
    page.get_by_label("FLOPs at most").fill("")
    page.wait_for_function("location.hash.includes('max-flops=any')")
    there = _view(_open(new_page(), page.url))
    assert there == _view(page)
    assert there[:5] == ("weight_bytes", "linear", "latency_ms", "77", "")
    with page.expect_download() as saved:
        page.get_by_role("button", name="SVG", exact=True).first.click()
    assert (
        saved.value.suggested_filename == "quickstart-front-weight_bytes-linear-by-latency_ms.svg"
    )
    page.get_by_role("button", name="Card of trial").click()
    page.get_by_role("dialog").wait_for()
    assert page.url.split("#")[1].startswith("trial-")
    page.keyboard.press("Escape")
    page.wait_for_function("location.hash.startsWith('#axis=')")
    assert _view(page) == there


def test_addresses_that_say_nonsense_are_as_usual(report: str, page: Page) -> None:
    nonsense = "#axis=__proto__&scale=%&color=constructor&max-flops=-1&max-params=NaN&trial-x&&=%E0"
    assert _view(_open(page, report + nonsense))[:5] == ("flops", "log", "", "600", "15")


def test_the_legend_has_what_is_there(report: str, page: Page) -> None:
    _open(page, report)
    measured = page.locator("[data-legend='measured end to end']")
    limit, stopped = page.locator("[data-legend=limit]"), page.locator("[data-legend^=stopped]")
    assert [measured.is_visible(), limit.is_visible(), stopped.is_visible()] == [False, True, True]
    page.get_by_role("radio", name="Measured latency").first.check(force=True)
    assert [measured.is_visible(), limit.is_visible(), stopped.is_visible()] == [True, True, False]
    page.get_by_role("radio", name="Weights").check(force=True)
    assert [measured.is_visible(), limit.is_visible(), stopped.is_visible()] == [False, False, True]


def test_a_third_quantity_is_told_by_colour(report: str, page: Page) -> None:
    _open(page, f"{report}#color=params")
    shades, numbers = page.evaluate(
        f"(() => {{ const t = {FRONT}.data.find((t) => t.name === 'Pareto front');"
        "return [t.marker.color, t.customdata]; })()"
    )
    with page.expect_download() as saved:
        page.get_by_role("button", name="CSV of all trials").click()
    head, *rows = (line.split(",") for line in Path(saved.value.path()).read_text().splitlines())
    params = {int(row[0]): float(row[head.index("params")]) for row in rows}
    assert [10**shade for shade in shades] == pytest.approx([params[n] for n in numbers])
    assert page.locator("[data-figure=front] .colorbar, [data-figure=front] .cbcoloraxis").count()


def test_no_axis_is_cut_on_a_telephone(report: str, new_page: Callable[..., Page]) -> None:
    page = _open(new_page(width=390, height=800), report)
    box = page.locator(".front-grid .plot").first.bounding_box()
    assert box is not None
    labels = page.locator(".switch").first.locator("span")
    assert labels.count() == 6
    for label in labels.all():
        place = label.bounding_box()
        assert place is not None
        assert box["x"] <= place["x"] and place["x"] + place["width"] <= box["x"] + box["width"]
        assert page.evaluate(
            "([x, y]) => document.elementFromPoint(x, y)?.closest('label') !== null",
            [place["x"] + place["width"] - 6, place["y"] + 6],
        ) or place["y"] > 800  # fmt: skip


def test_labels_of_two_limits_do_not_overprint(
    write_study: Callable[..., StudyWriter], store: Store, tmp_path: Path, page: Page
) -> None:
    constraints = {"flops": {"min": 2.9e6, "max": 3.1e6}}
    study = write_study(
        experiment={"objectives": ["accuracy", "flops"], "constraints": constraints}
    )
    study.trial([0.2, 0.4, 0.5], flops=3_000_000)
    study.trial([0.2, 0.4, 0.6], flops=3_050_000)
    write_report(store, "digits", tmp_path / "report.html")
    _open(page, (tmp_path / "report.html").as_uri())
    boxes = [note.bounding_box() for note in page.locator("[data-figure=front] .annotation").all()]
    first, second = sorted((box for box in boxes if box), key=lambda box: box["y"])
    assert first["y"] + first["height"] <= second["y"] + 1


def test_times_are_the_readers(report: str, new_page: Callable[..., Page]) -> None:
    """The study began on 1 March 2026 at 9:00 UTC: 18:00 in Tokyo, which has no summer time."""
    page = new_page(timezone_id="Asia/Tokyo", locale="en-GB")
    began = _open(page, report).locator("time.moment").first
    assert began.text_content() == "1 Mar 2026, 18:00"
    assert began.get_attribute("title") == "1 March 2026, 09:00 UTC"


def test_on_paper_every_figure_has_the_room_that_it_takes(report: str, page: Page) -> None:
    _open(page, f"{report}#axis=params")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 703, "height": 1000})  # A4 within its margins
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.wait_for_function(
        "[...document.querySelectorAll('[data-figure]')].every((f) => f.querySelector('.main-svg'))"
    )
    page.wait_for_timeout(500)
    sizes = page.evaluate(
        "[...document.querySelectorAll('[data-figure]')].map((f) => [f.dataset.figure,"
        " f.getBoundingClientRect().height, f._fullLayout.height, f._fullLayout.width])"
    )
    assert {name for name, *_ in sizes} == {
        "front", "importance", "effects", "progress", "curves",
    }  # fmt: skip
    for name, room, height, width in sizes:
        assert room == pytest.approx(height, abs=2), name
        assert width <= 703, name
    rows = page.evaluate(
        "document.querySelector('[data-figure=effects]')._fullLayout.yaxis.tickvals.length"
    )
    assert dict((name, height) for name, _, height, _ in sizes)["effects"] > 20 * rows
    for hidden in (".chooser", ".switch", ".overlays", "#color"):
        assert not page.locator(hidden).first.is_visible(), hidden
