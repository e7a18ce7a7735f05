"""Pages in a real browser, which must say no error and ask no other host for anything.

`page` is an empty page, `new_page(width=390, dark=True)` makes others. When the test ends, both
`seen.errors` and `seen.foreign` must be empty; a test that expects an error takes it out of them.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserType, Page, Route

REQUIRED = "NAS_REQUIRE_BROWSER"
"""Where this variable of the environment is set, a missing browser is a failure, not a skip."""

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--no-first-run",
)  # fmt: skip
OWN_HOSTS = ("127.0.0.1", "localhost")
TIMEOUT_MS = 20_000


@dataclass
class Seen:
    """What pages did that they should not.

    Attributes:
        errors: Errors in the console, and exceptions that nothing caught.
        foreign: Addresses on other hosts that were asked for; none of them got an answer.
    """

    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)


def _missing(reason: str) -> Any:
    if os.environ.get(REQUIRED):
        pytest.fail(reason)
    pytest.skip(reason)


def _executable(kind: BrowserType) -> str:
    """The Chromium that Playwright has downloaded, or else the machine's own."""
    candidates = (kind.executable_path, *map(shutil.which, NAMES))
    for found in candidates:
        if found and os.path.exists(found):
            return found
    hint = "`apt-get install chromium` or `playwright install chromium`"
    return str(_missing(f"no Chromium on this machine: {hint}"))


@pytest.fixture(scope="session")
def lend_browser() -> Iterator[Callable[[], AbstractContextManager[Browser]]]:
    """Lends the one browser of all tests.

    The event loop that Playwright holds to be running is so only while the browser is lent: out of
    the way of `asyncio.run` otherwise.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("playwright is not installed: `make install-dev`")
    with sync_playwright() as playwright:
        kind = playwright.chromium
        found = kind.launch(executable_path=_executable(kind), args=list(ARGUMENTS))
        loop = asyncio._get_running_loop()

        @contextmanager
        def lend() -> Iterator[Browser]:
            asyncio._set_running_loop(loop)
            try:
                yield found
            finally:
                asyncio._set_running_loop(None)

        asyncio._set_running_loop(None)
        yield lend
        asyncio._set_running_loop(loop)
        found.close()


@pytest.fixture
def browser(lend_browser: Callable[[], AbstractContextManager[Browser]]) -> Iterator[Browser]:
    """The browser, as long as a test lasts."""
    with lend_browser() as found:
        yield found


@pytest.fixture
def seen() -> Seen:
    """What the test's pages did that they should not."""
    return Seen()


@pytest.fixture
def new_page(browser: Browser, seen: Seen) -> Iterator[Callable[..., Page]]:
    """Makes pages, each with cookies and storage of its own.

    Their arguments are `width` and `height` in pixels, whether the system's theme is `dark`, and
    what else `Browser.new_context` takes.
    """
    contexts = []

    def make(width: int = 1440, height: int = 1000, *, dark: bool = False, **options: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light", service_workers="block", **options,
        )  # fmt: skip
        context.set_default_timeout(TIMEOUT_MS)
        context.route("**/*", lambda route: _answer(route, seen))
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: seen.errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: seen.errors.append(str(error)))
        page.on("websocket", lambda socket: seen.foreign.append(socket.url))
        return page

    yield make
    for context in contexts:
        context.close()
    assert not seen.errors
    assert not seen.foreign


def _answer(route: Route, seen: Seen) -> None:
    address = urlsplit(route.request.url)
    if address.scheme in ("http", "https") and address.hostname not in OWN_HOSTS:
        seen.foreign.append(route.request.url)
        route.abort()
    else:
        route.continue_()


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """An empty page, 1440 pixels wide, in light colours."""
    return new_page()
