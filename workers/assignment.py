"""What a worker is given to do: one trial, from its start or from its last rung."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(eq=False)
class Assignment:
    """One trial for a worker.

    Tune copies and keeps the config of every trial; a copy of this is the object itself, and
    `release` empties it, so that a search of many trials does not fill the memory.

    Attributes:
        number: Of the trial.
        network: As JSON; None once released.
        max_epochs: Epochs after which the trial is complete.
        checkpoints: Epochs after which weights and state are sent back with the result.
        seed: The study's seed.
        state: What the trial had when its last worker was lost; None for a start from nothing.
    """

    number: int
    network: dict[str, Any] | None
    max_epochs: int
    checkpoints: tuple[int, ...]
    seed: int
    state: bytes | None = None

    def release(self) -> None:
        """Drops what only a worker needs."""
        self.network = self.state = None

    def __copy__(self) -> Assignment:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Assignment:
        return self

    def __repr__(self) -> str:
        return f"trial {self.number}"
