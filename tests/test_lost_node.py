"""Searches on a Ray cluster of three nodes, one of which is lost while it trains."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from nas.store import Store, TrialRecord

NUM_TRIALS = 7

pytestmark = pytest.mark.filterwarnings("ignore:Exception ignored in.*ray_client_server")
"""Ray leaves two log files open where it starts the server for clients."""

SPACE: dict[str, Any] = {
    "name": "lost-node",
    "dataset": {"name": "cluttered_digits", "train_size": 320, "validation_size": 100},
    "space": {
        "stem": {"out_channels": 8},
        "width_mult": [1, 2, 3, 4, 5, 6, 7, 8],
        "stages": [{"out_channels": 8, "stride": 2, "block": {"standard": {"kernel_size": 1}}}],
    },
    "search": {"sampler": "random", "num_trials": NUM_TRIALS},
    "fidelity": {"scheduler": "none", "max_epochs": 4},
    "evaluator": "placed:Placed",
}
"""Eight architectures, told apart by the channels of their stem; three trials run at once.

States are kept after 1 and 3 epochs; the node is lost in the third, so the second is repeated.
"""

PLACED = """
import os, time
from pathlib import Path

import workers
from workers.evaluator import EpochResult

class Placed:
    "On the node that will be lost the third epoch never ends; elsewhere all wait for its begin."

    def __init__(self, task):
        self.width = task.network.blocks[0].graph.out_shape[0] // 8
        self.name = "width" if task.max_epochs == 4 else "afar"
        self.folder = Path(os.environ["FOLDER_OF_TEST"])
        self.node = os.environ["NODE_OF_TEST"]
        self.epochs = 0
        (self.folder / f"origin-{os.getpid()}").write_text(workers.__file__)

    def state_dict(self):
        return {"epochs": self.epochs}

    def load_state_dict(self, state):
        self.epochs = state["epochs"]

    def train_epoch(self):
        self.epochs += 1
        with (self.folder / f"{self.name}-{self.width}.log").open("a") as log:
            log.write(f"{self.epochs} {self.node}\\n")
        if (self.node, self.epochs) == ("lost", 3):
            (self.folder / "begun").touch()
            time.sleep(600)
        while self.node == "kept" and not (self.folder / "begun").exists():
            time.sleep(0.1)
        return EpochResult(self.epochs / 10)
"""

CLIENT: dict[str, Any] = {
    "name": "from-afar",
    "search": {"sampler": "random", "num_trials": 2},
    "fidelity": {"scheduler": "none", "max_epochs": 2},
}
"""Of a search whose launching process is on no node of the cluster."""

HEALTH_CHECKS = {
    "health_check_initial_delay_ms": 0,
    "health_check_period_ms": 500,
    "health_check_timeout_ms": 5000,
    "health_check_failure_threshold": 3,
}
"""How Ray finds out that a node is gone: within seconds, not half a minute."""


@contextmanager
def three_nodes(folder: Path, client_port: int) -> Iterator[tuple[Any, Any]]:
    """A cluster of a head, where the search is launched, and two more nodes; a CPU each."""
    from ray.cluster_utils import Cluster

    scratch = tempfile.mkdtemp(prefix="nas-", dir="/tmp")  # names of sockets must be short
    Path(scratch, "ray").mkdir()
    patch = pytest.MonkeyPatch()
    patch.setenv("RAY_TMPDIR", scratch)  # a user's own cluster stays the one that is found
    cluster = Cluster(shutdown_at_exit=False)

    def add(node: str, **settings: Any) -> Any:
        names = {"NODE_OF_TEST": node, "FOLDER_OF_TEST": str(folder)}
        return cluster.add_node(object_store_memory=80 * 2**20, env_vars=names, **settings)

    try:
        head = {"ray_client_server_port": client_port, "_system_config": HEALTH_CHECKS}
        add("kept", include_dashboard=False, **head)
        add("kept")
        yield cluster, add("lost")
    finally:
        cluster.shutdown()
        patch.undo()
        shutil.rmtree(scratch)


def free_port() -> int:
    """One that nobody listened on a moment ago."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    """Until a file is there."""
    deadline = time.monotonic() + 120
    while not path.exists():
        assert time.monotonic() < deadline and process.poll() is None, process.poll()
        time.sleep(0.1)


class Outcome:
    """What the search printed and left behind."""

    def __init__(
        self, folder: Path, printed: str, said: str, client: subprocess.CompletedProcess[str]
    ) -> None:
        self.folder, self.printed, self.said, self.client = folder, printed, said, client
        with Store(f"sqlite:///{folder / 'nas.db'}", create=False) as store:
            self.study = store.study("lost-node")
            self.trials: list[TrialRecord] = store.trials(self.study)
            self.epochs = store.epochs(self.study)

    def trained(self, trial: TrialRecord) -> list[str]:
        """Epochs and nodes in the order in which workers began them."""
        log = self.folder / f"width-{trial.choices['width_mult']:.0f}.log"
        return log.read_text().splitlines()

    def curve(self, trial: TrialRecord) -> list[tuple[int, float]]:
        return [(e.epochs, e.accuracy) for e in self.epochs if e.number == trial.number]


def from_afar(folder: Path, port: int) -> subprocess.CompletedProcess[str]:
    """A launch over Ray's client server, which a busy machine may not start in its half minute."""
    command = [sys.executable, "-m", "nas", "launch", "../client.yaml", "--json"]
    for _ in range(3):
        done = subprocess.run(
            [*command, "--address", f"ray://127.0.0.1:{port}"], cwd=folder, capture_output=True,
            text=True, timeout=120,
        )  # fmt: skip
        if "cannot be reached" not in done.stderr:
            break
    return done


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder = tmp_path_factory.mktemp("lost-node")
    (folder / "placed.py").write_text(PLACED)
    (folder / "space.yaml").write_text(json.dumps(SPACE))
    (folder / "client.yaml").write_text(json.dumps(SPACE | CLIENT))
    command = [sys.executable, "-m", "nas", "launch", "space.yaml", "--json"]
    port = free_port()
    with three_nodes(folder, port) as (cluster, doomed):
        process = subprocess.Popen(
            [*command, "--address", cluster.address], cwd=folder, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | {"COLUMNS": "200"},
        )  # fmt: skip
        with process:
            try:
                wait_for(folder / "begun", process)
                cluster.remove_node(doomed, allow_graceful=False)
                printed, said = process.communicate(timeout=120)
            finally:
                process.kill()
        assert process.returncode == 0, said
        (folder / "far").mkdir()
        client = from_afar(folder / "far", port)
    return Outcome(folder, printed, said, client)


@pytest.mark.slow
def test_the_search_completes_on_the_nodes_that_are_left(outcome: Outcome) -> None:
    assert outcome.study.state == "COMPLETE"
    assert [trial.state for trial in outcome.trials] == ["COMPLETE"] * NUM_TRIALS
    assert len({trial.architecture for trial in outcome.trials}) == NUM_TRIALS


@pytest.mark.slow
def test_a_trial_of_the_lost_node_goes_on_from_what_was_kept(outcome: Outcome) -> None:
    (lost,) = (trial for trial in outcome.trials if trial.retries)
    assert lost.retries == 1
    assert outcome.trained(lost) == ["1 lost", "2 lost", "3 lost", "2 kept", "3 kept", "4 kept"]


@pytest.mark.slow
def test_nothing_is_doubled(outcome: Outcome) -> None:
    once = ["1 kept", "2 kept", "3 kept", "4 kept"]
    for trial in outcome.trials:
        assert trial.retries == 1 or outcome.trained(trial) == once
        assert outcome.curve(trial) == [(1, 0.1), (2, 0.2), (3, 0.3), (4, 0.4)]


@pytest.mark.slow
def test_a_lost_node_is_one_line_on_the_screen(outcome: Outcome) -> None:
    """Ray's own account of it, some fifty lines on standard output, is not shown."""
    assert json.loads(outcome.printed)["state"] == "COMPLETE"
    (lost,) = (trial for trial in outcome.trials if trial.retries)
    told = [line for line in outcome.said.splitlines() if line.startswith("trial ")]
    again = f"trial {lost.number} is tried again: node lost: the node of the worker is gone"
    assert told == [again]
    assert "raylet" not in outcome.said


@pytest.mark.slow
def test_the_code_is_shipped_to_the_nodes(outcome: Outcome) -> None:
    """Workers run what came with Ray's runtime environment, not what is installed there."""
    origins = [path.read_text() for path in outcome.folder.glob("origin-*")]
    assert origins
    assert all("py_modules_files" in origin for origin in origins)


@pytest.mark.slow
def test_a_search_from_a_machine_that_is_no_node(outcome: Outcome) -> None:
    """Database and files are where it is launched; the trials run on the cluster."""
    assert outcome.client.returncode == 0, outcome.client.stderr
    front = json.loads(outcome.client.stdout)
    assert (front["study"], front["state"]) == ("from-afar", "COMPLETE")
    with Store(f"sqlite:///{outcome.folder / 'far' / 'nas.db'}", create=False) as store:
        study = store.study("from-afar")
        assert [trial.state for trial in store.trials(study)] == ["COMPLETE"] * 2
        assert len(store.epochs(study)) == 4
