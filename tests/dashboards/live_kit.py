"""The dashboard served on a free port of this machine, and requests to it byte by byte."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboards.for_optuna import closed, optuna_storage
from dashboards.live import Access, Server, bound, make_app
from dashboards.live.pages import now

if TYPE_CHECKING:
    from nas.store import Store


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(frozen=True)
class Dashboard:
    """One that is served.

    Attributes:
        token: What visitors must show; None where that is nothing.
    """

    port: int
    token: str | None
    server: Server = field(repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def visited(self) -> Iterator[list[Any]]:
        """What the server holds while a visitor keeps a connection open."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as visitor:
            visitor.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert visitor.recv(9).startswith(b"HTTP/1.1")
            yield list(self.server.server_state.connections)

    def request(
        self, path: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> Answer:
        """The answer to exactly this path: nothing is normalised, no redirect followed."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, named)
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()


@contextmanager
def served(
    store: Store,
    root: Path,
    host: str = "127.0.0.1",
    token: str | None = None,
    clock: Callable[[], datetime] = now,
    *,
    may_change: bool = True,
) -> Iterator[Dashboard]:
    """Serves the pages of a store's studies while this context is open.

    Args:
        root: Folder of all studies.
        host: What the server believes to listen on; it is this machine alone in any case.
    """
    listening = bound("127.0.0.1", 0)
    port = listening.getsockname()[1]
    access = Access.of(host, port, token, may_change=may_change)
    ready = threading.Event()
    with closed(optuna_storage(store)) as storage:
        server = Server(make_app(store, storage, root, access, clock), ready.set)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            assert ready.wait(30)
            yield Dashboard(port, access.token, server)
        finally:
            server.should_exit = True
            thread.join()
            listening.close()
