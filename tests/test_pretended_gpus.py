"""Searches whose trials have GPUs that only Ray believes in: which they are given, and see."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import nas
from nas.store import Store
from search_spaces.errors import ExperimentFileError, SearchError

SIX: dict[str, Any] = {
    "dataset": {"name": "cluttered_digits", "train_size": 20, "validation_size": 20},
    "space": {
        "stem": {"out_channels": 8},
        "width_mult": [1.0, 2.0, 3.0],
        "stages": [{"out_channels": 8, "block": {"standard": {"kernel_size": [1, 3]}}}],
    },
    "search": {"num_trials": 6, "sampler": "random"},
    "fidelity": {"scheduler": "none", "max_epochs": 2},
}  # fmt: skip


def _pretend() -> None:
    """In each worker: a CUDA build whose cards do all that they are told."""
    import torch

    ones = torch.ones
    torch.version.cuda = "12.8"
    torch.cuda.is_available = lambda: True
    torch.cuda.device_count = lambda: 1
    torch.ones = lambda *shape, **_: ones(*shape)
    torch.cuda.get_device_properties = lambda _: SimpleNamespace(total_memory=24 * 2**30)
    torch.cuda.set_per_process_memory_fraction = lambda _: None
    torch.cuda.synchronize = lambda _=None: None
    torch.cuda.max_memory_reserved = lambda: int(7.5 * 2**30)


@contextmanager
def _ray(num_gpus: int, in_workers: Callable[[], None] | None = None) -> Iterator[None]:
    import ray
    from ray import cloudpickle

    # Workers cannot import this file. Who sends an evaluator of it takes this back.
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    hook = {"worker_process_setup_hook": in_workers} if in_workers else {}
    ray.init(
        address="local", num_cpus=4, num_gpus=num_gpus, include_dashboard=False,
        log_to_driver=False, runtime_env=hook,
    )  # fmt: skip
    try:
        yield
    finally:
        ray.shutdown()


class Notes:
    """Notes what it may see while it trains, as a file for each trial."""

    def __init__(self, task: nas.TrialTask, folder: Path) -> None:
        self.task, self.folder = task, folder

    def train_epoch(self) -> float:
        began = time.time()
        time.sleep(0.4)
        seen = f"{self.task.device} {os.environ.get('CUDA_VISIBLE_DEVICES')} {began} {time.time()}"
        with (self.folder / f"{self.task.network.id}.txt").open("a") as file:
            file.write(f"{seen}\n")
        return 0.5


def _search(folder: Path, **changed: Any) -> None:
    nas.search(
        {**SIX, **changed}, storage=f"sqlite:///{folder / 'nas.db'}", folder=folder / "studies",
        evaluator=lambda task: Notes(task, folder),
    )  # fmt: skip


def _seen(folder: Path) -> list[tuple[str, str, float, float]]:
    lines = [
        line.split() for file in folder.glob("*.txt") for line in file.read_text().splitlines()
    ]
    return [(device, card, float(start), float(end)) for device, card, start, end in lines]


def _most_at_once(spans: list[tuple[float, float]]) -> int:
    return max(sum(start <= at < end for start, end in spans) for at, _ in spans)


# First, since no Ray may be running: the tests below share one to the end of the file.


@pytest.mark.slow
def test_workers_that_cannot_use_their_gpu_end_the_search_in_one_line(tmp_path: Path) -> None:
    """No network pays for it: the same command goes on where there is a GPU that works."""
    with _ray(1), pytest.raises(SearchError) as caught:
        _search(tmp_path, name="silent", workers={"gpus_per_trial": 0.5})
    said = str(caught.value)
    assert "a GPU is wanted, and PyTorch" in said and "is a build for CPUs alone" in said
    assert "\n" not in said
    assert _seen(tmp_path) == []
    with Store(f"sqlite:///{tmp_path / 'nas.db'}", create=False) as store:
        study = store.study("silent")
        assert study.state == "INTERRUPTED"
        assert {trial.state for trial in store.trials(study)} == {"WAITING"}


def test_a_build_for_cpus_is_told_before_anything_starts(tmp_path: Path) -> None:
    rule = r"`workers\.gpus_per_trial`:? \(=0\.5\) wants a GPU, and PyTorch \S+ is a build for CPUs"
    with pytest.raises(ExperimentFileError, match=rule):
        _search(tmp_path, name="early", workers={"gpus_per_trial": 0.5})
    assert not (tmp_path / "nas.db").exists()


@pytest.fixture(scope="module")
def two_cards() -> Iterator[None]:
    """Two cards, and the variable that any job of SLURM exports."""
    patch = pytest.MonkeyPatch()
    patch.setenv("CUDA_VISIBLE_DEVICES", "0,1")
    with _ray(2, _pretend):
        yield
    patch.undo()


@pytest.mark.slow
def test_parts_of_gpus_are_given_to_as_many_trials(two_cards: None, tmp_path: Path) -> None:
    """0.4 of two cards: four trials at once, two on each card and never three."""
    _search(tmp_path, name="parts", workers={"gpus_per_trial": 0.4})
    seen = _seen(tmp_path)
    assert len(seen) == 12
    assert {device for device, *_ in seen} == {"cuda"}
    assert {card for _, card, *_ in seen} == {"0", "1"}
    for card in ("0", "1"):
        assert _most_at_once([(start, end) for _, c, start, end in seen if c == card]) <= 2
    assert _most_at_once([(start, end) for *_, start, end in seen]) > 2


@pytest.mark.slow
def test_without_gpus_an_inherited_variable_means_nothing(two_cards: None, tmp_path: Path) -> None:
    _search(tmp_path, name="none", workers={"gpus_per_trial": 0})
    assert {device for device, *_ in _seen(tmp_path)} == {"cpu"}


@pytest.mark.slow
def test_auto_gives_the_part_that_a_trial_was_measured_to_need(
    two_cards: None, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """7.5 GiB, a fifth to spare and half a one for the process: two on a card of 24."""
    _search(tmp_path, name="auto", workers={"gpus_per_trial": "auto", "cpus_per_trial": 0.5})
    said = " ".join(capfd.readouterr().err.split())
    assert "a trial takes 7.5 of 24 GiB of a GPU" in said
    assert "gpus_per_trial 0.5, 2 on each" in said
    seen = _seen(tmp_path)
    assert len(seen) == 2 + 12  # two epochs of the one that was measured
    assert {device for device, *_ in seen} == {"cuda"}
