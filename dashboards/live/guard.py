"""Who may look, and who may stop a search: hosts, tokens, cookies, headers."""

from __future__ import annotations

import hmac
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from ipaddress import ip_address
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nas.store import Store, StudyRecord
from search_spaces.errors import StoreError

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Names by which this machine calls itself."""

MIN_TOKEN_LENGTH = 16

_OWN = (
    "default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self'; form-action 'self'; "
)
_OPTUNA = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' data: 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; form-action 'none'; "
)
_FILES = "default-src 'none'; sandbox; "
_REPORT = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src data: blob:; form-action 'none'; sandbox allow-scripts allow-downloads; "
)
_EVERYWHERE = "base-uri 'none'; frame-ancestors 'none'"

_HEADERS = {
    "Cache-Control": "private, no-cache",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

_HOW = "Open the address that `nas dashboard` printed, which has it."
_READS = ("GET", "HEAD")
_IS_REPORT = re.compile(r"/studies/[0-9]+/report\.html")
_CHANGES = (
    ("PUT", re.compile(r"/api/studies/[0-9]+(/[0-9]+)?/note", re.ASCII)),
    ("POST", re.compile(r"/studies/[0-9]+/stop", re.ASCII)),
)


def policy(path: str) -> str:
    """The Content-Security-Policy of a path.

    Plotly's WebGL traces compile functions, here and in Optuna's dashboard: 'unsafe-eval'. Files
    that were attached to a study may be anything, so they may do nothing. A report carries its
    scripts within, so it is a page of no site: they reach neither this server nor its cookies.
    """
    if path.startswith("/artifacts/"):
        return _FILES + _EVERYWHERE
    if _IS_REPORT.fullmatch(path):
        return _REPORT + _EVERYWHERE
    return (_OPTUNA if path.startswith("/dashboard") else _OWN) + _EVERYWHERE


@dataclass(frozen=True)
class Access:
    """Who may use a server.

    Attributes:
        token: What a visitor must show; None on this machine alone.
        cookie: Name of the cookie that keeps it. Cookies know no ports, so it has one.
        hosts: Names by which the server may be called; None where the token decides alone. A page
            on another name that resolves to this machine is an attack (DNS rebinding).
        may_change: Whether visitors may write notes and stop searches.
    """

    token: str | None
    cookie: str
    hosts: tuple[str, ...] | None
    may_change: bool = True

    @classmethod
    def of(
        cls, host: str, port: int, token: str | None = None, *, may_change: bool = True
    ) -> Access:
        """What fits an address: one that others reach needs a token, which is made where none is.

        Raises:
            ValueError: The token is too short, or has characters that no header can carry.
        """
        if token is not None and not (token.isascii() and token.isprintable()):
            raise ValueError("a token must be of printable ASCII characters")
        if token is not None and len(token) < MIN_TOKEN_LENGTH:
            raise ValueError(f"a token must have at least {MIN_TOKEN_LENGTH} characters")
        is_local = is_loopback(host)
        if token is None and not is_local:
            token = secrets.token_urlsafe(32)
        hosts = (*LOOPBACK, host) if is_local else None
        return cls(token, f"conv-nas-{port}", hosts, may_change)

    def knows(self, host: str) -> bool:
        """Whether a request's Host header names this server, or at least some server."""
        name = _address(f"//{host}")[0]
        return bool(name) if self.hosts is None else name in self.hosts

    def admits(self, shown: Iterable[str]) -> bool:
        """Whether one of the tokens shown is the right one; takes the same time for any of them."""
        if self.token is None:
            return True
        right = self.token.encode()
        # A list and no generator: it compares all, so that the time tells nothing.
        return any([hmac.compare_digest(token.encode(), right) for token in shown])


class Guard:
    """Lets through what may pass, and adds the security headers to every answer.

    In this order: another host's name (421), no token (401), a path that climbs (404), a request
    from another site's page (403), one that would change something (403), but for notes and for
    asking a search to stop.
    """

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return  # no page needs a web socket; the server closes it
        refusal = self._refusal(scope)
        await (refusal or self._app)(scope, receive, _with_headers(send, scope["path"]))

    def _refusal(self, scope: Scope) -> Response | None:
        headers, path = Headers(scope=scope), scope["path"]
        if not self._access.knows(headers.get("host", "")):
            return _text("This server is not known by that name.", 421)
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        given = [value for name, value in query if name == "token"]
        if not self._access.admits([*given, *self._kept(headers)]):
            return _text(f"This page needs a token. {_HOW}", 401)
        if climbs(path):
            return _text("Not Found", 404)
        if given and self._access.token is not None:
            return self._remember(path, [item for item in query if item[0] != "token"])
        return _changes(scope["method"], path, headers, self._access.may_change)

    def _kept(self, headers: Headers) -> list[str]:
        """Tokens in the cookie, and in the header of a program."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        cookie = cookie_parser(headers.get("cookie", "")).get(self._access.cookie)
        return [*([token] if scheme.lower() == "bearer" else []), *([cookie] if cookie else [])]

    def _remember(self, path: str, query: list[tuple[str, str]]) -> Response:
        """Puts the token into a cookie, and takes it out of the address."""
        assert self._access.token is not None
        place = quote(path) + (f"?{urlencode(query)}" if query else "")
        response = RedirectResponse(place, status_code=303)
        response.set_cookie(
            self._access.cookie, self._access.token, httponly=True, samesite="lax"
        )  # not strict: the browser would leave it out where the address stood on another site
        return response


def _address(url: str) -> tuple[str, str]:
    """The host of an address, and host with port; both empty where it is none."""
    try:
        found = urlsplit(url)
        return found.hostname or "", found.netloc
    except ValueError:  # a bracket that is not closed, or what is no address within
        return "", ""


def is_loopback(host: str) -> bool:
    """Whether an address reaches no further than this machine."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def climbs(path: str) -> bool:
    """Whether a path could lead out of a folder, also when it is decoded once more."""
    decoded = unquote(path)
    if any(ord(character) < 0x20 or character == "\\" for character in decoded):
        return True
    return "//" in decoded or ".." in decoded.split("/")


def _changes(method: str, path: str, headers: Headers, may_change: bool) -> Response | None:
    """Refuses what would change something, except what this server's own pages may ask for.

    Those send JSON, which no form of another site can.
    """
    if method in _READS:
        return None
    # Programs send neither of the two; they have no cookie that another site's page could borrow.
    site, origin = headers.get("sec-fetch-site", "none"), headers.get("origin")
    # With the port: another program of the same machine is another site.
    is_own = origin is None or (bool(origin) and _address(origin)[1] == headers.get("host"))
    if site not in ("same-origin", "none") or not is_own:
        return _refused("requests from other sites are refused")
    if not may_change:
        return _refused("this dashboard reads: nothing can be changed here")
    if not any(method == known and paths.fullmatch(path) for known, paths in _CHANGES):
        return _refused("this dashboard reads: only notes can be changed and searches stopped here")
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return _refused("what changes something must be sent as application/json")
    return None


def _text(said: str, status: int) -> Response:
    return PlainTextResponse(f"{said}\n", status)


def _refused(reason: str) -> Response:
    return JSONResponse({"reason": reason}, 403)


def _with_headers(send: Send, path: str) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                # Where an answer says so itself, it counts: assets may be kept for ever.
                headers.setdefault(name, value)
            headers["Content-Security-Policy"] = policy(path)
            del headers["Access-Control-Allow-Origin"]  # Optuna's: for any site at all
        await send(message)

    return sending


def may_write(store: Store) -> bool:
    """Whether this process may change the database; a server's says so itself."""
    database = store.url.database
    is_file = store.url.get_backend_name() == "sqlite" and bool(database)
    return not is_file or os.access(database or "", os.W_OK)


def stop(store: Store, study: StudyRecord) -> Response:
    """Asks who runs a study to finish the reports under way and end; does not wait for that."""
    from nas.runner.lease import described
    from nas.runner.status import ask_to_stop

    try:
        holder = ask_to_stop(store, study)
    except StoreError as error:
        return JSONResponse({"reason": str(error)}, 409)
    if holder is None:
        return JSONResponse({"reason": "nobody runs this study"}, 409)
    assert holder.stop_requested_at is not None
    asked = holder.stop_requested_at.astimezone(UTC).isoformat(timespec="seconds")
    return JSONResponse({"asked": described(holder), "stop_requested_at": asked}, 202)
