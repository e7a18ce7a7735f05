"""Watches from outside how long trials take: no code in a worker can notice that it hangs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from search_spaces.quantities import format_duration
from workers.failure import Failure, FailureKind

LEAST_EPOCH_LIMIT_S = 3600.0
"""An epoch is never held to hang before, unless the experiment file says so."""

TIMES_THE_LONGEST = 10
"""An epoch hangs that takes so many times longer than any epoch of the search before it."""


@dataclass
class _Watched:
    started_at: float
    reported_at: float
    epochs: int


class Watchdog:
    """Tells which running trials have taken too long.

    Args:
        clock: Seconds that only grow.
        epoch_time_limit: Seconds that an epoch may take; None for ten times the longest so far,
            and at least an hour.
        trial_time_limit: Seconds that a trial may train in all its tries together, if limited.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        epoch_time_limit: float | None = None,
        trial_time_limit: float | None = None,
    ) -> None:
        self._clock = clock
        self._epoch_limit = epoch_time_limit
        self._trial_limit = trial_time_limit
        self._longest = 0.0
        self._running: dict[int, _Watched] = {}
        self._spent: dict[int, float] = {}

    @property
    def epoch_limit(self) -> float:
        """Seconds that an epoch may take now."""
        if self._epoch_limit is not None:
            return self._epoch_limit
        return max(LEAST_EPOCH_LIMIT_S, TIMES_THE_LONGEST * self._longest)

    def started(self, number: int, epochs: int) -> None:
        """A worker has begun or taken up a trial, with so many epochs behind it."""
        now = self._clock()
        self._running[number] = _Watched(now, now, epochs)

    def reported(self, number: int, epochs: int) -> None:
        """A trial has ended an epoch."""
        watched, now = self._running[number], self._clock()
        # A trial's first epoch counts with the making of its network and, in a new worker, the
        # placing of the data: the next first epoch may take that long as well.
        self._longest = max(self._longest, now - watched.reported_at)
        watched.reported_at, watched.epochs = now, epochs

    def interrupted(self, number: int) -> None:
        """A trial is off its worker and may come again."""
        watched = self._running.pop(number, None)
        if watched is not None:
            spent = self._clock() - watched.started_at
            self._spent[number] = self._spent.get(number, 0.0) + spent

    def ended(self, number: int) -> None:
        """A trial has ended for good."""
        self._running.pop(number, None)
        self._spent.pop(number, None)

    def overdue(self) -> dict[int, Failure]:
        """The running trials that have taken too long, by number, and how they fail."""
        now = self._clock()
        judged = {number: self._judge(number, w, now) for number, w in self._running.items()}
        return {number: failure for number, failure in judged.items() if failure is not None}

    def _judge(self, number: int, watched: _Watched, now: float) -> Failure | None:
        silent, limit = now - watched.reported_at, self.epoch_limit
        trained = now - watched.started_at + self._spent.get(number, 0.0)
        if self._trial_limit is not None and trained > self._trial_limit:
            reason = f"trained for {format_duration(trained)}, {_limit('trial', self._trial_limit)}"
            return Failure(FailureKind.TIME_LIMIT, reason)
        if silent > limit:
            came = f"epoch {watched.epochs + 1} took more than {format_duration(silent)}"
            return Failure(FailureKind.HUNG, f"{came}, {_limit('epoch', limit)}")
        return None


def _limit(what: str, seconds: float) -> str:
    return f"the limit is {format_duration(seconds)} (`workers.{what}_time_limit`)"
