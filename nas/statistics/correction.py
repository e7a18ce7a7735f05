"""From sums of blocks to whole networks: a correction fitted on a handful of whole networks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

LEAST_NETWORKS = 3
"""With fewer networks nothing is corrected: one that was measured wrong would have its way."""

MIN_NETWORKS = 6
"""With fewer networks all are corrected by one factor."""

WORTH_A_COEFFICIENT = 1.1
"""A correction with one coefficient less is taken where its error is at most this times larger."""

SHARE_LEFT_OUT = 8
"""One network in so many, the worst, has no say in which correction is taken."""

Values = NDArray[np.float64]
Feature = Literal["none", "constant", "size", "density", "blocks"]


class WholeNetwork(NamedTuple):
    """A network measured end to end.

    Attributes:
        sum_ms: Of its blocks, by the table.
        flops: Of the whole network.
        num_blocks: Stem, blocks and head.
        latency_ms: Measured.
    """

    sum_ms: float
    flops: float
    num_blocks: int
    latency_ms: float


_ENDS: dict[Feature, tuple[str, str]] = {
    "size": ("small networks", "large ones"),
    "density": ("light networks", "dense ones"),
    "blocks": ("networks of heavy blocks", "those of light blocks"),
}
"""What networks with little and with much of a feature are called."""


@dataclass(frozen=True)
class Correction:
    """By what the sum over blocks is multiplied: `scale * (x / middle) ** exponent`.

    In a row, a block finds weights and code in other caches than in the turns of the table, and
    what computes without a pause is clocked lower than what is timed between pauses: so the factor
    may depend on `x`, the sum itself (`size`), the multiply-adds a millisecond (`density`) or the
    blocks a millisecond (`blocks`: each loses the time in which it began cold). It is a factor, and
    beyond the fitted networks that of the nearest, so that no prediction is ever negative or
    absurd, however small the network.

    Attributes:
        feature: What `x` is; nothing is corrected with `none`.
        scale: The factor of a network in the middle of the fitted ones.
        exponent: By how much the logarithm of the factor grows with that of `x`.
        middle: The median `x` of the fitted networks.
        low: Their least `x`.
        high: Their greatest `x`.
        error: Mean relative error of networks that were left out of the fit; None without a fit.
        num_networks: Networks of the fit.
    """

    feature: Feature = "none"
    scale: float = 1.0
    exponent: float = 0.0
    middle: float = 1.0
    low: float = 1.0
    high: float = 1.0
    error: float | None = None
    num_networks: int = 0

    def __call__(self, sum_ms: float, flops: float, num_blocks: int) -> float:
        """Milliseconds of a network."""
        if not self.exponent:
            return self.scale * sum_ms
        x = {"size": sum_ms, "density": flops / sum_ms, "blocks": num_blocks / sum_ms}[self.feature]
        x = min(max(x, self.low), self.high)
        return float(self.scale * sum_ms * (x / self.middle) ** self.exponent)

    @property
    def in_words(self) -> str:
        """For example `0.950 of the sum of small networks, 1.060 of large ones`."""
        if not self.exponent:
            return f"{self.scale:.3f} of the sum"
        ends = (self.scale * (x / self.middle) ** self.exponent for x in (self.low, self.high))
        least, most = _ENDS[self.feature]
        return "{:.3f} of the sum of {}, {:.3f} of {}".format(
            *(word for pair in zip(ends, (least, most), strict=True) for word in pair)
        )


def fit_correction(networks: Sequence[WholeNetwork]) -> Correction:
    """The simplest correction that is about as good as any on networks left out of its fit.

    Slopes are medians of the slopes between any two networks (Theil 1950, Sen 1968), constants are
    medians as well: up to a quarter of the networks may be measured wrong and move nothing.
    """
    if len(networks) < LEAST_NETWORKS:
        return Correction()
    rows = np.array(networks, dtype=np.float64)
    fits = FITS if len(networks) >= MIN_NETWORKS else (_constant,)
    errors = {fit: _errors_left_out(fit, rows) for fit in fits}
    judged = {fit: _without_worst(found) for fit, found in errors.items()}
    # Where sums are exact all errors are rounding, which must not choose a harder correction.
    good_enough = WORTH_A_COEFFICIENT * min(judged.values()) + 1e-9
    simplest = next(fit for fit, error in judged.items() if error <= good_enough)
    # The worst have no say in which is taken, but are in the error that users are told.
    found, error = simplest(rows), float(errors[simplest].mean())
    return Correction(*found, error=error, num_networks=len(networks))


Fitted = tuple[Feature, float, float, float, float, float]
Fit = Callable[[Values], Fitted]


def _errors_left_out(fit: Fit, rows: Values) -> Values:
    """Relative error of each network, predicted from a fit to all others."""
    errors = np.zeros(len(rows))
    for index, (*known, latency_ms) in enumerate(rows):
        correction = Correction(*fit(np.delete(rows, index, axis=0)))
        errors[index] = abs(correction(*known) / latency_ms - 1)
    return errors


def _without_worst(errors: Values) -> float:
    return float(np.sort(errors)[: len(errors) - len(errors) // SHARE_LEFT_OUT].mean())


def _none(_: Values) -> Fitted:
    return "none", 1.0, 0.0, 1.0, 1.0, 1.0


def _constant(rows: Values) -> Fitted:
    return "constant", float(np.median(rows[:, -1] / rows[:, 0])), 0.0, 1.0, 1.0, 1.0


def _size(rows: Values) -> Fitted:
    return _power("size", rows, rows[:, 0])


def _density(rows: Values) -> Fitted:
    return _power("density", rows, rows[:, 1] / rows[:, 0])


def _blocks(rows: Values) -> Fitted:
    return _power("blocks", rows, rows[:, 2] / rows[:, 0])


def _power(feature: Feature, rows: Values, x: Values) -> Fitted:
    ratios = np.log(rows[:, -1] / rows[:, 0])
    middle, low, high = float(np.median(x)), float(x.min()), float(x.max())
    # A network without FLOPs has no logarithm, and of equal ones there is no slope.
    if not 0 < low < high:
        return _constant(rows)
    logs = np.log(x / middle)
    exponent = _median_slope(logs, ratios)
    scale = float(np.exp(np.median(ratios - exponent * logs)))
    return feature, scale, exponent, middle, low, high


def _median_slope(x: Values, y: Values) -> float:
    """Median of the slopes between any two points of different `x`."""
    first, second = np.triu_indices(len(x), 1)
    dx, dy = x[second] - x[first], y[second] - y[first]
    # Never empty: `_power` has seen to it that not all are equal.
    return float(np.median(dy[dx != 0] / dx[dx != 0]))


FITS: tuple[Fit, ...] = (_none, _constant, _blocks, _size, _density)
"""The simplest first."""
