"""How much is taken on at once: visitors, the time they may take, requests, what these carry.

uvicorn's own limit (`limit_concurrency`) turns everybody away while many connections are idle, so
that who opens many and says nothing stops the server. Here those go that have kept it waiting.
"""

from __future__ import annotations

import asyncio
import sys

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

MAX_WORKING = 128
NUM_THREADS = 8
"""Requests for our pages that are worked on in the same moment; the others wait for their turn."""

MAX_BODY_BYTES = 1 << 20


class Limited:
    """Passes on so many requests at once, each with its whole body, and tells others to come back.

    No thread waits for a visitor: what a request carries is there before its work begins.
    """

    def __init__(self, app: ASGIApp, max_working: int = MAX_WORKING) -> None:
        self._app = app
        self._max_working = max_working
        self._working = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._working >= self._max_working:
            said = "This server is busy; ask again in a moment.\n"
            await PlainTextResponse(said, 503, {"Retry-After": "2"})(scope, receive, send)
            return
        self._working += 1
        try:
            await self._work(scope, receive, send)
        finally:
            self._working -= 1

    async def _work(self, scope: Scope, receive: Receive, send: Send) -> None:
        body: bytes | None = b""
        if scope["method"] not in ("GET", "HEAD"):
            body = await _whole_body(receive)
        if body is None:
            await PlainTextResponse("That is too much.\n", 413)(scope, receive, send)
            return
        await self._app(scope, _replayed(body, receive), send)


async def _whole_body(receive: Receive) -> bytes | None:
    """What a request carries; None where that is too much, or its visitor is gone."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if len(body) > MAX_BODY_BYTES:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def received() -> Message:
        return messages.pop() if messages else await receive()

    return received


MAX_CONNECTIONS = 256
BACKLOG = 64
"""Connections that are accepted in one go, before any of them is looked at."""

OTHER_FILES = 64
"""Open files that are not connections: the database's, the program's."""

PATIENCE_S = {"head": 10.0, "body": 20.0, "answer": 300.0}
"""How long a visitor may take to ask, to send what belongs to that, and to take the answer."""


def max_connections() -> int:
    """As many as this process may have open files for."""
    if sys.platform == "win32":
        return MAX_CONNECTIONS
    import resource

    # With no file left, the server could neither accept a connection nor open its database.
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return MAX_CONNECTIONS
    return max(8, min(MAX_CONNECTIONS, files - BACKLOG - OTHER_FILES))


class Connection(H11Protocol):
    """One connection, which knows what it waits for and since when."""

    most = MAX_CONNECTIONS
    _phase: tuple[str, object] = ("head", None)
    _since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Where there are too many, the one that has kept the server waiting longest is closed."""
        super().connection_made(transport)
        self._since = self.loop.time()
        # One that was aborted stays among them until the loop has come round.
        open_ones = [c for c in self.connections if not c.transport.is_closing()]
        if len(open_ones) > self.most:
            # Where all others wait for us and none of them for a visitor, the new one goes.
            idle = [c for c in open_ones if isinstance(c, Connection) and c.waits_for != "work"]
            min(idle, key=lambda c: c._since, default=self).transport.abort()

    @property
    def waits_for(self) -> str:
        """A request (`head`), its `body`, a visitor that takes the `answer`, or our own `work`."""
        # Asked first: who does not take the answer looks like one that is still being worked for.
        if self.transport.get_write_buffer_size():
            return "answer"
        is_asked = self.cycle is not None and not self.cycle.response_complete
        if is_asked and not self.cycle.more_body:
            return "work"
        is_sending = self.cycle is not None and self.cycle.more_body
        return "body" if is_asked or is_sending else "head"

    def close_if_overdue(self) -> None:
        """Closes it where the visitor has kept it waiting too long; to be called every second."""
        now, phase = self.loop.time(), (self.waits_for, self.cycle)
        if phase != self._phase:
            self._phase, self._since = phase, now
        elif now - self._since > PATIENCE_S.get(self.waits_for, float("inf")):
            # Not `close`, which would wait until the visitor has taken what is still to be sent.
            self.transport.abort()
