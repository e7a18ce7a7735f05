"""What is said beside a front: baselines, control, other seeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import click

from nas.cli.tables.columns import print_table
from nas.store import TrialRecord
from nas.trust.standing import AT_EQUAL, of_control, summary, verdict
from search_spaces.measures import measure
from search_spaces.quantities import format_quantity

if TYPE_CHECKING:
    from nas.trust.confirmed import Confirmation
    from nas.trust.standing import Compared


def print_compared(found: Compared) -> None:
    """The table of the baselines and the line of the control; nothing where there are none."""
    if found.standings:
        costs = [name for name in AT_EQUAL if any(s.cost == name for s in found.standings)]
        quality = found.standings[0].baseline.quality
        columns = [("baseline", "left"), (measure(quality).column, "right"), ("FLOPs", "right")]
        click.echo("The front against networks of the literature, trained by the same recipe:")
        print_table([*columns, *((AT_EQUAL[c], "right") for c in costs)], _rows(found, costs))
        click.echo(summary(found))
    if found.control is not None:
        click.echo(of_control(found.control))


def _rows(found: Compared, costs: Sequence[str]) -> Iterator[list[str]]:
    """One for each baseline."""
    # All costs of one baseline come in a row, as `groupby` needs it.
    for name, group in groupby(found.standings, key=lambda standing: standing.baseline.name):
        by_cost = {standing.cost: standing for standing in group}
        baseline = next(iter(by_cost.values())).baseline
        yield [
            name, f"{baseline.accuracy:.4f}", format_quantity(baseline.costs["flops"], "flops"),
            *(verdict(by_cost[cost]) if cost in by_cost else "" for cost in costs),
        ]  # fmt: skip


CONFIRMED_HEADINGS = ("again", "on front")


def confirmed_cells(trial: TrialRecord, found: Confirmation | None) -> list[str]:
    """Its mean over other seeds, and the probability that it is on the true front.

    Dashes for a trial that was not trained again; nothing where the study was not confirmed.
    """
    from nas.trust.confirmed import mean_in_words, probability_in_words

    if found is None:
        return []
    network = found.of(trial)
    if network is None:
        return ["-"] * len(CONFIRMED_HEADINGS)
    return [mean_in_words(network), probability_in_words(network.front_probability)]


def said_of_confirmed(found: Confirmation | None) -> Iterator[str]:
    """The lines below a front; none where the study was not confirmed."""
    from nas.trust.confirmed import summary, trained_in_words

    if found is not None:
        yield f"Trained again: {trained_in_words(found)}."
        yield from summary(found)
