"""The kit itself: what it must notice, it notices."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.dashboards.browser.conftest import Seen

BAD = """<!doctype html><title>Bad</title><img src="http://192.0.2.1/pixel.png">
<script>console.error("said"); throw new Error("thrown");</script>"""


def test_errors_and_requests_to_other_hosts_are_seen(
    page: Page, seen: Seen, tmp_path: Path
) -> None:
    file = tmp_path / "bad.html"
    file.write_text(BAD)
    page.goto(file.as_uri(), wait_until="load")
    assert seen.foreign == ["http://192.0.2.1/pixel.png"]
    assert "said" in seen.errors
    assert "thrown" in seen.errors
    seen.foreign.clear()
    seen.errors.clear()


def test_pages_are_apart(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "good.html"
    file.write_text("<!doctype html><title>Good</title>")
    page.goto(file.as_uri())
    assert page.title() == "Good"


def test_between_pages_event_loops_can_run(
    lend_browser: Callable[[], AbstractContextManager[Browser]],
) -> None:
    for _ in range(2):
        with lend_browser() as browser:
            browser.new_page().close()
        assert asyncio.run(asyncio.sleep(0, "done")) == "done"
