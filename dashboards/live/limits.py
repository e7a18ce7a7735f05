"""How much is taken on at once: requests that are worked on, and what a request may carry."""

from __future__ import annotations

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
