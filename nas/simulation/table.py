"""A table of known results as a problem to search, so that samplers can be compared untrained."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import prod
from pathlib import Path

import numpy as np

from search_spaces.csv_file import CsvRow, read_csv
from search_spaces.errors import DataError, SpaceError
from search_spaces.measures import ACCURACY, QUALITIES, costs
from search_spaces.registry import Value
from search_spaces.spaces.choices import Choice
from search_spaces.spaces.problem import Candidate, Limit, Values, violations

_PARAM = "param."
_RUNG = re.compile(r"(\w+)@([1-9][0-9]*)")
_Key = tuple[Value | None, ...]


@dataclass(frozen=True)
class Result:
    """One row: an architecture and how accurate its trainings became.

    Attributes:
        candidate: Choices, id and costs.
        accuracy: Of the final training, 0 to 1.
        rungs: Accuracy by epochs of separate, shorter trainings.
        epochs: Of the final training; 1 where the table does not say.
        quality: Name of what stands for accuracy.
    """

    candidate: Candidate
    accuracy: float
    rungs: dict[int, float]
    epochs: int
    quality: str = ACCURACY


@dataclass(frozen=True)
class TableProblem:
    """A problem whose architectures are the rows of a table.

    Attributes:
        name: Of the file.
        results: The rows.
        choices: The `param.` columns; one that is empty in some rows depends on another.
        objectives: See `Problem`.
        limits: See `Problem`.
    """

    name: str
    results: tuple[Result, ...]
    choices: tuple[Choice, ...]
    objectives: tuple[str, ...] = (ACCURACY, "flops")
    limits: tuple[Limit, ...] = ()

    @classmethod
    def read(cls, path: str | Path) -> TableProblem:
        """Reads a CSV file (`csv_file`).

        Columns: `param.NAME`, a choice, empty where it does not exist; `architecture`, an id that
        equal networks share (optional); `accuracy` or `miou`, 0 to 1; `accuracy@E` or `miou@E` of a
        separate training of E epochs; `epochs` of the final training; costs, above zero. Others are
        not read.

        Raises:
            DataError: The file is missing or wrong; the message names line and column.
        """
        return _Reader(Path(path)).problem()

    def of(self, objectives: Sequence[str], limits: Iterable[Limit] = ()) -> TableProblem:
        """The same table with other objectives and limits.

        Raises:
            DataError: The table has no such column, or a limit is not on a cost.
        """
        limits = tuple(limits)
        costs = tuple(self.results[0].candidate.costs)
        self._require(objectives, (self.quality, *costs), "column")
        self._require([limit.quantity for limit in limits], costs, "cost")
        if self.quality not in objectives:
            raise DataError(f"`objectives` (={','.join(objectives)}) must contain {self.quality}")
        if len(set(objectives)) < len(objectives):
            raise DataError(f"`objectives` (={','.join(objectives)}) must name each once")
        return replace(self, objectives=tuple(objectives), limits=limits)

    def _require(self, names: Iterable[str], known: Sequence[str], kind: str) -> None:
        for name in names:
            if name not in known:
                raise DataError(f"{self.name}: has no {kind} `{name}`; it has {', '.join(known)}")

    @property
    def quality(self) -> str:
        """Name of the trained measure of the table."""
        return self.results[0].quality

    @cached_property
    def rungs(self) -> tuple[int, ...]:
        """Epochs of the shorter trainings, ascending."""
        return tuple(sorted(self.results[0].rungs))

    @cached_property
    def num_feasible(self) -> int:
        """How many distinct architectures are within the limits."""
        candidates = (result.candidate for result in self.results)
        return len({c.architecture for c in candidates if not violations(c, self.limits)})

    @cached_property
    def _rows(self) -> dict[_Key, Result]:
        return {self._key(result.candidate.values): result for result in self.results}

    def _key(self, values: Values) -> _Key:
        return tuple(values.get(choice.name) for choice in self.choices)

    def result(self, values: Values) -> Result:
        """The row of some values; inactive choices may be absent. Raises SpaceError if none."""
        try:
            return self._rows[self._key(values)]
        except KeyError:
            chosen = ", ".join(f"{name}={value}" for name, value in values.items())
            raise SpaceError(f"{self.name}: has no row with {chosen}") from None

    def sample(self, rng: np.random.Generator) -> dict[str, Value]:
        """The values of a row."""
        return dict(self.results[int(rng.integers(len(self.results)))].candidate.values)

    def candidate(self, values: Values) -> Candidate:
        """See `Problem`. Raises SpaceError where the table has no such row."""
        return self.result(values).candidate

    def num_combinations(self) -> int:
        """How many sets of values the choices allow; the table may have fewer rows."""

        def count(choice: Choice) -> int:
            needed = ((choice.name, value) for value in choice.values)
            return sum(prod(count(c) for c in self.choices if c.requires == n) for n in needed)

        return prod(count(choice) for choice in self.choices if choice.requires is None)


class _Reader:
    """Turns text into a problem and knows where it is."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._line = 1

    def problem(self) -> TableProblem:
        header, lines = read_csv(self._path, DataError)
        names = [name for name in header if name.startswith(_PARAM)]
        if not names:
            raise self._error(f"must have columns `{_PARAM}NAME`; it has {', '.join(header)}")
        quality = next((name for name in QUALITIES.values() if name in header), None)
        if quality is None:
            raise self._error(f"must have a column `{ACCURACY}`; it has {', '.join(header)}")
        rows = list(lines)
        if not rows:
            raise self._error("must have at least one row")
        values = {
            name[len(_PARAM) :]: _typed([row.cells[name].strip() for row in rows]) for name in names
        }
        choices = tuple(_in_order(self._choices(values, rows)))
        results = tuple(self._results(rows, values, choices, quality))
        return TableProblem(self._path.name, results, choices, (quality, "flops"))

    def _error(self, message: str, column: str | None = None) -> DataError:
        where = f" column `{column}`:" if column else ""
        return DataError(f"{self._path}:{self._line}:{where} {message}")

    def _choices(
        self, columns: Mapping[str, Sequence[Value | None]], rows: Sequence[CsvRow]
    ) -> Iterator[Choice]:
        for name, column in columns.items():
            values = tuple(dict.fromkeys(value for value in column if value is not None))
            requires = _requirement(name, columns) if None in column else None
            if None in column and requires is None:
                self._line = rows[column.index(None)].line
                rule = "is empty, which must go with one value of another choice, in all its rows"
                raise self._error(rule, _PARAM + name)
            yield Choice(name, tuple(sorted(values, key=lambda v: (str(type(v)), v))), requires)

    def _results(
        self,
        rows: Sequence[CsvRow],
        values: Mapping[str, Sequence[Value | None]],
        choices: Sequence[Choice],
        quality: str,
    ) -> Iterator[Result]:
        header = rows[0].cells
        known = [name for name in costs() if name in header]
        found = filter(None, map(_RUNG.fullmatch, header))
        rungs = {int(each[2]): each[0] for each in found if each[1] == quality}
        seen: dict[_Key, int] = {}
        # The loop says where it is in passing, for `_error` below it.
        for number, (self._line, row) in enumerate(rows):
            key = tuple(values[choice.name][number] for choice in choices)
            if seen.setdefault(key, self._line) != self._line:
                raise self._error(f"has the same choices as line {seen[key]}")
            candidate = Candidate(
                {c.name: v for c, v in zip(choices, key, strict=True) if v is not None},
                row.get("architecture") or "/".join(map(str, key)),
                {name: self._number(row, name, _POSITIVE) for name in known},
            )
            accuracies = {e: self._number(row, name, _SHARE) for e, name in sorted(rungs.items())}
            epochs = int(self._number(row, "epochs", _WHOLE)) if "epochs" in row else 1
            final = self._number(row, quality, _SHARE)
            yield Result(candidate, final, accuracies, epochs, quality)

    def _number(self, row: Mapping[str, str], name: str, rule: _Rule) -> float:
        text, (holds, words) = row[name], rule
        try:
            value = float(text)
        except ValueError:
            raise self._error(f"must be a number; got {text!r}", name) from None
        if not holds(value):
            raise self._error(f"must be {words}; got {text}", name)
        return value


_Rule = tuple[Callable[[float], bool], str]

_SHARE: _Rule = (lambda v: 0 <= v <= 1, "between 0 and 1")
_POSITIVE: _Rule = (lambda v: 0 < v < math.inf, "above zero")
_WHOLE: _Rule = (lambda v: v >= 1 and v.is_integer(), "a whole number above zero")


def _typed(column: Sequence[str]) -> list[Value | None]:
    """Cells as whole numbers, numbers or truth values if all are; empty ones as None."""
    full = [cell for cell in column if cell]
    for read in (_truth, int, float):
        try:
            # Columns of choices hold few distinct cells in thousands of rows: each is read once.
            known = {cell: read(cell) for cell in dict.fromkeys(full)}
        except ValueError:
            continue
        return [known[cell] if cell else None for cell in column]
    return [cell or None for cell in column]


def _truth(cell: str) -> bool:
    # `index` raises ValueError for any other word, as `int` and `float` do.
    return bool(("False", "True").index(cell))


def _requirement(
    name: str, columns: Mapping[str, Sequence[Value | None]]
) -> tuple[str, Value] | None:
    """The choice, in more rows, and its value that stands in just the rows in which this exists."""
    exists = [value is not None for value in columns[name]]
    row = exists.index(True) if True in exists else 0
    for other, column in columns.items():
        value = column[row]
        fuller = column.count(None) < exists.count(False)
        if fuller and value is not None and [v == value for v in column] == exists:
            return other, value
    return None


def _in_order(choices: Iterator[Choice]) -> Iterator[Choice]:
    """What others depend on stands before them."""
    waiting, done = list(choices), set[str]()
    while waiting:
        ready = [c for c in waiting if c.requires is None or c.requires[0] in done]
        assert ready, "what a choice requires exists in more rows than it"
        yield from ready
        done |= {choice.name for choice in ready}
        waiting = [choice for choice in waiting if choice.name not in done]
