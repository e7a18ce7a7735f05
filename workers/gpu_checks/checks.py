"""The checks by name, and how one is run: whatever it raises is what is wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from search_spaces.errors import reason_of
from workers.gpu_checks.card import Card
from workers.gpu_checks.failures import assertion_survived, memory_shortage_survived
from workers.gpu_checks.found import CheckFailed, Found
from workers.gpu_checks.timings import busy_card_told, timings_repeat
from workers.gpu_checks.training import (
    checkpoints_travel,
    float32_is_exact,
    graph_is_eager,
    memory_stays_flat,
    nothing_waits,
)


@dataclass(frozen=True)
class Check:
    """Something that must hold on a card.

    Attributes:
        question: What is looked at, in a few words.
        look: Returns what was found; raises CheckFailed with what is wrong.
        seconds: What it takes on a card, about.
    """

    question: str
    look: Callable[[Card], Found]
    seconds: float


class Verdict(NamedTuple):
    """What a check found.

    Attributes:
        said: What was found, or what is wrong, in one line.
        figures: The numbers behind it.
    """

    check: str
    passed: bool
    said: str
    figures: Mapping[str, float]
    seconds: float


CHECKS: dict[str, Check] = {
    "graph_is_eager": Check("a captured step computes what the plain one does", graph_is_eager, 20),
    "float32_is_exact": Check("float32 on the card has all its digits", float32_is_exact, 2),
    "nothing_waits": Check("the CPU waits at the ends of epochs alone", nothing_waits, 10),
    "memory_stays_flat": Check("forty trials leave nothing behind", memory_stays_flat, 30),
    "memory_shortage_survived": Check(
        "training goes on after memory ran out", memory_shortage_survived, 20
    ),
    "assertion_survived": Check(
        "an assertion on the card ends its own process alone", assertion_survived, 15
    ),
    "checkpoints_travel": Check("a state goes to the CPU and back", checkpoints_travel, 5),
    "timings_repeat": Check("latencies measured twice are equal", timings_repeat, 10),
    "busy_card_told": Check("a busy card moves no latency unnoticed", busy_card_told, 20),
}


def run_check(name: str, card: Card) -> Verdict:
    """Looks at one thing. What it raises, of whatever kind, is what is wrong."""
    start = time.perf_counter()
    try:
        said, figures = CHECKS[name].look(card)
        passed = True
    except CheckFailed as error:
        passed, said, figures = False, str(error), error.figures
    except Exception as error:  # a card that refuses to work raises kinds of its own
        passed, said, figures = False, f"{type(error).__name__}: {reason_of(error)}", {}
    return Verdict(name, passed, said, figures, time.perf_counter() - start)
