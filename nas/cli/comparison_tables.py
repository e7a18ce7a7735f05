"""How a front stands against baselines and the control, in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import click

from nas.baselines.words import AT_EQUAL, of_control, summary, verdict
from nas.cli.columns import print_table
from nas.quantities import format_quantity

if TYPE_CHECKING:
    from nas.baselines.compared import Compared


def print_compared(found: Compared) -> None:
    """The table of the baselines and the line of the control; nothing where there are none."""
    if found.standings:
        costs = [name for name in AT_EQUAL if any(s.cost == name for s in found.standings)]
        columns = [("baseline", "left"), ("accuracy", "right"), ("FLOPs", "right")]
        click.echo("The front against networks of the literature, trained by the same recipe:")
        print_table([*columns, *((AT_EQUAL[c], "right") for c in costs)], _rows(found, costs))
        click.echo(summary(found))
    if found.control is not None:
        click.echo(of_control(found.control))


def _rows(found: Compared, costs: Sequence[str]) -> Iterator[list[str]]:
    """One for each baseline."""
    for name, group in groupby(found.standings, key=lambda standing: standing.baseline.name):
        by_cost = {standing.cost: standing for standing in group}
        baseline = next(iter(by_cost.values())).baseline
        yield [
            name, f"{baseline.accuracy:.4f}", format_quantity(baseline.costs["flops"], "flops"),
            *(verdict(by_cost[cost]) if cost in by_cost else "" for cost in costs),
        ]  # fmt: skip
