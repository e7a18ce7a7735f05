"""How far a search is, and who is told."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from nas.runner.stopping import StopRequest
from search_spaces.measures import ACCURACY, measure


@dataclass
class Progress:
    """What a person watching wants to know, kept up to date by the session.

    Attributes:
        time_limit: Seconds after which nothing more is proposed.
        quality: Name of the trained measure.
        num_reused: Finished trials that other studies had trained.
        running: Epochs done so far of each trial that runs.
        ended: Why nothing more is proposed; None while the search goes on.
    """

    num_trials: int
    time_limit: float | None = None
    num_complete: int = 0
    num_pruned: int = 0
    num_failed: int = 0
    num_reused: int = 0
    best_accuracy: float | None = None
    front_size: int = 0
    train_s: float = 0.0
    running: dict[int, int] = field(default_factory=dict)
    ended: str | None = None
    last_failure: str | None = None
    quality: str = ACCURACY

    @property
    def quality_word(self) -> str:
        """What the trained measure is called within a sentence."""
        return measure(self.quality).in_words

    @property
    def num_done(self) -> int:
        """Those that count towards `num_trials`; failed ones are replaced."""
        return self.num_complete + self.num_pruned


class Observer(Protocol):
    """Who is told how the search goes on."""

    def message(self, text: str) -> None:
        """One line about what happens now."""
        ...

    def profiling(self, done: int, total: int) -> None:
        """So many blocks of the latency table are measured."""
        ...

    def searching(self, progress: Progress) -> AbstractContextManager[None]:
        """The search runs while this context is open; `progress` changes underneath."""
        ...


class StoppableObserver:
    """Is told of measurements, and ends them between two of them where somebody asks for it.

    What was measured before is kept.
    """

    def __init__(self, observer: Observer, stop: StopRequest) -> None:
        self._observer, self._stop = observer, stop

    def message(self, text: str) -> None:
        self._observer.message(text)
        self._stop.check()

    def profiling(self, done: int, total: int) -> None:
        self._observer.profiling(done, total)
        self._stop.check()
