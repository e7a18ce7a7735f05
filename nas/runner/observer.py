"""Who is told how a search goes on, and what is told."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from nas.runner.progress import Progress


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
