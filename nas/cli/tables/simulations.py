"""What a person reads after `nas simulate`."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np

from nas.cli.tables.character_plot import columns, log_plot
from nas.cli.tables.columns import print_table
from nas.simulation.compare import Comparison, Contender, marks_below
from nas.simulation.table import TableProblem
from nas.simulation.training import Evaluation
from nas.statistics.pareto import as_points, non_dominated
from search_spaces.quantities import format_quantity, plural

MAX_FRONT = 12

_MARK_WIDTH = 15


def print_search(
    path: Path,
    problem: TableProblem,
    contender: Contender,
    found: Sequence[Evaluation],
    gap: float,
    ended: str | None,
) -> None:
    """Counts, the front, the gap, and what to type next."""
    complete = [evaluation for evaluation in found if evaluation.state == "COMPLETE"]
    epochs, full = sum(e.epochs for e in found), problem.results[0].epochs
    name, scheduler = contender.sampler, contender.fidelity.scheduler
    click.echo(f"{problem.name}: {name}, scheduler {scheduler}, {', '.join(problem.objectives)}")
    stopped = len(found) - len(complete)
    after = f", {stopped:,} stopped after a shorter training" if stopped else ""
    click.echo(
        f"{plural(len(found), 'architecture')} tried: {len(complete):,} trained fully{after}"
    )
    if full > 1:
        click.echo(
            f"{plural(epochs, 'epoch')} paid, as many as {epochs / full:,.4g} full trainings"
        )
    if ended:
        click.echo(f"The search ended: {ended}.")
    _print_front(problem, complete)
    click.echo(f"Gap to the table's own front: {gap:.4f} (share of the hypervolume not reached)")
    if problem.rungs and scheduler == "none":
        click.echo("The table has shorter trainings: --scheduler halving uses them.")
    objectives = ",".join(problem.objectives)
    own = [str(name)] if scheduler == "none" else [f"{name}:{scheduler}", str(name)]
    # A command to copy: what was run, beside the usual two, each once.
    others = ",".join(dict.fromkeys([*own, "tpe", "random"]))
    click.echo(f"Next: nas simulate {path} --objectives {objectives} --compare {others}")


def _print_front(problem: TableProblem, complete: Sequence[Evaluation]) -> None:
    """The front from the cheapest up; of a long one some, evenly."""
    if not complete:
        click.echo("The front is empty: nothing was trained fully.")
        return
    rows = [{**e.result.candidate.costs, problem.quality: e.accuracy} for e in complete]
    on_front = np.flatnonzero(non_dominated(as_points(rows, problem.objectives))).tolist()
    quality = problem.quality
    cost = next((name for name in problem.objectives if name != quality), quality)
    order = sorted(on_front, key=lambda i: (rows[i][cost], -rows[i][quality]))
    some = np.linspace(0, len(order) - 1, min(len(order), MAX_FRONT)).astype(int).tolist()
    shown = [order[i] for i in some]
    names = sorted(rows[0], key=lambda n: (n != quality, n not in problem.objectives))
    headings = [*((name, "right") for name in names), ("architecture", "left")]
    cells = [
        [
            *(format_quantity(rows[i][name], name) for name in names),
            complete[i].result.candidate.architecture,
        ]
        for i in shown
    ]
    share = (
        f", {len(shown)} of its {plural(len(order), 'network')}" if len(shown) < len(order) else ""
    )
    click.echo(f"The front found{share}:")
    print_table(headings, cells)


def print_comparison(
    problem: TableProblem, comparison: Comparison, num_seeds: int, num_trials: int
) -> None:
    """The gap by cost, what each pays for the final gap of the others, and a plot."""
    unit = "full trainings" if comparison.full_epochs > 1 else "trainings"
    each = f" of {comparison.full_epochs} epochs" if comparison.full_epochs > 1 else ""
    click.echo(f"{problem.name}: {', '.join(problem.objectives)}")
    seeds = f"mean ± standard deviation of {num_seeds} seeds" if num_seeds > 1 else "one seed"
    click.echo(f"Searches of {min(num_trials, problem.num_feasible):,} architectures, {seeds}")
    click.echo(f"Gap after the cost of so many {unit}{each}:")
    _print_gaps(comparison)
    if len(comparison.runs) > 1:
        click.echo(f"Cost, in {unit}, of the final gap of:")
        _print_needed(comparison)
    width = columns(shutil.get_terminal_size().columns)
    places = np.linspace(0, comparison.cost, width)
    curves = {name: comparison.means(name, places.tolist()) for name in comparison.runs}
    shown = {name: values.tolist() for name, values in curves.items()}
    click.echo(log_plot(shown, comparison.cost, x_title=f"gap against cost in {unit}"))


def _print_gaps(comparison: Comparison) -> None:
    marks = marks_below(comparison.cost)
    most = max(2, (shutil.get_terminal_size().columns - 16) // _MARK_WIDTH - 1)
    # The last of them where there is no room for all: searches are compared at their end.
    marks = marks[-most:]
    rows = []
    for name in comparison.runs:
        spreads = [*(comparison.gap(name, mark) for mark in marks), comparison.final(name)]
        rows.append([name, *(f"{spread.mean:.4f} ±{spread.std:.3f}" for spread in spreads)])
    headings = [("", "left"), *((str(mark), "right") for mark in marks), ("end", "right")]
    print_table(headings, rows)


def _print_needed(comparison: Comparison) -> None:
    names = list(comparison.runs)

    def cell(name: str, other: str) -> str:
        if name == other:
            return ""
        cost = comparison.needed(name, other)
        return "never" if cost is None else f"{cost:.4g}"

    rows = [[name, *(cell(name, other) for other in names)] for name in names]
    print_table([("", "left"), *((name, "right") for name in names)], rows)
