"""Optuna's own dashboard on the same study, and the requests that it cannot be asked.

Its page asks for /dashboard, /api and so on by absolute paths that are fixed in its JavaScript: it
cannot lie under a prefix, so that ours leave those paths to it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple, cast
from urllib.parse import parse_qs

from a2wsgi import WSGIMiddleware
from a2wsgi.wsgi_typing import Environ, StartResponse, WSGIApp
from optuna.artifacts import FileSystemArtifactStore
from optuna.storages import BaseStorage, RDBStorage
from starlette.routing import Route
from starlette.types import ASGIApp

from dashboards.for_optuna import ARTIFACTS
from dashboards.live.limits import Limited

# Of the columns of PostgreSQL, which fails on larger numbers.
_MAX_ID = 2**31 - 1
_OF_STUDY = re.compile(r"/(?:api/studies|csv|artifacts)/([^/]+)(?:/([0-9]+)(?=/))?(?:/.*)?")
_INTEGER = re.compile(r"-?[0-9]{1,9}", re.ASCII)


class Fault(NamedTuple):
    """Why a request is not passed on."""

    status: str
    reason: str


def fault(storage: BaseStorage, environ: dict[str, Any]) -> Fault | None:
    """What is wrong with a request as WSGI has it; its body is there to be read again."""
    of_study = _OF_STUDY.fullmatch(environ["PATH_INFO"])
    if of_study and not _is_known(storage, *of_study.groups()):
        return Fault("404 Not Found", "there is no such study or trial")
    query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    trials = [
        number for given in query.get("trial_ids", ()) for number in given.split(",") if given
    ]
    if not all(map(_INTEGER.fullmatch, [*query.get("after", ()), *trials])):
        return Fault("400 Bad Request", "`after` and `trial_ids` must be numbers")
    if environ["REQUEST_METHOD"] == "PUT" and not _is_note(environ):
        return Fault("400 Bad Request", "a note must be JSON with a text `body`, a whole `version`")
    return None


def _is_known(storage: BaseStorage, study: str, trial: str | None) -> bool:
    if not _INTEGER.fullmatch(study) or (trial is not None and int(trial) > _MAX_ID):
        return False
    try:
        storage.get_study_name_from_id(int(study))
        if trial is not None:
            storage.get_trial(int(trial))
    except KeyError:
        return False
    return True


def _is_note(environ: dict[str, Any]) -> bool:
    body = environ["wsgi.input"].read()
    environ["wsgi.input"] = BytesIO(body)
    if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != "application/json":
        return False
    try:
        note = json.loads(body)
        version, text = note["version"], note["body"]
        # JSON may hold half of a surrogate pair, which UTF-8 cannot; PostgreSQL's texts hold no
        # NUL.
        text.encode()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return False
    return type(version) is int and 0 <= version <= _MAX_ID and "\0" not in text


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
    # With bounds and threads of its own: its figures of a large study must not hold up our pages.
    mounted = Limited(served, MAX_WORKING)
    return [Route(path, mounted) for path in PATHS]


def _checked(app: WSGIApp, storage: RDBStorage) -> WSGIApp:
    """Refuses what it would fail on, and a figure that it cannot make of a study is no failure."""

    def called(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        asked = cast(dict[str, Any], environ)
        # Headers may have any bytes; it fails on those that it reads and needs none that are
        # garbled.
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
