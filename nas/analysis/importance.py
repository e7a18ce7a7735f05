"""How much each choice tells about accuracy.

The loss at the end of each trial (`Outcomes.final`) is explained by all choices, a ridge with a
weight for each value. It is fitted again and again on resamples of the trials, and asked about the
trials that a resample left out: by how much does the share of the variance that it explains there
fall where one choice is shuffled among the trials that have it (Breiman 2001)? Half of that fall is
the choice's importance, which for choices that do not hang together is the share of the variance
that it explains. The interval is that of 2.5 to 97.5 percent of the resamples: a choice that tells
nothing has one around zero. What choices do to accuracy through the cost of the network counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nas.analysis.design import Factor, each_choice
from nas.analysis.effects import MIN_TRIALS, NUM_RESAMPLES, thinned, usable
from nas.analysis.outcomes import Array, Outcomes
from nas.analysis.ridge import fit_ridge, refit


@dataclass(frozen=True)
class Importance:
    """How much one choice tells about accuracy.

    Attributes:
        choice: For example `stage2.block`.
        share: Of the variance of the loss.
        low: Lower end of the 95% interval.
        high: Upper end.
    """

    choice: str
    share: float
    low: float
    high: float


def importances(
    outcomes: Outcomes, *, num_resamples: int = NUM_RESAMPLES, seed: int = 0
) -> list[Importance]:
    """Importances, the largest first; none where there are too few trials, or nothing varies."""
    rows = thinned(usable(outcomes))
    if len(rows) < MIN_TRIALS:
        return []
    factors = each_choice([outcomes.trials[row].choices for row in rows])
    if not factors:
        return []
    target = outcomes.final()[rows]
    columns = np.hstack([factor.columns for factor in factors])
    nothing = np.empty((len(rows), 0))
    penalty = fit_ridge(columns, nothing, target).penalty
    rng = np.random.default_rng(seed)
    falls = []
    for _ in range(num_resamples):
        pick = rng.integers(len(rows), size=len(rows))
        out = np.setdiff1d(np.arange(len(rows)), pick)
        if np.ptp(target[out]) > 0 and np.ptp(target[pick]) > 0:
            weights, constant = refit(columns[pick], nothing[pick], target[pick], penalty)
            errors = target[out] - constant[0] - columns[out] @ weights
            total = float(((target[out] - target[out].mean()) ** 2).sum())
            falls.append(_falls(weights, factors, columns[out], errors, rng) / total)
    if not falls:
        return []
    low, high = np.percentile(falls, [2.5, 97.5], axis=0)
    found = [
        Importance(factor.name, float(share), float(below), float(above))
        for factor, share, below, above in zip(
            factors, np.mean(falls, axis=0), low, high, strict=True
        )
    ]
    return sorted(found, key=lambda importance: -importance.share)


def _falls(
    weights: Array, factors: list[Factor], columns: Array, errors: Array, rng: np.random.Generator
) -> Array:
    """Half the rise of the squared error for each factor, by what its shuffling does."""
    falls, begin = [], 0
    for factor in factors:
        end = begin + len(factor.levels)
        part = columns[:, begin:end] @ weights[begin:end]
        exists = np.flatnonzero(columns[:, begin:end].any(axis=1))
        shuffled = part.copy()
        shuffled[exists] = part[rng.permutation(exists)]
        falls.append(float(((errors + part - shuffled) ** 2).sum() - (errors**2).sum()) / 2)
        begin = end
    return np.array(falls)
