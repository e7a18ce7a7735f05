"""Who may see the pages: tokens, hosts, paths and methods, over all routes, Optuna's too."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from live_kit import Dashboard, served
from optuna_dashboard import wsgi
from optuna_kit import add_to_optuna

from dashboards.for_optuna import closed, optuna_storage
from dashboards.live.guard import Access, climbs, is_loopback, policy
from dashboards.live.pages import Pages

if TYPE_CHECKING:
    from tests.dashboards.conftest import StudyWriter

TOKEN = "a-token-of-enough-length"

CLIMBS = (
    "/../nas.db", "/static/../index.html", "/static/..%2f..%2fapp.py", "/static/%2e%2e/_app.py",
    "/assets/..%5c..%5cnas.db", "/assets/%252e%252e%252fnas.db", "/assets/../../etc/passwd",
    "/artifacts/1/../../nas.db", "/studies/1/../../../etc/passwd", "//etc/passwd",
    "/static//etc/passwd", "/studies/%00", "/dashboard/..%2f..", "/api/studies/1%0a/..",
)  # fmt: skip


@pytest.fixture(scope="module")
def _optuna_paths(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """Method and path of every route of Optuna's dashboard, with numbers in its gaps."""
    from nas.store import Store

    store = Store(f"sqlite:///{tmp_path_factory.mktemp('db') / 'nas.db'}")
    with closed(optuna_storage(store)) as storage:
        routes = wsgi(storage).routes
    store.close()
    return [(route.method, re.sub(r"<[^/]*>", "1", route.rule)) for route in routes]


@pytest.fixture
def dashboard(digits: StudyWriter, tmp_path: Path) -> Iterator[Dashboard]:
    """On this machine alone."""
    add_to_optuna(digits)
    with served(digits.store, tmp_path) as found:
        yield found


@pytest.fixture
def exposed(digits: StudyWriter, tmp_path: Path) -> Iterator[Dashboard]:
    """For others too, with a token."""
    add_to_optuna(digits)
    with served(digits.store, tmp_path, "0.0.0.0", TOKEN) as found:
        yield found


def _own_paths() -> list[str]:
    routes = Pages(None, lambda name: None, lambda: None).routes()  # type: ignore[arg-type]
    return [re.sub(r"\{(\w+):\w+\}", "1", route.path) for route in routes]


def test_without_the_token_every_route_answers_401(
    exposed: Dashboard, _optuna_paths: list[tuple[str, str]]
) -> None:
    asked = [("GET", path) for path in (*_own_paths(), *CLIMBS, "/nothing", "/assets/live.css")]
    asked += _optuna_paths
    assert len(asked) > 50
    for method, path in asked:
        for tried in (path, f"{path}?token=wrong"):
            assert exposed.request(tried, method).status == 401, (method, tried)
    wrong = {"Authorization": "Bearer wrong", "Cookie": f"conv-nas-{exposed.port}=wrong"}
    assert exposed.request("/", **wrong).status == 401
    for method in ("HEAD", "OPTIONS", "PUT", "POST", "DELETE"):
        assert exposed.request("/", method).status == 401


def test_with_the_token_pages_open(exposed: Dashboard) -> None:
    header = {"Authorization": f"Bearer {TOKEN}"}
    assert exposed.request("/studies/1", **header).status == 200
    assert exposed.request("/api/studies", **header).status == 200
    first = exposed.request(f"/studies/1?x=1&token={TOKEN}")
    assert (first.status, first.headers["location"]) == (303, "/studies/1?x=1")
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert TOKEN in cookie
    kept = {"Cookie": cookie.partition(";")[0]}
    assert exposed.request("/studies/1", **kept).status == 200
    assert exposed.request("/dashboard", **kept).status == 200


def test_paths_that_climb_are_not_found(dashboard: Dashboard, exposed: Dashboard) -> None:
    for path in CLIMBS:
        assert dashboard.request(path).status == 404, path
        assert exposed.request(path, Authorization=f"Bearer {TOKEN}").status == 404, path
        assert exposed.request(f"{path}?token={TOKEN}").status == 404, path


NOT_THERE = (
    "/studies/2", "/studies/999999999", "/studies/99999999999999999999", "/studies/-1",
    f"/studies/{'9' * 5000}", "/studies/1/trials/99", "/studies/1/figures/curves.json",
    "/studies/1/figures/nothing", "/studies/digits", "/assets/nothing.js", "/compare",
    "/compare?study=1'--", "/compare?study=77", "/networks?study=1&trial=x", "/networks",
    "/compare/figures/flops?study=1&study=%31%3B", "/networks?study=1&trial=%D9%A1",
    "/networks?study=1" + "".join(f"&trial={n}" for n in range(7)), "/studies/1/",
    "/artifacts/1/0123-4567", "/nothing",
)  # fmt: skip


def test_what_is_not_there_is_not_found(dashboard: Dashboard) -> None:
    for path in NOT_THERE:
        assert dashboard.request(path).status == 404, path


def test_other_names_for_this_machine_are_refused(dashboard: Dashboard) -> None:
    for host in ("evil.example", "evil.example:8400", "127.0.0.1.evil", ""):
        for path in ("/", "/api/studies", "/static/bundle.js"):
            assert dashboard.request(path, Host=host).status == 421, host
    for broken in ("[::1", "::1]", "[", "[v1.x]", "localhost]", "[127.0.0.1]", "a b"):
        assert dashboard.request("/", Host=broken).status == 421, broken
    assert dashboard.request("/", Host="localhost:9000").status == 200  # through a tunnel


def test_optuna_reads_but_notes(dashboard: Dashboard, _optuna_paths: list[tuple[str, str]]) -> None:
    changes = [(m, p) for m, p in _optuna_paths if m != "GET"]
    assert len(changes) > 10
    for method, path in changes:
        if path.endswith("/note"):
            continue
        answer = dashboard.request(path, method, b"{}", Content_Type="application/json")
        assert answer.status == 403, (method, path)
    for read in ("/api/studies/1", "/api/studies/1?after=0", "/csv/1", "/csv/1?trial_ids=1,2"):
        assert dashboard.request(read).status == 200, read
    note = b'{"body": "mine", "version": 1}'
    path = "/api/studies/1/1/note"
    asked = {"Content_Type": "application/json", "Origin": dashboard.url}
    assert dashboard.request(path, "PUT", note, **asked).status == 204
    for origin in ("http://evil.example", "null", "", "http://[::1", "http://[", "//", "[::1]"):
        other = {**asked, "Origin": origin}
        assert dashboard.request(path, "PUT", note, **other).status == 403, origin
    assert dashboard.request(path, "PUT", note, **asked, Sec_Fetch_Site="cross-site").status == 403


def test_security_headers_stand_on_every_answer(dashboard: Dashboard, exposed: Dashboard) -> None:
    answers = [dashboard.request(p) for p in ("/", "/studies/1", "/dashboard", "/nothing", "/../x")]
    answers += [exposed.request("/"), dashboard.request("/", Host="evil.example")]
    for answer in answers:
        headers = {name.lower(): value for name, value in answer.headers.items()}
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "server" not in headers
        assert "access-control-allow-origin" not in headers


def test_attached_files_may_do_nothing() -> None:
    assert policy("/artifacts/1/a") == (
        "default-src 'none'; sandbox; base-uri 'none'; frame-ancestors 'none'"
    )
    assert "'unsafe-inline'" not in policy("/").split("style-src")[0]


def test_a_report_runs_its_own_scripts_and_reaches_nothing() -> None:
    """Its scripts stand within it; being a page of no site, they have no cookie of ours."""
    given = dict(
        part.strip().split(" ", 1) for part in policy("/studies/12/report.html").split(";")
    )
    assert "'unsafe-inline'" in given["script-src"].split()
    assert given["sandbox"].split() == ["allow-scripts", "allow-downloads"]
    assert given["default-src"] == "'none'"
    assert "connect-src" not in given
    for other in ("/studies/12/report.html/", "/studies/x/report.html", "/artifacts/report.html"):
        assert policy(other) != policy("/studies/12/report.html")


def test_answers_leave_at_once(dashboard: Dashboard) -> None:
    """Nagle's algorithm would hold the second half of each answer back for 40 ms."""
    with dashboard.visited() as connections:
        accepted = [connection.transport.get_extra_info("socket") for connection in connections]
        assert accepted
        for found in accepted:
            assert found.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_who_gets_a_token() -> None:
    assert Access.of("127.0.0.1", 1).token is None
    assert Access.of("::1", 1).token is None
    made = Access.of("0.0.0.0", 1)
    assert made.token is not None
    assert len(made.token) >= 40
    assert made.token != Access.of("0.0.0.0", 1).token
    assert Access.of("127.0.0.1", 1, TOKEN).token == TOKEN
    with pytest.raises(ValueError, match="at least 16"):
        Access.of("0.0.0.0", 1, "short")
    with pytest.raises(ValueError, match="printable ASCII"):
        Access.of("0.0.0.0", 1, "sixteen letters\n")


def test_what_is_this_machine_and_what_climbs() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.1.2.3", "::1", "localhost")))
    assert not any(map(is_loopback, ("0.0.0.0", "10.0.0.1", "example.org", "::")))
    assert all(map(climbs, ("/a/../b", "/%2e%2e/a", "/a\\b", "//a", "/a\x00")))
    assert not any(map(climbs, ("/", "/a/b..c", "/studies/1")))
