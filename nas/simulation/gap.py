"""How good what a search found is, where the whole truth is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nas.hypervolume import hypervolume
from nas.pareto import Points, non_dominated
from nas.problem import ACCURACY, violations
from nas.samplers.cost_aware.features import log_costs
from nas.simulation.evaluation import Evaluation
from nas.simulation.table import Result, TableProblem


class GapScore:
    """How much hypervolume a set of architectures lacks, see `gap`."""

    def __init__(self, problem: TableProblem) -> None:
        """Scales log costs to [0, 1] over the table, accuracy from best to 5th percentile."""
        self._costs = [name for name in problem.objectives if name != ACCURACY]
        logs = log_costs([r.candidate for r in problem.results], self._costs)
        accuracies = np.array([r.accuracy for r in problem.results])
        self._low = np.append(-accuracies.max(), logs.min(axis=0))
        high = np.append(-np.percentile(accuracies, 5), logs.max(axis=0))
        self._spread = np.where(high > self._low, high - self._low, 1.0)
        self._reference_point = np.ones(1 + len(self._costs))
        limits = problem.limits
        self._best = self._hypervolume(
            [r for r in problem.results if not violations(r.candidate, limits)]
        )

    def _points(self, results: Sequence[Result]) -> Points:
        logs = log_costs([r.candidate for r in results], self._costs)
        points = np.column_stack([[-r.accuracy for r in results], logs])
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
            epochs += evaluation.epochs
            if evaluation.state == "COMPLETE":
                found.append(evaluation.result)
                gap = self.gap(found)
            points.append((epochs, gap))
        return points
