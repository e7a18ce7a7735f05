"""Images a second of several trials on one card at once, each in a process of its own."""

from __future__ import annotations

import multiprocessing
import time
from contextlib import AbstractContextManager, nullcontext
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from workers.devices import mps
from workers.gpu_checks import Card, PlainRecipe, PretendedCard, family_network, noise
from workers.proxy import Execution, ProxyData, ProxyTrainer

WINDOW_S = 2.0
READY_S = 120.0
BATCH_SIZE = 64


class Wish(NamedTuple):
    """So many trials at once."""

    num_trials: int
    mps: bool

    def __str__(self) -> str:
        trials = f"{self.num_trials} trial{'s' if self.num_trials > 1 else ''}"
        return f"{trials} on one card, {'with' if self.mps else 'without'} MPS"

    @property
    def importance(self) -> int:
        return {1: 2, 4: 3, 16: 3, 8: 4, 2: 5}[self.num_trials] + (not self.mps)

    def seconds(self, card: Card) -> float:
        """What it takes, about: processes start together, and each loads PyTorch."""
        return 8.0 if card.is_pretended else 12.0 + 0.7 * self.num_trials


def counts(card: Card) -> list[Wish]:
    """What is measured; two processes at most where a card is pretended."""
    numbers = (1, 2) if card.is_pretended else (1, 2, 4, 8, 16)
    return [Wish(number, mps) for number in numbers for mps in (True, False)]


def together(card: Card, wish: Wish) -> dict[str, Any]:
    """Images a second of all trials together, while all of them train."""
    told: dict[str, Any] = {"num_trials": wish.num_trials, "mps": wish.mps, "images_per_s": None}
    with _mps(card, wish) as why:
        if why is not None:
            return {**told, "why": why}
        try:
            return {**told, "images_per_s": _rate(card, wish.num_trials), "why": None}
        except EOFError:
            return {**told, "why": "a trial's process ended: the card may have no room for so many"}


def _mps(card: Card, wish: Wish) -> AbstractContextManager[str | None]:
    """MPS while this is open; gives why there is none where there is none."""
    if not wish.mps:
        return nullcontext(None)
    return nullcontext("a pretended card has no MPS") if card.is_pretended else mps()


def _rate(card: Card, num_trials: int) -> float:
    context = multiprocessing.get_context("spawn")
    pipes, processes = [], []
    for _ in range(num_trials):
        here, there = context.Pipe()
        process = context.Process(target=serve, args=(there, card.is_pretended), daemon=True)
        process.start()
        there.close()  # so that the end of the process ends the waiting for it
        pipes.append(here)
        processes.append(process)
    try:
        for pipe in pipes:
            _answer(pipe, READY_S)
        window_s = 0.05 if card.is_pretended else WINDOW_S
        for pipe in pipes:
            pipe.send(window_s)
        return sum(_answer(pipe, READY_S) for pipe in pipes)
    finally:
        for process in processes:
            process.kill()
            process.join()


def _answer(pipe: Connection, within_s: float) -> float:
    if not pipe.poll(within_s):
        raise TimeoutError(f"a trial gave no sign within {within_s:.0f} s")
    return float(pipe.recv())


def serve(pipe: Connection, is_pretended: bool) -> None:
    """One trial: is ready once its step is captured, then tells the rate of a window."""
    card = PretendedCard() if is_pretended else Card()
    side, steps = (8, 2) if is_pretended else (32, 64)
    batch_size = 4 if is_pretended else BATCH_SIZE
    with card.recording():
        data = ProxyData(noise(steps * batch_size, (3, side, side)), card.device)
        network = family_network("standard", data.info.in_shape, 8 if is_pretended else 32)
        how = Execution(autocast=True, cuda_graphs=True)
        trainer = ProxyTrainer(network, data, PlainRecipe(batch_size), 10**6, 0, how)
        trainer.evaluate = lambda: 0.0  # type: ignore[method-assign]
        trainer.train_epoch()
        card.synchronize()
        pipe.send(0.0)
        window_s = pipe.recv()
        start, num_epochs = time.perf_counter(), 0
        while (elapsed := time.perf_counter() - start) < window_s or not num_epochs:
            trainer.train_epoch()
            card.synchronize()
            num_epochs += 1
        pipe.send(num_epochs * steps * batch_size / max(elapsed, 1e-9))
