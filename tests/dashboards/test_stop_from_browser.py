"""Ending a search from the browser: the road of `nas stop`, for those who may, and nobody else."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from live_kit import Answer, Dashboard, served

from dashboards.for_optuna import closed, optuna_storage

if TYPE_CHECKING:
    from tests.dashboards.conftest import StudyWriter

TOKEN = "a-token-of-enough-length"
STOP = "/studies/1/stop"
JSON = {"Content_Type": "application/json"}


@pytest.fixture
def running(write_study: Callable[..., StudyWriter]) -> StudyWriter:
    """A study that somebody runs."""
    study = write_study(state="RUNNING")
    study.trial([0.2], "RUNNING")
    now = datetime.now(UTC)
    study.store.acquire(study.study, "elsewhere-1", "host", 12, "ada", 600.0, now)
    return study


@pytest.fixture
def dashboard(running: StudyWriter, tmp_path: Path) -> Iterator[Dashboard]:
    with served(running.store, tmp_path) as found:
        yield found


def _is_asked(study: StudyWriter) -> bool:
    return study.store.stop_requested(study.study, "elsewhere-1")


def _stop(dashboard: Dashboard, **headers: str) -> Answer:
    return dashboard.request(STOP, "POST", b"{}", **headers)


def test_a_search_is_asked_to_stop(running: StudyWriter, dashboard: Dashboard) -> None:
    assert "data-stop" in dashboard.request("/studies/1").text
    own = {**JSON, "Origin": dashboard.url, "Sec_Fetch_Site": "same-origin"}
    answer = _stop(dashboard, **own)
    assert answer.status == 202
    assert json.loads(answer.body)["asked"].startswith("process 12 of ada on host since ")
    assert _is_asked(running)
    page = dashboard.request("/studies/1").text
    assert "data-stop" not in page
    assert "asked to stop" in page
    assert _stop(dashboard, **own).status == 202  # again: it stays asked


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://[::1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Content_Type": "text/plain"},
        {"Content_Type": "application/x-www-form-urlencoded"},
        {"Content_Type": "text/plain; application/json"},
        {"Content_Type": "multipart/form-data; boundary=a"},
        {"Content_Type": ""},
    ],
)
def test_other_sites_cannot_ask(
    running: StudyWriter, dashboard: Dashboard, headers: dict[str, str]
) -> None:
    assert _stop(dashboard, **{**JSON, **headers}).status == 403
    assert not _is_asked(running)


def test_looking_stops_nothing(running: StudyWriter, dashboard: Dashboard) -> None:
    for method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS"):
        assert dashboard.request(STOP, method, **JSON).status in (403, 404, 405), method
    assert not _is_asked(running)


def test_the_token_decides_here_too(running: StudyWriter, tmp_path: Path) -> None:
    with served(running.store, tmp_path, "0.0.0.0", TOKEN) as exposed:
        assert _stop(exposed, **JSON).status == 401
        assert _stop(exposed, **JSON, Authorization="Bearer wrong").status == 401
        assert not _is_asked(running)
        assert _stop(exposed, **JSON, Authorization=f"Bearer {TOKEN}").status == 202
        assert _is_asked(running)


def test_where_nothing_may_be_changed(running: StudyWriter, tmp_path: Path) -> None:
    with served(running.store, tmp_path, may_change=False) as dashboard:
        assert "data-stop" not in dashboard.request("/studies/1").text
        assert _stop(dashboard, **JSON).status == 403
        note = dashboard.request("/api/studies/1/1/note", "PUT", b"{}", **JSON)
        assert note.status == 403
    assert not _is_asked(running)


@pytest.mark.skipif(os.name != "posix", reason="permissions of files")
def test_where_the_database_cannot_be_written(
    running: StudyWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, access = running.store.url.database, os.access  # root may write anything

    def denied(path: str | os.PathLike[str], mode: int, **how: bool) -> bool:
        return os.fspath(path) != database and access(path, mode, **how)

    with closed(optuna_storage(running.store)):  # its tables are there, as after any search
        pass
    monkeypatch.setattr(os, "access", denied)
    with served(running.store, tmp_path) as dashboard:
        assert "data-stop" not in dashboard.request("/studies/1").text
        assert _stop(dashboard, **JSON).status == 403
    assert not _is_asked(running)


def test_a_study_that_nobody_runs(digits: StudyWriter, tmp_path: Path) -> None:
    with served(digits.store, tmp_path) as dashboard:
        assert "data-stop" not in dashboard.request("/studies/1").text
        assert json.loads(_stop(dashboard, **JSON).body) == {"reason": "nobody runs this study"}
        assert _stop(dashboard, **JSON).status == 409
        assert dashboard.request("/studies/7/stop", "POST", b"{}", **JSON).status == 404
