"""One search in which every kind of failure is provoked for real, and what becomes of it."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import nas
from nas.store import Store, TrialRecord
from workers.evaluator import EpochResult, TrialTask

EPOCHS = 4

SPACE: dict[str, Any] = {
    "name": "failures",
    "dataset": {"name": "cluttered_digits", "train_size": 320, "validation_size": 100},
    "space": {
        "stem": {"out_channels": 8},
        "width_mult": [1, 2, 3, 4, 5, 6, 7, 8],
        "stages": [{"out_channels": 8, "stride": 2, "block": {"standard": {"kernel_size": 1}}}],
    },
    "search": {"sampler": "random", "num_trials": 20},
    "fidelity": {"scheduler": "none", "max_epochs": EPOCHS},
    "workers": {"epoch_time_limit": "6s", "max_concurrent": 2},
}
"""Eight architectures, told apart by the channels of their stem.

States are kept after 1 and 3 epochs; trouble comes in the third, so the second is repeated.
"""


class Troubled:
    """What it does depends on the width of its network."""

    def __init__(self, task: TrialTask, folder: Path) -> None:
        self.width = task.network.blocks[0].graph.out_shape[0] // 8
        self.log = folder / f"width-{self.width}.log"
        self.epochs = 0

    def state_dict(self) -> dict[str, Any]:
        return {"epochs": self.epochs}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.epochs = state["epochs"]

    def train_epoch(self) -> EpochResult:
        self.epochs += 1
        with self.log.open("a") as log:
            log.write(f"{self.epochs}\n")
        trouble = {2: self.raise_, 3: self.diverge, 4: self.hang, 5: self.eat, 6: self.die_once,
                   7: self.die}.get(self.width)  # fmt: skip
        loss = trouble() if trouble is not None and self.epochs == 3 else None
        return EpochResult(self.epochs / 10, loss)

    def raise_(self) -> None:
        raise KeyError("no such layer")

    def diverge(self) -> float:
        return float("nan")

    def hang(self) -> None:
        ctypes.PyDLL(None).sleep(600)  # in C, with the interpreter's lock held

    def eat(self) -> None:
        """Up to a limit that the system keeps for this process alone."""
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + 2**27, resource.RLIM_INFINITY))
        self.kept = [bytearray(2**24) for _ in range(1000)]

    def die_once(self) -> None:
        if self.log.read_text().split().count("3") == 1:
            self.die()

    def die(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


class Outcome:
    """What a search left behind, by the width of the networks."""

    def __init__(self, folder: Path, said: str) -> None:
        self.folder, self.said = folder, said
        with Store(f"sqlite:///{folder / 'nas.db'}", create=False) as store:
            self.study = store.study("failures")
            trials = store.trials(self.study)
            self.trials: dict[int, TrialRecord] = {t.choices["width_mult"]: t for t in trials}
            self.tracebacks = {
                width: store.traceback(self.study, t.number) for width, t in self.trials.items()
            }
            self.epochs = store.epochs(self.study)

    def curve(self, width: int) -> list[tuple[int, float]]:
        number = self.trials[width].number
        return [(e.epochs, e.accuracy) for e in self.epochs if e.number == number]

    def trained(self, width: int) -> list[int]:
        """Epochs in the order in which workers began them."""
        text = (self.folder / f"width-{width}.log").read_text()
        return [int(line) for line in text.split()]

    def line(self, width: int) -> str:
        """The line that was printed when this trial failed."""
        start = f"trial {self.trials[width].number} failed: "
        (line,) = (line for line in self.said.splitlines() if line.startswith(start))
        return line.removeprefix(start)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    from rich.console import Console

    from nas import terminal as live

    folder = tmp_path_factory.mktemp("failures")
    said = folder / "stderr.txt"
    patch = pytest.MonkeyPatch()
    with said.open("w") as file:
        patch.setattr(live, "terminal", lambda **_: Console(file=file, width=500, markup=False))
        nas.search(
            SPACE, storage=f"sqlite:///{folder / 'nas.db'}", folder=folder / "studies",
            evaluator=lambda task: Troubled(task, folder),
        )  # fmt: skip
    patch.undo()
    yield Outcome(folder, said.read_text())


@pytest.mark.slow
def test_the_search_completes(outcome: Outcome) -> None:
    assert outcome.study.state == "COMPLETE"
    assert len(outcome.trials) == 8
    states = {width: trial.state for width, trial in outcome.trials.items()}
    assert states == {
        1: "COMPLETE", 2: "FAIL", 3: "FAIL", 4: "FAIL", 5: "FAIL", 6: "COMPLETE", 7: "FAIL",
        8: "COMPLETE",
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("width", "kind", "reason", "traceback", "retries"),
    [
        (2, "evaluator_error", "KeyError: 'no such layer'", "in raise_", 0),
        (3, "non_finite_loss", "a finite number or None; got nan", "in checked_result", 0),
        (4, "hung", "epoch 3 took more than 6 s, the limit is 6 s", None, 1),
        (5, "out_of_memory", "MemoryError", "in eat", 1),
        (
            7,
            "worker_lost",
            "the worker process ended unexpectedly",
            "its worker process has died",
            2,
        ),
    ],
)
def test_every_failure_ends_as_said(
    width: int, kind: str, reason: str, traceback: str | None, retries: int, outcome: Outcome
) -> None:
    trial = outcome.trials[width]
    assert (trial.failure_kind, trial.retries) == (kind, retries)
    assert reason in str(trial.failure)
    assert len(str(trial.failure).splitlines()) == 1
    assert outcome.line(width) == trial.failure
    if traceback is None:
        assert outcome.tracebacks[width] is None
    else:
        assert traceback in str(outcome.tracebacks[width])
    again = f"trial {trial.number} is tried again: "
    assert outcome.said.count(again) == retries
    assert outcome.curve(width) == [(1, 0.1), (2, 0.2)]


@pytest.mark.slow
def test_a_trial_whose_worker_was_killed_goes_on_from_what_was_kept(outcome: Outcome) -> None:
    assert outcome.trials[6].retries == 1
    assert outcome.trained(6) == [1, 2, 3, 2, 3, 4]
    assert outcome.curve(6) == [(1, 0.1), (2, 0.2), (3, 0.3), (4, 0.4)]
    assert outcome.trained(7) == [1, 2, 3, 2, 3, 2, 3]


@pytest.mark.slow
def test_healthy_trials_are_trained_once(outcome: Outcome) -> None:
    for width in (1, 8):
        assert outcome.trained(width) == [1, 2, 3, 4]
        assert outcome.trials[width].retries == 0
        assert len(outcome.curve(width)) == EPOCHS
