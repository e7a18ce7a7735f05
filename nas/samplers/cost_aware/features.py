"""Architectures as numbers for a kernel over choices and costs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nas.problem import Candidate
from search_spaces.registry import Value
from search_spaces.space import Choice

Array = NDArray[np.float64]

_LEAST_COST = 1e-9


def log_costs(candidates: Sequence[Candidate], names: Sequence[str]) -> Array:
    """Natural logarithms of costs, `(num_candidates, num_names)`."""
    rows = [[candidate.costs[name] for name in names] for candidate in candidates]
    costs = np.array(rows, dtype=np.float64).reshape(len(candidates), len(names))
    logs: Array = np.log(np.maximum(costs, _LEAST_COST))
    return logs


class Scale:
    """Maps the log costs of some architectures to [0, 1], each cost for itself.

    Attributes:
        names: Of the costs.
    """

    def __init__(self, candidates: Sequence[Candidate], names: Sequence[str]) -> None:
        self.names = tuple(names)
        logs = log_costs(candidates, names)
        self._low = logs.min(axis=0)
        spread = logs.max(axis=0) - self._low
        self._spread = np.where(spread > 0, spread, 1.0)

    def __call__(self, candidates: Sequence[Candidate]) -> Array:
        """`(num_candidates, num_names)`; beyond [0, 1] for those beyond the range."""
        scaled: Array = (log_costs(candidates, self.names) - self._low) / self._spread
        return scaled


class Encoding:
    """Columns for the choices: one group for each choice.

    Within a group the squared distance of two different values is one. Half of it stands for being
    different, and half for how far apart they are in order, where the values are numbers. A choice
    that does not exist stands in the middle of its values, and so at distance zero from itself.

    Attributes:
        columns: `(num_columns,)`, the group of each column.
    """

    def __init__(self, choices: Sequence[Choice]) -> None:
        self._choices = tuple(choices)
        tables = [_columns(choice.values) for choice in choices]
        self.columns = np.repeat(np.arange(len(tables)), [table.shape[1] for table in tables])
        self._tables = tables
        self._codes = [
            {value: code for code, value in enumerate(choice.values)} | {None: len(choice.values)}
            for choice in choices
        ]

    def __call__(self, candidates: Sequence[Candidate]) -> Array:
        """`(num_candidates, num_columns)`."""
        parts = [
            table[[codes[candidate.values.get(choice.name)] for candidate in candidates]]
            for choice, codes, table in zip(self._choices, self._codes, self._tables, strict=True)
        ]
        return np.hstack(parts)


def _columns(values: Sequence[Value]) -> Array:
    """A row for each value and one, in their middle, for its absence."""
    number = len(values)
    differ = np.eye(number) / np.sqrt(2)
    if number > 2 and all(isinstance(value, int | float) for value in values):
        rank = np.argsort(np.argsort(np.array(values, dtype=np.float64)))
        above = (rank[:, None] > np.arange(number - 1)) / np.sqrt(number - 1)
        differ = np.hstack([differ, above]) / np.sqrt(2)
    return np.vstack([differ, differ.mean(axis=0)])
