"""The live pages in a browser: they show what is new, and take texts for texts."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from live_kit import Dashboard, served
from optuna_kit import add_to_optuna
from playwright.sync_api import expect

from dashboards.for_optuna import attach_files, refresh
from nas.store import Store

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.dashboards.browser.conftest import Seen
    from tests.dashboards.conftest import StudyWriter

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;\x1b{{ 7*7 }}"
SHOWN = HOSTILE.replace("\x1b", "␛")


@pytest.fixture
def dashboard(store: Store, tmp_path: Path) -> Iterator[Dashboard]:
    """Of whatever studies `store` has."""
    with served(store, tmp_path) as found:
        yield found


def _drawn(page: Page, name: str) -> None:
    """Waits until a figure is there."""
    page.locator(f"[data-figure={name}] .main-svg").first.wait_for()


def test_a_new_trial_appears_within_three_seconds(
    dashboard: Dashboard, write_study: Callable[..., StudyWriter], page: Page
) -> None:
    study = write_study(state="RUNNING")
    study.trial([0.2, 0.4, 0.5])
    page.goto(f"{dashboard.url}/studies/1")
    expect(page.locator("#trial-0")).to_be_visible()
    _drawn(page, "front")
    seconds = []
    for number in (1, 2, 3):
        study.trial([0.3, 0.6, 0.7 + number / 100])
        start = time.perf_counter()
        page.locator(f"#trial-{number}").wait_for()
        seconds.append(time.perf_counter() - start)
    assert sorted(seconds)[1] < 3, seconds  # once of three times the machine may be busy
    expect(page.locator("#ended")).to_have_text("4 trials have ended")
    expect(page.locator(".front tbody tr")).to_have_count(1)  # all cost the same: the best alone
    study.trial([0.5], "RUNNING")
    page.locator(".workers").get_by_role("link", name="4").wait_for()
    expect(page.locator(".workers .epochs")).to_have_text("1 of 3")


def test_axes_switch_and_a_point_leads_to_its_card(
    dashboard: Dashboard, digits: StudyWriter, page: Page
) -> None:
    page.goto(f"{dashboard.url}/studies/1")
    front = page.locator("[data-figure=front]")
    expect(front.locator(".xtitle")).to_have_text("FLOPs (multiply-adds)")
    page.get_by_role("radio", name="Predicted latency").focus()
    page.keyboard.press("Space")
    expect(front.locator(".xtitle")).to_have_text("Predicted latency (ms)")
    knee = front.locator(".scatterlayer .trace").last.locator("path.point").first
    page.evaluate(
        "() => { const f = document.querySelector('[data-figure=front]');"
        "const trace = f.data.findIndex((t) => t.name === 'knee');"
        "f.emit('plotly_click', { points: [{ customdata: f.data[trace].customdata[0] }] }); }"
    )
    assert knee is not None
    page.wait_for_url("**/studies/1/trials/1")
    expect(page.get_by_role("heading", name="Trial 1")).to_be_visible()
    expect(page.get_by_text("nas export digits --trial 1")).to_be_visible()
    page.get_by_role("link", name="digits").click()
    expect(page.get_by_role("heading", name="digits")).to_be_visible()


def test_the_theme_is_switched_and_remembered(
    dashboard: Dashboard, digits: StudyWriter, new_page: Callable[..., Page]
) -> None:
    page = new_page(dark=True)
    page.goto(f"{dashboard.url}/studies/1")
    _drawn(page, "front")
    background = "() => getComputedStyle(document.body).backgroundColor"
    paper = "() => document.querySelector('[data-figure=front]').layout.paper_bgcolor"
    assert page.evaluate(background) == "rgb(14, 17, 21)"
    assert page.evaluate(paper) == "#161a20"
    page.get_by_role("button", name="Light theme").click()
    assert page.evaluate(background) == "rgb(246, 247, 249)"
    assert page.evaluate(paper) == "#ffffff"
    page.goto(dashboard.url)
    assert page.evaluate(background) == "rgb(246, 247, 249)"


def test_networks_are_put_side_by_side(
    dashboard: Dashboard, digits: StudyWriter, page: Page
) -> None:
    page.goto(f"{dashboard.url}/studies/1")
    button = page.get_by_role("button", name="side by side")
    expect(button).to_be_disabled()
    page.get_by_role("checkbox", name="trial 0 side").check()
    digits.trial([0.3, 0.5, 0.9], flops=20_000_000, latency_ms=9)  # must not take the mark away
    page.locator("#trial-6").wait_for()
    expect(page.get_by_role("checkbox", name="trial 0 side")).to_be_checked()
    page.get_by_role("checkbox", name="trial 6 side").check()
    button.click()
    page.wait_for_url("**/networks?study=1&trial=0&trial=6")
    expect(page.get_by_role("row", name="Accuracy 0.5000 0.9000 +0.4000")).to_be_visible()


def test_studies_are_compared(
    dashboard: Dashboard, digits: StudyWriter, write_study: Callable[..., Any], page: Page
) -> None:
    other = write_study(name="other", dataset_fingerprint="0ther")
    other.trial([0.3, 0.5, 0.9])
    page.goto(dashboard.url)
    page.get_by_role("checkbox", name="Compare digits").check()
    page.get_by_role("checkbox", name="Compare other").check()
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url("**/compare?study=1&study=2")
    expect(page.get_by_text("made on different data")).to_be_visible()
    expect(page.get_by_role("row", name="Trials 6 1")).to_be_visible()
    _drawn(page, "front")


def test_texts_are_texts(
    dashboard: Dashboard, write_study: Callable[..., StudyWriter], page: Page
) -> None:
    study = write_study(name=HOSTILE, dataset=HOSTILE)
    study.trial([0.1, 0.2, 0.3], description=HOSTILE)
    study.trial([], "FAIL", failure=HOSTILE, description=HOSTILE)
    add_to_optuna(study)
    refresh(str(study.store.url), lambda store: [HOSTILE])
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    of_study = (f"/studies/1{rest}" for rest in ("", "/trials", "/trials/0", "/trials/1"))
    for path in ("/", *of_study, "/networks?study=1&trial=0&trial=1", "/compare?study=1"):
        page.goto(f"{dashboard.url}{path}")
        expect(page.get_by_text(SHOWN, exact=True).first).to_be_visible()
        assert page.locator("img").count() == 0
    for path in (
        "/dashboard",
        "/dashboard/studies/1/trials?numbers=1",
        "/dashboard/studies/1/note",
    ):
        page.goto(f"{dashboard.url}{path}")
        expect(page.get_by_text("<script>alert(1)</script>").first).to_be_visible()
        assert page.locator("img[src=x]").count() == 0


def test_every_kind_of_study_has_something_to_say(
    dashboard: Dashboard, write_study: Callable[..., StudyWriter], page: Page
) -> None:
    page.goto(dashboard.url)
    expect(page.get_by_text("There is no study in this database yet")).to_be_visible()

    write_study(name="empty", state="RUNNING")
    failed = write_study(name="failed")
    failed.trial([], "FAIL", failure="cannot allocate")
    one = write_study(name="one", objectives=["accuracy"])
    one.trial([0.5, 0.6, 0.9], latency_ms=None)
    four = write_study(name="four", objectives=["accuracy", "flops", "params", "latency_ms"])
    four.trial([0.5, 0.6, 0.7])
    outside = write_study(name="outside", experiment={
        "objectives": ["accuracy", "flops"], "constraints": {"accuracy": {"min": 0.99}},
    })  # fmt: skip
    outside.trial([0.5, 0.6, 0.7])

    said = {
        1: ["No network has been tried yet", "It is empty until a trial", "None yet"],
        2: ["Every trial failed", "cannot allocate"],
        3: ["0.9000", "1 network"],
        4: ["0.7000", "Latency"],
        5: ["No finished trial is within all limits", "0.7000"],
    }
    for study, texts in said.items():
        page.goto(f"{dashboard.url}/studies/{study}")
        for text in texts:
            expect(page.get_by_text(text).first).to_be_visible()
    page.goto(f"{dashboard.url}/compare?study=1&study=5")
    expect(page.get_by_text("A figure of their fronts needs a finished network")).to_be_visible()


def test_the_token_leaves_the_address(
    digits: StudyWriter, tmp_path: Path, page: Page, seen: Seen
) -> None:
    token = "a-token-of-enough-length"
    with served(digits.store, tmp_path, "0.0.0.0", token) as exposed:
        page.goto(f"{exposed.url}/studies/1")
        expect(page.get_by_text("This page needs a token.")).to_be_visible()
        seen.errors.clear()  # the browser says 401
        page.goto(f"{exposed.url}/studies/1?token={token}")
        assert page.url == f"{exposed.url}/studies/1"
        _drawn(page, "front")
        (cookie,) = page.context.cookies()
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    expect(page.locator("#offline")).to_contain_text("does not answer", timeout=30_000)
    seen.errors.clear()  # and that nobody answers


def test_a_printed_link_opens_from_another_site(
    digits: StudyWriter, tmp_path: Path, page: Page, seen: Seen
) -> None:
    """`localhost` and 127.0.0.1 are two sites to a browser."""
    token = "a-token-of-enough-length"
    with served(digits.store, tmp_path, "0.0.0.0", token) as exposed:
        printed = f"{exposed.url}/studies/1?token={token}"
        mail = f'<!doctype html><title>Mail</title><a href="{printed}">See</a>'
        page.route("http://localhost/mail", lambda route: route.fulfill(
            body=mail, content_type="text/html"))  # fmt: skip
        page.goto("http://localhost/mail")
        page.get_by_role("link", name="See").click()
        expect(page.get_by_role("heading", name="digits")).to_be_visible()
        assert page.url == f"{exposed.url}/studies/1"
        _drawn(page, "front")


def test_the_report_opens_directly(dashboard: Dashboard, digits: StudyWriter, page: Page) -> None:
    page.goto(f"{dashboard.url}/studies/1/report.html")
    _drawn(page, "front")
    page.get_by_role("link", name="Trial 1, open its card").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate("self.origin") == "null"  # it may do nothing on the server's behalf


def test_the_table_of_all_trials_is_searched_as_one_types(
    dashboard: Dashboard, digits: StudyWriter, page: Page
) -> None:
    page.goto(f"{dashboard.url}/studies/1")
    page.get_by_role("link", name="All trials, to sort").click()
    page.wait_for_url("**/studies/1/trials")
    rows = page.locator("table.all tbody tr")
    expect(rows).to_have_count(6)
    page.get_by_role("searchbox").fill("accuracy>0.7")
    expect(rows).to_have_count(3)
    expect(page.get_by_role("status")).to_contain_text("3 of 6 trials")
    assert "q=accuracy%3E0.7" in page.url
    digits.trial([0.5, 0.6, 0.95])  # an open table learns of it
    expect(rows).to_have_count(4)
    page.get_by_role("combobox").select_option("front")
    expect(rows).to_have_count(2)  # it dominates trial 2, and trial 1 is faster
    page.get_by_role("columnheader", name="Accuracy").get_by_role("link").click()
    expect(rows.first).to_contain_text("0.9500")
    expect(page.get_by_role("searchbox")).to_have_value("accuracy>0.7")
    expect(page.locator("[aria-sort=descending]")).to_have_text("Accuracy")
    page.get_by_role("searchbox").fill("speed<1")
    expect(page.get_by_role("alert")).to_contain_text("there is no 'speed' to compare")


def test_a_search_is_stopped_after_a_question(
    dashboard: Dashboard, write_study: Callable[..., StudyWriter], page: Page
) -> None:
    study = write_study(state="RUNNING")
    study.store.acquire(study.study, "a-1", "host", 12, "ada", 600.0, datetime.now(UTC))
    page.goto(f"{dashboard.url}/studies/1")
    page.get_by_role("button", name="Stop the search").click()
    page.get_by_role("button", name="Let it run").click()
    assert not study.store.stop_requested(study.study, "a-1")
    page.get_by_role("button", name="Stop the search").click()
    page.get_by_role("dialog").get_by_role("button", name="Stop the search").click()
    expect(page.get_by_text("asked to stop")).to_be_visible()
    assert study.store.stop_requested(study.study, "a-1")
    expect(page.get_by_role("button", name="Stop the search")).to_have_count(0)


def test_moments_are_told_in_local_time(
    dashboard: Dashboard, digits: StudyWriter, new_page: Callable[..., Page]
) -> None:
    """Half past three in UTC is a quarter past nine in Kathmandu."""
    digits.store.add_event(digits.study, "noted", "the room was warm")
    with digits.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE nas_events SET at = '2026-05-06 15:30:00.000000'")
    page = new_page(timezone_id="Asia/Kathmandu", locale="en-GB")
    page.goto(f"{dashboard.url}/studies/1")
    shown = page.locator("time.moment").first
    expect(shown).to_have_text("6 May 2026, 21:15")
    expect(shown).to_have_attribute("title", "6 May 2026, 15:30 UTC")


def test_optuna_shows_trials_notes_figures_and_files(
    dashboard: Dashboard, digits: StudyWriter, tmp_path: Path, page: Page
) -> None:
    add_to_optuna(digits)
    refresh(str(digits.store.url), lambda store: ["digits"])
    code = tmp_path / "trial_1.py"
    code.write_text("class Network: ...\n")
    attach_files(digits.store, "digits", [code], tmp_path)
    page.goto(f"{dashboard.url}/studies/1")
    page.get_by_role("link", name="Optuna").click()
    page.wait_for_url("**/dashboard/studies/1")
    expect(page.get_by_text("Accuracy against FLOPs")).to_be_visible()
    expect(page.get_by_text("Learning curves")).to_be_visible()
    expect(page.get_by_text("trial_1.py")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="download").first.click()
    assert Path(download.value.path()).read_text() == "class Network: ...\n"
    page.goto(f"{dashboard.url}/dashboard/studies/1/trials?numbers=1")
    expect(page.get_by_text("stem.conv")).to_be_visible()
    expect(page.get_by_text(re.compile("nas export digits --trial 1"))).to_be_visible()
    expect(page.get_by_text("accuracy", exact=False).first).to_be_visible()
    for number in range(6):
        expect(page.get_by_text(f"Trial {number}").first).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_is_wider_than_the_window(
    dashboard: Dashboard, digits: StudyWriter, new_page: Callable[..., Page], width: int
) -> None:
    page = new_page(width)
    for path in ("/", "/studies/1", "/studies/1/trials", "/studies/1/trials/1",
                 "/networks?study=1&trial=0&trial=1", "/compare?study=1"):  # fmt: skip
        page.goto(f"{dashboard.url}{path}")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
