"""Optuna's own dashboard on the same study, beside our pages.

Its page asks for /dashboard, /api and so on by absolute paths that are fixed in its JavaScript: it
cannot lie under a prefix, so that ours leave those paths to it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from a2wsgi.wsgi_typing import Environ, StartResponse, WSGIApp
from optuna.artifacts import FileSystemArtifactStore
from optuna.storages import RDBStorage
from starlette.routing import Route
from starlette.types import ASGIApp

from dashboards.for_optuna import ARTIFACTS
from dashboards.live.limits import Limited
from dashboards.live.optuna_requests import fault

PATHS = (
    "/dashboard", "/dashboard/{rest:path}", "/api/{rest:path}", "/static/{rest:path}",
    "/artifacts/{rest:path}", "/csv/{rest:path}", "/favicon.ico", "/incompatible-rdb-schema",
)  # fmt: skip

NUM_THREADS = 4
MAX_WORKING = 32

_READS = ("GET", "HEAD")


def optuna_routes(storage: RDBStorage, root: Path) -> list[Route]:
    """The routes of Optuna's dashboard.

    Args:
        root: Folder of all studies, which has that of their attached files.
    """
    from optuna_dashboard import wsgi

    app = wsgi(storage, artifact_store=FileSystemArtifactStore(root / ARTIFACTS))
    served = cast(ASGIApp, WSGIMiddleware(_checked(app, storage), workers=NUM_THREADS))
    mounted = Limited(served, MAX_WORKING)
    return [Route(path, mounted) for path in PATHS]


def _checked(app: WSGIApp, storage: RDBStorage) -> WSGIApp:
    """Refuses what it would fail on, and a figure that it cannot make of a study is no failure."""

    def called(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        asked = cast(dict[str, Any], environ)
        for name in [name for name, value in asked.items() if _is_garbled(value)]:
            del asked[name]
        asked.pop("HTTP_RANGE", None)  # for which it leaves files open
        asked.setdefault("HTTP_ACCEPT_ENCODING", "identity")  # it fails without
        body = asked["wsgi.input"].read() if asked["REQUEST_METHOD"] not in _READS else b""
        asked.pop("HTTP_TRANSFER_ENCODING", None)  # what is here is whole
        asked |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        found = fault(storage, asked)
        if found is not None:
            start_response(found.status, [("Content-Type", "application/json")])
            return [json.dumps({"reason": found.reason}).encode()]

        def begun(status: str, headers: Any, exc_info: Any = None) -> Any:
            is_figure = "/plot/" in asked["PATH_INFO"] and status.startswith("500")
            return start_response("422 Unprocessable Content" if is_figure else status, headers)

        return app(environ, cast(StartResponse, begun))

    return called


def _is_garbled(value: Any) -> bool:
    """Whether a text of WSGI, which has a character for each byte, is none in UTF-8."""
    try:
        if isinstance(value, str):
            value.encode("latin-1").decode()
    except UnicodeError:
        return True
    return False
