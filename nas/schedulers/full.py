"""No early stopping: every trial trains to the end."""

from __future__ import annotations

from collections.abc import Mapping


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
