"""Connections of visitors: how many there are, and how long each may keep the server waiting.

uvicorn's own limit (`limit_concurrency`) turns everybody away while many connections are idle, so
that who opens many and says nothing stops the server. Here those go that have kept it waiting.
"""

from __future__ import annotations

import asyncio
import sys

from uvicorn.protocols.http.h11_impl import H11Protocol

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
        open_ones = [c for c in self.connections if not c.transport.is_closing()]
        if len(open_ones) > self.most:
            idle = [c for c in open_ones if isinstance(c, Connection) and c.waits_for != "work"]
            min(idle, key=lambda c: c._since, default=self).transport.abort()

    @property
    def waits_for(self) -> str:
        """A request (`head`), its `body`, a visitor that takes the `answer`, or our own `work`."""
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
            self.transport.abort()
