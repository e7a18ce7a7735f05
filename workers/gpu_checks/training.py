"""Checks of the short training on a card: what it computes, what it keeps, when it waits."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, NamedTuple

import torch
from torch import Tensor

from search_spaces.quantities import plural
from workers.datasets.base import Dataset
from workers.gpu_checks.card import Card
from workers.gpu_checks.check import CheckFailed, Found
from workers.gpu_checks.subject import (
    FAMILIES,
    PlainAugmentation,
    PlainRecipe,
    family_network,
    noise,
)
from workers.memory import free
from workers.proxy import Execution, ProxyData, ProxyTrainer

STEPS = 4
"""Steps of an epoch: more would let rounding grow into another training."""

NUM_EPOCHS = 2
MAX_DISTANCE = 1e-3
"""Of a captured training from a plain one, as a share of how far training moved the weights."""

FAR = 0.02
"""What is so far apart is another training, whatever chance does."""

MIB = 2**20
MAX_GROWTH = {"in tensors": MIB, "kept": 64 * MIB}
"""Bytes that forty trials may leave behind; PyTorch takes what it keeps in large pieces."""


class Case(NamedTuple):
    """One way to train."""

    family: str
    augmentation: PlainAugmentation = PlainAugmentation()
    dropout: float = 0.0
    low: bool = False

    def __str__(self) -> str:
        return f"{self.family}, {'bfloat16' if self.low else 'float32'}"


CASES = [
    Case("standard", PlainAugmentation(crop=2)),
    Case("separable", PlainAugmentation(cutout=4), low=True),
    Case("shuffle", PlainAugmentation(flip=False, crop=0), dropout=0.2),
    Case("fire", PlainAugmentation(mixup=0.2)),
    Case("standard", PlainAugmentation(True, 2, 0.2, 4, 0.2), dropout=0.2, low=True),
]
"""Every family and every augmentation, in either type."""


def execution(*, graphs: bool, low: bool = False) -> Execution:
    """How a trial is trained on a card."""
    return Execution(autocast=low, cuda_graphs=graphs)


def trainer_of(
    card: Card, case: Case, data: ProxyData, how: Execution, max_epochs: int = NUM_EPOCHS
) -> ProxyTrainer:
    """A small training of one case, with the seed 0."""
    network = family_network(case.family, data.info.in_shape, 16, case.dropout)
    recipe = PlainRecipe(card.batch_size, augmentation=case.augmentation)
    return ProxyTrainer(network, data, recipe, max_epochs, 0, how)


def images(card: Card, num_steps: int = STEPS) -> Dataset:
    """Images for so many steps."""
    return noise(num_steps * card.batch_size, (3, 16, 16))


# Does the captured step compute what the plain one does?


def graph_is_eager(card: Card) -> Found:
    """Captured and plain trainings of every family end with the same weights.

    Some kernels of a card add in an order of chance, so that two plain trainings differ too: a
    captured one may differ from them by four times that, but never by more than `FAR`.
    """
    data = ProxyData(images(card), card.device)
    figures: dict[str, float] = {}
    for case in CASES:
        plain, again, captured = (
            _weights(card, case, data, execution(graphs=graphs, low=case.low))
            for graphs in (False, False, True)
        )
        fresh = _fresh(card, case, data)
        allowed = min(FAR, max(MAX_DISTANCE, 4 * _distance(plain, again, fresh)))
        if card.is_pretended:
            allowed = 0.0
        found = figures[str(case)] = _distance(plain, captured, fresh)
        # Said the other way round, NaN would pass.
        if not found <= allowed:
            raise CheckFailed(
                f"{case}: a captured training is {found:.2g} of the way away from the plain one, "
                f"and {allowed:.2g} is allowed", figures,
            )  # fmt: skip
    worst = max(figures.values())
    said = "equal to the last bit" if worst == 0 else f"apart by {worst:.2g} of the way at most"
    return Found(f"{len(CASES)} trainings, each plain and captured: {said}", figures)


def _weights(
    card: Card, case: Case, data: ProxyData, how: Execution, num_epochs: int = NUM_EPOCHS
) -> Tensor:
    """All weights after some epochs, in a row."""
    with card.recording():
        trainer = trainer_of(card, case, data, how)
        for _ in range(num_epochs):
            trainer.train_epoch()
        # Else two plain trainings would be compared, and equal.
        if trainer.stepper.has_graph != how.cuda_graphs:
            raise CheckFailed(f"{case}: a step that was to be captured was not")
        return _in_a_row(trainer.module)


def _fresh(card: Card, case: Case, data: ProxyData) -> Tensor:
    return _in_a_row(trainer_of(card, case, data, Execution()).module)


def _in_a_row(module: torch.nn.Module) -> Tensor:
    return torch.cat([p.detach().flatten().double().cpu() for p in module.parameters()])


def _distance(one: Tensor, other: Tensor, fresh: Tensor) -> float:
    """Of two trainings, as a share of how far the first went from the fresh weights."""
    return float((one - other).norm() / (one - fresh).norm())


MAX_ROUNDING = 1e-4
"""Of a step in float32. With TF32, whose products have eleven bits, a step is off by 5e-4."""


def float32_is_exact(card: Card) -> Found:
    """One step in float32 on the card moves the weights as on the CPU, but for rounding."""
    dataset, case = images(card, 1), Case("standard", PlainAugmentation(crop=2))
    here, exact = ProxyData(dataset, card.device), ProxyData(dataset)
    found = _weights(card, case, here, execution(graphs=True), 1)
    expected = _weights(card, case, exact, execution(graphs=False), 1)
    error = _distance(expected, found, _fresh(card, case, exact))
    if not error <= MAX_ROUNDING:
        rule = f"a step in float32 differs from that of the CPU by {error:.1e} of its length"
        raise CheckFailed(f"{rule}, more than {MAX_ROUNDING:.0e}, as with TF32", {"error": error})
    return Found(f"a step is that of the CPU to {error:.1e} of its length", {"error": error})


# When does the CPU wait, and what is kept?


def nothing_waits(card: Card) -> Found:
    """Epochs of twice as many steps make the CPU wait no more often; nor do more images to judge.

    Raises:
        CheckFailed: They do: something waits in each step.
    """
    waits = {(graphs, n): _waits(card, graphs, n) for graphs in (False, True) for n in (4, 8)}
    figures: dict[str, float] = {
        f"{'captured' if graphs else 'plain'}, {steps} steps": count
        for (graphs, steps), count in waits.items()
    }
    for graphs in (False, True):
        few, many = waits[graphs, 4], waits[graphs, 8]
        if many > few:
            kind = "captured" if graphs else "plain"
            raise CheckFailed(
                f"an epoch of 4 {kind} steps waits for the card {few} times, one of 8 steps {many} "
                "times: something waits in each step", figures,
            )  # fmt: skip
    return Found(f"{plural(waits[True, 8], 'wait')} in a captured epoch, however long", figures)


def _waits(card: Card, graphs: bool, num_steps: int) -> int:
    """Of an epoch with its evaluation; the first epoch, in which a step is captured, is let go."""
    data = ProxyData(images(card, num_steps), card.device)
    with card.recording():
        trainer = trainer_of(card, Case("separable"), data, execution(graphs=graphs))
        trainer.train_epoch()
        return card.num_waits(trainer.train_epoch)


NUM_TRIALS = 40
NUM_WARM_UP = 8
"""Trials after which all is there that a process keeps for good."""


def memory_stays_flat(card: Card) -> Found:
    """Forty captured trials of all families, one after the other in one process."""
    data = ProxyData(images(card), card.device)
    held = []
    for number in range(NUM_TRIALS):
        _trial(card, list(FAMILIES)[number % len(FAMILIES)], data)
        free()
        held.append(card.bytes_held())
    level, end = held[NUM_WARM_UP - 1], held[-1]
    figures: dict[str, float] = {f"MiB {kind}": value / MIB for kind, value in end.items()}
    for kind, value in end.items():
        if value > level[kind] + MAX_GROWTH[kind]:
            raise CheckFailed(
                f"memory {kind}: {level[kind] / MIB:.1f} MiB after {NUM_WARM_UP} trials, "
                f"{value / MIB:.1f} MiB after {NUM_TRIALS}", figures,
            )  # fmt: skip
    shown = ", ".join(f"{value / MIB:.1f} MiB {kind}" for kind, value in end.items())
    return Found(f"after {NUM_TRIALS} trials as after {NUM_WARM_UP}: {shown}", figures)


def _trial(card: Card, family: str, data: ProxyData) -> None:
    with card.recording():
        trainer_of(card, Case(family), data, execution(graphs=True), 1).train_epoch()


# Does a state go to the CPU and back?


def checkpoints_travel(card: Card) -> Found:
    """A training begun on one of card and CPU goes on on the other as where it began."""
    dataset = images(card)
    figures = {}
    for name, begun, there in (
        ("card to CPU", card.device, "cpu"),
        ("CPU to card", "cpu", card.device),
    ):
        stayed, moved = _moved(card, dataset, begun, there)
        figures[name] = abs(moved / stayed - 1)
        if not figures[name] <= 10 * MAX_DISTANCE:
            rule = f"from {name} the second epoch has the loss {moved:.5f} instead of {stayed:.5f}"
            raise CheckFailed(rule, figures)
    return Found(f"second epochs differ by {max(figures.values()):.1e} in their loss", figures)


def _moved(card: Card, dataset: Dataset, begun: str, there: str) -> tuple[float, float]:
    """Losses of the second epoch where the first was trained, and on the other device."""
    with card.recording():
        first = _on(card, dataset, begun)
        first.train_epoch()
        buffer = io.BytesIO()
        torch.save(first.state_dict(), buffer)
        state = torch.load(io.BytesIO(buffer.getvalue()), weights_only=True, map_location=there)
        second = _on(card, dataset, there)
        second.load_state_dict(state)
        _require_equal(first.state_dict(), second.state_dict())
        losses = first.train_epoch().train_loss, second.train_epoch().train_loss
    assert losses[0] is not None and losses[1] is not None
    return losses[0], losses[1]


def _on(card: Card, dataset: Dataset, device: str) -> ProxyTrainer:
    """A trainer that captures its steps where there is a card."""
    how = execution(graphs=True) if device == card.device else Execution()
    return trainer_of(card, Case("shuffle"), ProxyData(dataset, device), how)


def _require_equal(sent: dict[str, Any], arrived: dict[str, Any]) -> None:
    # Rates and the like follow from the recipe, and are not taken from a state.
    one, other = ([s["module"], s["averaged"], s["optimizer"]["state"]] for s in (sent, arrived))
    pairs = zip(_tensors(one), _tensors(other), strict=True)
    if not all(torch.equal(a.cpu(), b.cpu()) for a, b in pairs):
        raise CheckFailed("a state that was loaded on another device is not the one that was saved")


def _tensors(value: Any) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, dict | list | tuple):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _tensors(part)
