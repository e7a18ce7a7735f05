"""A search on a Ray cluster of two nodes, one of which is lost while it trains."""

from __future__ import annotations

import json
import os
import shutil
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

NUM_TRIALS = 6

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
"""Eight architectures, told apart by the channels of their stem; two trials run at once.

States are kept after 1 and 3 epochs; the node is lost in the third, so the second is repeated.
"""

PLACED = """
import os, time
from pathlib import Path

from workers.evaluator import EpochResult

class Placed:
    "On the node that will be lost the third epoch never ends; elsewhere all wait for its begin."

    def __init__(self, task):
        self.width = task.network.blocks[0].graph.out_shape[0] // 8
        self.folder = Path(os.environ["FOLDER_OF_TEST"])
        self.node = os.environ["NODE_OF_TEST"]
        self.epochs = 0

    def state_dict(self):
        return {"epochs": self.epochs}

    def load_state_dict(self, state):
        self.epochs = state["epochs"]

    def train_epoch(self):
        self.epochs += 1
        with (self.folder / f"width-{self.width}.log").open("a") as log:
            log.write(f"{self.epochs} {self.node}\\n")
        if (self.node, self.epochs) == ("lost", 3):
            (self.folder / "begun").touch()
            time.sleep(600)
        while self.node == "kept" and not (self.folder / "begun").exists():
            time.sleep(0.1)
        return EpochResult(self.epochs / 10)
"""

HEALTH_CHECKS = {
    "health_check_initial_delay_ms": 0,
    "health_check_period_ms": 500,
    "health_check_timeout_ms": 5000,
    "health_check_failure_threshold": 3,
}
"""How Ray finds out that a node is gone: within seconds, not half a minute."""


@contextmanager
def two_nodes(folder: Path) -> Iterator[tuple[Any, Any]]:
    """A cluster of a head, where the search is launched, and one more node; a CPU each."""
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
        add("kept", include_dashboard=False, _system_config=HEALTH_CHECKS)
        yield cluster, add("lost")
    finally:
        cluster.shutdown()
        patch.undo()
        shutil.rmtree(scratch)


def wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    """Until a file is there."""
    deadline = time.monotonic() + 120
    while not path.exists():
        assert time.monotonic() < deadline and process.poll() is None, process.poll()
        time.sleep(0.1)


class Outcome:
    """What the search printed and left behind."""

    def __init__(self, folder: Path, printed: str, said: str) -> None:
        self.folder, self.printed, self.said = folder, printed, said
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


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder = tmp_path_factory.mktemp("lost-node")
    (folder / "placed.py").write_text(PLACED)
    (folder / "space.yaml").write_text(json.dumps(SPACE))
    command = [sys.executable, "-m", "nas", "launch", "space.yaml", "--json"]
    with two_nodes(folder) as (cluster, doomed):
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
    return Outcome(folder, printed, said)


@pytest.mark.slow
def test_the_search_completes_on_the_node_that_is_left(outcome: Outcome) -> None:
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
