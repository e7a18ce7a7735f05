"""How much each choice tells about accuracy.

The loss at the end of each trial (`Outcomes.final`) is explained by all choices, a ridge with a
weight for each value. It is fitted again and again on resamples of the trials, and asked about the
trials that a resample left out: by how much does its squared error there grow where one choice is
shuffled among the trials that have it (Breiman 2001)? Half of that growth for a trial, as a share
of the variance over all trials, is the choice's importance, which for choices that do not hang
together is the share of the variance that it explains. The interval is that of 2.5 to 97.5 percent
of the resamples: of a choice that tells nothing it begins at zero. Few trials may say less than
nothing or more than everything, which is shown as 0 or 1. What choices do to accuracy through the
cost of the network counts.
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
        out = np.setdiff1d(np.arange(len(rows)), pick)
        if len(out):
            weights, constant = refit(columns[pick], nothing[pick], target[pick], penalty)
            errors = target[out] - constant[0] - columns[out] @ weights
            growth = _growth(weights, factors, columns[out], errors, rng)
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
