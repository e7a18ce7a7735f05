"""The protocol between a worker and whatever evaluates: what is made, asked, checked and kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from search_spaces.chain import Chain
from search_spaces.ends import head, stem
from search_spaces.errors import EvaluatorError
from search_spaces.network import Network
from workers.datasets import Dataset, DatasetInfo
from workers.datasets.base import Split
from workers.evaluator import EpochResult, Resumable, TrialTask, Weighted, checked_result
from workers.proxy import ProxyTrainer
from workers.trainable import EvaluatorTrainable


class Recipe:
    """The `proxy:` section of an experiment."""

    batch_size = 8
    learning_rate = 0.1
    momentum = 0.9
    weight_decay = 5e-4
    label_smoothing = 0.0
    warmup_epochs = 0.5
    averaging = 0.98
    augment = False


def _network() -> Network:
    chain = Chain((1, 8, 8))
    chain.write("stem", "stem", lambda net, x: stem(net, x, 4))
    chain.write("head", "head", lambda net, x: head(net, x, 2, dropout=0.0))
    return chain.network()


def _dataset() -> Dataset:
    rng = np.random.default_rng(0)
    splits = [
        Split(rng.integers(0, 256, (n, 1, 8, 8), dtype=np.uint8), np.arange(n, dtype=np.int64) % 2)
        for n in (16, 8, 8)
    ]
    return Dataset("noise", DatasetInfo((1, 8, 8), 2, flip=False), *splits)


def _task(seed: int = 0, dataset: Dataset | None = None) -> TrialTask:
    return TrialTask(_network(), dataset or _dataset(), Recipe(), max_epochs=3, seed=seed)


class Counting:
    """Accuracy rises by an eighth each epoch; can go on, and has weights."""

    def __init__(self, task: TrialTask) -> None:
        self.task = task
        self.epochs = 0

    def train_epoch(self) -> float:
        self.epochs += 1
        return self.epochs / 8

    def state_dict(self) -> dict[str, Any]:
        return {"epochs": self.epochs}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.epochs = state["epochs"]

    def weights(self) -> dict[str, Any]:
        return {"scale": torch.tensor([1.5])}


class Bare:
    """Only what is required."""

    def __init__(self, task: TrialTask) -> None: ...

    def train_epoch(self) -> EpochResult:
        return EpochResult(0.25, 3.0)


def _trainable(factory: Any) -> EvaluatorTrainable:
    """The trainable as Tune makes it, without Tune."""
    trainable = EvaluatorTrainable.__new__(EvaluatorTrainable)
    trainable.setup(
        _config(), dataset=_dataset(), recipe=Recipe(), make_evaluator=factory,
        evaluator_name="mine:It", num_threads=torch.get_num_threads(),
    )  # fmt: skip
    return trainable


def _config() -> dict[str, Any]:
    return {"number": 0, "network": _network().to_json(), "max_epochs": 3, "seed": 0}


@pytest.mark.parametrize(
    ("returned", "wanted"),
    [
        (0, (0.0, None)),
        (1.0, (1.0, None)),
        (np.float32(0.5), (0.5, None)),
        (torch.tensor(0.25), (0.25, None)),
        (EpochResult(0.75), (0.75, None)),
        (EpochResult(0.75, 2), (0.75, 2.0)),
        (EpochResult(np.float64(0.5), torch.tensor(1.5)), (0.5, 1.5)),
        (EpochResult(0.5, float("nan")), (0.5, None)),
    ],
)
def test_what_may_be_returned(returned: Any, wanted: tuple[float, float | None]) -> None:
    checked = checked_result(returned, "mine:It")
    assert checked == wanted
    assert type(checked.accuracy) is float


@pytest.mark.parametrize(
    ("returned", "shown"),
    [
        (None, "None"),
        (True, "True"),
        ("0.5", "'0.5'"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (-0.01, "-0.01"),
        (1.01, "1.01"),
        (93, "93"),
        (EpochResult(93.0, 1.0), "93.0"),
        ((0.5, 1.0), r"\(0.5, 1.0\)"),
        (torch.zeros(2), r"tensor\(\[0., 0.\]\)"),
        ([0.5] * 100, r"\[0.5, .*\.\.\."),
    ],
)
def test_anything_else_is_told_in_one_line(returned: Any, shown: str) -> None:
    rule = "`train_epoch` must return an accuracy from 0 to 1, or an EpochResult with one; got "
    with pytest.raises(EvaluatorError, match=f"^mine:It: {rule}{shown}$") as caught:
        checked_result(returned, "mine:It")
    assert len(str(caught.value)) < 200


def test_a_loss_that_is_no_number() -> None:
    with pytest.raises(EvaluatorError, match=r"the `train_loss` .* a number or None; got 'low'"):
        checked_result(EpochResult(0.5, "low"), "mine:It")  # type: ignore[arg-type]


def test_the_tasks_module_is_the_network_and_drawn_under_the_seed() -> None:
    torch.manual_seed(3)
    wanted = torch.rand(2)
    torch.manual_seed(3)
    one, same, other = (_task(seed).module().state_dict() for seed in (1, 1, 2))
    assert torch.equal(torch.rand(2), wanted)  # the global generator is left alone
    assert one["stem.conv.weight"].shape == (4, 1, 3, 3)
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not torch.equal(one["stem.conv.weight"], other["stem.conv.weight"])


def test_the_built_in_evaluator_follows_the_protocol() -> None:
    dataset = _dataset()
    first, second = (ProxyTrainer.of_task(_task(dataset=dataset)) for _ in range(2))
    assert isinstance(first, Weighted)
    assert isinstance(first, Resumable)
    result = checked_result(first.train_epoch(), "proxy")
    assert result == second.train_epoch()
    assert first._data is second._data  # on the device once for all trials of a worker
    module = _task().module()
    module.load_state_dict(first.weights())
    for name, value in first.averaged.state_dict().items():
        assert torch.equal(module.state_dict()[name], value)


def test_a_worker_asks_for_one_epoch_after_another() -> None:
    trainable = _trainable(Counting)
    steps = [trainable.step() for _ in range(3)]
    assert [(s["epochs"], s["accuracy"], s["train_loss"]) for s in steps] == [
        (1, 0.125, None),
        (2, 0.25, None),
        (3, 0.375, None),
    ]
    assert all(0 <= step["train_s"] < 1 for step in steps)
    assert trainable.reset_config(_config())
    assert trainable.step()["epochs"] == 1
    assert trainable.step()["accuracy"] == 0.25


def test_a_task_tells_what_is_to_be_evaluated() -> None:
    made: list[TrialTask] = []

    def make(task: TrialTask) -> Bare:
        made.append(task)
        return Bare(task)

    result = _trainable(make).step()
    assert (result["epochs"], result["accuracy"], result["train_loss"]) == (1, 0.25, 3.0)
    (task,) = made
    assert task.network == _network()
    assert (task.max_epochs, task.seed, task.device) == (3, 0, "cpu")
    assert task.dataset.name == "noise"
    assert task.recipe.batch_size == 8


def test_a_worker_names_an_evaluator_that_gives_no_accuracy() -> None:
    class Percent(Bare):
        def train_epoch(self) -> float:  # type: ignore[override]
            return 93.5

    with pytest.raises(EvaluatorError, match=r"^mine:It: `train_epoch` must .*; got 93\.5$"):
        _trainable(Percent).step()


def test_an_error_in_the_constructor_belongs_to_the_first_step() -> None:
    """So it fails one trial, and not the worker that the trial came to."""

    def make(task: TrialTask) -> Bare:
        raise RuntimeError("no data")

    trainable = _trainable(make)
    assert trainable.reset_config(_config())
    with pytest.raises(RuntimeError, match="no data"):
        trainable.step()


def test_an_interrupted_trial_goes_on_where_it_stopped(tmp_path: Path) -> None:
    assert isinstance(Counting(_task()), Resumable)
    first, second = _trainable(Counting), _trainable(Counting)
    for _ in range(2):
        first.step()
    first.save_checkpoint(str(tmp_path))
    second.load_checkpoint(str(tmp_path))
    result = second.step()
    assert (result["epochs"], result["accuracy"]) == (3, 0.375)
    assert torch.load(tmp_path / "weights.pt", weights_only=True) == {"scale": torch.tensor([1.5])}


def test_state_and_weights_are_optional(tmp_path: Path) -> None:
    assert not isinstance(Bare(_task()), Resumable | Weighted)
    trainable = _trainable(Bare)
    trainable.step()
    trainable.save_checkpoint(str(tmp_path))
    assert list(tmp_path.iterdir()) == []
    trainable.load_checkpoint(str(tmp_path))
    assert trainable.step()["epochs"] == 2
