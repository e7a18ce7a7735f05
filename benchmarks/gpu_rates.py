"""Images a second that a card trains, in three loops; what part of the card's limits that is."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from benchmarks.plain_loop import PlainLoop
from search_spaces.graphs.cost import cost
from search_spaces.graphs.network import Network
from workers.datasets import Dataset
from workers.failure import is_out_of_memory
from workers.gpu_checks import FAMILIES, Card, PlainRecipe, family_network, noise
from workers.memory import free
from workers.proxy import Execution, ProxyData, ProxyTrainer

LOOPS = ("plain", "eager", "captured")
TIMED_S = 0.5
LEAST_ROUNDS = 3
MAX_EPOCHS = 1000
"""So that no schedule ends while it is timed."""


class Cell(NamedTuple):
    """One loop with one network; batch and side are as on a card, and less on a pretended one."""

    family: str
    loop: str
    batch_size: int
    side: int
    low: bool

    def __str__(self) -> str:
        kind = "bfloat16" if self.low else "float32"
        return f"{self.family}, {self.loop}, batch {self.batch_size}, {self.side} px, {kind}"

    @property
    def importance(self) -> int:
        """What the program is judged by comes first: 32 pixels, batch 64."""
        return 2 + 2 * (self.batch_size != 64) + 4 * (self.side != 32) + (not self.low)

    def seconds(self, card: Card) -> float:
        """What it takes, about."""
        if card.is_pretended:
            return 0.3
        return 2.0 + 2.0 * (self.loop == "plain") + 1.5 * (self.side > 32)


def cells(card: Card) -> list[Cell]:
    """All that can be measured."""
    return [
        Cell(family, loop, batch_size, side, low)
        for side in (32, 224)
        for batch_size in (32, 64, 512)
        for low in (True, False)
        for family in FAMILIES
        for loop in LOOPS
    ]


def rate(card: Card, cell: Cell) -> dict[str, Any]:
    """Images a second of one cell, the median over rounds; None where memory does not hold it."""
    told = {**cell._asdict(), "images_per_s": None, "rounds": 0}
    try:
        with card.recording():
            train, num_images = _loop(card, cell)
            train()
            rates = list(_rounds(card, train, num_images))
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        return told
    finally:
        free()
    network = _network(card, cell)
    return {
        **told,
        "images_per_s": statistics.median(rates),
        "rounds": len(rates),
        "flops_per_image": 3 * cost(network).flops,
        "bytes_per_image": bytes_per_image(network, low=cell.low),
    }


def _rounds(card: Card, train: Callable[[], object], num_images: int) -> Iterator[float]:
    """Images a second of rounds, until enough time has passed."""
    spent, number = 0.0, 0
    least_s = 0.0 if card.is_pretended else TIMED_S
    while number < (1 if card.is_pretended else LEAST_ROUNDS) or spent < least_s:
        start = time.perf_counter()
        train()
        card.synchronize()
        elapsed = time.perf_counter() - start
        spent, number = spent + elapsed, number + 1
        yield num_images / elapsed


def _network(card: Card, cell: Cell) -> Network:
    width = 8 if card.is_pretended else 32
    return family_network(cell.family, _in_shape(card, cell.side), width)


def _in_shape(card: Card, side: int) -> tuple[int, int, int]:
    pretended = 8 if side == 32 else 16
    return (3, pretended, pretended) if card.is_pretended else (3, side, side)


def _loop(card: Card, cell: Cell) -> tuple[Callable[[], object], int]:
    """An epoch of a loop without its evaluation, and how many images it has."""
    batch_size = min(8, cell.batch_size // 16) if card.is_pretended else cell.batch_size
    steps = 2 if card.is_pretended else (64 if cell.side == 32 else max(4, 1024 // batch_size))
    dataset = _dataset(steps * batch_size, _in_shape(card, cell.side))
    network, recipe = _network(card, cell), PlainRecipe(batch_size)
    if cell.loop == "plain":
        torch.manual_seed(0)
        plain = PlainLoop(network, dataset, card.device, MAX_EPOCHS, recipe, low=cell.low)
        return plain.train_epoch, steps * batch_size
    how = Execution(autocast=cell.low, cuda_graphs=cell.loop == "captured")
    data = ProxyData(dataset, card.device)
    trainer = ProxyTrainer(network, data, recipe, MAX_EPOCHS, 0, how)
    trainer.evaluate = lambda: 0.0  # type: ignore[method-assign]
    return trainer.train_epoch, steps * batch_size


@lru_cache(maxsize=1)
def _dataset(num_images: int, in_shape: tuple[int, int, int]) -> Dataset:
    return noise(num_images, in_shape)


# The card's limits


def peaks(card: Card) -> dict[str, Any]:
    """Multiply-adds a second of large products in each type, and bytes a second of a copy."""
    size = 64 if card.is_pretended else 8192
    found: dict[str, Any] = {}
    for name, kind in (("float32", torch.float32), ("bfloat16", torch.bfloat16)):
        matrix = torch.randn(size, size, device=card.device).to(kind)
        found[f"{name}_flops_per_s"] = size**3 / _seconds(card, lambda m=matrix: m @ m)
    there = torch.zeros((1 << 12) if card.is_pretended else (1 << 30), dtype=torch.uint8,
                        device=card.device)  # fmt: skip
    here = torch.empty_like(there)
    # Each byte is read once and written once.
    found["bytes_per_s"] = 2 * there.numel() / _seconds(card, lambda: here.copy_(there))
    free()
    return found


def _seconds(card: Card, action: Callable[[], object], repeats: int = 10) -> float:
    """The least of three rounds: what the card can do, not what it does beside others."""
    for _ in range(3):
        action()
    found = []
    for _ in range(3):
        card.synchronize()
        start = time.perf_counter()
        for _ in range(repeats):
            action()
        card.synchronize()
        found.append((time.perf_counter() - start) / repeats)
    return min(found)


def bytes_per_image(network: Network, *, low: bool) -> float:
    """Bytes that the operations of a training step read and write for one more image.

    Each operation reads its inputs from memory and writes its outputs there; what stays in a cache
    between two of them is counted all the same.
    """
    one, three = (_traffic(network, batch_size, low) for batch_size in (2, 4))
    return (three - one) / 2


@lru_cache(maxsize=256)
def _traffic(network: Network, batch_size: int, low: bool) -> int:
    from search_spaces.graphs.modules import build_module

    with torch.device("meta"):
        module = build_module(network)
        images, labels = torch.empty(batch_size, *network.in_shape), torch.zeros(batch_size).long()
    with _Traffic() as traffic:
        kind = torch.bfloat16 if low else torch.float32
        logits = module.to(kind)(images.to(kind))
        torch.nn.functional.cross_entropy(logits.float(), labels).backward()
    return traffic.num_bytes


class _Traffic(TorchDispatchMode):
    """Counts the bytes that operations read and write; views move none."""

    def __init__(self) -> None:
        super().__init__()
        self.num_bytes = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> object:
        out = func(*args, **(kwargs or {}))
        if not func.is_view:
            self.num_bytes += sum(t.nbytes for t in _tensors((args, kwargs or {}, out)))
        return out


def _tensors(value: object) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _tensors(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _tensors(part)
