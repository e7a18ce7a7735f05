"""A trial trains on the device that it was launched for, or says in one line that it cannot."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from nas.config.proxy import ProxySpec
from search_spaces.errors import DeviceError
from search_spaces.graphs.chain import Chain, head, stem
from workers.datasets import Dataset, DatasetInfo
from workers.datasets.base import Split
from workers.devices import missing, missing_in_build, require_device
from workers.evaluator import TrialTask
from workers.failure import FailureKind, WorkerUnfitError
from workers.trainable import Assignment, EvaluatorTrainable

GIB = 2**30


class Card:
    """What a pretended card has been told.

    Attributes:
        fractions: Of its memory that a process was kept to.
    """

    def __init__(self) -> None:
        self.fractions: list[float] = []


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> Card:
    """A CUDA build with one visible card of 24 GiB that does all that it is given."""
    made, ones = Card(), torch.ones
    monkeypatch.setattr(torch.version, "cuda", "12.8")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    monkeypatch.setattr(torch, "ones", lambda *shape, **_: ones(*shape))
    monkeypatch.setattr(
        torch.cuda, "get_device_properties", lambda _: SimpleNamespace(total_memory=24 * GIB)
    )
    monkeypatch.setattr(torch.cuda, "set_per_process_memory_fraction", made.fractions.append)
    return made


def _dataset() -> Dataset:
    rng = np.random.default_rng(0)
    splits = [
        Split(rng.integers(0, 256, (n, 1, 8, 8), dtype=np.uint8), np.arange(n, dtype=np.int64) % 2)
        for n in (16, 8)
    ]
    return Dataset("noise", DatasetInfo((1, 8, 8), 2, flip=False), *splits)


def _worker(train: Callable[[TrialTask], float], **resources: float) -> EvaluatorTrainable:
    """A worker as Tune makes it, whose evaluator tells an accuracy by what it is to train."""

    class Told:
        def __init__(self, task: TrialTask) -> None:
            self.task = task

        def train_epoch(self) -> float:
            return train(self.task)

    chain = Chain((1, 8, 8))
    chain.write("stem", "stem", lambda net, x: stem(net, x, 4))
    chain.write("head", "head", lambda net, x: head(net, x, 2, dropout=0.0))
    trainable = EvaluatorTrainable.__new__(EvaluatorTrainable)
    trainable.setup(
        {"trial": Assignment(0, chain.network().to_json(), 3, (), seed=0)}, dataset=_dataset(),
        recipe=ProxySpec(batch_size=8), make_evaluator=Told, evaluator_name="mine:Told",
        num_threads=torch.get_num_threads(), max_memory_growth=2.0**30, **resources,
    )  # fmt: skip
    return trainable


def _on_cpu(task: TrialTask) -> float:
    return float(task.device == "cpu")


def _never(task: TrialTask) -> float:
    raise AssertionError(f"trains on {task.device}")


def test_an_inherited_variable_makes_no_gpu_of_a_trial_on_the_cpu(
    card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As any job of SLURM exports it."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    assert _worker(_on_cpu).step()["accuracy"] == 1.0
    assert _worker(_on_cpu, gpus=0).step()["accuracy"] == 1.0
    assert card.fractions == []


def test_a_card_without_any_variable_is_used(card: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on AMD's, where Ray sets a variable of another name, or in a container."""
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert _worker(lambda task: float(task.device == "cuda"), gpus=1).step()["accuracy"] == 1.0


@pytest.mark.skipif(torch.version.cuda is not None, reason="a build for GPUs")
@pytest.mark.parametrize("gpus", [0.25, 1, 2])
def test_a_build_for_cpus_never_trains_in_place_of_a_gpu(
    gpus: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    _require_unfit(gpus, r"a GPU is wanted, and PyTorch \S+ is a build for CPUs alone")


def _require_unfit(gpus: float, message: str) -> None:
    worker = _worker(_never, gpus=gpus)
    with pytest.raises(WorkerUnfitError) as caught:
        worker.step()
    failure = caught.value.failure
    assert failure.kind is FailureKind.NO_DEVICE
    assert re.search(message, failure.reason), failure.reason
    assert "\n" not in failure.reason


@pytest.mark.parametrize(
    ("cuda", "hip", "made_for"), [("12.8", None, "CUDA 12.8"), (None, "6.2", "ROCm 6.2")]
)
def test_no_visible_card(
    cuda: str | None, hip: str | None, made_for: str, card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.version, "cuda", cuda)
    monkeypatch.setattr(torch.version, "hip", hip)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    monkeypatch.setenv("HIP_VISIBLE_DEVICES", "")
    seen = r"\(CUDA_VISIBLE_DEVICES='0'; HIP_VISIBLE_DEVICES=''\)"
    _require_unfit(1, f"for {made_for} finds none {seen}")


def test_what_the_driver_says_is_told(card: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    def warned() -> bool:
        warnings.warn(
            "CUDA initialization: The NVIDIA driver on your\nsystem is too old", stacklevel=2
        )
        return False

    for name in ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(torch.cuda, "is_available", warned)
    _require_unfit(1, r"finds none \(CUDA initialization: The NVIDIA driver on your system is too")


def test_a_card_that_refuses_its_first_work(card: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any, **__: Any) -> None:
        raise RuntimeError("CUDA error: no kernel image is available for execution on the device\n")

    monkeypatch.setattr(torch, "ones", refused)
    _require_unfit(0.5, "refuses to work: CUDA error: no kernel image is available")


@pytest.mark.parametrize(
    ("gpus", "fractions"),
    [
        (1, []),
        (2, []),
        (0.5, [1 / 2 - 0.5 / 24]),  # a process takes half a GiB beside its tensors
        (0.25, [1 / 4 - 0.5 / 24]),
        (0.3, [1 / 3 - 0.5 / 24]),  # three of them, not 3.33
    ],
)
def test_a_part_of_a_gpu_has_a_part_of_its_memory(
    gpus: float, fractions: list[float], card: Card
) -> None:
    assert _worker(lambda _: 0.5, gpus=gpus).step()["accuracy"] == 0.5
    assert card.fractions == pytest.approx(fractions)


def test_parts_of_which_nothing_is_left(card: Card) -> None:
    """Sixty processes take 30 GiB before the first of them has a tensor."""
    _require_unfit(0.0166, r"60 trials on a GPU of 24 GiB leave none of them any memory; raise")


def test_every_process_can_use_the_cpu() -> None:
    assert missing("cpu") is None
    require_device("cpu")


@pytest.mark.skipif(torch.version.cuda is not None, reason="a build for GPUs")
def test_what_this_build_lacks_is_known_without_looking_at_the_machine() -> None:
    assert "is a build for CPUs alone" in str(missing_in_build())
    with pytest.raises(DeviceError, match=r"^a GPU is wanted, and PyTorch \S+ is"):
        require_device("cuda")


def test_a_broken_card_ends_the_process(card: Card) -> None:
    """The next trial would fail in it as well."""
    for text in ("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED", "HIP error: unspecified launch"):

        def broken(_: TrialTask, text: str = text) -> float:
            raise RuntimeError(text)

        with pytest.raises(WorkerUnfitError) as caught:
            _worker(broken, gpus=1).step()
        assert caught.value.failure.kind is FailureKind.WORKER_LOST
