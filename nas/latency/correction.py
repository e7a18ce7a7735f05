"""From sums of blocks to whole networks: a correction fitted on a handful of whole networks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

MIN_NETWORKS = 6
"""With fewer networks nothing is corrected."""

WORTH_A_COEFFICIENT = 1.05
"""A correction with one coefficient less is taken where its error is at most this times larger."""


class WholeNetwork(NamedTuple):
    """A network measured end to end.

    Attributes:
        sum_ms: Of its blocks, by the table.
        num_blocks: How many it has.
        latency_ms: Measured.
    """

    sum_ms: float
    num_blocks: int
    latency_ms: float


@dataclass(frozen=True)
class Correction:
    """What the sum over blocks is turned into: `scale` times it, and `per_block_ms` a block.

    In a row, a block finds weights and code in other caches than in the turns of the table, and
    what comes between two blocks is timed with neither.

    Attributes:
        error: Mean relative error of networks that were left out of the fit; None without a fit.
        num_networks: Networks of the fit.
    """

    scale: float = 1.0
    per_block_ms: float = 0.0
    error: float | None = None
    num_networks: int = 0

    def __call__(self, sum_ms: float, num_blocks: int) -> float:
        return self.scale * sum_ms + self.per_block_ms * num_blocks


Coefficients = tuple[float, float]


def fit_correction(networks: Sequence[WholeNetwork]) -> Correction:
    """The simplest correction that is about as good as any on networks left out of its fit.

    Tried are none, a scale, and a scale with a constant for each block.
    """
    if len(networks) < MIN_NETWORKS:
        return Correction()
    errors = {model: _error_left_out(model, networks) for model in (_none, _scale, _affine)}
    good_enough = WORTH_A_COEFFICIENT * min(errors.values()) + 1e-9
    simplest = next(model for model, error in errors.items() if error <= good_enough)
    return Correction(*simplest(networks), errors[simplest], len(networks))


def _error_left_out(
    model: Callable[[Sequence[WholeNetwork]], Coefficients], networks: Sequence[WholeNetwork]
) -> float:
    errors = []
    for index, out in enumerate(networks):
        scale, per_block_ms = model([*networks[:index], *networks[index + 1 :]])
        predicted = scale * out.sum_ms + per_block_ms * out.num_blocks
        errors.append(abs(predicted / out.latency_ms - 1))
    return float(np.mean(errors))


def _none(_: Sequence[WholeNetwork]) -> Coefficients:
    return 1.0, 0.0


def _scale(networks: Sequence[WholeNetwork]) -> Coefficients:
    (scale,) = _least_squares([[n.sum_ms / n.latency_ms] for n in networks])
    return float(scale), 0.0


def _affine(networks: Sequence[WholeNetwork]) -> Coefficients:
    rows = [[n.sum_ms / n.latency_ms, n.num_blocks / n.latency_ms] for n in networks]
    scale, per_block_ms = _least_squares(rows)
    return float(scale), float(per_block_ms)


def _least_squares(rows: list[list[float]]) -> NDArray[np.float64]:
    """Coefficients with which each row comes to 1: least squares of relative errors."""
    solution, *_ = np.linalg.lstsq(np.array(rows), np.ones(len(rows)), rcond=None)
    found: NDArray[np.float64] = solution
    return found
