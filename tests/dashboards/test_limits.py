"""What one visitor, or a crowd, may take of the server: connections, time, bodies, work, log."""

from __future__ import annotations

import asyncio
import http.client
import logging
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from live_kit import Dashboard, served

from dashboards.live import limits, pages
from dashboards.live import limits as connections
from dashboards.live.limits import Connection, Limited, max_connections
from dashboards.live.serving import MAX_LINES, Sparing

if TYPE_CHECKING:
    from tests.dashboards.conftest import StudyWriter

TOKEN = "a-token-of-enough-length"
SLOW_HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"


@pytest.fixture
def exposed(digits: StudyWriter, tmp_path: Path) -> Iterator[Dashboard]:
    with served(digits.store, tmp_path, "0.0.0.0", TOKEN) as found:
        yield found


def _connect(dashboard: Dashboard, sent: bytes = b"") -> socket.socket:
    found = socket.create_connection(("127.0.0.1", dashboard.port), timeout=30)
    found.sendall(sent)
    return found


def _is_closed_within(visitor: socket.socket, seconds: float, drip: bytes = b"") -> bool:
    """Whether the server ends a connection, though its visitor says something now and then."""
    visitor.settimeout(0.2)
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        try:
            if not visitor.recv(1 << 16):
                return True
        except TimeoutError:
            pass
        except OSError:
            return True
        try:
            visitor.sendall(drip)
        except OSError:
            return True
    return False


@pytest.mark.parametrize("sent", [b"", SLOW_HEAD, b"PUT /api/studies/1/1/note HTTP/1.1\r\n"])
def test_half_open_connections_stop_nobody(
    exposed: Dashboard, sent: bytes, monkeypatch: pytest.MonkeyPatch, capfd: Any
) -> None:
    monkeypatch.setattr(Connection, "most", 30)
    with ExitStack() as stack:
        for _ in range(120):
            stack.enter_context(_connect(exposed, sent))
        assert exposed.request("/").status == 401
        assert exposed.request("/", Authorization=f"Bearer {TOKEN}").status == 200
        assert len(exposed.server.server_state.connections) <= 30
    assert len(capfd.readouterr().err) < 2000


def test_more_connections_than_files_are_never_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource")
    for soft, wanted in ((256, 128), (1024, 256), (100, 8), (resource.RLIM_INFINITY, 256)):
        monkeypatch.setattr(resource, "getrlimit", lambda kind, soft=soft: (soft, soft))
        assert max_connections() == wanted


@pytest.mark.parametrize(
    ("sent", "drip"),
    [
        (b"", b""),
        (SLOW_HEAD, b""),
        (SLOW_HEAD, b"X-Slow: 1\r\n"),
        (SLOW_HEAD + b"X-Slow: ", b"a"),
        (SLOW_HEAD + b"Content-Length: 100000\r\n\r\n", b"a"),
        (b"PUT /api/studies/1/1/note HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999\r\n"
         b"Authorization: Bearer a-token-of-enough-length\r\n\r\n{", b" "),
        (b"POST /a HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n"
         b"Authorization: Bearer a-token-of-enough-length\r\n\r\n", b"1\r\na\r\n"),
    ],
)  # fmt: skip
def test_who_asks_slowly_is_let_go(
    exposed: Dashboard, sent: bytes, drip: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for phase in ("head", "body"):
        monkeypatch.setitem(connections.PATIENCE_S, phase, 1.5)
    with _connect(exposed, sent) as visitor:
        assert _is_closed_within(visitor, 20.0, drip)


def test_who_does_not_take_an_answer_is_let_go(
    exposed: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connections.PATIENCE_S, "answer", 1.5)
    asked = f"GET /assets/plotly.js HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {TOKEN}\r\n\r\n"
    with _connect(exposed, asked.encode()):
        held = exposed.server.server_state.connections
        _wait(lambda: any(c.transport.get_write_buffer_size() for c in list(held)))
        _wait(lambda: not held)


def _wait(holds: Any) -> None:
    give_up_at = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < give_up_at
        time.sleep(0.05)


def test_a_patient_visitor_keeps_a_connection(exposed: Dashboard) -> None:
    visitor = http.client.HTTPConnection("127.0.0.1", exposed.port, timeout=30)
    ports = set()
    for _ in range(3):
        visitor.request("GET", "/live", headers={"Authorization": f"Bearer {TOKEN}"})
        answer = visitor.getresponse()
        assert (answer.status, bool(answer.read())) == (200, True)
        assert visitor.sock is not None
        ports.add(visitor.sock.getsockname())
        time.sleep(1.2)
    visitor.close()
    assert len(ports) == 1


@pytest.mark.parametrize("length", ["Content-Length: {}", "Transfer-Encoding: chunked"])
def test_a_body_has_an_end(exposed: Dashboard, length: str) -> None:
    size = limits.MAX_BODY_BYTES + 1
    head = (
        "PUT /api/studies/1/1/note HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n"
        f"{length.format(size)}\r\n\r\n"
    )
    body = b"a" * size
    body = body if "Content" in length else f"{size:x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
    with _connect(exposed, head.encode()) as visitor:
        visitor.sendall(body)
        assert visitor.recv(12) == b"HTTP/1.1 413"


def test_a_report_is_made_once_for_a_crowd(
    digits: StudyWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sixty who ask at once, while it takes a moment: one rendering, and other pages go on."""
    made = threading.Semaphore(0)
    begun: list[float] = []

    def slowly(*_: object) -> str:
        begun.append(time.monotonic())
        made.acquire(timeout=30)
        return "<!doctype html>" + "x" * 300_000

    monkeypatch.setattr(pages, "render", slowly)
    with served(digits.store, tmp_path) as dashboard, ThreadPoolExecutor(60) as crowd:
        asked = [crowd.submit(dashboard.request, "/studies/1/report.html") for _ in range(60)]
        _wait(lambda: len(begun) == 1)
        assert dashboard.request("/studies/1").status == 200
        made.release(60)
        answers = [answer.result() for answer in asked]
    assert [answer.status for answer in answers] == [200] * 60
    assert {len(answer.body) for answer in answers} == {300_015}
    assert len(begun) == 1


def test_more_than_can_be_worked_on_is_told_so() -> None:
    """Two are worked on; the third is told to come back, and then has its turn."""

    async def play() -> list[int]:
        go_on = asyncio.Event()

        async def app(scope: Any, receive: Any, send: Any) -> None:
            await go_on.wait()
            await send({"type": "http.response.start", "status": 200, "headers": []})

        limited = Limited(app, 2)
        statuses: list[int] = []

        async def ask() -> None:
            async def send(message: Any) -> None:
                if message["type"] == "http.response.start":
                    statuses.append(message["status"])

            scope = {"type": "http", "method": "GET", "headers": []}
            await limited(scope, None, send)  # type: ignore[arg-type]

        first = [asyncio.create_task(ask()) for _ in range(2)]
        await asyncio.sleep(0)
        await ask()
        go_on.set()
        await asyncio.gather(*first)
        await ask()
        return statuses

    assert asyncio.run(play()) == [503, 200, 200, 200]


def test_the_log_is_spared() -> None:
    clock = [0.0]
    sparing = Sparing(lambda: clock[0])

    def passed(number: int) -> list[str]:
        records = [
            logging.LogRecord("asyncio", logging.ERROR, "", 0, "no file left: %d", (n,), None)
            for n in range(number)
        ]
        return [record.getMessage() for record in records if sparing.filter(record)]

    said = passed(10_000)
    assert len(said) == MAX_LINES
    assert said[-1].endswith("(more messages of this minute are left out)")
    assert passed(5) == []
    clock[0] = 61.0
    assert passed(1) == ["no file left: 0"]


def test_garbage_leaves_no_line(exposed: Dashboard, capfd: Any) -> None:
    upgrade = b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n"
    tls = b"\x16\x03\x01\x02\x00\x01\x00"
    for garbage in (tls, b"GET\r\n\r\n", b"A" * 70_000, b"\r\n" * 50, upgrade):
        with _connect(exposed, garbage) as visitor:
            visitor.shutdown(socket.SHUT_WR)
            assert _is_closed_within(visitor, 20.0)
    assert exposed.request("/").status == 401
    assert capfd.readouterr().err == ""
