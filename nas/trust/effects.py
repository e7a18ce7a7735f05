"""Which choices matter: effects at equal cost, and how much each tells about accuracy.

Effects: the loss at the end of each trial (`Outcomes.final`) is explained by the logarithm of a
cost and its square, which are not shrunk, and by the share of the stages that have each level of
each kind of choice, shrunk by a ridge whose penalty leaving one out chooses. An effect is what a
network gains in accuracy, in percentage points at the median loss of the study, where all its
stages have a level instead of the study's average mixture, at the same cost. Its interval is that
of 2.5 to 97.5 percent of the same fit on resamples of the trials (bootstrap, Efron 1979). The ridge
draws effects of few trials towards zero; effects add up, so that what two choices do only together
is not seen.

Importances: the same loss is explained by all choices, a ridge with a weight for each value. It is
fitted again and again on resamples of the trials, and asked about the trials that a resample left
out: by how much does its squared error there grow where one choice is shuffled among the trials
that have it (Breiman 2001)? Half of that growth for a trial, as a share of the variance over all
trials, is the choice's importance, which for choices that do not hang together is the share of the
variance that it explains. The interval is that of 2.5 to 97.5 percent of the resamples: of a choice
that tells nothing it begins at zero. Few trials may say less than nothing or more than everything,
which is shown as 0 or 1. What choices do to accuracy through the cost of the network counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nas.trust.outcomes import (
    Array,
    Factor,
    Outcomes,
    Rows,
    accuracy_of,
    each_choice,
    each_kind,
    log_cost_columns,
)

PENALTIES = np.geomspace(1e-2, 1e3, 16)


@dataclass(frozen=True)
class Ridge:
    """A fitted model `fixed @ fixed_weights + columns @ weights`.

    Attributes:
        penalty: On the squared weights.
        weights: `(num_columns,)`.
        fixed_weights: `(1 + num_fixed,)`, that of the constant first.
        left_out: `(num_rows,)`, the error of each row by a fit without it.
        explained: Share of the variance that such predictions explain; below 0 where they are worse
            than the mean.
    """

    penalty: float
    weights: Array
    fixed_weights: Array
    left_out: Array
    explained: float

    def predict(self, columns: Array, fixed: Array) -> Array:
        """`(num_rows,)` for columns as those of the fit."""
        found: Array = columns @ self.weights + with_constant(fixed) @ self.fixed_weights
        return found


def with_constant(fixed: Array) -> Array:
    """A column of ones before others."""
    return np.hstack([np.ones((len(fixed), 1)), fixed])


def fit_ridge(columns: Array, fixed: Array, target: Array) -> Ridge:
    """Fits by penalised least squares (Hoerl and Kennard 1970).

    The penalty is that of `PENALTIES` with the least error of rows left out.

    Args:
        columns: `(num_rows, num_columns)`, whose weights are shrunk towards zero.
        fixed: `(num_rows, num_fixed)`, whose weights are not; a constant is added.
        target: `(num_rows,)`.
    """
    # What is fixed is projected out first (Frisch and Waugh 1933), so that it is not shrunk.
    basis, _ = np.linalg.qr(with_constant(fixed))
    rest, aim = columns - basis @ (basis.T @ columns), target - basis @ (basis.T @ target)
    left, singular, _ = np.linalg.svd(rest, full_matrices=False)
    errors = {float(p): _left_out(left, singular, basis, aim, p) for p in PENALTIES}
    best = min(errors, key=lambda p: float(np.mean(errors[p] ** 2)))
    spread = float(np.var(target)) or 1.0
    explained = 1.0 - float(np.mean(errors[best] ** 2)) / spread
    return Ridge(best, *refit(columns, fixed, target, best), errors[best], explained)


def refit(columns: Array, fixed: Array, target: Array, penalty: float) -> tuple[Array, Array]:
    """Weights of columns and of what is fixed, for a known penalty: the quick way."""
    basis, triangle = np.linalg.qr(with_constant(fixed))
    rest = columns - basis @ (basis.T @ columns)
    normal = rest.T @ rest + penalty * np.eye(columns.shape[1])
    weights = np.linalg.solve(normal, rest.T @ target)
    left = basis.T @ (target - columns @ weights)
    # Where all trials cost the same, constant, logarithm and square are one, and `solve` fails.
    fixed_weights: Array = np.linalg.lstsq(triangle, left, rcond=None)[0]
    return np.asarray(weights, dtype=np.float64), fixed_weights


def _left_out(left: Array, singular: Array, basis: Array, aim: Array, penalty: float) -> Array:
    """Errors of rows left out: the residual over one less the leverage (Allen 1974)."""
    kept = singular**2 / (singular**2 + penalty)
    residual = aim - left @ (kept * (left.T @ aim))
    leverage = (left**2) @ kept + (basis**2).sum(axis=1)
    # A row that alone tells of something has a leverage near one: without it there is no fit.
    errors: Array = residual / np.maximum(1.0 - leverage, 1e-3)
    return errors


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
    # One penalty for all resamples: to choose it anew would be sixteen fits for each.
    penalty = fit_ridge(columns, fixed, outcomes.final()[rows]).penalty
    rng = np.random.default_rng(seed)
    picks = [np.arange(len(rows))]
    picks += [rng.integers(len(rows), size=len(rows)) for _ in range(num_resamples)]
    fitted = np.array([
        _points(factors, columns[pick], fixed[pick], losses, penalty)
        for pick in picks
        # What further training changes comes from the resample as well, and is in the interval.
        if not np.isnan(losses := outcomes.final(rows[pick])).all()  # none was trained to the end
    ])  # fmt: skip
    # The first is of all trials, the effect itself.
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
        # Shares of the levels add up to one, so that only differences of weights say anything.
        parts.append(own - own @ factor.shares)
        begin += len(factor.levels)
    points: Array = 100 * (accuracy_of(typical + np.concatenate(parts)) - accuracy_of(typical))
    return points


@dataclass(frozen=True)
class Importance:
    """How much one choice tells about accuracy.

    Attributes:
        choice: For example `stage2.block`.
        share: Of the variance of the loss, between 0 and 1 as are both ends.
        low: Lower end of the 95% interval.
        high: Upper end.
    """

    choice: str
    share: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether it is more than chance gives a choice that tells nothing."""
        return self.low > 0


def importances(
    outcomes: Outcomes, *, num_resamples: int = NUM_RESAMPLES, seed: int = 0
) -> list[Importance]:
    """Importances, the largest first; none where there are too few trials, or nothing varies."""
    rows = thinned(usable(outcomes))
    if len(rows) < MIN_TRIALS:
        return []
    factors = each_choice([outcomes.trials[row].choices for row in rows])
    target = outcomes.final()[rows]
    if not factors or np.ptp(target) == 0:
        return []
    variance = float(np.var(target))
    columns = np.hstack([factor.columns for factor in factors])
    nothing = np.empty((len(rows), 0))
    penalty = fit_ridge(columns, nothing, target).penalty
    rng = np.random.default_rng(seed)
    grown = []
    for _ in range(num_resamples):
        pick = rng.integers(len(rows), size=len(rows))
        # About 37% of them: on rows that it has seen a fit makes even noise look like knowledge.
        out = np.setdiff1d(np.arange(len(rows)), pick)
        if len(out):
            weights, constant = refit(columns[pick], nothing[pick], target[pick], penalty)
            errors = target[out] - constant[0] - columns[out] @ weights
            growth = _growth(weights, factors, columns[out], errors, rng)
            # Two independent draws differ by twice the variance: hence the half.
            grown.append(growth / (2 * len(out) * variance))
    shares = np.vstack([np.mean(grown, axis=0), np.percentile(grown, [2.5, 97.5], axis=0)])
    found = [
        Importance(factor.name, float(share), float(low), float(high))
        for factor, (share, low, high) in zip(factors, shares.clip(0, 1).T, strict=True)
    ]
    return sorted(found, key=lambda importance: -importance.share)


def _growth(
    weights: Array, factors: list[Factor], columns: Array, errors: Array, rng: np.random.Generator
) -> Array:
    """By how much the sum of squared errors grows where a factor is shuffled, for each factor."""
    growth, begin = [], 0
    for factor in factors:
        end = begin + len(factor.levels)
        part = columns[:, begin:end] @ weights[begin:end]
        exists = np.flatnonzero(columns[:, begin:end].any(axis=1))
        shuffled = part.copy()
        shuffled[exists] = part[rng.permutation(exists)]
        growth.append(float(((errors + part - shuffled) ** 2).sum() - (errors**2).sum()))
        begin = end
    return np.array(growth)
