"""Ten thousand requests that nobody would send: none of them is the server's fault (5xx)."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from optuna_dashboard import wsgi
from optuna_kit import add_to_optuna

from dashboards.for_optuna import closed, optuna_storage
from dashboards.live import Access, make_app
from dashboards.live.pages import Pages

if TYPE_CHECKING:
    from tests.dashboards.conftest import StudyWriter

TOKEN = "a-token-of-enough-length"
NUM_REQUESTS = 10_000

NUMBERS = (
    "0", "1", "2", "-1", "00", "1.5", "1e3", "999999999", "9999999999", "9223372036854775807",
    "9223372036854775808", "99999999999999999999999", "NaN", "inf", "0x1", "%31", "%D9%A1", "1_0",
    "+1", "%201", "1%20",
)  # fmt: skip
TEXTS = (
    "", "a", "flops", "curves", "accuracy", "live", "%", "%zz", "%00", "%0a", "%ff%fe", "..",
    "%2e%2e", "%2f", "%5c", "a/b", "'--", "{}", "[]", "null", "true", "%F0%9F%98%80", "%ED%A0%80",
    "x" * 300, "<script>", "${7*7}", "%25", ";", "=", "&", "plotly.js", "live.css", "number", "-1",
    "flops%3C1M", "accuracy%3E", "%22", "%3C", "state", "RUNNING", "desc",
)  # fmt: skip
NAMES = (
    "study", "trial", "token", "after", "q", "sort", "order", "page", "state", "x", "",
    "study_ids[]", "evaluator", "limit",
)  # fmt: skip
HOSTS = (
    "[::1", "[::1]", "::1", "[", "]", "", "localhost:", "localhost:99999999", "localhost:x", "@",
    "a@127.0.0.1", "127.0.0.1:80:80", "evil.example", "\xff\xfe", "[v1.x]", "127.0.0.1\t", "/", "#",
    "?", "//", "xn--", "\xb2", "localhost%00",
)  # fmt: skip
HEADERS = {
    "origin": ("http://[::1", "null", "", "http://127.0.0.1", "//", "\xff", "http://[", "a:b:c"),
    "cookie": ("a=b", "=", ";;;", "conv-nas-1", "conv-nas-1=" + "x" * 5000, "\xff=\xfe", '="',
               "conv-nas-1=\"\\777\"", "conv-nas-1=%00"),
    "authorization": ("Bearer", "Bearer ", "Basic x", "\xff", "Bearer \xe9", "bearer  " + TOKEN),
    "if-none-match": ('"', "*", 'W/"x"', "\xff", "," * 500),
    "if-modified-since": ("never", "Thu, 01 Jan 1970 00:00:00 GMT", "99999999999999", "\xff"),
    "range": ("bytes=0-1", "bytes=-1", "bytes=99999999999-", "lines=1", "bytes=x-y", "\xff"),
    "accept-encoding": ("gzip", "br;q=x", "identity;q=0", "*", "\xff", ""),
    "accept": ("*/*", "x", "\xff", ","), "accept-language": ("\xff", "*"),
    "content-type": ("application/json", "x", "multipart/form-data", "\xff", "", "text/plain",
                     "application/x-www-form-urlencoded", "multipart/form-data; boundary=",
                     "application/json; charset=nothing"),
    "content-length": ("0", "-1", "x", "99999999999999999999", ""),
    "transfer-encoding": ("chunked", "x"), "sec-fetch-site": ("cross-site", "same-origin", "\xff"),
    "x-forwarded-for": ("\xff", "[::1", "a, b"), "expect": ("100-continue",),
    "x-http-method-override": ("DELETE",), "user-agent": ("\xff" * 99,),
}  # fmt: skip
METHODS = ("HEAD", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", "X-Y")
BODIES = (
    b"", b"{}", b"[]", b"null", b"1", b'"a"', b"{", b"\xff\xfe", b'{"body": 1, "version": "x"}',
    b'{"body": null, "version": null}', b'{"body": "a", "version": 1e999}', b"[" * 3000, b"a=b",
    b'{"body": "\\ud800", "version": 1}', b'{"body": "a"}', b'{"version": 1}',
    b'{"body": "a", "version": 99999999999999999999999}', b'{"body": {}, "version": []}',
    b'{"body": "\\u0000", "version": 1}', b'{"body": "a", "version": NaN}',
)  # fmt: skip


class Fuzz:
    """Requests, each of which is odd in some of its parts."""

    def __init__(self, templates: Sequence[str], seed: int) -> None:
        self._rng = random.Random(seed)
        self._templates = templates

    def request(self) -> tuple[str, str, list[tuple[str, str]], bytes]:
        """Method, address, headers and body."""
        rng = self._rng
        method = "GET" if rng.random() < 0.7 else rng.choice(METHODS)
        target = self._path() + (f"?{self._query()}" if rng.random() < 0.4 else "")
        headers = [("host", rng.choice(HOSTS) if rng.random() < 0.1 else "127.0.0.1:8400")]
        if rng.random() < 0.5:
            headers.append(("authorization", f"Bearer {TOKEN}"))
        for name in rng.sample(sorted(HEADERS), rng.choice((0, 0, 1, 2, 5))):
            headers.append((name, rng.choice(HEADERS[name])))
        if rng.random() < 0.03:
            headers = headers[1:]
        return method, target, headers, rng.choice(BODIES) if method != "GET" else b""

    def _path(self) -> str:
        rng = self._rng
        path = rng.choice(self._templates)
        path = re.sub(r"[{<](\w+)[^/]*[}>]", lambda _: self._piece(), path)
        if rng.random() < 0.1:
            at = rng.randrange(len(path) + 1)
            path = path[:at] + rng.choice(TEXTS) + path[at:]
        return path if path.startswith("/") or rng.random() < 0.5 else f"/{path}"

    def _piece(self) -> str:
        ours = self._rng.random()
        return "1" if ours < 0.4 else self._rng.choice(NUMBERS if ours < 0.8 else TEXTS)

    def _query(self) -> str:
        rng = self._rng
        given = [
            f"{rng.choice(NAMES)}={rng.choice((*NUMBERS, *TEXTS))}"
            for _ in range(rng.choice((1, 1, 2, 9)))
        ]
        return rng.choice("&&&;").join(given)


def _templates() -> list[str]:
    """Of all paths, ours and those of Optuna's dashboard."""
    from optuna.storages import InMemoryStorage

    own = Pages(None, lambda name: None, lambda: None).routes()  # type: ignore[arg-type]
    theirs = wsgi(InMemoryStorage()).routes
    return [*(route.path for route in own), *(route.rule for route in theirs), "", "/", "*"]


async def _status(app: Any, request: tuple[str, str, list[tuple[str, str]], bytes]) -> int:
    """The status of the answer of an application to a request as uvicorn hands it on."""
    method, target, headers, body = request
    raw, _, query = target.partition("?")
    statuses: list[int] = []
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        return messages.pop() if messages else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method,
        "scheme": "http", "root_path": "", "path": unquote(raw), "raw_path": raw.encode(),
        "query_string": query.encode(), "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8400),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers],
    }  # fmt: skip
    await app(scope, receive, send)
    (status,) = statuses
    return status


@pytest.fixture
def apps(digits: StudyWriter, tmp_path: Path) -> Iterator[list[Any]]:
    """Of a server for this machine alone, and of one that others reach."""
    add_to_optuna(digits)
    with closed(optuna_storage(digits.store)) as storage:
        yield [
            make_app(digits.store, storage, tmp_path, Access.of(host, 8400, token))
            for host, token in (("127.0.0.1", None), ("0.0.0.0", TOKEN))
        ]


def test_no_request_is_the_servers_fault(apps: list[Any]) -> None:
    fuzz = Fuzz(_templates(), seed=0)
    seen: Counter[int] = Counter()
    failed: list[Any] = []

    async def ask() -> None:
        for number in range(NUM_REQUESTS):
            request = fuzz.request()
            status = await _status(apps[number % 2], request)
            if status >= 500:
                failed.append((status, request))
            seen[status] += 1

    asyncio.run(ask())
    assert not failed
    assert seen[200] > NUM_REQUESTS / 20  # that many come as far as the pages
    assert seen[404] > NUM_REQUESTS / 20
    assert {303, 304, 400, 401, 403, 413, 421} & seen.keys() >= {303, 401, 403, 421}
