"""Which network of a study is meant: the best compromise, one by number, the best in budgets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from nas.statistics.pareto import as_points
from nas.store import StudyRecord, TrialRecord
from nas.store.results import knee_trial, pareto_front
from search_spaces.errors import SearchError, StoreError
from search_spaces.measures import costs, measures_of
from search_spaces.quantities import parse_quantity

KNEE = "knee"
"""The best compromise, in the place of a measure that a network is best in."""


@dataclass(frozen=True)
class Selection:
    """How a trial of a study is chosen.

    Attributes:
        number: Of the trial; the others say which one where it is None.
        best: The measure that it is the best of the front in, or `KNEE`.
        under: Upper limits of costs by name; the most accurate network within them, where there
            are any.
    """

    number: int | None = None
    best: str = KNEE
    under: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_given(self) -> bool:
        """Whether this is any other than the choice where nothing is said."""
        return self != Selection()


def selected_trial(
    study: StudyRecord, trials: Sequence[TrialRecord], selection: Selection
) -> TrialRecord:
    """The trial that is meant.

    Raises:
        StoreError: There is none.
    """
    if selection.number is not None:
        return numbered_trial(study.name, trials, selection.number)
    if selection.under:
        return best_within(study.name, trials, selection.under)
    front = pareto_front(trials, study.objectives, study.limits)
    # That the front is empty, `knee_trial` tells.
    if selection.best == KNEE or not front:
        return knee_trial(front, study.objectives)
    return _best_in(selection.best, study.name, front)


def _best_in(name: str, study: str, front: Sequence[TrialRecord]) -> TrialRecord:
    named = measures_of(front[0].quality)
    if name not in named:
        known = ", ".join((KNEE, *named))
        raise SearchError(f"the best is that of one of {known}; got {name!r}")
    measured = [trial for trial in front if name in trial.values()]
    if not measured:
        raise StoreError(f"no network of the front of study {study!r} has a {name}")
    points = as_points((trial.values() for trial in measured), [name])
    # The least is the best also of accuracy, which `as_points` has negated.
    return measured[int(points.argmin())]


def front_trials(study: StudyRecord, trials: Sequence[TrialRecord]) -> list[TrialRecord]:
    """The networks of the front, the cheapest first. Raises StoreError where there is none."""
    front = pareto_front(trials, study.objectives, study.limits)
    if not front:
        raise StoreError("the front is empty: no trial of this study is COMPLETE yet")
    return front


def numbered_trial(study: str, trials: Sequence[TrialRecord], number: int) -> TrialRecord:
    """A trial by its number. Raises StoreError where there is none."""
    for trial in trials:
        if trial.number == number:
            return trial
    raise StoreError(f"study {study!r} has no trial {number}; it has {len(trials)}")


def best_within(
    study: str, trials: Iterable[TrialRecord], under: Mapping[str, float]
) -> TrialRecord:
    """The most accurate COMPLETE trial within upper limits, the one of fewest FLOPs of equals.

    Raises:
        StoreError: None keeps to the limits.
    """
    kept = [trial for trial in trials if trial.state == "COMPLETE" and _within(trial, under)]
    if not kept:
        among = " within these limits" if under else ""
        raise StoreError(f"no trial of study {study!r} is COMPLETE{among}")
    points = as_points((trial.values() for trial in kept), (kept[0].quality, "flops"))
    best, _ = min(zip(kept, points.tolist(), strict=True), key=lambda pair: pair[1])
    return best


def upper_limits(limits: Mapping[str, float | str]) -> dict[str, float]:
    """Limits as people write them, `{"flops": "5M"}`, in base units.

    Raises:
        SearchError: One is none.
    """
    return {name: _limit(name, value) for name, value in limits.items()}


def parse_under(text: str) -> dict[str, float]:
    """Reads `flops=20M,latency_ms=5`. Raises SearchError where that is no list of limits."""
    given: dict[str, str] = {}
    for part in text.split(","):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or name in given:
            rule = "limits are written as flops=20M,latency_ms=5, each once"
            raise SearchError(f"{rule}; got {text!r}")
        given[name] = value
    return upper_limits(given)


def _limit(name: str, value: float | str) -> float:
    if name not in costs():
        raise SearchError(f"a limit must be on one of {', '.join(costs())}; got {name!r}")
    try:
        return parse_quantity(value, name)
    except ValueError as error:
        raise SearchError(f"the limit `{name}` {error}; got {value!r}") from None


def _within(trial: TrialRecord, under: Mapping[str, float]) -> bool:
    """A cost that was not measured keeps to no limit."""
    values = trial.values()
    return all(name in values and values[name] <= limit for name, limit in under.items())
