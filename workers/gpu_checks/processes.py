"""What is tried in a process of its own: running out of memory, an assertion, being busy.

`python -m workers.gpu_checks.processes memory|assertion|busy DEVICE`
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import torch

from search_spaces.errors import on_one_line
from workers.devices import synchronise
from workers.failure import Failure, FailureKind
from workers.gpu_checks.card import Card, PretendedCard, inherited
from workers.gpu_checks.check import CheckFailed, Found
from workers.gpu_checks.training import Case, execution, images, trainer_of
from workers.memory import free
from workers.proxy import ProxyData

WITHIN_S = 120.0

ASSERTION = """CUDA error: device-side assert triggered
CUDA kernel errors might be asynchronously reported at some other API call, so the stacktrace below
might be incorrect."""
"""What PyTorch says, for where there is no card to say it."""


def memory_shortage_survived(card: Card) -> Found:
    """A process that asks for more memory than there is knows why it failed, and trains on."""
    told = _tried("memory", card)
    _require_kind(told, FailureKind.OUT_OF_MEMORY)
    before, after = told["before"], told["after"]
    if not abs(after / before - 1) <= 1e-2:
        rule = f"the loss of one epoch was {before:.5f} before and {after:.5f} after it ran out"
        raise CheckFailed(f"memory ran out: {rule}")
    said = "told as out of memory; the same training then gave the same loss"
    return Found(said, {"before": before, "after": after})


def assertion_survived(card: Card) -> Found:
    """A process whose card fails an assertion is known to be lost; this one trains as before."""
    before = _loss(card)
    told = _tried("assertion", card)
    _require_kind(told, FailureKind.WORKER_LOST)
    if told["trains"] and not card.is_pretended:
        raise CheckFailed("a process whose card failed an assertion could train on")
    after = _loss(card)
    if not abs(after / before - 1) <= 1e-2:
        rule = f"before another process failed an assertion the loss was {before:.5f}"
        raise CheckFailed(f"{rule}, after it {after:.5f}")
    return Found("told as a lost worker; other processes train on", {"before": before})


def _require_kind(told: dict[str, Any], kind: FailureKind) -> None:
    if told["kind"] != kind.value:
        raise CheckFailed(
            f"should be told as {kind.in_words}, and is {told['kind']}: {told['why']}"
        )


def _tried(kind: str, card: Card) -> dict[str, Any]:
    """What a process of its own says of a failure that it provoked."""
    command = [sys.executable, "-m", "workers.gpu_checks.processes", kind, card.device]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=WITHIN_S, env=inherited(), check=False
    )
    if done.returncode != 0:
        said = on_one_line(done.stderr[-300:]) or "nothing"
        raise CheckFailed(
            f"the process that failed on purpose ended with {done.returncode}: {said}"
        )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


# In a process of its own


def _loss(card: Card) -> float:
    """Of one captured epoch, from the beginning."""
    data = ProxyData(images(card), card.device)
    with card.recording():
        how = execution(graphs=True)
        loss = trainer_of(card, Case("standard"), data, how).train_epoch().train_loss
    assert loss is not None
    return loss


def run_out_of_memory(card: Card) -> dict[str, Any]:
    """Asks for a pebibyte, between two equal trainings."""
    before = _loss(card)
    failure = _failure(lambda: torch.empty(2**50, dtype=torch.uint8, device=card.device))
    free()
    return {**failure, "before": before, "after": _loss(card)}


def fail_assertion(card: Card) -> dict[str, Any]:
    """Looks up what is not there, on the card; then tries to train."""
    told = _failure(lambda: _assert(card))
    try:
        _loss(card)
    except Exception:  # a poisoned process raises kinds of PyTorch's own
        return {**told, "trains": False}
    return {**told, "trains": True}


def _assert(card: Card) -> None:
    if card.is_pretended:
        raise RuntimeError(ASSERTION)
    values = torch.zeros(4, device=card.device)
    values[torch.tensor([1 << 20], device=card.device)].sum()
    card.synchronize()


def _failure(action: Any) -> dict[str, Any]:
    try:
        action()
    except Exception as error:
        failure = Failure.of(error)
        return {"kind": failure.kind.value, "why": failure.reason}
    return {"kind": "no failure", "why": "nothing was raised"}


def keep_busy(device: str) -> None:
    """Multiplies matrices until it is killed; says `busy` once it does."""
    matrix = torch.randn(2048, 2048, device=device)
    matrix @ matrix
    synchronise(device)
    sys.stdout.write("busy\n")
    sys.stdout.flush()
    while True:
        for _ in range(10):
            matrix @ matrix
        synchronise(device)  # else launches would pile up without end


def main(kind: str, device: str) -> None:
    """What one of these processes does."""
    if kind == "busy":
        keep_busy(device)
    card = Card() if device == "cuda" else PretendedCard()
    told = run_out_of_memory(card) if kind == "memory" else fail_assertion(card)
    sys.stdout.write(f"\n{json.dumps(told)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
    # Where the card refuses to work, taking down what lies on it may fail as well.
    os._exit(0)
