"""One comparable result for each trial, also for those that were stopped; choices as numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nas.statistics.pareto import as_log_points
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
            # From the shortest on, so that the longest that a trial reached stands at last.
            final[reached] = seen[reached, column] + change
        return final


def accuracy_of(loss: float | Array) -> Array:
    """The accuracy that a loss stands for."""
    accuracy: Array = _ABOVE_ONE - np.exp(np.asarray(loss, dtype=np.float64))
    return accuracy


Choices = Mapping[str, Any]


@dataclass(frozen=True)
class Factor:
    """Something that was chosen, with the columns of a matrix that say what.

    Attributes:
        name: Of the choice, as `stage2.block`, or of a kind of choices, as `block`.
        levels: The values, ascending.
        shares: How common each level is where the factor exists.
        counts: In how many trials each level stands.
        columns: `(num_trials, num_levels)`: the share of each level in a trial less that of all
            trials; zero where the factor does not exist.
    """

    name: str
    levels: tuple[Any, ...]
    shares: Array
    counts: tuple[int, ...]
    columns: Array

    def encode(self, choices: Sequence[Choices]) -> Array:
        """The same columns for others; a value that none of the trials had counts as average."""
        return _shares(self.name, self.levels, choices)[0] - self._centre(choices)

    def _centre(self, choices: Sequence[Choices]) -> Array:
        exists = _exists(_shares(self.name, self.levels, choices)[0])
        return np.where(exists[:, None], self.shares, 0.0)


def each_choice(choices: Sequence[Choices]) -> list[Factor]:
    """A factor for each choice that has been made in more than one way."""
    return _factors(sorted({name for chosen in choices for name in chosen}), choices)


def each_kind(choices: Sequence[Choices]) -> list[Factor]:
    """A factor for each kind of choice, as `kernel_size`, over all stages and blocks.

    Its level in a trial is the share of the stages that have it, among those where it exists.
    """
    kinds = {name.rpartition(".")[2] for chosen in choices for name in chosen}
    return _factors(sorted(kinds), choices)


def _factors(names: Sequence[str], choices: Sequence[Choices]) -> list[Factor]:
    made = []
    for name in names:
        levels = _levels(name, choices)
        if len(levels) > 1:
            shares, counts = _shares(name, levels, choices)
            exists = _exists(shares)
            common = shares[exists].mean(axis=0)
            columns = np.where(exists[:, None], shares - common, 0.0)
            made.append(Factor(name, levels, common, tuple(counts), columns))
    return made


def _exists(shares: Array) -> NDArray[np.bool_]:
    """Which trials have the factor."""
    return np.asarray((shares > 0).any(axis=1), dtype=np.bool_)


def _levels(name: str, choices: Sequence[Choices]) -> tuple[Any, ...]:
    found = {value for chosen in choices for value in _values(name, chosen)}
    # Numbers before words, which do not compare with them.
    return tuple(sorted(found, key=lambda value: (isinstance(value, str), value)))


def _values(name: str, chosen: Choices) -> list[Any]:
    """The values of one choice, or of all choices of a kind."""
    if name in chosen:
        return [chosen[name]]
    return [value for key, value in chosen.items() if key.endswith(f".{name}")]


def _shares(
    name: str, levels: Sequence[Any], choices: Sequence[Choices]
) -> tuple[Array, list[int]]:
    """The share of each level in each trial, and in how many trials it stands."""
    place = {level: column for column, level in enumerate(levels)}
    shares = np.zeros((len(choices), len(levels)))
    for row, chosen in enumerate(choices):
        values = [place[value] for value in _values(name, chosen) if value in place]
        for column in values:
            shares[row, column] += 1 / len(values)
    return shares, [int(count) for count in (shares > 0).sum(axis=0)]


def log_cost_columns(costs: Sequence[Mapping[str, float]], names: Sequence[str]) -> Array:
    """Logarithms of costs and their squares, each centred on nothing: `(num_trials, 2 n)`."""
    logs = as_log_points(costs, names)
    both: Array = np.hstack([logs, logs**2])
    return both
