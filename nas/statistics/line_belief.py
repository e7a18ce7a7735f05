"""What is believed of accuracies that lie about a line in the logarithms of the costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nas.statistics.intervals import Spread, Values, chi2_quantiles
from nas.statistics.pareto import Points

NUM_NOISES, NUM_DISTANCES = 9, 30
FARTHEST = 10.0
"""Largest distance from the line that is thought of, over that of the means from it."""


@dataclass(frozen=True)
class _Cell:
    """What is believed where the noise of a training and the distance from the line are known.

    Attributes:
        noise: Variance of a single training.
        own: How much a network's own trainings count against the line, `(num_networks,)`.
        line: Its height at each network, likewise.
        line_root: Root of the covariance of these heights, `(num_networks, num_terms)`.
        left: Variance of each network that is left where the line is known, `(num_networks,)`.
        log_weight: Logarithm of how likely this cell is, but for a constant.
    """

    noise: float
    own: Values
    line: Values
    line_root: Values
    left: Values
    log_weight: float


@dataclass(frozen=True)
class LineBeliefs:
    """A mixture of normal distributions of accuracies; those of networks hang together.

    Attributes:
        means: Of each network's own trainings, `(num_networks,)`.
        cells: See `_Cell`.
        weights: Of the cells; they add up to 1.
        of_next: Whether it is of one more training of each, rather than of the true accuracy.
    """

    means: Values
    cells: tuple[_Cell, ...]
    weights: Values
    of_next: bool

    @property
    def mean(self) -> Values:
        """`(num_networks,)`."""
        return np.asarray(self.weights @ [self._mean(cell) for cell in self.cells])

    def draw(self, number: int, rng: np.random.Generator) -> Values:
        """Accuracies that may be the true ones, `(number, num_networks)`."""
        counts = rng.multinomial(number, self.weights)
        drawn = [
            self._draw(cell, count, rng)
            for cell, count in zip(self.cells, counts.tolist(), strict=True)
            if count
        ]
        return np.concatenate(drawn)

    def _mean(self, cell: _Cell) -> Values:
        return np.asarray(cell.own * self.means + (1 - cell.own) * cell.line)

    def _draw(self, cell: _Cell, number: int, rng: np.random.Generator) -> Values:
        line = rng.standard_normal((number, cell.line_root.shape[1])) @ cell.line_root.T
        variance = cell.left + (cell.noise if self.of_next else 0.0)
        own = np.sqrt(variance) * rng.standard_normal((number, len(self.means)))
        # One draw of the line for all networks: so their accuracies hang together.
        return np.asarray(self._mean(cell) + (1 - cell.own) * line + own)


def line_beliefs(
    means: Values, numbers: Sequence[int], spread: Spread, costs: Points, *, of_next: bool
) -> LineBeliefs | None:
    """See `nas.statistics.beliefs`; None where there are too few networks to tell a line.

    Args:
        means: Of each network's trainings, `(num_networks,)`.
        numbers: How many trainings each has.
    """
    basis = _basis(np.column_stack([np.ones(len(costs)), np.log(costs)]))
    freedom = len(means) - basis.shape[1]
    if freedom < 1 or spread.deviation == 0:
        return None
    shares = 1 / np.array(numbers, dtype=np.float64)
    apart = means - basis @ (basis.T @ means)
    # Not zero where means lie on the line by chance: their noise lets networks be as far off.
    scale = max(float(np.sqrt((apart**2).sum() / freedom)), spread.deviation * shares.min() ** 0.5)
    steps = (np.arange(NUM_DISTANCES) + 0.5) / NUM_DISTANCES
    # Distances go with the square of even steps, finer near zero, where the networks can tell them
    # apart. `log(step)` is the length that each stands for: all distances are equally likely.
    cells = [
        _cell(means, noise * shares, noise, FARTHEST * scale * step**2, basis, np.log(step))
        for noise in _noises(spread)
        for step in steps.tolist()
    ]
    logs = np.array([cell.log_weight for cell in cells])
    # Less the largest: of many networks every likelihood by itself would be zero to a float.
    weights = np.exp(logs - logs.max())
    return LineBeliefs(means, tuple(cells), weights / weights.sum(), of_next)


def _noises(spread: Spread) -> list[float]:
    """Variances of a training that are about equally likely, from what its estimate tells."""
    freedom = spread.degrees_of_freedom
    quantiles = chi2_quantiles((np.arange(NUM_NOISES) + 0.5) / NUM_NOISES, freedom)
    return (spread.deviation**2 * freedom / quantiles).tolist()  # type: ignore[no-any-return]


def _basis(terms: Values) -> Values:
    """Columns at right angles that span the same lines; fewer where costs rise alike."""
    left, sizes, _ = np.linalg.svd(terms, full_matrices=False)
    # With terms that say the same, the covariance in `_cell` would have no inverse.
    return np.asarray(left[:, sizes > 1e-9 * sizes[0]])


def _cell(
    means: Values, variance: Values, noise: float, distance: float, basis: Values, log_prior: float
) -> _Cell:
    """All distances from the line are equally likely beforehand, and all lines."""
    # The line is integrated out, flat beforehand: hence the determinant of its covariance below.
    total = distance**2 + variance
    weighted = basis / total[:, None]
    covariance = np.linalg.inv(basis.T @ weighted)
    line = basis @ (covariance @ (weighted.T @ means))
    own = distance**2 / total
    log_weight = (
        log_prior
        - 0.5 * float(np.log(total).sum() + ((means - line) ** 2 / total).sum())
        + 0.5 * float(np.linalg.slogdet(covariance)[1])
    )
    root = basis @ np.linalg.cholesky(covariance)
    # `own * variance` is 1 / (1 / distance² + 1 / variance): what two sources leave open together.
    return _Cell(noise, own, line, root, own * variance, log_weight)
