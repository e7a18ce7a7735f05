"""Optuna's own dashboard on the same study, beside our pages.

Its page asks for /dashboard, /api and so on by absolute paths that are fixed in its JavaScript: it
cannot lie under a prefix, so that ours leave those paths to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from a2wsgi.wsgi_typing import Environ, StartResponse, WSGIApp
from optuna.artifacts import FileSystemArtifactStore
from optuna.storages import RDBStorage
from starlette.routing import Route

from dashboards.for_optuna import ARTIFACTS

PATHS = (
    "/dashboard", "/dashboard/{rest:path}", "/api/{rest:path}", "/static/{rest:path}",
    "/artifacts/{rest:path}", "/csv/{rest:path}", "/favicon.ico", "/incompatible-rdb-schema",
)  # fmt: skip

NUM_THREADS = 4


def optuna_routes(storage: RDBStorage, root: Path) -> list[Route]:
    """The routes of Optuna's dashboard.

    Args:
        root: Folder of all studies, which has that of their attached files.
    """
    from optuna_dashboard import wsgi

    app = wsgi(storage, artifact_store=FileSystemArtifactStore(root / ARTIFACTS))
    mounted = WSGIMiddleware(_with_encoding(app), workers=NUM_THREADS)
    return [Route(path, mounted) for path in PATHS]


def _with_encoding(app: WSGIApp) -> WSGIApp:
    """Optuna's dashboard fails where a request does not say what encodings it takes."""

    def called(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        cast(dict[str, Any], environ).setdefault("HTTP_ACCEPT_ENCODING", "identity")
        return app(environ, start_response)

    return called
