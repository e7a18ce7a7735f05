"""The whole job on a small budget, as a user runs it: real Ray, real database, real images."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

SPACE = """
name: small
dataset: {name: cluttered_digits, train_size: 320, validation_size: 100}
space:
  stem: {out_channels: 8}
  width_mult: [1.0, 2.0]
  stages:
    - out_channels: 8
      stride: 4
      num_blocks: [1, 2]
      block:
        - standard: {kernel_size: [1, 3]}
        - separable: {kernel_size: [3, 5], dilation: [1, 2]}
objectives: [accuracy, flops, latency_ms]
constraints: {flops: 4M}
search: {num_trials: 5}
fidelity: {max_epochs: 3, min_epochs: 1, reduction_factor: 2}
"""

NO_PACKAGE_OF_OURS = """
import importlib.abc, runpy, sys

class Refuse(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.split(".")[0] in {"nas", "search_spaces", "workers", "dashboards", "ray", "optuna"}:
            raise ImportError(f"{name} must not be needed")

sys.meta_path.insert(0, Refuse())
namespace = runpy.run_path(sys.argv[1])
import torch
network = namespace["Network"]().eval()
network.load_state_dict(torch.load(sys.argv[2], weights_only=True))
x = torch.randn(4, *map(int, sys.argv[4:]), generator=torch.Generator().manual_seed(1))
with torch.inference_mode():
    torch.save(network(x), sys.argv[3])
namespace["main"]()
"""


def nas(*arguments: object, cwd: Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Runs the command as a user does, in a folder of its own."""
    command = [sys.executable, "-m", "nas", *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300)
    assert not check or done.returncode == 0, done.stderr
    return done


def query(database: Path, sql: str) -> list[Any]:
    connection = sqlite3.connect(database)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a small search has been run to its end."""
    folder = tmp_path_factory.mktemp("searched")
    (folder / "space.yaml").write_text(SPACE)
    nas("launch", "space.yaml", cwd=folder)
    return folder


@pytest.mark.slow
def test_front_can_be_read_with_plain_sql(searched: Path) -> None:
    printed = json.loads(nas("pareto", "small", "--json", cwd=searched).stdout)
    rows = query(
        searched / "nas.db",
        """
        SELECT t.number, t.architecture_id, t.accuracy, a.flops, a.params, f.latency_ms
        FROM nas_trials t
        JOIN nas_studies s ON s.id = t.study_id
        JOIN nas_architectures a ON a.id = t.architecture_id
        JOIN nas_front_latencies f ON f.trial_id = t.id
        WHERE s.name = 'small' AND t.state = 'COMPLETE'
        """,
    )
    dominated = {
        worse[0]
        for worse in rows
        for better in rows
        if better[2] >= worse[2] and better[3] <= worse[3] and better[5] <= worse[5]
        and (better[2], better[3], better[5]) != (worse[2], worse[3], worse[5])
    }  # fmt: skip
    wanted = {row for row in rows if row[0] not in dominated}
    keys = ("trial", "architecture", "accuracy", "flops", "params", "latency_ms")
    assert {tuple(entry[key] for key in keys) for entry in printed["front"]} == wanted
    assert printed["study"] == "small"


@pytest.mark.slow
def test_every_trial_is_finished_once(searched: Path) -> None:
    states = query(searched / "nas.db", "SELECT state, architecture_id FROM nas_trials")
    assert len(states) == 5
    assert len({architecture for _, architecture in states}) == 5
    assert {state for state, _ in states} <= {"COMPLETE", "PRUNED"}
    optuna_states = query(searched / "nas.db", "SELECT state FROM trials")
    assert sorted(optuna_states) == sorted((state,) for state, _ in states)


@pytest.mark.slow
def test_exported_code_is_the_trained_network(searched: Path) -> None:
    exported = json.loads(nas("export", "small", "--json", cwd=searched).stdout)

    import torch

    from nas.store import Store
    from nas.store.workspace import Workspace
    from search_spaces.graphs.modules import build_module

    store = Store(f"sqlite:///{searched / 'nas.db'}", create=False)
    network = store.network(exported["architecture"])
    study = store.study("small")
    store.close()
    trained = Workspace(searched / "nas_studies", "small").weights(study, exported["trial"])
    module = build_module(network).eval()
    module.load_state_dict(torch.load(trained, weights_only=True))
    script = searched / "alone.py"
    script.write_text(NO_PACKAGE_OF_OURS)
    outputs = searched / "outputs.pt"
    command = [sys.executable, str(script), exported["code"], exported["weights"], str(outputs)]
    command += map(str, network.in_shape)
    printed = subprocess.run(command, cwd=searched, capture_output=True, text=True, check=True)
    (num_classes,) = network.out_shape
    costs = [f"{exported['params']:,}", f"{exported['flops']:,}"]
    total = ["total", f"[{num_classes}]", *costs]
    *_, last, tried = printed.stdout.splitlines()
    assert last.split() == total
    right, of, *_ = tried.split()[::2]
    assert 0 < int(right) == int(of)
    x = torch.randn(4, *network.in_shape, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        difference = (module(x) - torch.load(outputs, weights_only=True)).abs().max()
    assert difference < 1e-5


@pytest.mark.slow
def test_front_is_measured_end_to_end(searched: Path) -> None:
    printed = json.loads(nas("pareto", "small", "--json", cwd=searched).stdout)
    rows = query(
        searched / "nas.db",
        """
        SELECT t.number, t.latency_ms, f.predicted_ms, f.low_ms, f.latency_ms, f.high_ms, f.num_runs
        FROM nas_front_latencies f JOIN nas_trials t ON t.id = f.trial_id
        """,
    )
    assert {row[0] for row in rows} >= {entry["trial"] for entry in printed["front"]}
    for _, at_proposal, predicted, low, measured, high, num_runs in rows:
        assert predicted == pytest.approx(at_proposal)
        assert 0 < low <= measured <= high
        assert num_runs >= 12
    for entry in printed["front"]:
        found = entry["measured_latency"]
        assert entry["trial"] not in found["tied_with"]
        assert found["predicted_ms"] == pytest.approx(entry["predicted_latency_ms"])
        assert found["latency_ms"] == entry["latency_ms"]
        assert not any(_beats(other, entry) for other in printed["front"])


def _beats(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether a network is as good in accuracy, FLOPs and measured latency, and better in one."""
    a, b = (
        (-entry["accuracy"], entry["flops"], entry["measured_latency"]["latency_ms"])
        for entry in (one, other)
    )
    return a != b and all(x <= y for x, y in zip(a, b, strict=True))


@pytest.mark.slow
def test_report_and_list(searched: Path) -> None:
    path = Path(nas("report", "small", cwd=searched).stdout.strip())
    assert (searched / path).read_text().startswith("<!doctype html>")
    listed = json.loads(nas("list", "--json", cwd=searched).stdout)
    assert [(s["study"], s["state"]) for s in listed["studies"]] == [("small", "COMPLETE")]


@pytest.mark.slow
def test_launching_a_finished_study_trains_nothing(searched: Path) -> None:
    before = query(searched / "nas.db", "SELECT count(*), sum(train_s) FROM nas_epochs")
    again = nas("launch", "space.yaml", cwd=searched)
    assert "complete (5 trials)" in again.stderr
    assert query(searched / "nas.db", "SELECT count(*), sum(train_s) FROM nas_epochs") == before


@pytest.mark.slow
def test_interrupted_search_goes_on(tmp_path: Path) -> None:
    (tmp_path / "space.yaml").write_text(SPACE.replace("num_trials: 5", "num_trials: 8"))
    command = [sys.executable, "-m", "nas", "launch", "space.yaml"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        wait_for_an_epoch(tmp_path / "nas.db", process)
        os.kill(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=120)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 130, said
    assert "nas launch space.yaml" in said
    kept = query(tmp_path / "nas.db", FINISHED)
    nas("launch", "space.yaml", cwd=tmp_path)
    finished = query(tmp_path / "nas.db", FINISHED)
    assert set(kept) <= set(finished)
    assert len(finished) == 8
    assert query(tmp_path / "nas.db", "SELECT count(*) FROM trials WHERE state = 'RUNNING'") == [
        (0,)
    ]


FINISHED = """
SELECT number, architecture_id, state, accuracy, epochs FROM nas_trials
WHERE state IN ('COMPLETE', 'PRUNED')
"""


def wait_for_an_epoch(database: Path, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        if database.exists():
            try:
                if query(database, "SELECT count(*) FROM nas_epochs")[0][0] > 0:
                    return
            except sqlite3.OperationalError:
                pass  # the tables are not made yet, or locked for a moment
        time.sleep(0.2)
    raise AssertionError(f"no epoch was reported; exit code {process.poll()}")
