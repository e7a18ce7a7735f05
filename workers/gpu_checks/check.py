"""A check of a card, what it returns or raises, and the verdict on it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from search_spaces.errors import reason_of
from workers.gpu_checks.card import Card


class Found(NamedTuple):
    """All is well.

    Attributes:
        said: One line.
    """

    said: str
    figures: Mapping[str, float]


class CheckFailed(Exception):
    """Something is not as it must be; the message is one line.

    Attributes:
        figures: The numbers behind it.
    """

    def __init__(self, message: str, figures: Mapping[str, float] | None = None) -> None:
        super().__init__(message)
        self.figures = figures or {}


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


@dataclass(frozen=True)
class Check:
    """Something that must hold on a card.

    Attributes:
        question: What is looked at, in a few words.
        look: Returns what was found; raises CheckFailed with what is wrong.
        seconds: What it takes on a card, about.
    """

    name: str
    question: str
    look: Callable[[Card], Found]
    seconds: float

    def run(self, card: Card) -> Verdict:
        """Looks. What that raises, of whatever kind, is what is wrong."""
        start = time.perf_counter()
        try:
            said, figures = self.look(card)
            passed = True
        except CheckFailed as error:
            passed, said, figures = False, str(error), error.figures
        except Exception as error:  # a card that refuses to work raises kinds of its own
            passed, said, figures = False, f"{type(error).__name__}: {reason_of(error)}", {}
        return Verdict(self.name, passed, said, figures, time.perf_counter() - start)
