"""Our pages and Optuna's dashboard on one address."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from anyio.to_thread import current_default_thread_limiter
from optuna.storages import RDBStorage
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp

from dashboards.live.feed import Feed
from dashboards.live.guard import Access, Guard, may_write
from dashboards.live.limits import NUM_THREADS, Limited
from dashboards.live.optuna_app import optuna_routes
from dashboards.live.pages import Pages, now
from dashboards.live.rendering import page
from nas.store import Store
from search_spaces.errors import NasError

_TITLES = {404: "Nothing here", 405: "This address does not answer that"}


def make_app(
    store: Store,
    storage: RDBStorage,
    root: Path,
    access: Access,
    clock: Callable[[], datetime] = now,
) -> ASGIApp:
    """The application that serves all pages.

    Args:
        storage: Optuna's, of the same database.
        root: Folder of all studies.
        access: Who may use it.
    """

    def optuna_id(name: str) -> int | None:
        try:
            return storage.get_study_id_from_name(name)
        except KeyError:
            return None

    access = replace(access, may_change=access.may_change and may_write(store))
    pages = Pages(Feed(store), optuna_id, clock, may_stop=access.may_change)
    app = Starlette(
        routes=[*pages.routes(), *optuna_routes(storage, root)],
        exception_handlers={HTTPException: _refused, NasError: _failed},
        lifespan=_few_threads,
    )
    # Starlette would send on who adds a slash to a path, to whatever host the request names.
    app.router.redirect_slashes = False
    # The guard stands first: who has no token takes no place among those that are worked for.
    return Guard(Limited(app), access)


@asynccontextmanager
async def _few_threads(_app: Starlette) -> AsyncIterator[None]:
    """Many threads would share one interpreter, and wait for each other's databases."""
    current_default_thread_limiter().total_tokens = NUM_THREADS
    yield


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    said = "" if error.detail in ("Not Found", "Method Not Allowed") else error.detail
    title = _TITLES.get(error.status_code, "That did not work")
    return HTMLResponse(_said(title, said), error.status_code, error.headers)


def _failed(request: Request, error: Exception) -> Response:
    return HTMLResponse(_said("That did not work", str(error)), 500)


def _said(title: str, said: str) -> str:
    return page("said.html.j2", title, [("Studies", "/")], said=said)
