"""Samplers beside one another on a table, by the gap that each leaves to the known front."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import mean, stdev
from typing import Any, NamedTuple

import numpy as np

from nas.simulation.simulate import MakeSampler, simulate
from nas.simulation.table import Result, TableProblem
from nas.simulation.training import FULL, Evaluation, Fidelity
from nas.statistics.hypervolume import hypervolume
from nas.statistics.intervals import Values
from nas.statistics.pareto import Points, as_log_points, non_dominated
from search_spaces.spaces.problem import violations


class GapScore:
    """How much hypervolume a set of architectures lacks, see `gap`."""

    def __init__(self, problem: TableProblem) -> None:
        """Scales log costs to [0, 1] over the table, accuracy from best to 5th percentile."""
        self._costs = [name for name in problem.objectives if name != problem.quality]
        logs = self._logs(problem.results)
        accuracies = np.array([r.accuracy for r in problem.results])
        self._low = np.append(-accuracies.max(), logs.min(axis=0))
        high = np.append(-np.percentile(accuracies, 5), logs.max(axis=0))
        self._spread = np.where(high > self._low, high - self._low, 1.0)
        self._reference_point = np.ones(1 + len(self._costs))
        limits = problem.limits
        # More than the limits allow no search within them can reach.
        self._best = self._hypervolume(
            [r for r in problem.results if not violations(r.candidate, limits)]
        )

    def _logs(self, results: Sequence[Result]) -> Points:
        return as_log_points((r.candidate.costs for r in results), self._costs)

    def _points(self, results: Sequence[Result]) -> Points:
        points = np.column_stack([[-r.accuracy for r in results], self._logs(results)])
        scaled: Points = (points - self._low) / self._spread
        return scaled

    def _hypervolume(self, results: Sequence[Result]) -> float:
        if not results:
            return 0.0
        points = self._points(results)
        return hypervolume(points[non_dominated(points)], self._reference_point)

    def gap(self, results: Sequence[Result]) -> float:
        """1 - hypervolume(results) / hypervolume(rows within the limits); 1 for no results.

        0 where the rows within the limits have no hypervolume, being the dearest or the worst.
        """
        if not results:
            return 1.0
        return 1.0 - self._hypervolume(results) / self._best if self._best else 0.0

    def curve(self, evaluations: Sequence[Evaluation]) -> list[tuple[int, float]]:
        """Epochs paid and gap of the complete ones, after each evaluation."""
        found: list[Result] = []
        points: list[tuple[int, float]] = []
        epochs, gap = 0, 1.0
        for evaluation in evaluations:
            # All trainings of a network are charged when its last one ends, also the short one of a
            # network that is promoted late (how little that changes:
            # benchmarks/results/simulate.md).
            epochs += evaluation.epochs
            if evaluation.state == "COMPLETE":
                found.append(evaluation.result)
                gap = self.gap(found)
            points.append((epochs, gap))
        return points


Curve = list[tuple[int, float]]
"""Epochs paid so far, and the gap then."""

MARKS = (10, 20, 30, 50, 75, 100, 150, 200, 300, 400, 600, 800, 1000, 1500, 2000, 3000, 5000)


class Spread(NamedTuple):
    """Of the gap, over the seeds."""

    mean: float
    std: float


@dataclass(frozen=True)
class Contender:
    """What is compared.

    Attributes:
        name: In tables and figures.
        make_sampler: Makes the sampler of problem and seed.
        fidelity: How its candidates are trained.
        sampler: Name of the sampler, where there is one.
    """

    name: str
    make_sampler: MakeSampler
    fidelity: Fidelity = FULL
    sampler: str | None = None


def curves(
    problem: TableProblem,
    contender: Contender,
    num_trials: int,
    num_seeds: int,
    *,
    num_workers: int = 1,
    first_seed: int = 0,
    on_start: Callable[[int], None] | None = None,
) -> Iterator[Curve]:
    """One search for each seed, each with its gap after every evaluation."""
    score = GapScore(problem)
    for seed in range(first_seed, first_seed + num_seeds):
        yield score.curve(
            simulate(
                problem, contender.make_sampler, num_trials, seed=seed, on_start=on_start,
                fidelity=contender.fidelity, num_workers=num_workers,
            )
        )  # fmt: skip


def gap_at(curve: Curve, epochs: float) -> float:
    """The gap once so many epochs are paid; 1 before the first evaluation."""
    # Gaps never rise, so that the least is the latest.
    return min((gap for paid, gap in curve if paid <= epochs), default=1.0)


def spread_at(runs: Sequence[Curve], epochs: float) -> Spread:
    """Mean and standard deviation of the gap over the seeds; a search that ended keeps its own."""
    gaps = [gap_at(run, epochs) for run in runs]
    return Spread(mean(gaps), stdev(gaps) if len(gaps) > 1 else 0.0)


def needed(runs: Sequence[Curve], gap: float) -> int | None:
    """Epochs after which the mean gap is at most `gap`; None where it never is."""
    costs = sorted({epochs for run in runs for epochs, _ in run})
    reached = np.flatnonzero(mean_gaps(runs, costs) <= gap)
    return costs[int(reached[0])] if len(reached) else None


def mean_gaps(runs: Sequence[Curve], costs: Sequence[float]) -> Values:
    """The mean gap at ascending costs in epochs, `(len(costs),)`."""
    steps = []
    for run in runs:
        paid = [epochs for epochs, _ in run]
        # `right`: what is paid to the epoch is there already. Before the first, all is lacking.
        gaps = np.array([1.0, *(gap for _, gap in run)])
        steps.append(gaps[np.searchsorted(paid, costs, side="right")])
    means: Values = np.mean(steps, axis=0)
    return means


@dataclass(frozen=True)
class Comparison:
    """What several contenders reached. Costs are counted in full trainings.

    Attributes:
        runs: The curves of each contender, one for each seed.
        full_epochs: Epochs of a full training.
    """

    runs: Mapping[str, Sequence[Curve]]
    full_epochs: int

    @cached_property
    def cost(self) -> float:
        """What the dearest search cost."""
        return max(run[-1][0] for runs in self.runs.values() for run in runs) / self.full_epochs

    def gap(self, name: str, cost: float) -> Spread:
        """The gap of a contender once so much is paid."""
        return spread_at(self.runs[name], cost * self.full_epochs)

    def final(self, name: str) -> Spread:
        """The gap of a contender at the end of its searches."""
        return spread_at(self.runs[name], np.inf)

    def needed(self, name: str, other: str) -> float | None:
        """What a contender pays for the final gap of another; None where it does not reach it."""
        epochs = needed(self.runs[name], self.final(other).mean)
        return None if epochs is None else epochs / self.full_epochs

    def seed_gaps(self, name: str, index: int, costs: Sequence[float]) -> Values:
        """The gap of one search of a contender at ascending costs, `(len(costs),)`."""
        return mean_gaps([self.runs[name][index]], [cost * self.full_epochs for cost in costs])

    def means(self, name: str, costs: Sequence[float]) -> Values:
        """The mean gap at ascending costs, `(len(costs),)`."""
        return mean_gaps(self.runs[name], [cost * self.full_epochs for cost in costs])

    def as_dict(self, facts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """Plain values for JSON.

        Args:
            facts: What else is to be said of each contender.
        """
        marks = marks_below(self.cost)
        return {
            "epochs_of_full_training": self.full_epochs,
            "samplers": {
                name: {
                    **facts[name],
                    "gap": {str(mark): self.gap(name, mark)._asdict() for mark in marks},
                    "final_gap": self.final(name)._asdict(),
                    "full_trainings_needed_for_final_gap_of": {
                        other: self.needed(name, other) for other in self.runs if other != name
                    },
                    "curves": [
                        [{"epochs": epochs, "gap": gap} for epochs, gap in run] for run in runs
                    ],
                }
                for name, runs in self.runs.items()
            },
        }


def marks_below(cost: float) -> list[int]:
    """Numbers of full trainings to look at before the end."""
    return [mark for mark in MARKS if mark < cost]
