"""A database of an earlier program: it opens, says what it said, and goes on to the end."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from earlier_kit import EARLIER, query, unpack

from nas.cli import cli
from nas.store.migrations import HEAD, VERSION_TABLE

ARCHITECTURES = [
    "6522653238af49cd", "33117747675bfba5", "11042922888fef1a", "14f52b0a76b26552",
    "ddcaa67b4c287b61", "0ef86987f78f09d7", "01b92a6e7ae851f3", "b5859e54b31683dd",
]  # fmt: skip
"""Of the finished study, by trial."""

FRONT = {
    3: ("14f52b0a76b26552", 0.09, 22608, 0.0703053162363396),
    1: ("33117747675bfba5", 0.11, 27216, 0.17533923567393922),
    5: ("0ef86987f78f09d7", 0.14, 158016, 0.1814663918244188),
    2: ("11042922888fef1a", 0.19, 190784, 0.18625869086509392),
}
"""Of the finished study: architecture, accuracy, FLOPs, latency measured end to end."""

CONFIRMED = {
    3: {"1": 0.1, "2": 0.05}, 1: {"1": 0.13, "2": 0.1},
    5: {"1": 0.12, "2": 0.1}, 2: {"1": 0.17, "2": 0.21},
}  # fmt: skip
"""Accuracy by seed of the front trained again."""

GOES_ON = [
    "ddcaa67b4c287b61", "6522653238af49cd", "14f52b0a76b26552", "b5859e54b31683dd",
    "01b92a6e7ae851f3",
]  # fmt: skip
"""Of the interrupted study when the earlier program itself went on with it, to five trials."""

_TRIALS = """
SELECT t.number, t.architecture_id FROM nas_trials t JOIN nas_studies s ON s.id = t.study_id
WHERE s.name = ? ORDER BY t.number
"""


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return unpack(tmp_path)


def _nas(*arguments: str) -> str:
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def _pareto(study: str) -> dict[str, Any]:
    return dict(json.loads(_nas("pareto", study, "--json")))


def test_it_is_brought_up_to_date(database: Path) -> None:
    _nas("list")
    assert query(database, f"SELECT version_num FROM {VERSION_TABLE}") == [(HEAD,)]
    assert query(database, _TRIALS, "finished") == list(enumerate(ARCHITECTURES))
    kinds = {kind for (kind,) in query(database, "SELECT kind FROM nas_events")}
    assert kinds - {"upgraded"} == {"launched", "ended"}


def test_its_studies_are_listed(database: Path) -> None:
    listed = json.loads(_nas("list", "--all", "--json"))["studies"]
    assert {s["study"]: s["state"] for s in listed if not s["study"].startswith("finished-")} == {
        "finished": "COMPLETE", "interrupted": "INTERRUPTED",
    }  # fmt: skip
    assert len(listed) == 7


def test_its_front_is_what_it_was(database: Path) -> None:
    front = {entry["trial"]: entry for entry in _pareto("finished")["front"]}
    assert {
        trial: (entry["architecture"], entry["accuracy"], entry["flops"], entry["latency_ms"])
        for trial, entry in front.items()
    } == FRONT


def test_what_was_trained_for_it_still_serves_it(database: Path) -> None:
    """The front confirmed with two seeds, the baseline with these and the search's own."""
    found = _pareto("finished")
    assert {e["trial"]: e["confirmed"]["accuracies"] for e in found["front"]} == CONFIRMED
    for baseline in found["baselines"]:
        assert baseline["architecture"] == "1b7f5f2a7111420f"
        assert baseline["accuracies"] == {"0": 0.06, "1": 0.06, "2": 0.06}
    assert {baseline["at_equal"] for baseline in found["baselines"]} == {"flops", "latency_ms"}


def test_both_are_reported(database: Path) -> None:
    finished, interrupted = (
        Path(_nas("report", study).strip()).read_text(encoding="utf-8")
        for study in ("finished", "interrupted")
    )
    assert finished.startswith("<!doctype html>") and interrupted.startswith("<!doctype html>")
    assert "4 of the front and 0 near it" in finished
    assert "squeezenet1_0 x0.125" in finished


@pytest.mark.slow
def test_its_interrupted_study_goes_on_to_the_end(database: Path, tmp_path: Path) -> None:
    """From the checkpoint, with the networks that the earlier program itself would have taken."""
    text = (EARLIER / "interrupted.yaml").read_text(encoding="utf-8")
    assert text.count("num_trials: 8") == 1
    Path("space.yaml").write_text(text.replace("num_trials: 8", "num_trials: 5"))
    before = _epochs(database)
    assert [len(before[number]) for number in (0, 1, 2)] == [9, 9, 3]
    done = subprocess.run(
        [sys.executable, "-m", "nas", "launch", "space.yaml"], cwd=tmp_path,
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert query(database, _TRIALS, "interrupted") == list(enumerate(GOES_ON))
    after = _epochs(database)
    assert {number: after[number][: len(before[number])] for number in before} == before
    assert [len(curve) for curve in after.values()] == [9] * 5
    assert query(database, "SELECT kind FROM nas_events WHERE kind = 'checkpoint'") == []
    assert query(database, "SELECT count(*) FROM nas_checkpoints") == [(0,)]
    assert {entry["architecture"] for entry in _pareto("interrupted")["front"]} <= set(GOES_ON)
    assert _pareto("finished")["front"][0]["architecture"] == FRONT[3][0]


def _epochs(database: Path) -> dict[int, list[Any]]:
    """Number of epochs and seconds of each epoch of the interrupted study, by trial."""
    rows = query(
        database,
        "SELECT t.number, e.epochs, e.train_s FROM nas_epochs e"
        " JOIN nas_trials t ON t.id = e.trial_id JOIN nas_studies s ON s.id = t.study_id"
        " WHERE s.name = 'interrupted' ORDER BY t.number, e.epochs",
    )
    curves: dict[int, list[Any]] = {}
    for number, *epoch in rows:
        curves.setdefault(number, []).append(epoch)
    return curves
