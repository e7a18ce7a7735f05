"""Runs the pages on one address until Ctrl-C."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from search_spaces.errors import ReportError

GRACE_S = 2


def bound(host: str, port: int) -> socket.socket:
    """A socket on an address; port 0 takes a free one. Raises ReportError where that fails."""
    listening = None
    try:
        family, kind, protocol, *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        # where no protocol is named, asyncio leaves Nagle's algorithm on: 40 ms for each answer
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
    except OSError as error:
        if listening is not None:
            listening.close()
        said = f"{host}:{port}: cannot be listened on: {error.strerror or error}"
        raise ReportError(f"{said}; give another --port (0 takes a free one) or --host") from error
    return listening


class Server(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, app: ASGIApp, ready: Callable[[], None]) -> None:
        options: dict[str, Any] = {
            "log_level": "warning", "access_log": False, "server_header": False, "ws": "none",
            "lifespan": "on", "timeout_graceful_shutdown": GRACE_S,
        }  # fmt: skip
        super().__init__(uvicorn.Config(app, **options))
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts to listen."""
        await super().startup(sockets=sockets)
        if self.started:
            self._ready()


def serve(app: ASGIApp, listening: socket.socket, ready: Callable[[], None]) -> None:
    """Serves until Ctrl-C or SIGTERM.

    Args:
        listening: From `bound`.
        ready: Is called when requests are answered.
    """
    try:
        Server(app, ready).run(sockets=[listening])
    except KeyboardInterrupt:
        return  # which uvicorn raises again after an orderly end
