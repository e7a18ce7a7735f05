"""Checks of a card, on a pretended one: all pass, and each fails where something is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from search_spaces.errors import LatencyError
from workers.failure import FailureKind
from workers.gpu_checks import CHECKS, Card, PretendedCard, Verdict, processes, training
from workers.gpu_checks.card import _Time
from workers.proxy import ProxyTrainer
from workers.proxy.batches import TrainingLoss
from workers.step import Stepper, capture

CARD = PretendedCard()


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(training, "NUM_TRIALS", 12)
    before = torch.get_num_threads()
    torch.set_num_threads(1)  # networks are tiny
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("name", CHECKS)
def test_each_check_passes_where_all_is_well(name: str) -> None:
    verdict = CHECKS[name].run(CARD)
    assert verdict.passed, verdict.said
    assert verdict.check == name
    assert verdict.said and "\n" not in verdict.said
    assert verdict.seconds > 0
    json.dumps(verdict._asdict())


def _failed(name: str) -> Verdict:
    verdict = CHECKS[name].run(CARD)
    assert not verdict.passed
    assert verdict.said and "\n" not in verdict.said
    return verdict


def test_a_number_that_is_baked_in_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right, count = TrainingLoss.__call__, iter(range(10**6))

    def counted(self: TrainingLoss, draws: Any) -> Tensor:
        return right(self, draws) * (1 + next(count) % 7)

    monkeypatch.setattr(TrainingLoss, "__call__", counted)
    assert "a captured training is" in _failed("graph_is_eager").said


def test_a_training_without_numbers_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = TrainingLoss.__call__
    monkeypatch.setattr(TrainingLoss, "__call__", lambda *args: right(*args) * torch.inf)
    assert "nan" in _failed("graph_is_eager").said


def test_a_step_that_is_not_captured_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stepper, "_replayed", Stepper._step)
    assert "a step that was to be captured was not" in _failed("graph_is_eager").said


def test_a_read_within_a_step_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = TrainingLoss.__call__

    def reading(self: TrainingLoss, draws: Any) -> Tensor:
        loss = right(self, draws)
        return loss * float(loss.detach() > -1)

    monkeypatch.setattr(TrainingLoss, "__call__", reading)
    assert "CaptureError" in _failed("graph_is_eager").said


@pytest.mark.parametrize("kind", ["plain", "captured"])
def test_a_wait_between_steps_is_found(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right, is_captured = Stepper.step, kind == "captured"

    def waiting(self: Stepper) -> None:
        right(self)
        if self.has_graph == is_captured:
            self.loss_sum.item()

    monkeypatch.setattr(Stepper, "step", waiting)
    verdict = _failed("nothing_waits")
    assert (
        f"an epoch of 4 {kind} steps waits for the card 5 times, one of 8 steps 9" in verdict.said
    )


def test_rounding_to_fewer_bits_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """As TF32 does to what goes into a convolution."""
    right = nn.Conv2d.forward

    def rounded(self: nn.Conv2d, x: Tensor) -> Tensor:
        if "cpu" in capture.DEVICE_TYPES:  # on the card alone
            x = (x.detach() * 2**10).round() / 2**10 + (x - x.detach())
        return right(self, x)

    @contextmanager
    def nothing() -> Iterator[None]:
        yield

    monkeypatch.setattr(nn.Conv2d, "forward", rounded)
    expected = training._weights

    def apart(card: Any, case: Any, data: Any, how: Any, num_epochs: int = 2) -> Tensor:
        on_card = how.cuda_graphs
        monkeypatch.setattr(
            PretendedCard, "recording", recording if on_card else lambda _: nothing()
        )
        return expected(card, case, data, how, num_epochs)

    recording = PretendedCard.recording
    monkeypatch.setattr(training, "_weights", apart)
    assert "TF32" in _failed("float32_is_exact").said


def test_trials_that_leave_something_behind_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    left, right = [], ProxyTrainer.train_epoch

    def leaving(self: ProxyTrainer) -> Any:
        left.append(torch.zeros(100_000))  # 0.4 MB, four times
        return right(self)

    monkeypatch.setattr(ProxyTrainer, "train_epoch", leaving)
    assert "MiB after 8 trials" in _failed("memory_stays_flat").said


@pytest.mark.parametrize("part", ["module", "averaged"])
def test_a_state_that_is_lost_on_the_way_is_found(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = ProxyTrainer.load_state_dict

    def losing(self: ProxyTrainer, state: Any) -> None:
        right(self, {**state, part: getattr(self, part).state_dict()})

    monkeypatch.setattr(ProxyTrainer, "load_state_dict", losing)
    assert "not the one that was saved" in _failed("checkpoints_travel").said


def test_a_training_that_goes_on_elsewhere_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """As one that counts its epochs from nothing."""
    right = ProxyTrainer.load_state_dict
    monkeypatch.setattr(
        ProxyTrainer, "load_state_dict", lambda self, state: right(self, {**state, "epochs": 0})
    )
    assert "instead of" in _failed("checkpoints_travel").said


TOLD = {"kind": FailureKind.OUT_OF_MEMORY.value, "why": "", "before": 2.0, "after": 2.0}


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            {**TOLD, "kind": "evaluator_error", "why": "RuntimeError: a text"},
            "RuntimeError: a text",
        ),
        ({**TOLD, "kind": "no failure"}, "is no failure"),
        ({**TOLD, "after": 2.5}, "2.00000 before and 2.50000 after"),
        ({**TOLD, "after": float("nan")}, "nan after"),
    ],
)
def test_memory_that_ran_out_unnoticed_is_found(
    told: dict[str, Any], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_tried", lambda *_: told)
    assert said in _failed("memory_shortage_survived").said


def test_an_assertion_taken_for_the_users_fault_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"kind": "evaluator_error", "why": "RuntimeError: CUDA error", "trains": False}
    monkeypatch.setattr(processes, "_tried", lambda *_: told)
    assert "should be told as worker lost" in _failed("assertion_survived").said


def test_a_process_that_says_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(command: list[str], **_: Any) -> Any:
        return subprocess.CompletedProcess(command, -9, "", "")

    monkeypatch.setattr(subprocess, "run", killed)
    assert "ended with -9: nothing" in _failed("assertion_survived").said


class _Drifting(PretendedCard):
    """Where large tensors take ever longer, and small ones do not."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__()
        self._patch = monkeypatch

    def timing(self) -> Any:
        self._patch.setattr(_Time, "NUMBER_S", 1.5 * _Time.NUMBER_S)
        return super().timing()

    def neighbour(self) -> Any:
        return nullcontext()


def test_latencies_that_do_not_repeat_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = CHECKS["timings_repeat"].run(_Drifting(monkeypatch))
    assert not verdict.passed
    assert verdict.said.startswith("measured twice, 26 blocks differ by ")


def test_a_neighbour_that_moves_latencies_unnoticed_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One that takes memory's time and nobody else's: the small reference does not feel it."""
    # However busy this machine is.
    monkeypatch.setattr("workers.latency.measurement.is_alone", lambda *_: True)
    verdict = CHECKS["busy_card_told"].run(_Drifting(monkeypatch))
    assert not verdict.passed
    assert "not marked" in verdict.said


def test_blocks_that_time_did_not_suffice_for_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.gpu_checks.timings.LONGEST_S", 1e-3)
    assert "of 26 blocks measured" in _failed("timings_repeat").said


@pytest.mark.parametrize(
    ("kind", "said"), [("memory", "out_of_memory"), ("assertion", "worker_lost")]
)
def test_processes_that_fail_on_purpose_tell_their_kind(
    kind: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    processes.main(kind, "cpu")
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["kind"] == said


def test_waits_are_counted_by_what_pytorch_warns_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """In PyTorch's own words (c10/cuda/CUDAFunctions.cpp)."""
    import warnings

    modes: list[object] = []
    monkeypatch.setattr(torch.cuda, "get_sync_debug_mode", lambda: 0)
    monkeypatch.setattr(torch.cuda, "set_sync_debug_mode", modes.append)

    def action() -> None:
        for _ in range(3):
            warnings.warn("called a synchronizing CUDA operation", UserWarning, stacklevel=1)
        warnings.warn("something else", UserWarning, stacklevel=1)

    assert Card().num_waits(action) == 3
    assert modes == ["warn", 0]


def test_what_a_check_raises_is_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("a text\nof two lines")

    monkeypatch.setattr(training, "noise", broken)
    assert _failed("nothing_waits").said == "ValueError: a text of two lines"


def test_checks_need_neither_ray_nor_a_database() -> None:
    code = "import sys, workers.gpu_checks; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert loaded.isdisjoint(
        {"ray", "optuna", "sqlalchemy", "scipy", "yaml", "PIL", "pandas", "rich"}
    )


def test_a_busy_process_says_so_and_goes_on_until_it_is_killed() -> None:
    class OnTheCpu(PretendedCard):
        neighbour = Card.neighbour

    card = OnTheCpu()
    with card.neighbour():
        pass  # it has said `busy`, and is killed


def test_a_busy_process_that_cannot_begin_is_found() -> None:
    class Nowhere(PretendedCard):
        device = "nowhere"
        neighbour = Card.neighbour

    with pytest.raises(LatencyError, match="has ended"), Nowhere().neighbour():
        pass
