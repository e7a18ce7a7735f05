"""One comparable result for each trial, also for those that were stopped early."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nas.store import EpochRecord, TrialRecord

Array = NDArray[np.float64]
Rows = NDArray[np.int64]

_ABOVE_ONE = 1.005


@dataclass(frozen=True)
class Outcomes:
    """Losses of trials after some numbers of epochs.

    A loss is `log(1.005 - accuracy)`: halving the error counts the same everywhere.

    Attributes:
        trials: Those that were trained to the end or stopped early, with at least one epoch.
        seen: `(num_trials, num_rungs)`, the loss after as many epochs as some trial ended after,
            the largest number last; not a number where a trial was not trained so long.
    """

    trials: tuple[TrialRecord, ...]
    seen: Array

    @classmethod
    def of(cls, trials: Sequence[TrialRecord], curves: Sequence[EpochRecord]) -> Outcomes:
        """Reads the results of trials from their learning curves."""
        ended = tuple(t for t in trials if t.state in ("COMPLETE", "PRUNED") and t.epochs)
        rungs = sorted({trial.epochs for trial in ended})
        rows = {trial.number: row for row, trial in enumerate(ended)}
        columns = {epochs: column for column, epochs in enumerate(rungs)}
        seen = np.full((len(ended), len(rungs)), np.nan)
        for epoch in curves:
            if epoch.number in rows and epoch.epochs in columns:
                place = rows[epoch.number], columns[epoch.epochs]
                seen[place] = np.log(_ABOVE_ONE - epoch.accuracy)
        return cls(ended, seen)

    def __len__(self) -> int:
        return len(self.trials)

    def final(self, rows: Rows | None = None) -> Array:
        """The loss at the end of each trial, or of a resample of them.

        A trial that was stopped counts with its last loss carried on by the mean change of those
        that were seen both then and at the end; not a number where there were none.

        Args:
            rows: Indices, perhaps with repeats; all by default.
        """
        seen = self.seen if rows is None else self.seen[rows]
        final = np.full(len(seen), np.nan)
        for column in range(seen.shape[1]):
            both = ~np.isnan(seen[:, column]) & ~np.isnan(seen[:, -1])
            change = np.mean(seen[both, -1] - seen[both, column]) if both.any() else np.nan
            reached = ~np.isnan(seen[:, column])
            final[reached] = seen[reached, column] + change
        return final


def accuracy_of(loss: float | Array) -> Array:
    """The accuracy that a loss stands for."""
    accuracy: Array = _ABOVE_ONE - np.exp(np.asarray(loss, dtype=np.float64))
    return accuracy
