"""What a space holds: how many networks, how large they are, and how many fit the budgets.

All shares and medians are those of the distinct networks, each counted once however many sets of
values lead to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from operator import add
from statistics import fmean, stdev
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_spaces.graphs.cost import BYTES_PER_VALUE
from search_spaces.spaces.automaton import NOWHERE, Automaton, Label
from search_spaces.spaces.counting import MAX_SETS, count_words
from search_spaces.spaces.paths import Path, Paths
from search_spaces.spaces.problem import Limit

COSTS = ("flops", "params", "weight_bytes", "peak_activation_bytes")
SAMPLE_SIZE = 4000
# Written out: `nas.statistics`, which has quantiles, stands above this package.
_Z95 = 1.959964


class Count(NamedTuple):
    """A number of networks; `error` is the standard error of an estimate, 0 where it is exact."""

    value: int
    error: float


class Range(NamedTuple):
    """A cost over a space. The extremes are exact."""

    smallest: int
    median: float
    largest: int


class Share(NamedTuple):
    """A part of the space, and the interval that it is in with 95% confidence."""

    value: float
    low: float
    high: float


class Cut(NamedTuple):
    """What one budget keeps out.

    Attributes:
        stops: Share of the space that is outside it.
        stops_alone: Share that is outside it and within all others.
        needed: The value at which one network in twenty would be within it and all others; None
            where the others stop too many.
    """

    limit: Limit
    stops: float
    stops_alone: float
    needed: float | None


@dataclass(frozen=True)
class Fit:
    """How a space fits its budgets.

    Attributes:
        share: What is within all budgets.
        cuts: The budgets, the one that stops most first.
        factor: Budgets this many times as wide would leave one network in twenty; 1 where they do.
        num_looked_at: Networks that this is judged by.
        exact: Whether these are all there are.
    """

    share: Share
    cuts: tuple[Cut, ...]
    factor: float
    num_looked_at: int
    exact: bool


@dataclass(frozen=True)
class Survey:
    """A space looked over.

    Attributes:
        count: Distinct networks.
        costs: The costs of the networks looked at, `(num_networks, len(COSTS))`.
        extremes: The least and the most of each cost.
        exact: Whether these are all the networks of the space.
    """

    count: Count
    costs: NDArray[np.float64]
    extremes: Mapping[str, tuple[int, int]]
    exact: bool

    def range(self, name: str) -> Range:
        """The spread of one of `COSTS`."""
        smallest, largest = self.extremes[name]
        return Range(smallest, float(np.median(self._column(name))), largest)

    def fit(self, limits: Iterable[Limit]) -> Fit:
        """How many networks the budgets leave; those on other quantities are not looked at."""
        looked_at = [limit for limit in limits if limit.quantity in COSTS]
        ratios = {limit: limit.ratios(self._column(limit.quantity)) for limit in looked_at}
        outside = {limit: ratio > 1 for limit, ratio in ratios.items()}
        num_outside = sum(outside.values(), np.zeros(len(self.costs), int))
        cuts = [
            Cut(
                limit,
                stops=float(outside[limit].mean()),
                stops_alone=float((outside[limit] & (num_outside == 1)).mean()),
                needed=self._needed(limit, num_outside == outside[limit]),
            )
            for limit in looked_at
        ]
        cuts.sort(key=lambda cut: (-cut.stops, -cut.stops_alone))
        factor = self._twentieth(np.max(list(ratios.values()), axis=0)) if ratios else None
        share = self._share(int((num_outside == 0).sum()))
        return Fit(share, tuple(cuts), max(1.0, factor or 1.0), len(self.costs), self.exact)

    def _column(self, name: str) -> NDArray[np.float64]:
        column: NDArray[np.float64] = self.costs[:, COSTS.index(name)]
        return column

    def _needed(self, limit: Limit, within_others: NDArray[np.bool_]) -> float | None:
        sign = -1 if limit.is_lower else 1
        needed = self._twentieth(sign * self._column(limit.quantity)[within_others])
        return None if needed is None else sign * needed

    def _twentieth(self, column: NDArray[np.float64]) -> float | None:
        """The value that a twentieth of all networks does not exceed; None where too few are."""
        wanted = max(1, ceil(len(self.costs) / 20))
        return float(np.sort(column)[wanted - 1]) if len(column) >= wanted else None

    def _share(self, inside: int) -> Share:
        value = inside / len(self.costs)
        if self.exact:
            return Share(value, value, value)
        return Share(value, *wilson_interval(inside, len(self.costs)))


def wilson_interval(successes: int, total: int) -> tuple[float, float]:
    """The 95% interval of a share (Wilson 1927), which stays sensible for shares near 0 and 1."""
    share, z2 = successes / total, _Z95**2
    centre = (share + z2 / (2 * total)) / (1 + z2 / total)
    spread = _Z95 / (1 + z2 / total) * sqrt(share * (1 - share) / total + z2 / (4 * total**2))
    return max(0.0, centre - spread), min(1.0, centre + spread)


def survey(
    automaton: Automaton,
    rng: np.random.Generator,
    sample_size: int = SAMPLE_SIZE,
    max_sets: int = MAX_SETS,
) -> Survey:
    """Looks over a space: all of its networks where these are few, else a sample.

    Args:
        sample_size: Networks to look at.
        max_sets: How much work the exact count may be; beyond, the number is estimated from how
            many paths lead to the networks of the sample.
    """
    paths = Paths(automaton)
    extremes = _extremes(automaton)
    if paths.num_paths <= sample_size:
        # Several paths may spell one network, which counts once.
        looked_at = list({(path.in_shape, paths.word(path)): path for path in paths.all()}.values())
        costs = _costs(automaton, looked_at)
        return Survey(Count(len(looked_at), 0.0), costs, extremes, exact=True)
    looked_at = [paths.draw_network(rng) for _ in range(sample_size)]
    counted = count_words(automaton, max_sets)
    count = _estimate(paths, rng, sample_size) if counted is None else Count(counted, 0.0)
    return Survey(count, _costs(automaton, looked_at), extremes, exact=False)


def _estimate(paths: Paths, rng: np.random.Generator, sample_size: int) -> Count:
    """Paths times the mean of one over how many of them lead to the same network."""
    weights = [1 / paths.spellings(paths.draw(rng)) for _ in range(sample_size)]
    error = paths.num_paths * stdev(weights) / sqrt(sample_size)
    return Count(round(paths.num_paths * fmean(weights)), error)


def _costs(automaton: Automaton, looked_at: Sequence[Path]) -> NDArray[np.float64]:
    labels = automaton.labels
    return np.array([_joined([labels[i] for i in path.labels]) for path in looked_at], np.float64)


def _joined(labels: Sequence[Label]) -> tuple[int, int, int, int]:
    """The costs of blocks in a row, in the order of `COSTS`."""
    params = sum(label.params for label in labels)
    flops = sum(label.flops for label in labels)
    peak = max(label.peak_activation_bytes for label in labels)
    return flops, params, params * BYTES_PER_VALUE, peak


def _extremes(automaton: Automaton) -> dict[str, tuple[int, int]]:
    """The exact least and most of each cost over all paths."""
    labels = automaton.labels
    flops = _extreme(automaton, [label.flops for label in labels], add)
    params = _extreme(automaton, [label.params for label in labels], add)
    peaks = _extreme(automaton, [label.peak_activation_bytes for label in labels], max)
    weights = (params[0] * BYTES_PER_VALUE, params[1] * BYTES_PER_VALUE)
    return dict(zip(COSTS, (flops, params, weights, peaks), strict=True))


def _extreme(
    automaton: Automaton, costs: Sequence[int], join: Callable[[int, int], int]
) -> tuple[int, int]:
    low, high = [0], [0]
    # Steps lead to smaller numbers, so that what is behind a state is known before it.
    for steps, also in automaton.states[1:]:
        lows = [join(costs[label], low[target]) for label, target in steps]
        highs = [join(costs[label], high[target]) for label, target in steps]
        low.append(min(lows if also == NOWHERE else [*lows, low[also]]))
        high.append(max(highs if also == NOWHERE else [*highs, high[also]]))
    starts = automaton.starts.values()
    return min(low[start] for start in starts), max(high[start] for start in starts)
