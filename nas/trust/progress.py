"""The hypervolume of the front as a search went on.

The box from the best of every objective to a little beyond the worst, costs as logarithms, is
filled with points that are spread evenly (a Kronecker sequence, Roberts 2018). The share that some
network dominates is the front's hypervolume as a share of the box, right to about a thousandth for
any number of objectives. And where networks are drawn at random, a point that a share p of them
dominates is still free after n draws with probability (1 - p)^n: so the mean over the points of
1 - (1 - p)^n is what n draws are expected to win, without drawing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from nas.statistics.hypervolume import MARGIN, bounds
from nas.statistics.pareto import Points, as_log_points, as_points, log_costs
from nas.store import TrialRecord
from nas.store.results import excess
from nas.trust.outcomes import Array
from search_spaces.spaces.problem import Limit

NUM_POINTS = 2**12


class Volume:
    """The box from the best of each objective over some finished trials to beyond the worst.

    It ends `MARGIN` beyond what `bounds` says, so that the dearest network and the least accurate
    one on the front win something as well.
    """

    def __init__(self, trials: Sequence[TrialRecord], objectives: Sequence[str]) -> None:
        """Takes the box of these trials. There must be at least one."""
        self._objectives = tuple(objectives)
        points = as_log_points((t.values() for t in trials), objectives)
        self._low, high = bounds(points)
        self._spread = (1 + MARGIN) * (high - self._low)
        self._points = _even(NUM_POINTS, len(self._objectives))

    @property
    def is_flat(self) -> bool:
        """Whether the trials differ in no objective or not in all, so that there is no volume."""
        return not (self._spread > 0).all()

    def first_dominated(self, trials: Sequence[TrialRecord]) -> Array:
        """For each point of the box the place of the first trial that dominates it, or infinity."""
        scaled = self.scaled(as_points((t.values() for t in trials), self._objectives))
        first = np.full(len(self._points), np.inf)
        for place, point in enumerate(scaled):
            open_ = np.isinf(first)
            if not open_.any():
                break
            first[open_ & (point <= self._points).all(axis=1)] = place
        return first

    def scaled(self, points: Points) -> Points:
        """Points as for `pareto`, with 0 for the best of the trials and 1 for the box's end."""
        spread = np.where(self._spread > 0, self._spread, 1.0)
        return np.asarray((log_costs(points, self._objectives) - self._low) / spread)

    def per_unit(self, objective: str) -> float:
        """How long one unit of an objective, a factor of e for a cost, is in the box."""
        spread = float(self._spread[self._objectives.index(objective)])
        return 1.0 / spread if spread > 0 else 1.0

    def shares(self, trials: Sequence[TrialRecord]) -> Array:
        """The share of the box that the first 1, 2, ... trials dominate, `(num_trials,)`."""
        first = self.first_dominated(trials)
        places = first[np.isfinite(first)].astype(np.int64)
        new = np.bincount(places, minlength=len(trials))
        shares: Array = np.cumsum(new) / len(self._points)
        return shares

    def expected(self, drawn: Points, counts: Iterable[int]) -> Array:
        """The share that so many independent draws are expected to dominate.

        Args:
            drawn: `(num_drawn, num_objectives)`, as in `nas.statistics.pareto`; each is as likely.
            counts: Numbers of draws.
        """
        scaled = self.scaled(drawn)
        hit = np.zeros(len(self._points))
        # One by one: all 4,000 beside all points of the box would be 50 MB for three objectives.
        for point in scaled:
            hit += (point <= self._points).all(axis=1)
        free = 1.0 - hit / len(scaled)
        return np.array([float(np.mean(1.0 - free**count)) for count in counts])


def _even(number: int, dimensions: int) -> Points:
    """So many points, evenly spread in the unit cube: multiples of powers of a golden ratio.

    The ratio is the positive root of `x^(dimensions + 1) = x + 1`.
    """
    ratio = 2.0
    # Each step leaves less than half of what was wrong: after 64 nothing is left to a float.
    for _ in range(64):
        ratio = (1.0 + ratio) ** (1.0 / (dimensions + 1))
    steps = ratio ** -np.arange(1.0, dimensions + 1)
    points: Points = (0.5 + np.outer(np.arange(1, number + 1), steps)) % 1.0
    return points


_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Step:
    """What the front had won when a trial had ended.

    Attributes:
        trial: Its number.
        share: Of the box, see `nas.trust.progress`.
        num_trials: Trials that had ended.
        epochs: Epochs that these were trained.
        elapsed_s: Seconds of the search, those without any trial under way left out; None where
            the database does not know when trials ran.
    """

    trial: int
    share: float
    num_trials: int
    epochs: int
    elapsed_s: float | None


def winners(trials: Sequence[TrialRecord], limits: Sequence[Limit]) -> list[TrialRecord]:
    """The COMPLETE trials within all limits, which alone win hypervolume."""
    return [t for t in trials if t.state == "COMPLETE" and not excess(t, limits)]


def progress(
    trials: Sequence[TrialRecord], objectives: Sequence[str], limits: Sequence[Limit]
) -> list[Step]:
    """A step for each trial that has ended, in the order in which they ended.

    Empty where the trials within the limits do not differ in every objective, since then there is
    nothing to win.
    """
    within = winners(trials, limits)
    volume = Volume(within, objectives) if within else None
    if volume is None or volume.is_flat:
        return []
    ended = in_order([t for t in trials if t.state in ("COMPLETE", "PRUNED", "FAIL")])
    winning = {trial.number for trial in within}
    shares = iter(volume.shares([t for t in ended if t.number in winning]).tolist())
    clock = _elapsed(ended)
    steps, share, epochs = [], 0.0, 0
    for count, trial in enumerate(ended, 1):
        epochs += trial.epochs
        share = next(shares) if trial.number in winning else share
        steps.append(Step(trial.number, share, count, epochs, clock[count - 1]))
    return steps


def in_order(trials: Sequence[TrialRecord]) -> list[TrialRecord]:
    """Trials in the order in which they ended, by number where that is not known."""
    return sorted(trials, key=lambda t: (t.finished_at or _LAST, t.number))


def _elapsed(ended: Sequence[TrialRecord]) -> list[float | None]:
    """Seconds until each trial had ended, without the times when nothing ran."""
    spans = [(t.started_at, t.finished_at) for t in ended if t.started_at and t.finished_at]
    if len(spans) < len(ended):
        known = {t.finished_at for t in ended}
        return [None] * len(ended) if None in known else _elapsed_of(ended, spans)
    return _elapsed_of(ended, spans)


def _elapsed_of(
    ended: Sequence[TrialRecord], spans: Sequence[tuple[datetime, datetime]]
) -> list[float | None]:
    begin = min((start for start, _ in spans), default=None)
    if begin is None:
        return [None] * len(ended)
    idle = _idle([((a - begin).total_seconds(), (b - begin).total_seconds()) for a, b in spans])
    seconds = np.array([(t.finished_at - begin).total_seconds() for t in ended if t.finished_at])
    lost = sum((np.clip(seconds, low, high) - low for low, high in idle), np.zeros(len(ended)))
    return [float(value) for value in seconds - lost]


def _idle(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The gaps between spans, none of them overlapping."""
    gaps, reached = [], 0.0
    for start, end in sorted(spans):
        if start > reached:
            gaps.append((reached, start))
        reached = max(reached, end)
    return gaps
