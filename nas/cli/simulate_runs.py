"""Runs what `nas simulate` was asked for, and prints it when all of it is done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import optuna
from threadpoolctl import threadpool_limits

from nas.cli.tables.simulations import print_comparison, print_search
from nas.cli.tables.tables import print_json
from nas.simulation.compare import Comparison, Contender, GapScore, curves
from nas.simulation.simulate import Simulation
from nas.simulation.table import TableProblem
from nas.simulation.training import Evaluation
from nas.terminal import Countdown


@dataclass(frozen=True)
class Request:
    """What is searched, and how.

    Attributes:
        seed: Of one search, and the first seed of a comparison.
        num_seeds: Searches of each contender of a comparison.
    """

    path: Path
    problem: TableProblem
    num_trials: int
    seed: int
    num_seeds: int
    num_workers: int

    @property
    def most_trials(self) -> int:
        """Of one search."""
        return min(self.num_trials, self.problem.num_feasible)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "table": self.problem.name,
            "objectives": list(self.problem.objectives),
            "constraints": [limit._asdict() for limit in self.problem.limits],
            "num_trials": self.num_trials,
            "seed": self.seed,
            "workers": self.num_workers,
        }


def run_one(request: Request, contender: Contender, *, as_json: bool) -> None:
    """One search: its evaluations as JSON, or a summary."""
    problem = request.problem
    with _searching(request.most_trials) as countdown:
        sampler = contender.make_sampler(problem, request.seed)
        simulation = Simulation(
            problem, sampler, contender.fidelity, request.num_workers, request.seed
        )
        found = simulation.run(request.num_trials, lambda number: countdown.step())
    gap = GapScore(problem).gap([e.result for e in found if e.state == "COMPLETE"])
    if as_json:
        print_json(_search_json(request, contender, found, gap, simulation.ended))
    else:
        print_search(request.path, problem, contender, found, gap, simulation.ended)


def _search_json(
    request: Request,
    contender: Contender,
    found: Sequence[Evaluation],
    gap: float,
    ended: str | None,
) -> dict[str, Any]:
    return {
        **request.as_dict(),
        "sampler": contender.sampler,
        **contender.fidelity.as_dict(),
        "epochs": sum(evaluation.epochs for evaluation in found),
        "gap": gap,
        "ended": ended,
        "evaluations": [evaluation.as_dict() for evaluation in found],
    }


def run_all(
    request: Request, contenders: Sequence[Contender], plot: Path | None, *, as_json: bool
) -> None:
    """Every contender with every seed: tables and a plot, or JSON."""
    total = request.most_trials * request.num_seeds * len(contenders)
    found = {}
    with _searching(total) as countdown:
        for contender in contenders:
            countdown.label = contender.name
            runs = curves(
                request.problem, contender, request.num_trials, request.num_seeds,
                num_workers=request.num_workers, first_seed=request.seed,
                on_start=lambda number: countdown.step(),
            )  # fmt: skip
            found[contender.name] = list(runs)
    # What is shown comes when all is done: places and marks of a plot follow from the largest cost.
    comparison = Comparison(found, request.problem.results[0].epochs)
    if plot is not None:
        from dashboards.plots.gap import write_gap_figure

        write_gap_figure(comparison, request.problem, plot)
        click.echo(f"drawn: {plot}", err=True)
    if as_json:
        facts = {**request.as_dict(), "num_seeds": request.num_seeds}
        schedulers = {c.name: {"sampler": c.sampler, **c.fidelity.as_dict()} for c in contenders}
        print_json({**facts, **comparison.as_dict(schedulers)})
    else:
        print_comparison(request.problem, comparison, request.num_seeds, request.num_trials)


@contextmanager
def _searching(total: int) -> Iterator[Countdown]:
    """Progress on standard error, and one thread: more make small matrices slow."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    with threadpool_limits(1), Countdown(total) as countdown:
        yield countdown
