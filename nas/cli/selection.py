"""The options by which commands choose one network of a study."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from nas.selection import Best, Selection
    from nas.store import StudyRecord, TrialRecord


def selection_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--trial`, `--best` and `--under`, handed over together as `selection`."""

    @click.option("--trial", type=click.IntRange(0), metavar="N", help="The trial of this number.")
    @click.option(
        "--best",
        type=click.Choice(["knee", "accuracy", "flops", "params", "latency_ms"]),
        default="knee",
        show_default=True,
        help="Which network of the front: best compromise, or best in one.",
    )
    @click.option(
        "--under",
        metavar="LIMITS",
        help="The most accurate within limits, as in flops=20M,latency_ms=5.",
    )
    @functools.wraps(function)
    def command(*args: Any, trial: int | None, best: Best, under: str | None, **others: Any) -> Any:
        from nas.selection import Selection, parse_under

        if trial is not None and under is not None:
            raise click.UsageError("--trial and --under each choose a network; give one of them")
        limits = parse_under(under) if under is not None else {}
        return function(*args, selection=Selection(trial, best, limits), **others)

    return command


def selected(study: StudyRecord, trials: list[TrialRecord], selection: Selection) -> TrialRecord:
    """The trial that is meant; says on standard error where the front violates limits."""
    from nas.results import nothing_feasible, pareto_front
    from nas.selection import selected_trial

    if selection.number is None and not selection.under:
        front = pareto_front(trials, study.objectives, study.limits)
        said = nothing_feasible(front, study.limits)
        if said:
            click.echo(said, err=True)
    return selected_trial(study, trials, selection)
