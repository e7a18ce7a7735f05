"""The hypervolume of a study's front as the search went on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from nas.analysis.volume import Volume
from nas.results import excess
from nas.store import TrialRecord
from search_spaces.limits import Limit

_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Step:
    """What the front had won when a trial had ended.

    Attributes:
        trial: Its number.
        share: Of the box, see `nas.analysis.volume`.
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
