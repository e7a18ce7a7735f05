"""States that a GPU wrote go on on a CPU; what was chosen for one device is not for the other."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from halves_kit import Notes, bfloat16, dataset, job, network

import nas.training.run as run
from nas.config.proxy import ProxySpec
from nas.config.training import TrainingSpec
from nas.training.run import Settings
from workers.proxy import Execution, ProxyTrainer
from workers.trainable import Assignment, EvaluatorTrainable
from workers.training import Budget, Checkpoint, train

RECIPE = TrainingSpec(batch_size=8, crop=1)


@contextmanager
def written_on_a_gpu() -> Iterator[None]:
    """Tensors are saved with the mark that PyTorch gives to those of the first GPU."""
    patch = pytest.MonkeyPatch()
    patch.setattr(torch.serialization, "location_tag", lambda storage: "cuda:0")
    try:
        yield
    finally:
        patch.undo()


def test_such_a_mark_keeps_a_tensor_from_being_read() -> None:
    """As a check of the kit: read without care, it cannot be had on a CPU."""
    buffer = io.BytesIO()
    with written_on_a_gpu():
        torch.save(torch.ones(2), buffer)
    if not torch.cuda.is_available():
        with pytest.raises(RuntimeError, match="deserialize object on a CUDA device"):
            torch.load(io.BytesIO(buffer.getvalue()), weights_only=True)


def _worker(execution: Execution, state: bytes | None = None) -> EvaluatorTrainable:
    assigned = Assignment(0, network().to_json(), 3, (1,), seed=0, state=state)
    worker = EvaluatorTrainable.__new__(EvaluatorTrainable)
    worker.setup(
        {"trial": assigned}, dataset=dataset(), recipe=ProxySpec(batch_size=8),
        make_evaluator=lambda task: ProxyTrainer.of_task(task, execution), evaluator_name="proxy",
        num_threads=torch.get_num_threads(), max_memory_growth=2.0**30,
    )  # fmt: skip
    return worker


def test_a_trial_goes_on_from_what_a_gpu_kept() -> None:
    whole = _worker(Execution())
    results = [whole.step() for _ in range(3)]
    with written_on_a_gpu():
        kept = _worker(Execution()).step()["state"]
    went_on = _worker(Execution(), kept)
    for wanted in results[1:]:
        found = went_on.step()
        assert [found[key] for key in ("epochs", "accuracy", "train_loss")] == [
            wanted[key] for key in ("epochs", "accuracy", "train_loss")
        ]


@pytest.mark.parametrize("executions", [(Execution(), bfloat16()), (bfloat16(), Execution())])
def test_a_state_does_not_depend_on_the_arithmetic(executions: tuple[Execution, Execution]) -> None:
    """Weights are float32 by every execution: autocast's, the mixed layers' and the exact ones'."""
    first, second = executions
    went_on = _worker(second, _worker(first).step()["state"])
    assert went_on.step()["epochs"] == 2


@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
def test_a_full_training_goes_on_from_what_a_gpu_kept(optimizer: Any, tmp_path: Path) -> None:
    recipe = TrainingSpec(batch_size=8, crop=1, optimizer=optimizer)
    (tmp_path / "whole").mkdir()
    (tmp_path / "cut").mkdir()
    _, whole = train(job(tmp_path / "whole", recipe), Notes())
    with written_on_a_gpu():
        train(job(tmp_path / "cut", recipe), Notes(5))
    outcome, cut = train(job(tmp_path / "cut", recipe), Notes())
    assert outcome.is_complete
    for name, value in whole.weights().items():
        assert torch.equal(cut.weights()[name], value)


def _chosen(
    begun: Execution, device: str, patch: pytest.MonkeyPatch
) -> tuple[Execution, list[str]]:
    """By what a training that began by `begun` goes on on a device, and what is said."""
    patch.setattr(run, "training_execution", lambda *_: Execution("chosen now"))
    patch.setattr(run, "fresh_images", lambda _: None)
    patch.setattr(torch.cuda, "device_count", lambda: 1)
    source: Any = SimpleNamespace(
        name="a network",
        network=None,
        subject=None,
        dataset=None,
        begun=None,
        checkpoint=lambda _: Path("c"),
    )
    kept = Checkpoint({}, begun.to_dict(), 3)
    told: list[str] = []
    found = run._job(
        source, Settings(RECIPE, Budget(1)), RECIPE, {}, dataset(), device, kept, told.append
    )
    assert found.num_threads == 3
    return found.execution, told


@pytest.mark.parametrize(
    ("begun", "device", "is_kept"),
    [
        (bfloat16(), "cpu", True),
        (bfloat16(), "cuda", False),
        (Execution(autocast=True, cuda_graphs=True), "cuda", True),
        (Execution(autocast=True), "cuda", True),
        (Execution(autocast=True, cuda_graphs=True), "cpu", False),
        (Execution(cuda_graphs=True), "cpu", False),
        (Execution(), "cpu", True),
        (Execution(), "cuda", True),
    ],
)
def test_an_arithmetic_that_was_chosen_for_another_device_is_chosen_anew(
    begun: Execution, device: str, is_kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, told = _chosen(begun, device, monkeypatch)
    assert found == (begun if is_kept else Execution("chosen now"))
    assert [f"chosen for another device than {device}" in line for line in told] == (
        [] if is_kept else [True]
    )
