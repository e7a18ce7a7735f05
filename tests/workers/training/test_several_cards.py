"""Training on pretended GPUs: how many share a batch, what is said, when the clock is read."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.multiprocessing as mp
from halves_kit import Notes, job, network
from torch import nn

import nas.training.run as run
from nas.config.training import TrainingSpec
from nas.training.run import Settings
from search_spaces.errors import TrainingError
from search_spaces.graphs.modules import build_module
from workers.devices import processes_for
from workers.step.norm import UncountedBatchNorm2d
from workers.training import Budget, group, loop, processes, train
from workers.training.followers import READY, Followers
from workers.training.group import Group, SyncedBatchNorm2d
from workers.training.loop import SPEED_STEPS, Loop

RECIPE = TrainingSpec(batch_size=8, crop=1)


@pytest.mark.parametrize(
    ("num_gpus", "batch_size", "wanted"),
    [(0, 64, 1), (1, 64, 1), (2, 64, 2), (3, 64, 2), (4, 64, 4), (5, 64, 4), (6, 64, 4),
     (7, 64, 4), (8, 64, 8), (3, 96, 3), (6, 96, 6), (5, 96, 4), (3, 7, 1), (8, 6, 6), (4, 1, 1)],
)  # fmt: skip
def test_as_many_processes_as_share_a_batch_evenly(
    num_gpus: int, batch_size: int, wanted: int
) -> None:
    assert processes_for(num_gpus, batch_size) == wanted


def test_more_processes_than_gpus_are_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    wanted = replace(job(tmp_path, RECIPE, num_processes=4), device="cuda")
    rule = r"number of processes \(=4\) must not exceed the number of GPUs \(=2\)"
    with pytest.raises(TrainingError, match=rule):
        train(wanted, Notes())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("CUDA error: an illegal memory access was encountered", "the GPU refused to work: CUDA"),
        ("cuDNN error: CUDNN_STATUS_INTERNAL_ERROR", "the GPU refused to work: cuDNN error"),
        ("[../gloo/transport/tcp] Timed out waiting 600000ms for recv", "the processes lost one"),
        ("HIP out of memory. Tried to allocate 2.00 GiB.", "the training ran out of memory"),
    ],
)
def test_a_gpu_that_refuses_to_work_is_one_line(
    text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError(f"{text}\nCompile with `TORCH_USE_CUDA_DSA`")

    monkeypatch.setattr(processes, "ProxyData", broken)
    with pytest.raises(TrainingError, match=said) as caught:
        train(job(tmp_path, RECIPE), Notes())
    assert "\n" not in str(caught.value)


# What is PyTorch's own


@pytest.mark.parametrize("norm", [nn.BatchNorm2d, UncountedBatchNorm2d])
def test_norms_are_pytorchs_own_between_gpus_and_ours_between_cpus(
    norm: type[nn.BatchNorm2d],
) -> None:
    """A layer stays the one object by whatever name the network calls it."""
    for device, kind in (("cuda:0", nn.SyncBatchNorm), ("cpu", SyncedBatchNorm2d)):
        module = build_module(network(), {"nn.BatchNorm2d": norm})
        before = [layer for layer in module.modules() if isinstance(layer, nn.BatchNorm2d)]
        weights = {name: value.clone() for name, value in module.state_dict().items()}
        group.synchronise_norms(module, torch.device(device))
        assert before and {type(layer) for layer in before} == {kind}
        now = [layer for layer in module.modules() if type(layer) is kind]
        assert [id(layer) for layer in now] == [id(layer) for layer in before]
        assert all(torch.equal(module.state_dict()[name], value) for name, value in weights.items())
        if kind is nn.SyncBatchNorm:
            module.eval()(torch.zeros(2, 1, 8, 8))  # it has all that its kind needs


@pytest.mark.parametrize(("device", "ids"), [("cuda:1", [1]), ("cpu", None)])
def test_gradients_are_pytorchs_own(
    device: str, ids: list[int] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[dict[str, Any]] = []
    monkeypatch.setattr(group, "DistributedDataParallel", lambda module, **how: made.append(how))
    Group(1, 2, torch.device(device)).together(build_module(network()))
    assert made == [{"device_ids": ids}]
    module = build_module(network())
    assert Group(0, 1, torch.device(device)).together(module) is module


# The clock


@dataclass
class Launched:
    """A training whose steps are launched at once and take the card a second each.

    Attributes:
        queued_s: Seconds of work that the card has not done yet.
        now: The clock; it passes while somebody waits for the card.
    """

    queued_s: float = 0.0
    now: float = 0.0
    batch: int = 0
    epochs: int = 0
    steps_per_epoch: int = 10
    schedule: Any = None

    def train_step(self) -> bool:
        self.now += 0.001
        self.queued_s += 1.0
        self.batch += 1
        return self.batch == self.steps_per_epoch

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.batch = 0

    def synchronise(self, _: object = None) -> None:
        self.now += self.queued_s
        self.queued_s = 0.0


def test_a_budget_of_time_is_planned_by_work_and_not_by_launches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A minute holds five epochs of ten steps of a second, and thousands of what is launched."""
    launched = Launched()
    monkeypatch.setattr(group, "synchronise", launched.synchronise)
    wanted = job(tmp_path, RECIPE, budget=Budget(None, 60.0))
    one = Loop(launched, wanted, Group(), Notes(), clock=lambda: launched.now)  # type: ignore[arg-type]
    assert one._first_plan() == 5  # 60 s hold 5 epochs of 10.01 s
    assert launched.now == pytest.approx(1.001 * (SPEED_STEPS + 1), rel=0.01)


def test_the_clock_of_an_epoch_is_read_when_its_work_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    monkeypatch.setattr(group, "synchronise", lambda _: order.append("wait"))

    def clock() -> float:
        order.append("clock")
        return float(len(order))

    monkeypatch.setattr(loop.time, "monotonic", clock)
    wanted = job(tmp_path, RECIPE, epochs=1)

    class Watcher(Notes):
        def epoch(self, record: Any) -> None:
            order.append("epoch")

    with processes._group(wanted) as alone:
        Loop(processes._trainer(wanted, alone), wanted, alone, Watcher(), clock).run(None)
    told = order.index("epoch")
    assert order[told - 2 : told] == ["wait", "clock"]


# The other processes


def _says(said: str, rank: int, first: Any) -> None:
    first.send(said)
    first.recv() if said == READY else None


def _ends(code: int, rank: int, first: Any) -> None:
    os._exit(code)


def _is_killed(rank: int, first: Any) -> None:
    first.send(READY)
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize(
    ("target", "arguments", "said"),
    [
        (_says, ("RuntimeError: CUDA error: invalid device ordinal",), "process 2 of 2: RuntimeE"),
        (_ends, (3,), "process 2 of 2: ended with exit code 3"),
    ],
)
def test_a_process_that_cannot_begin_is_told_at_once(
    target: Any, arguments: tuple[Any, ...], said: str
) -> None:
    """The first one would wait for it for minutes otherwise."""
    others = Followers(target, arguments, 2)
    try:
        with pytest.raises(TrainingError, match=f"a process of the training was lost, {said}"):
            others.wait_until_ready()
    finally:
        others.end(0.0)


def test_a_process_that_is_lost_later_ends_what_waits_for_it() -> None:
    import threading

    aborted = threading.Event()
    others = Followers(_is_killed, (), 2)
    try:
        others.wait_until_ready()
        others.watch(aborted.set)
        assert aborted.wait(30)
        with pytest.raises(
            TrainingError, match=r"lost, process 2 of 2: ended by signal 9; the same"
        ):
            others.require_all()
    finally:
        others.end(0.0)
    assert mp.active_children() == []


def test_nothing_is_agreed_on_with_a_lost_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a collective gives that was ended early is anything: it must not reach a checkpoint."""

    def lost() -> None:
        raise TrainingError("lost")

    monkeypatch.setattr(group.dist, "broadcast", lambda *_, **__: None)
    monkeypatch.setattr(group.dist, "all_reduce", lambda *_, **__: None)
    pair = Group(0, 2, torch.device("cpu"), lost)
    with pytest.raises(TrainingError, match="lost"):
        pair.decided(1)
    with pytest.raises(TrainingError, match="lost"):
        pair.total(1.0)
    with pytest.raises(TrainingError, match="lost"):
        pair.gathered(torch.ones(1, 2), torch.tensor([0]), 2)


def test_processes_on_gpus_agree_without_waiting_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a GPU each step would otherwise wait for the step before; there gradients alone meet."""
    seen: list[str] = []

    def collective(values: torch.Tensor, **_: int) -> None:
        seen.append(values.device.type)

    monkeypatch.setattr(group.dist, "broadcast", collective)
    monkeypatch.setattr(group.dist, "all_reduce", collective)
    pair = Group(0, 2, torch.device("cuda", 0))
    assert pair.decided(3) == 3 and pair.total(1.5) == 1.5
    assert pair.gathered(torch.ones(1, 2), torch.tensor([1]), 2).tolist() == [[0, 0], [1, 1]]
    assert seen == ["cpu"] * 3


@pytest.mark.parametrize(
    ("device", "backend", "set_to"),
    [("cuda", "cpu:gloo,cuda:nccl", [torch.device("cuda", 1)]), ("cpu", "gloo", [])],
)
def test_what_a_process_joins(
    device: str, backend: str, set_to: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has the GPU of its number; a lost one ends collectives with an error, not processes."""
    joined: list[tuple[str, int, int]] = []
    chosen: list[torch.device] = []
    monkeypatch.delenv("TORCH_NCCL_ASYNC_ERROR_HANDLING", raising=False)
    monkeypatch.setattr(torch.cuda, "set_device", chosen.append)
    monkeypatch.setattr(
        processes.dist, "init_process_group",
        lambda backend, rank, world_size, **_: joined.append((backend, rank, world_size)),
    )  # fmt: skip
    wanted = replace(job(tmp_path, RECIPE, num_processes=2), device=device)
    found = processes._joined(wanted, 1, str(tmp_path / "meeting"))
    assert joined == [(backend, 1, 2)] and chosen == set_to
    assert (found.rank, found.size, found.device.type) == (1, 2, device)
    handling = os.environ.pop("TORCH_NCCL_ASYNC_ERROR_HANDLING", None)
    assert handling == ("2" if device == "cuda" else None)


@pytest.mark.parametrize(
    ("num_gpus", "asked", "wanted", "told"),
    [
        (3, None, 2, ["2 of 3 GPUs train, since a batch of 8 is not divisible by 3"]),
        (4, None, 4, []),
        (3, 2, 2, []),  # what is asked for needs no word
    ],
)
def test_gpus_that_cannot_share_the_batch_are_left_out_and_told(
    num_gpus: int, asked: int | None, wanted: int, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: num_gpus)
    said: list[str] = []
    settings = Settings(RECIPE, Budget(1), num_processes=asked)
    assert run._num_processes(settings, 8, "cuda", said.append) == wanted
    assert [line.partition(";")[0] for line in said] == told


@pytest.mark.parametrize(("asked", "rule"), [(3, "must be divisible by"), (4, "must not exceed")])
def test_what_is_asked_for_is_refused_before_anything_is_noted(
    asked: int, rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 3)
    settings = Settings(RECIPE, Budget(1), num_processes=asked)
    with pytest.raises(TrainingError, match=rule):
        run._num_processes(settings, 8, "cuda", lambda _: None)


@pytest.mark.skipif(torch.version.cuda is not None, reason="a build for GPUs")
def test_a_gpu_that_cannot_be_used_is_one_line() -> None:
    assert run._device("auto") == run._device("cpu") == "cpu"
    rule = r"^--device is cuda, and PyTorch \S+ is a build for CPUs alone$"
    with pytest.raises(TrainingError, match=rule):
        run._device("cuda")
