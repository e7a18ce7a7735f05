"""`nas simulate`: which sampler and scheduler suit me? Searches of a table of known results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nas.cli.options import json_option
from search_spaces.errors import SearchError

if TYPE_CHECKING:
    from nas.simulation.compare import Contender
    from nas.simulation.training import Fidelity
    from search_spaces.spaces.problem import Limit

EPILOG = """
\b
Samplers: cost_aware, tpe, nsga2, nsga3, gp, regularized_evolution, random, grid.
Schedulers, which need a table with columns accuracy@E of shorter trainings:
  none             every architecture is trained fully
  halving          trained shortly; one in --reduction-factor goes on
  hyperband        halving for most, and full training at once for some
  short_then_full  all are trained shortly; after the search --num-promoted
                   of them are trained fully
A promoted architecture pays for its short and its full training.
\b
Examples:
  nas simulate table.csv.gz --num-trials 100
  nas simulate table.csv.gz --scheduler halving --objectives accuracy,flops,latency_ms
  nas simulate table.csv.gz --constraints flops=30M --json | jq .gap
  nas simulate table.csv.gz --compare cost_aware,tpe,random --seeds 5 --plot gap.html
  nas simulate table.csv.gz --compare cost_aware:halving,cost_aware,tpe
"""


@click.command(epilog=EPILOG)
@click.argument("table", type=click.Path(path_type=Path), metavar="TABLE.csv[.gz]")
@click.option("--sampler", default="cost_aware", show_default=True, help="Who proposes.")
@click.option("--scheduler", default="none", show_default=True, help="Who trains on.")
@click.option(
    "--objectives", metavar="NAMES",
    help="The table's trained measure, accuracy or miou, and costs that it has; that and flops by "
    "default.",
)  # fmt: skip
@click.option(
    "--constraints", multiple=True, metavar="NAME=LIMIT",
    help="Budget such as flops=30M or 'latency_ms>=2ms'; may be repeated.",
)  # fmt: skip
@click.option(
    "--num-trials", type=click.IntRange(1), default=100, show_default=True,
    help="Distinct architectures to try.",
)  # fmt: skip
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the search.")
@click.option(
    "--workers", type=click.IntRange(1), default=1, show_default=True,
    help="Trainings at a time, in simulated time: epochs times FLOPs.",
)  # fmt: skip
@click.option(
    "--reduction-factor", type=click.IntRange(2), metavar="N",
    help="One in so many goes on at each rung.  [10]",
)  # fmt: skip
@click.option(
    "--num-promoted", type=click.IntRange(1), metavar="N",
    help="Trained fully after short_then_full.  [10]",
)  # fmt: skip
@click.option(
    "--compare", metavar="NAMES",
    help="Samplers side by side, each as NAME or NAME:SCHEDULER.",
)  # fmt: skip
# No defaults of click's here: a choice that has no meaning is refused only where it was made.
@click.option("--seeds", type=click.IntRange(1), metavar="N", help="Searches of each.  [5]")
@click.option(
    "--plot", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.html",
    help="With --compare: also draw the gaps.",
)  # fmt: skip
@json_option
def command(
    table: Path,
    sampler: str,
    scheduler: str,
    objectives: str | None,
    constraints: tuple[str, ...],
    num_trials: int,
    seed: int,
    workers: int,
    reduction_factor: int | None,
    num_promoted: int | None,
    compare: str | None,
    seeds: int | None,
    plot: Path | None,
    as_json: bool,
) -> None:
    """Search a table of known results, without training, in simulated time.

    Columns of TABLE: param.NAME, a choice; accuracy or miou; accuracy@E of a shorter training of E
    epochs; epochs of the full one; costs (flops, params, latency_ms ...); architecture, an id that
    equal networks share. The gap is the share of the hypervolume of the table's front that the
    fully trained architectures lack.
    """
    from nas.cli import simulate_runs
    from nas.simulation.table import TableProblem

    _check_usage(compare, seeds, plot)
    limits = _limits(constraints)
    names = compare.split(",") if compare is not None else [sampler]
    contenders = [
        _contender(name.strip(), scheduler, reduction_factor, num_promoted) for name in names
    ]
    if len({contender.name for contender in contenders}) < len(contenders):
        raise click.BadParameter("names one twice", param_hint="--compare")
    problem = TableProblem.read(table)
    given = None if objectives is None else [name.strip() for name in objectives.split(",")]
    problem = problem.of(given or problem.objectives, limits)
    # It raises for what the table does not have, before the first search rather than in the last.
    for contender in contenders:
        contender.fidelity.stages(problem)
    request = simulate_runs.Request(table, problem, num_trials, seed, seeds or 5, workers)
    if compare is None:
        simulate_runs.run_one(request, contenders[0], as_json=as_json)
    else:
        simulate_runs.run_all(request, contenders, plot, as_json=as_json)


def _check_usage(compare: str | None, seeds: int | None, plot: Path | None) -> None:
    if compare is None and (seeds is not None or plot is not None):
        raise click.UsageError(f"--{'seeds' if seeds is not None else 'plot'} is for --compare")
    if plot is not None and plot.suffix != ".html":
        raise click.BadParameter(f"{plot} must end in .html", param_hint="--plot")


def _contender(
    name: str, scheduler: str, reduction_factor: int | None, num_promoted: int | None
) -> Contender:
    """From `NAME` or `NAME:SCHEDULER`."""
    from nas.samplers import SAMPLERS
    from nas.simulation.compare import Contender

    sampler, colon, own = name.partition(":")
    make = SAMPLERS.get(sampler)
    if make is None:
        raise _unknown("sampler", sampler, list(SAMPLERS))
    fidelity = _fidelity(own if colon else scheduler, reduction_factor, num_promoted)
    return Contender(name, make, fidelity, sampler)


def _fidelity(scheduler: str, reduction_factor: int | None, num_promoted: int | None) -> Fidelity:
    from nas.simulation.training import NUM_PROMOTED, REDUCTION_FACTOR, SCHEDULERS, Fidelity

    if scheduler not in SCHEDULERS:
        raise _unknown("scheduler", scheduler, SCHEDULERS)
    return Fidelity(scheduler, reduction_factor or REDUCTION_FACTOR, num_promoted or NUM_PROMOTED)


def _unknown(what: str, name: str, allowed: list[str] | tuple[str, ...]) -> click.BadParameter:
    import difflib

    near = difflib.get_close_matches(name, allowed, 1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    return click.BadParameter(
        f"There is no {what} {name!r}. {hint}Allowed: {', '.join(allowed)}", param_hint=f"--{what}"
    )


def _limits(constraints: tuple[str, ...]) -> tuple[Limit, ...]:
    from nas.config.constraints import constraints_type, written_constraints

    if not constraints:
        return ()
    try:
        values = written_constraints(",".join(constraints), known_only=True)
    except SearchError as error:
        raise click.BadParameter(str(error), param_hint="--constraints") from None
    return constraints_type().model_validate(values).limits()
