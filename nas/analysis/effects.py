"""The effect of block type, kernel size, dilation, groups and width on accuracy at equal cost.

The loss at the end of each trial (`Outcomes.final`) is explained by the logarithm of a cost and its
square, which are not shrunk, and by the share of the stages that have each level of each kind of
choice, shrunk by a ridge whose penalty leaving one out chooses. An effect is what a network gains
in accuracy, in percentage points at the median loss of the study, where all its stages have a level
instead of the study's average mixture, at the same cost. Its interval is that of 2.5 to 97.5
percent of the same fit on resamples of the trials (bootstrap, Efron 1979). The ridge draws effects
of few trials towards zero; effects add up, so that what two choices do only together is not seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nas.analysis.design import Factor, each_kind, log_cost_columns
from nas.analysis.outcomes import Array, Outcomes, Rows, accuracy_of
from nas.analysis.ridge import fit_ridge, refit

MIN_TRIALS = 12
"""With fewer trials that were trained nothing is said."""

MAX_TRIALS = 1000
"""Of more trials so many are taken, spread evenly over the search."""

NUM_RESAMPLES = 200


@dataclass(frozen=True)
class Effect:
    """What one level of one kind of choice does to accuracy at equal cost.

    Attributes:
        kind: For example `kernel_size`.
        level: For example 5.
        points: Percentage points of accuracy against the average of the study.
        low: Lower end of the 95% interval.
        high: Upper end.
        num_trials: Trials that have it in some stage.
    """

    kind: str
    level: Any
    points: float
    low: float
    high: float
    num_trials: int


def effects_at_equal(
    cost: str, outcomes: Outcomes, *, num_resamples: int = NUM_RESAMPLES, seed: int = 0
) -> list[Effect]:
    """Effects by kind and level; none where there are too few trials, or nothing varies.

    Args:
        cost: What is held equal, for example `flops`; trials without it are left out.
    """
    rows = thinned(usable(outcomes, cost))
    if len(rows) < MIN_TRIALS:
        return []
    factors = each_kind([outcomes.trials[row].choices for row in rows])
    if not factors:
        return []
    columns = np.hstack([factor.columns for factor in factors])
    fixed = log_cost_columns([outcomes.trials[row].values() for row in rows], [cost])
    penalty = fit_ridge(columns, fixed, outcomes.final()[rows]).penalty
    rng = np.random.default_rng(seed)
    picks = [np.arange(len(rows))]
    picks += [rng.integers(len(rows), size=len(rows)) for _ in range(num_resamples)]
    fitted = np.array([
        _points(factors, columns[pick], fixed[pick], losses, penalty)
        for pick in picks
        if not np.isnan(losses := outcomes.final(rows[pick])).all()  # none was trained to the end
    ])  # fmt: skip
    low, high = np.percentile(fitted[1:], [2.5, 97.5], axis=0)
    named = [
        (factor.name, level, count)
        for factor in factors
        for level, count in zip(factor.levels, factor.counts, strict=True)
    ]
    return [
        Effect(kind, level, float(points), float(below), float(above), count)
        for (kind, level, count), points, below, above in zip(
            named, fitted[0], low, high, strict=True
        )
    ]


def usable(outcomes: Outcomes, *costs: str) -> Rows:
    """Indices of the trials that have a loss at the end and these costs."""
    known = [all(cost in trial.values() for cost in costs) for trial in outcomes.trials]
    if not known:
        return np.arange(0)
    return np.flatnonzero(np.array(known) & ~np.isnan(outcomes.final()))


def thinned(rows: Rows) -> Rows:
    """At most `MAX_TRIALS` of them, evenly spread."""
    if len(rows) <= MAX_TRIALS:
        return rows
    return rows[np.linspace(0, len(rows) - 1, MAX_TRIALS).astype(np.int64)]


def _points(
    factors: Sequence[Factor], columns: Array, fixed: Array, losses: Array, penalty: float
) -> Array:
    """The effect of each level against the average, in points of accuracy at the median loss."""
    known = ~np.isnan(losses)
    weights, _ = refit(columns[known], fixed[known], losses[known], penalty)
    typical = float(np.median(losses[known]))
    parts, begin = [], 0
    for factor in factors:
        own = weights[begin : begin + len(factor.levels)]
        parts.append(own - own @ factor.shares)
        begin += len(factor.levels)
    points: Array = 100 * (accuracy_of(typical + np.concatenate(parts)) - accuracy_of(typical))
    return points
