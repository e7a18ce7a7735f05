"""The protocol between a worker and whatever evaluates: what is made, asked, checked and kept."""

from __future__ import annotations

import io
import mmap
import pickle
import re
from typing import Any

import numpy as np
import pytest
import torch
from ray.tune.utils import flatten_dict

from nas.config.proxy import ProxySpec
from search_spaces.errors import EvaluatorError, NonFiniteError
from search_spaces.graphs.chain import Chain, head, stem
from search_spaces.graphs.network import Network
from workers.datasets import Dataset, DatasetInfo
from workers.datasets.base import Split
from workers.evaluator import (
    EpochResult,
    Resumable,
    Telling,
    TrialTask,
    Weighted,
    checked_result,
)
from workers.failure import Failure, FailureKind, WorkerUnfitError
from workers.memory import WARM_UP_TRIALS
from workers.proxy import ProxyData, ProxyTrainer
from workers.trainable import Assignment, EvaluatorTrainable


def _network() -> Network:
    chain = Chain((1, 8, 8))
    chain.write("stem", "stem", lambda net, x: stem(net, x, 4))
    chain.write("head", "head", lambda net, x: head(net, x, 2, dropout=0.0))
    return chain.network()


def _dataset() -> Dataset:
    rng = np.random.default_rng(0)
    splits = [
        Split(rng.integers(0, 256, (n, 1, 8, 8), dtype=np.uint8), np.arange(n, dtype=np.int64) % 2)
        for n in (16, 8)
    ]
    return Dataset("noise", DatasetInfo((1, 8, 8), 2, flip=False), *splits)


def _task(seed: int = 0, dataset: Dataset | None = None) -> TrialTask:
    return TrialTask(
        _network(), dataset or _dataset(), ProxySpec(batch_size=8), max_epochs=3, seed=seed
    )


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


def _trainable(factory: Any, max_growth: float = 2.0**30) -> EvaluatorTrainable:
    """The trainable as Tune makes it, without Tune."""
    trainable = EvaluatorTrainable.__new__(EvaluatorTrainable)
    trainable.setup(
        _config(), dataset=_dataset(), recipe=ProxySpec(batch_size=8), make_evaluator=factory,
        evaluator_name="mine:It", num_threads=torch.get_num_threads(), max_memory_growth=max_growth,
    )  # fmt: skip
    return trainable


def _config(state: bytes | None = None) -> dict[str, Any]:
    return {"trial": Assignment(0, _network().to_json(), 3, (1, 3), seed=0, state=state)}


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
    rule = "`train_epoch` must return a number from 0 to 1, or an EpochResult with one; got "
    with pytest.raises(EvaluatorError, match=f"^mine:It: {rule}{shown}$") as caught:
        checked_result(returned, "mine:It")
    assert len(str(caught.value)) < 200


def test_a_loss_that_is_no_number() -> None:
    rule = "the `train_loss` .* a finite number or None; got "
    with pytest.raises(EvaluatorError, match=f"{rule}'low'"):
        checked_result(EpochResult(0.5, "low"), "mine:It")  # type: ignore[arg-type]
    with pytest.raises(NonFiniteError, match=f"{rule}nan"):
        checked_result(EpochResult(0.5, float("nan")), "mine:It")
    with pytest.raises(NonFiniteError, match="got inf"):
        checked_result(float("inf"), "mine:It")


def test_the_tasks_module_is_the_network_and_drawn_under_the_seed() -> None:
    torch.manual_seed(3)
    wanted = torch.rand(2)
    torch.manual_seed(3)
    one, same, other = (_task(seed).module().state_dict() for seed in (1, 1, 2))
    assert torch.equal(torch.rand(2), wanted)  # the global generator is left alone
    assert one["stem.conv.0.weight"].shape == (4, 1, 3, 3)
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not torch.equal(one["stem.conv.0.weight"], other["stem.conv.0.weight"])


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

    failure = _trainable(Percent).step()["failure"]
    assert failure.kind is FailureKind.EVALUATOR_ERROR
    assert re.fullmatch(
        r"EvaluatorError: mine:It: `train_epoch` must .*; got 93\.5", failure.reason
    )


def test_an_error_in_the_constructor_belongs_to_the_first_step() -> None:
    """So it fails one trial, and not the worker that the trial came to."""

    def make(task: TrialTask) -> Bare:
        raise RuntimeError("no data")

    trainable = _trainable(make)
    assert trainable.reset_config(_config())
    failure = trainable.step()["failure"]
    assert (failure.kind, failure.reason) == (FailureKind.EVALUATOR_ERROR, "RuntimeError: no data")
    assert "in make" in failure.traceback


def test_a_lost_trial_goes_on_from_its_last_rung() -> None:
    """The rungs are after epochs 1 and 3: the second epoch is repeated, the first is not."""
    assert isinstance(Counting(_task()), Resumable)
    first, second = _trainable(Counting), _trainable(Counting)
    at_rung, between = first.step(), first.step()
    assert "state" not in between
    assert "weights" not in between
    assert second.reset_config(_config(at_rung["state"]))
    again, last = second.step(), second.step()
    assert (again["epochs"], again["accuracy"]) == (2, 0.25)
    assert (last["epochs"], last["accuracy"]) == (3, 0.375)
    assert "state" not in last  # it is complete
    for result in (at_rung, last):
        weights = torch.load(io.BytesIO(result["weights"]), weights_only=True)
        assert weights == {"scale": torch.tensor([1.5])}


def test_the_built_in_training_goes_on_bit_for_bit() -> None:
    whole, cut = _trainable(ProxyTrainer.of_task), _trainable(ProxyTrainer.of_task)
    results = [whole.step() for _ in range(3)]
    cut.reset_config(_config(results[0]["state"]))
    for before in results[1:]:
        again = cut.step()
        for name in ("epochs", "accuracy", "train_loss"):
            assert again[name] == before[name]
    weights = [torch.load(io.BytesIO(r["weights"]), weights_only=True) for r in (before, again)]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])


def test_state_and_weights_are_optional() -> None:
    assert not isinstance(Bare(_task()), Resumable | Weighted)
    trainable = _trainable(Bare)
    assert set(trainable.step()) == {"epochs", "accuracy", "train_loss", "train_s", "pid"}
    saved = _trainable(Counting).step()["state"]
    assert trainable.reset_config(_config(saved))
    assert trainable.step()["epochs"] == 1  # it keeps no state, so it begins again


# Failures


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (MemoryError("no room"), FailureKind.OUT_OF_MEMORY),
        (torch.OutOfMemoryError("CUDA out of memory"), FailureKind.OUT_OF_MEMORY),
        (RuntimeError("CUDA error: an illegal memory access"), FailureKind.WORKER_LOST),
    ],
)
def test_a_worker_that_cannot_go_on_ends_itself(error: Exception, kind: FailureKind) -> None:
    class Broken(Bare):
        def train_epoch(self) -> EpochResult:
            raise error

    with pytest.raises(WorkerUnfitError) as raised:
        _trainable(Broken).step()
    same = pickle.loads(pickle.dumps(raised.value))  # as it travels to the launching process
    assert same.failure.kind is kind
    assert same.failure.reason == f"{type(error).__name__}: {error}"
    assert "in train_epoch" in same.failure.traceback


def test_an_allocation_that_torch_refuses_is_out_of_memory() -> None:
    with pytest.raises(RuntimeError) as raised:
        torch.empty(2**60)
    assert Failure.of(raised.value).kind is FailureKind.OUT_OF_MEMORY


def test_a_worker_is_fit_after_a_trial_that_failed() -> None:
    class Odd(Bare):
        num_made = 0

        def __init__(self, task: TrialTask) -> None:
            Odd.num_made += 1
            self.breaks = Odd.num_made == 1

        def train_epoch(self) -> EpochResult:
            return EpochResult(0.5, float("nan") if self.breaks else 1.0)

    trainable = _trainable(Odd)
    failure = trainable.step()["failure"]
    assert failure.kind is FailureKind.NON_FINITE_LOSS
    assert failure.reason.endswith("must be a finite number or None; got nan")
    assert trainable.reset_config(_config())
    assert trainable.step()["accuracy"] == 0.5


def test_a_worker_that_keeps_memory_is_replaced() -> None:
    kept = []

    class Leaking(Bare):
        def train_epoch(self) -> EpochResult:
            # Pages of its own, and many: what the tests before let go would be used again.
            pages = mmap.mmap(-1, 40 * 2**20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
            pages.write(bytes(40 * 2**20))
            kept.append(pages)
            return EpochResult(0.5)

    trainable = _trainable(Leaking, max_growth=100 * 2**20)
    for _ in range(WARM_UP_TRIALS + 2):  # 40 MiB a trial: the third after warming up is too much
        assert trainable.step()["accuracy"] == 0.5
        assert trainable.reset_config(_config())
    assert trainable.step()["accuracy"] == 0.5
    assert trainable.reset_config(_config())
    with pytest.raises(WorkerUnfitError, match=r"\d+ kept 1\d\d MiB more after 6 trials") as e:
        trainable.step()
    assert e.value.failure.kind is FailureKind.WORKER_REPLACED


def test_a_worker_that_frees_its_memory_is_kept() -> None:
    class Large(Bare):
        def train_epoch(self) -> EpochResult:
            self.own = np.ones(64 * 2**20, np.uint8)
            return EpochResult(0.5)

    trainable = _trainable(Large, max_growth=10 * 2**20)
    for _ in range(WARM_UP_TRIALS + 5):
        assert trainable.step()["accuracy"] == 0.5
        assert trainable.reset_config(_config())


def test_shared_images_are_not_copied() -> None:
    """Ray's object store hands out read-only arrays in memory that all workers of a node share."""
    dataset = _dataset()
    dataset.train.images.flags.writeable = False
    data = ProxyData(dataset)
    assert data.train.images.data_ptr() == dataset.train.images.ctypes.data


def test_what_is_told_beside_the_accuracy_comes_through_tune_whole() -> None:
    """Tune takes mappings in a result apart before it hands them on."""
    told = {"boundary_iou": 0.25, "miou_low": 0.125}

    class Tells(Bare):
        def readings(self) -> dict[str, float]:
            return told

    assert isinstance(Tells(_task()), Telling)
    assert not isinstance(Bare(_task()), Telling)
    result = flatten_dict(_trainable(Tells).step())
    assert dict(result["readings"]) == told
    assert "readings" not in _trainable(Bare).step()
