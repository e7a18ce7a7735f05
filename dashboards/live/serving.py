"""Runs the pages on one address until Ctrl-C."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from dashboards.live.limits import BACKLOG, Connection, max_connections
from search_spaces.errors import ReportError

GRACE_S = 2
MAX_LINES = 20
"""Messages in a minute: a visitor may cause as many as it likes."""

_TICKS_PER_S = 10


def bound(host: str, port: int) -> socket.socket:
    """A socket on an address; port 0 takes a free one. Raises ReportError where that fails."""
    listening = None
    try:
        family, kind, protocol, *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        # where no protocol is named, asyncio leaves Nagle's algorithm on: 40 ms for each answer
        listening = socket.socket(family, kind, protocol)
        # Else the port is taken for a minute after a server, by connections that have ended.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
    except OSError as error:
        if listening is not None:
            listening.close()
        said = f"{host}:{port}: cannot be listened on: {error.strerror or error}"
        raise ReportError(f"{said}; give another --port (0 takes a free one) or --host") from error
    return listening


class Sparing(logging.Filter):
    """Lets so many messages of a minute pass, and says once that there were more."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._minute, self._count = 0.0, 0

    def filter(self, record: logging.LogRecord) -> bool:
        minute = self._clock() // 60
        if minute != self._minute:
            self._minute, self._count = minute, 0
        self._count += 1
        if self._count == MAX_LINES:
            record.msg = f"{record.getMessage()} (more messages of this minute are left out)"
            record.args = ()
        return self._count <= MAX_LINES


_SPARING = Sparing()


class Server(uvicorn.Server):
    """Tells when it listens, and closes connections whose visitors keep it waiting."""

    def __init__(self, app: ASGIApp, ready: Callable[[], None]) -> None:
        Connection.most = max_connections()
        options: dict[str, Any] = {
            "log_level": "error", "access_log": False, "server_header": False, "ws": "none",
            "lifespan": "on", "timeout_graceful_shutdown": GRACE_S, "http": Connection,
            # uvicorn would believe X-Forwarded-For of anybody on this machine, as to who it is.
            "backlog": BACKLOG, "proxy_headers": False,
        }  # fmt: skip
        super().__init__(uvicorn.Config(app, **options))
        for name in ("uvicorn.error", "asyncio", "optuna_dashboard._bottle_util"):
            logging.getLogger(name).addFilter(_SPARING)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts to listen."""
        await super().startup(sockets=sockets)
        if self.started:
            self._ready()

    async def on_tick(self, counter: int) -> bool:
        """Is called ten times a second."""
        if counter % _TICKS_PER_S == 0:
            for connection in list(self.server_state.connections):
                assert isinstance(connection, Connection)
                connection.close_if_overdue()
        return await super().on_tick(counter)


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
