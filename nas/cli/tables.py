"""Tables and JSON on standard output."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.table import Table

from nas.quantities import format_quantity
from nas.store import TrialRecord


def print_json(value: Any) -> None:
    """One JSON document."""
    click.echo(json.dumps(value, indent=2))


def print_csv(rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows as CSV with a header; nested values as JSON."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    if rows:
        writer.writerow(rows[0])
    for row in rows:
        writer.writerow(json.dumps(v) if isinstance(v, dict) else v for v in row.values())


def print_table(
    columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[str]], title: str | None = None
) -> None:
    """A table as wide as the terminal; columns are (heading, `left` or `right`)."""
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False)
    for heading, justify in columns:
        narrow = justify == "right"
        table.add_column(
            heading, justify="right" if narrow else "left", no_wrap=narrow, overflow="fold"
        )
    for row in rows:
        table.add_row(*row)
    Console(highlight=False, markup=False).print(table)


def print_front(front: Sequence[TrialRecord], knee: TrialRecord | None) -> None:
    """The front from the cheapest network up; the knee is marked."""
    has_latency = any(trial.latency_ms is not None for trial in front)
    columns = [("trial", "right"), ("accuracy", "right"), ("FLOPs", "right"), ("params", "right")]
    columns += [("latency", "right")] if has_latency else []
    columns += [("", "left"), ("network", "left")]
    rows = []
    for trial in front:
        row = [str(trial.number)]
        row += [_quantity(trial, name) for name in ("accuracy", "flops", "params")]
        row += [_quantity(trial, "latency_ms")] if has_latency else []
        row += ["knee" if knee is not None and trial.number == knee.number else ""]
        rows.append([*row, trial.description])
    print_table(columns, rows)


def _quantity(trial: TrialRecord, name: str) -> str:
    values = trial.values()
    return format_quantity(values[name], name) if name in values else "-"
