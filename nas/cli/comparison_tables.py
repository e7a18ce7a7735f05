"""How a front stands against baselines and the control, in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import click

from nas.cli.tables import print_table
from nas.quantities import format_duration, format_quantity

if TYPE_CHECKING:
    from nas.baselines.accompany import Compared
    from nas.baselines.control import Control
    from nas.baselines.standing import Standing
    from nas.statistics import Estimate

_AT_EQUAL = {"flops": "at equal FLOPs", "latency_ms": "at equal latency"}


def print_compared(found: Compared) -> None:
    """The table of the baselines and the line of the control; nothing where there are none."""
    if found.standings:
        costs = [name for name in _AT_EQUAL if any(s.cost == name for s in found.standings)]
        columns = [("baseline", "left"), ("accuracy", "right"), ("FLOPs", "right")]
        click.echo("The front against networks of the literature, trained by the same recipe:")
        print_table([*columns, *((_AT_EQUAL[c], "right") for c in costs)], _rows(found, costs))
        click.echo(_meaning(found))
    if found.control is not None:
        click.echo(control_in_words(found.control))


def _rows(found: Compared, costs: Sequence[str]) -> Iterator[list[str]]:
    """One for each baseline."""
    for name, group in groupby(found.standings, key=lambda standing: standing.baseline.name):
        by_cost = {standing.cost: standing for standing in group}
        baseline = next(iter(by_cost.values())).baseline
        accuracies = baseline.accuracies.values()
        yield [
            name, f"{sum(accuracies) / len(accuracies):.4f}",
            format_quantity(baseline.costs["flops"], "flops"),
            *(_verdict(by_cost[cost]) if cost in by_cost else "" for cost in costs),
        ]  # fmt: skip


def _verdict(standing: Standing) -> str:
    if standing.trial is None:
        return "none as cheap"
    if standing.comparison is None:
        return "not known"
    return f"{signed(standing.comparison.difference)} {standing.comparison.verdict:>4}"


def signed(difference: Estimate) -> str:
    """A difference and half its interval, for example `+0.047 ±0.029`."""
    return f"{difference.value:+.3f} ±{(difference.high - difference.low) / 2:.3f}"


def _meaning(found: Compared) -> str:
    judged = [str(s.comparison.verdict) for s in found.standings if s.comparison is not None]
    words = {"win": "won", "tie": "tied", "loss": "lost"}
    counts = ", ".join(f"{judged.count(verdict)} {word}" for verdict, word in words.items())
    confirmed = any(len(standing.seeds) > 1 for standing in found.standings)
    rest = "" if confirmed else "; one training each: `nas confirm` adds what other seeds change"
    return (
        f"{counts}: the front's most accurate network that costs no more, less the baseline; a tie "
        f"is what the data do not tell apart (95%){rest}."
    )


def control_in_words(control: Control) -> str:
    """One line, for example `Random search ... 0.71 of the box ...: win`."""
    ours, theirs = control.num_trials
    seconds = [format_duration(value) for value in control.train_s]
    verdict = {"win": "the search won", "tie": "a tie", "loss": "the search lost"}
    return (
        f"Hypervolume {control.hypervolume:.3f} ({ours} trials, {seconds[0]} of training) against "
        f"{control.control_hypervolume:.3f} by random search ({theirs} trials, {seconds[1]}): "
        f"difference {signed(control.comparison.difference)}, "
        f"{verdict[control.comparison.verdict]}."
    )
