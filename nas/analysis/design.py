"""Choices as columns of numbers, whose coefficients are differences from the average."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nas.analysis.outcomes import Array

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
    logs = np.log([[max(row[name], 1e-12) for name in names] for row in costs])
    logs = logs.reshape(len(costs), len(names))
    both: Array = np.hstack([logs, logs**2])
    return both
