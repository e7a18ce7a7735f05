"""Latency tables as CSV: one row for each block or network, its setting beside every number."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from math import isfinite
from pathlib import Path
from typing import NamedTuple, TypeVar

from search_spaces.csv_file import read_csv
from search_spaces.errors import LatencyError
from workers.latency.measurement import Measurement
from workers.latency.setting import BACKENDS, DEVICES, DTYPES, MEMORY_FORMATS, LatencySetting

T = TypeVar("T")


class MeasuredNetwork(NamedTuple):
    """A network measured end to end, and the ids of its blocks."""

    measurement: Measurement
    blocks: tuple[str, ...]


@dataclass(frozen=True)
class TableFile:
    """What a file says.

    Attributes:
        blocks: By the id of the block's graph.
        networks: By the id of the network.
    """

    setting: LatencySetting
    blocks: dict[str, Measurement] = field(default_factory=dict)
    networks: dict[str, MeasuredNetwork] = field(default_factory=dict)


_SETTING = tuple(entry.name for entry in fields(LatencySetting))
COLUMNS = ("kind", *Measurement._fields, "blocks", *_SETTING)

_ALLOWED = {
    "kind": ("block", "network"),
    "is_quiet": ("true", "false"),
    "device": DEVICES,
    "backend": BACKENDS,
    "dtype": DTYPES,
    "memory_format": MEMORY_FORMATS,
}
_WHOLE = {"num_runs": 0, "batch_size": 1, "num_threads": 1}
"""Columns of whole numbers and the least that is allowed."""

_POSITIVE = ("latency_ms",)
_ID = re.compile(r"[0-9a-f]{16}")


def write_table(path: Path, table: TableFile) -> None:
    """Writes a table. Raises LatencyError where the file cannot be written."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            # Floats are written by their repr, and so are read back to the last bit.
            writer.writerows(_rows(table))
    except OSError as error:
        raise LatencyError(f"{path}: cannot be written: {error.strerror}") from error


def _rows(table: TableFile) -> Iterable[list[object]]:
    setting = [getattr(table.setting, name) for name in _SETTING]
    for found in table.blocks.values():
        yield ["block", *_values(found), "", *setting]
    for found, blocks in table.networks.values():
        yield ["network", *_values(found), " ".join(blocks), *setting]


def _values(found: Measurement) -> list[object]:
    return [str(v).lower() if isinstance(v, bool) else v for v in found]


def read_table(path: Path) -> TableFile:
    """Reads a table.

    Raises:
        LatencyError: In one line what is wrong, with the file and, for a row, its line.
    """
    header, rows = read_csv(path, LatencyError)
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        columns = ", ".join(f"`{name}`" for name in missing)
        raise LatencyError(f"{path}: is no latency table: it lacks the column {columns}")
    table: TableFile | None = None
    for line, cells in rows:
        row = _Row(f"{path}:{line}", cells)
        # The first row's setting holds for the file: blocks of two devices have no sum.
        table = table or TableFile(row.setting())
        row.add_to(table)
    if table is None:
        raise LatencyError(f"{path}: has no rows")
    return table


class _Row:
    """One line of a file, checked while it is read."""

    def __init__(self, place: str, cells: dict[str, str]) -> None:
        self._place = place
        self._cells = cells

    def _error(self, message: str) -> LatencyError:
        return LatencyError(f"{self._place}: {message}")

    def _wrong(self, name: str, rule: str) -> LatencyError:
        came = self._cells[name]
        shown = repr(came if len(came) <= 40 else f"{came[:37]}...")
        return self._error(f"`{name}` must be {rule}, got {shown}")

    def setting(self) -> LatencySetting:
        """The setting that the row was measured in."""
        return LatencySetting(
            device=self._one_of("device"), backend=self._one_of("backend"),
            dtype=self._one_of("dtype"), batch_size=self._whole("batch_size"),
            num_threads=self._whole("num_threads"), memory_format=self._one_of("memory_format"),
            device_name=self._cells["device_name"], versions=self._cells["versions"],
        )  # fmt: skip

    def add_to(self, table: TableFile) -> None:
        """Adds the row's measurement to a table of the same setting."""
        own = self.setting()
        for name in _SETTING:
            here, above = getattr(own, name), getattr(table.setting, name)
            if here != above:
                raise self._error(f"`{name}` is {here}, but {above} in the lines above")
        found = self._measurement()
        if self._one_of("kind") == "block":
            self._add(table.blocks, found.id, found)
        else:
            blocks = tuple(self._cells["blocks"].split())
            if not blocks or not all(map(_ID.fullmatch, blocks)):
                raise self._wrong("blocks", "ids of blocks with spaces between them")
            self._add(table.networks, found.id, MeasuredNetwork(found, blocks))

    def _add(self, known: dict[str, T], name: str, value: T) -> None:
        if name in known:
            raise self._error(f"{self._cells['kind']} {name} is given twice")
        known[name] = value

    def _measurement(self) -> Measurement:
        if not _ID.fullmatch(self._cells["id"]):
            raise self._wrong("id", "sixteen hex digits")
        found = Measurement(
            id=self._cells["id"], latency_ms=self._number("latency_ms"),
            low_ms=self._number("low_ms"), high_ms=self._number("high_ms"),
            spread_ms=self._number("spread_ms"), num_runs=self._whole("num_runs"),
            reference_ms=self._number("reference_ms"),
            is_quiet=self._one_of("is_quiet") == "true",
        )  # fmt: skip
        if not found.low_ms <= found.latency_ms <= found.high_ms:
            raise self._wrong("latency_ms", "between `low_ms` and `high_ms`")
        return found

    def _one_of(self, name: str) -> str:
        value = self._cells[name]
        if value not in _ALLOWED[name]:
            raise self._wrong(name, f"one of {', '.join(_ALLOWED[name])}")
        return value

    def _number(self, name: str) -> float:
        rule = "a positive number" if name in _POSITIVE else "a number that is not negative"
        try:
            value = float(self._cells[name])
        except ValueError:
            raise self._wrong(name, rule) from None
        if not isfinite(value) or value < 0 or (value == 0 and name in _POSITIVE):
            raise self._wrong(name, rule)
        return value

    def _whole(self, name: str) -> int:
        value, least = self._cells[name], _WHOLE[name]
        if not value.isascii() or not value.isdecimal() or int(value[:18]) < least:
            raise self._wrong(name, f"a whole number from {least}")
        return int(value[:18])
