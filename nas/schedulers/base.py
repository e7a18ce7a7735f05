"""Who trains on, judged from what all trials had at equal epochs; and the one that stops none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Scheduler(Protocol):
    """Decides after an epoch whether a trial goes on.

    Its decisions depend on the recorded values alone, not on the order in which they came, so that
    a study that is resumed from its learning curves decides as one that was never interrupted.

    Attributes:
        rungs: Epochs at which trials may be stopped, ascending; the last one is the end.
    """

    @property
    def rungs(self) -> tuple[int, ...]: ...

    def record(self, number: int, epochs: int, values: Mapping[str, float]) -> None:
        """Notes what a trial had after some epochs, so that others are compared with it.

        Args:
            number: Of the trial.
            epochs: Trained so far; where these are no rung, nothing is noted.
            values: The accuracy then, and the known costs; every objective is among them.
        """
        ...

    def compared(self, number: int, epochs: int) -> Mapping[int, Mapping[str, float]]:
        """What all had that a trial is compared with after some epochs, by number, itself too."""
        ...

    def promotes(self, number: int, epochs: int, values: Mapping[str, float]) -> bool:
        """Records, then says whether the trial goes on; False from the last rung on."""
        ...


class FullTraining:
    """The scheduler of `fidelity: none`.

    Attributes:
        rungs: The end alone.
    """

    def __init__(self, max_epochs: int) -> None:
        self.rungs = (max_epochs,)

    def record(self, number: int, epochs: int, values: Mapping[str, float]) -> None:
        """Nothing is compared, so nothing is noted."""

    def compared(self, number: int, epochs: int) -> Mapping[int, Mapping[str, float]]:
        """Nobody."""
        return {}

    def promotes(self, number: int, epochs: int, values: Mapping[str, float]) -> bool:
        """True until the end."""
        return epochs < self.rungs[-1]
