"""Stopping, killing and launching again, as a user does it with a real search."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from postgres_kit import Postgres

from nas.store import Store, TrialRecord

SPACE: dict[str, Any] = {
    "name": "operated",
    "dataset": {"name": "cluttered_digits", "train_size": 320, "validation_size": 100},
    "space": {
        "stem": {"out_channels": 8},
        "width_mult": [1, 2, 3, 4, 5, 6, 7, 8],
        "stages": [{"out_channels": 8, "stride": 2, "block": {"standard": {"kernel_size": 1}}}],
    },
    "search": {"num_trials": 4, "sampler": "random"},
    "fidelity": {"scheduler": "none", "max_epochs": 5},
    "workers": {"max_concurrent": 1},
    "evaluator": "gated:Gated",
}
"""States are kept after 1 and 3 epochs; an epoch waits until the test lets it end."""

GATED = """
import os, time
from pathlib import Path

from workers.evaluator import EpochResult

class Gated:
    "Each epoch takes one from the number of epochs that the file `allowed` has."

    def __init__(self, task):
        self.width = task.network.blocks[0].graph.out_shape[0] // 8
        self.folder = Path(os.environ["FOLDER_OF_TEST"])
        self.epochs = 0

    def state_dict(self):
        return {"epochs": self.epochs}

    def load_state_dict(self, state):
        self.epochs = state["epochs"]

    def train_epoch(self):
        self.epochs += 1
        log = self.folder / "trained.log"
        begun = len(log.read_text().splitlines()) if log.exists() else 0
        while begun >= int((self.folder / "allowed").read_text()):
            time.sleep(0.05)
        with log.open("a") as file:
            file.write(f"{self.width} {self.epochs}\\n")
        return EpochResult(self.epochs / 10)
"""


class Operated:
    """A search whose epochs are let through by the test."""

    def __init__(self, folder: Path, storage: str | None = None) -> None:
        self.folder = folder
        self.storage = storage or f"sqlite:///{folder / 'nas.db'}"
        (folder / "gated.py").write_text(GATED)
        (folder / "space.yaml").write_text(json.dumps(SPACE))
        self.allow(0)
        self._environment = os.environ | {
            "FOLDER_OF_TEST": str(folder), "COLUMNS": "300", "NAS_STORAGE": self.storage,
        }  # fmt: skip

    def allow(self, epochs: int) -> None:
        """Lets so many epochs end in all."""
        partial = self.folder / "allowed.tmp"
        partial.write_text(str(epochs))
        partial.replace(self.folder / "allowed")

    def nas(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "nas", *arguments], cwd=self.folder, capture_output=True,
            text=True, timeout=120, env=self._environment,
        )  # fmt: skip

    @contextmanager
    def launched(self) -> Iterator[subprocess.Popen[str]]:
        with subprocess.Popen(
            [sys.executable, "-m", "nas", "launch", "space.yaml"], cwd=self.folder, text=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=self._environment,
        ) as process:  # fmt: skip
            try:
                yield process
            finally:
                process.kill()

    def status(self) -> dict[str, Any]:
        return dict(json.loads(self.nas("status", "operated", "--json").stdout)["studies"][0])

    def curves(self) -> dict[int, list[int]]:
        """The epochs of each trial in the database."""
        found: dict[int, list[int]] = {}
        with Store(self.storage) as store:
            study = store.find_study("operated")
            for epoch in store.epochs(study) if study is not None else ():
                found.setdefault(epoch.number, []).append(epoch.epochs)
        return found

    def trials(self) -> list[TrialRecord]:
        with Store(self.storage) as store:
            return store.trials(store.study("operated"))

    def trained(self) -> list[tuple[int, ...]]:
        """Width and epoch of every epoch that a worker has ended, in order."""
        lines = (self.folder / "trained.log").read_text().splitlines()
        return [tuple(map(int, line.split())) for line in lines]


def wait_until(process: subprocess.Popen[str], holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < deadline and process.poll() is None, process.poll()
        time.sleep(0.1)


@pytest.mark.slow
def test_stopped_killed_and_launched_again(tmp_path: Path) -> None:
    """Two launches at once, `nas stop`, SIGKILL; each epoch is recorded once, none is missing."""
    search = Operated(tmp_path)
    with search.launched() as first:
        search.allow(2)
        wait_until(first, lambda: search.curves() == {0: [1, 2]})
        second = search.nas("launch", "space.yaml")
        assert second.returncode == 1
        *_, line = second.stderr.splitlines()  # before it, what the data set holds
        assert line.startswith(f"nas: study 'operated' is run by process {first.pid} of ")
        status = search.status()
        assert (status["state"], status["runner"]["pid"]) == ("RUNNING", first.pid)
        assert [trial["trial"] for trial in status["running"]] == [0]
        search.allow(3)
        stopped = search.nas("stop", "operated")
        assert "operated: stopped; it is interrupted" in stopped.stderr
        assert first.wait(60) == 130
    assert {trial.state for trial in search.trials()} == {"WAITING"}
    assert search.status()["runner"] is None
    kept = max(search.curves()[0])

    with search.launched() as third:  # goes on from epoch 1, or 3 where that was reported
        search.allow(10)
        wait_until(third, lambda: 1 in search.curves())
        shown = search.curves()
        third.send_signal(signal.SIGKILL)
        third.wait(60)
    assert search.status()["state"] == "INTERRUPTED"

    search.allow(1000)
    last = search.nas("launch", "space.yaml")
    assert last.returncode == 0, last.stderr
    assert f"takes over from process {third.pid}" in last.stderr
    assert search.curves() == {number: [1, 2, 3, 4, 5] for number in range(4)}
    assert all(number in search.curves() for number in shown)
    assert {trial.state for trial in search.trials()} == {"COMPLETE"}
    of_first = [epoch for width, epoch in search.trained() if width == search.trained()[0][0]]
    begins = [3, 4, 5] if kept < 3 else [4, 5]
    assert of_first[-len(begins) :] == begins
    assert of_first.count(1) == 1
    assert not list((tmp_path / "nas_studies" / "operated" / "checkpoints").iterdir())


@pytest.mark.slow
def test_a_restart_of_postgresql_is_waited_for(tmp_path: Path, postgres: Postgres) -> None:
    """Epochs that end while the server is away are reported when it is back."""
    search = Operated(tmp_path, postgres.new_database())
    with search.launched() as process:
        search.allow(2)
        wait_until(process, lambda: search.curves() == {0: [1, 2]})
        postgres.stop()
        search.allow(3)
        wait_until(process, lambda: len(search.trained()) == 3)
        postgres.start()
        search.allow(1000)
        assert process.stderr is not None
        said = process.stderr.read()
        assert process.wait(60) == 0, said
    assert search.curves() == {number: [1, 2, 3, 4, 5] for number in range(4)}
    assert {trial.restarts for trial in search.trials()} == {0}
    assert "s3cret" not in said
