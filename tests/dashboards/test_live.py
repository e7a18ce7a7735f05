"""The live pages as their script asks for them, and the command that serves them."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from live_kit import served
from optuna_kit import add_to_optuna
from sqlalchemy.orm import Session
from synthetic import fill_study

from dashboards.for_optuna import refresh
from dashboards.live import bound, comparison, parts
from dashboards.live.feed import Feed
from dashboards.sections.findings import Findings
from nas.cli import cli
from nas.store import Companion, EpochRecord, Store, StudyRecord
from nas.store.schema import trial_row
from search_spaces.errors import ReportError
from search_spaces.graphs.builder import Builder
from search_spaces.graphs.cost import cost
from search_spaces.graphs.network import Block, Network

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.dashboards.conftest import StudyWriter

NOON = datetime(2026, 5, 6, 12, 0, tzinfo=UTC)


def test_what_is_known_is_not_sent_again(digits: StudyWriter, tmp_path: Path) -> None:
    with served(digits.store, tmp_path) as dashboard:
        first = dashboard.request("/studies/1/live")
        tag = first.headers["etag"]
        assert dashboard.request("/studies/1/live", If_None_Match=tag).status == 304
        digits.trial([0.3, 0.6, 0.9])
        again = dashboard.request("/studies/1/live", If_None_Match=tag)
        assert again.status == 200
        assert 'id="trial-6"' in json.loads(again.body)["parts"]["latest"]


def test_findings_are_read_once_for_all_who_look(digits: StudyWriter) -> None:
    feed = Feed(digits.store)
    first = feed.snapshot(1)
    assert first is not None
    again = feed.snapshot(1)
    assert again is not None
    assert again.findings is first.findings
    digits.trial([0.5], "RUNNING")
    second = feed.snapshot(1)
    assert second is not None
    assert len(second.findings.trials) == 7
    assert feed.snapshot(2) is None


def test_a_search_that_nobody_runs_any_more_is_told(write_study: Callable[..., Any]) -> None:
    study = write_study(state="RUNNING")
    study.store.acquire(study.study, "token", "host", 12, "ada", 30.0, NOON)
    shot = Feed(study.store).snapshot(1)
    assert shot is not None
    assert parts.progress(shot, NOON)["runner"] == "Run by process 12 of ada on host."
    assert parts.shown_state("RUNNING", shot.activity.runner, NOON) == "RUNNING"
    later = NOON + timedelta(minutes=5)
    assert parts.notices(shot, later)[0] == (
        "Nothing has been heard of process 12 of ada on host since "
        '<time class="moment" datetime="2026-05-06T12:00:00+00:00">6 May 2026, 12:00 UTC</time>. '
        "The same nas launch command goes on with the search."
    )
    assert parts.shown_state("RUNNING", shot.activity.runner, later) == "INTERRUPTED"


def test_progress_counts_what_was_asked_for(write_study: Callable[..., Any]) -> None:
    experiment = {"objectives": ["accuracy", "flops"], "search": {"num_trials": 10}}
    study = write_study(state="RUNNING", experiment=experiment)
    study.trial([0.1, 0.2, 0.3])
    study.trial([0.1], "PRUNED")
    study.trial([], "FAIL", failure="oh")  # another comes in its place
    study.trial([0.2], "RUNNING")
    shot = Feed(study.store).snapshot(1)
    assert shot is not None
    found = parts.progress(shot, NOON)
    assert (found["ended"], found["total"]) == (3, 11)
    assert [share["percent"] for share in found["shares"]] == pytest.approx([100 / 11] * 4)
    (worker,) = parts.workers(shot)
    assert (worker["number"], worker["epochs"], worker["accuracy"]) == (3, 1, "0.2000")


def test_pace_is_that_of_the_one_who_runs_it(write_study: Callable[..., Any]) -> None:
    """Two trials in 100 seconds, six to come; what ended before it began tells nothing."""
    study = write_study(state="RUNNING")
    for accuracies in ([0.1], [0.2], [0.3]):
        study.trial(accuracies)
    store = study.store
    with Session(store.engine) as session, session.begin():
        trial_row(session, study.study.id, 0).finished_at = NOON - timedelta(days=1)
    assert store.activity(study.study).seconds_left(6, NOON) is None
    begun = NOON - timedelta(seconds=100)
    store.acquire(study.study, "token", "host", 12, "ada", 3600.0, begun)
    assert store.activity(study.study).seconds_left(6, NOON) == 300.0
    assert store.activity(study.study).seconds_left(0, NOON) == 0.0


def test_the_time_limit_ends_what_is_left(write_study: Callable[..., Any]) -> None:
    """Five trials in 100 seconds, 995 to come; of two minutes a hundred seconds are spent."""
    experiment = {
        "objectives": ["accuracy", "flops"], "search": {"num_trials": 1000, "time_limit": 120.0},
    }  # fmt: skip
    study = write_study(state="RUNNING", experiment=experiment)
    begun = NOON - timedelta(seconds=100)
    study.store.acquire(study.study, "token", "host", 12, "ada", 3600.0, begun)
    shot = Feed(study.store).snapshot(1)
    assert shot is not None
    shot = replace(shot, activity=replace(shot.activity, num_done=5))
    assert parts.progress(shot, NOON)["left"] == "about 20 s left"


def test_volumes_of_studies(store: Store, write_study: Callable[..., Any]) -> None:
    """The first is alone at one corner; together they have both corners."""
    good = write_study(name="good", objectives=["accuracy", "flops"])
    good.trial([0.5], flops=1000)
    good.trial([1.0], flops=10_000)
    half = write_study(name="half", objectives=["accuracy", "flops"])
    half.trial([0.5], flops=1000)
    findings = [Findings.read(store, name) for name in ("good", "half")]
    # of a unit square with a tenth around it the first corner takes 0.1 by 1.1, each corner alone
    shares = comparison._volumes(findings)
    assert shares == pytest.approx([1.0, (1.1 * 0.1) / (1.1 * 0.1 * 2 - 0.1 * 0.1)])


@pytest.mark.slow
def test_ten_thousand_trials_are_answered_within_a_second(store: Store, tmp_path: Path) -> None:
    study = fill_study(store, 10_000)
    asked = ("/", "/studies/1", "/studies/1/live", "/studies/1/figures/flops",
             "/studies/1/figures/curves", "/studies/1/trials/9")  # fmt: skip
    with served(store, tmp_path) as dashboard:
        for path in asked:
            tries = [_seconds(dashboard, path) for _ in range(3)]
            assert min(tries) < 1, (path, tries)
        after_changes = []
        for number in range(10_000, 10_003):
            _land(store, study, number)
            start = time.process_time()  # the server runs in this process
            shown = json.loads(dashboard.request("/studies/1/live").body)
            after_changes.append(time.process_time() - start)
            assert f'id="trial-{number}"' in shown["parts"]["latest"]
        assert min(after_changes) < 0.5, after_changes


def _land(store: Store, study: StudyRecord, number: int) -> None:
    """A trial that has come to its end."""
    pen = Builder((1, 8, 8))
    block = Block("stem", "stem", pen.graph(pen.conv(pen.input, number)))
    network = Network((1, 8, 8), (block,))
    store.add_trial(
        study, number, network, cost(network), choices={}, description="", latency_ms=1.0
    )
    store.report(study, EpochRecord(number, 1, 0.5, 1.0, 2.0), "COMPLETE")


def _seconds(dashboard: Any, path: str) -> float:
    start = time.perf_counter()
    assert dashboard.request(path).status == 200
    return time.perf_counter() - start


# The command


def test_the_command_serves_until_it_is_stopped(digits: StudyWriter, tmp_path: Path) -> None:
    add_to_optuna(digits)
    command = [
        sys.executable, "-m", "nas", "dashboard", "digits", "--storage", str(digits.store.url),
        "--folder", str(tmp_path), "--port", "0", "--no-open",
    ]  # fmt: skip
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        try:
            assert run.stdout is not None
            address = run.stdout.readline().strip()
            assert re.fullmatch(r"http://127\.0\.0\.1:[0-9]+/studies/1", address)
        finally:
            run.send_signal(signal.SIGINT)
            _, errors = run.communicate(timeout=30)
    assert run.returncode == 0, errors
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing"], "no study 'nothing'"),
        (["--host", "0.0.0.0", "--token", "short"], "at least 16 characters"),
        (["--host", "no.such.host.invalid"], "cannot be listened on"),
    ],
)
def test_wrong_use_is_one_line(digits: StudyWriter, arguments: list[str], said: str) -> None:
    given = ["dashboard", "--storage", str(digits.store.url), "--no-open", "--port", "0"]
    result = CliRunner().invoke(cli, [*given, *arguments])
    assert result.exit_code != 0
    assert said in f"{result.output}{result.exception}"


def test_a_port_that_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ReportError, match=f"127.0.0.1:{port}: cannot be listened on"):
            bound("127.0.0.1", port)


def test_postgresql_too(postgres: Any, write_study: Any, tmp_path: Path) -> None:
    with Store(str(postgres.emptied_database())) as store:
        study = write_study.func(store)
        study.trial([0.2, 0.4, 0.5])
        add_to_optuna(study)
        url = store.url.render_as_string(hide_password=False)
        refresh(url, lambda store: ["digits"])
        study.trial([0.3, 0.5, 0.7])
        add_to_optuna(study)
        refresh(url, lambda store: ["digits"])
        with served(store, tmp_path) as dashboard:
            shown = json.loads(dashboard.request("/studies/1/live").body)
            assert 'id="trial-1"' in shown["parts"]["latest"]
            found = json.loads(dashboard.request("/api/studies/1").body)
            assert [len(trial["note"]["body"]) > 100 for trial in found["trials"]] == [True, True]
            figures = [json.loads(f["graph_object"]) for f in found["plotly_graph_objects"]]
            assert len(figures) >= 3


def test_studies_that_serve_another_stand_below_it(
    store: Store, write_study: Callable[..., Any], tmp_path: Path
) -> None:
    for name, serves in (("a", None), ("b", None), ("a-control", "a"), ("lost", "gone")):
        written = write_study(name=name)
        if serves is not None:
            store.add_companion(written.study, Companion(serves, "control"))
    with served(store, tmp_path) as dashboard:
        page = dashboard.request("/").text
    rows = re.findall(r'<tr( class="is-serving")?>\s*<td class="pick">.*?value="(\d+)"', page)
    assert [int(number) for _, number in rows] == [1, 3, 2, 4]
    assert [bool(serving) for serving, _ in rows] == [False, True, False, True]
    assert page.count('<span class="badge">control</span>') == 2
