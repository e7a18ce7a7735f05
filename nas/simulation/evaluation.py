"""What a simulated search paid for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nas.simulation.table import Result


@dataclass(frozen=True)
class Evaluation:
    """All trainings of one architecture.

    Attributes:
        result: The row of the table.
        accuracy: What the longest of its trainings reached.
        epochs: What all of its trainings cost together.
        state: `COMPLETE` where trained to the end, else `PRUNED`.
        finished_at: Simulated time at which its last training ended.
    """

    result: Result
    accuracy: float
    epochs: int
    state: str
    finished_at: float

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "params": dict(self.result.candidate.values),
            "architecture": self.result.candidate.architecture,
            "accuracy": self.accuracy,
            "epochs": self.epochs,
            "state": self.state,
            "costs": dict(self.result.candidate.costs),
            "finished_at": self.finished_at,
        }
