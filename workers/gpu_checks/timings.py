"""Checks of latencies on a card: equal when measured twice, and beside a process that is busy."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log
from statistics import median

from workers.gpu_checks.card import Card
from workers.gpu_checks.check import CheckFailed, Found
from workers.gpu_checks.subject import FAMILIES, family_network
from workers.latency import Measurement, Subject, measure

MAX_MEDIAN = 0.05
MAX_ANY = 0.15
"""By what two measurements of a block may differ: in the middle of all blocks, and at most."""

LONGEST_S = 20.0


def timings_repeat(card: Card) -> Found:
    """The blocks of four networks, measured twice."""
    first = measured(card, _subjects())
    second = measured(card, _subjects(), first)
    figures = _apart(first, second)
    if not (figures["median"] <= MAX_MEDIAN and figures["largest"] <= MAX_ANY):
        raise CheckFailed(f"measured twice, {_in_words(figures, len(first))}", figures)
    return Found(_in_words(figures, len(first)), figures)


def busy_card_told(card: Card) -> Found:
    """Beside a busy process each latency is what it was, or is marked as disturbed."""
    subjects = _subjects()[:8]
    alone = measured(card, subjects)
    with card.neighbour():
        beside = measured(card, subjects, alone)
    unnoticed = {name: found for name, found in beside.items() if found.is_quiet}
    figures = {**_apart(alone, unnoticed), "marked": float(len(beside) - len(unnoticed))}
    if not figures["largest"] <= MAX_ANY:
        told = _in_words(figures, len(unnoticed))
        raise CheckFailed(f"beside a busy process, and not marked: {told}", figures)
    return Found(
        f"{len(beside) - len(unnoticed)} of {len(beside)} blocks marked; the others: "
        f"{_in_words(figures, len(unnoticed))}", figures,
    )  # fmt: skip


def _subjects() -> list[Subject]:
    blocks = [block.graph for family in FAMILIES for block in family_network(family).blocks]
    return [Subject.of_block(graph) for graph in {graph.id: graph for graph in blocks}.values()]


def measured(
    card: Card, subjects: Sequence[Subject], before: dict[str, Measurement] | None = None
) -> dict[str, Measurement]:
    """Measurements by block, at the speed of an earlier occasion where there was one.

    Raises:
        CheckFailed: Time was up before all were measured.
    """
    usual_ms = None if before is None else next(iter(before.values())).reference_ms
    with card.timing() as clock:
        found = measure(
            subjects, card.setting(), usual_reference_ms=usual_ms, max_seconds=LONGEST_S,
            clock=clock,
        )  # fmt: skip
        by_id = {measurement.id: measurement for measurement in found}
    if len(by_id) < len(subjects):
        raise CheckFailed(f"{len(by_id)} of {len(subjects)} blocks measured in {LONGEST_S:.0f} s")
    return by_id


def _apart(first: dict[str, Measurement], second: dict[str, Measurement]) -> dict[str, float]:
    """By what latencies of the same blocks differ, as shares of themselves."""
    apart = [
        exp(abs(log(found.latency_ms / first[name].latency_ms))) - 1
        for name, found in second.items()
    ]
    return {"median": median(apart or [0.0]), "largest": max(apart, default=0.0)}


def _in_words(figures: dict[str, float], count: int) -> str:
    spread = f"{figures['median']:.1%} in the middle and {figures['largest']:.1%} at most"
    return f"{count} blocks differ by {spread}"
