"""What trials teach: importances, effects and random search, as figures and words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dashboards.plots.effects import effects_height
from dashboards.plots.importance import MAX_SHOWN, importance_height
from dashboards.sections.findings import Findings
from nas.trust.effects import MIN_TRIALS, Effect, Importance, effects_at_equal, importances
from nas.trust.outcomes import Outcomes
from nas.trust.progress import Step, Volume, progress, winners
from nas.trust.random_search import MIN_EXPLAINED, RandomSearch, random_search
from search_spaces.errors import NasError
from search_spaces.measures import LATENCY, measure, quality_of
from search_spaces.quantities import plural

METHOD = (
    "How this is worked out. Every trial that was trained counts, those stopped early with their "
    "last quality carried on by the mean progress of those that went on. The logarithm of the "
    "error is explained by the choices (ridge regression, its penalty chosen by leaving one out). "
    "Importance is how much the squared error on trials that it has not seen grows where a choice "
    "is shuffled, as a share of the variance; halved, as for independent choices that is what the "
    "choice explains. An effect is what a network gains in percentage points of quality where all "
    "its stages have a level instead of the study's average mixture, the logarithm of its cost and "
    "its square held equal. Intervals are those of 200 resamples of the trials. The search chose "
    "the trials, not chance, and effects add up here: what two choices do only together is not "
    "seen."
)


def method(lessons: Lessons) -> str:
    """How importances and effects were worked out, or why there are none."""
    if lessons.importances or lessons.effects:
        return METHOD
    return (
        f"That needs at least {MIN_TRIALS} trained trials whose choices differ: too few to tell "
        "yet."
    )


def left_out(lessons: Lessons) -> str:
    """How many choices have no bar, since theirs may be chance."""
    shown = min(len(lessons.clear_importances), MAX_SHOWN)
    others = len(lessons.importances) - shown
    if not shown:
        return (
            "Importances are not shown: with so few trials chance may give as much to any choice."
        )
    if not others:
        return ""
    are = "choice is" if others == 1 else "choices are"
    return f"{others} more {are} not shown: they tell little, or no more than chance may give."


def random_words(lessons: Lessons, objectives: tuple[str, ...]) -> str:
    """What the curve of random search is, or why there is none."""
    found = lessons.expectation
    if found is None:
        return lessons.no_expectation or ""
    quality = measure(quality_of(objectives)).in_words
    measured = [quality, *(["latency"] if LATENCY in objectives else [])]
    return (
        "Random search was not run; the dashed line is what it is expected to reach: "
        f"{plural(found.num_networks, 'network')} drawn at random within the budgets, costs "
        f"counted exactly, {' and '.join(measured)} by a model of this study's trials with its "
        f"own errors added (it explains {found.explained:.0%} of the variance of "
        f"{quality} on trials left out), each trained to the end."
    )


def matters(lessons: Lessons) -> dict[str, Any] | None:
    """What the page's section on importances and effects needs; None where there are none."""
    from dashboards.sections.words import value_label

    if not lessons.importances or not lessons.effects:
        return None
    effects = next(iter(lessons.effects.values()))
    return {
        "has_importances": bool(lessons.clear_importances),
        "left_out": left_out(lessons),
        "importance_height": importance_height(lessons.importances),
        "effects_height": effects_height(effects),
        "costs": [(cost, value_label(cost)) for cost in lessons.effects],
    }


EQUAL_COSTS = ("flops", LATENCY, "params")
"""Costs at which effects are told, where they are known."""

_NUM_PLACES = 80


@dataclass(frozen=True)
class Expectation:
    """What random search is expected to win.

    Attributes:
        epochs: Epochs spent, ascending.
        shares: Of the box, after each of them.
        num_networks: How many networks were drawn for it.
        explained: Share of the variance that its model of accuracy explains.
    """

    epochs: tuple[float, ...]
    shares: tuple[float, ...]
    num_networks: int
    explained: float


@dataclass(frozen=True)
class Lessons:
    """Importances, effects and progress.

    Attributes:
        importances: The largest first; none where there are too few trials.
        effects: By the cost that is held equal; only costs for which there are some.
        steps: The hypervolume after each trial; none where there is nothing to win.
        expectation: Of random search; None where it cannot be estimated.
        no_expectation: Why not, in one line.
    """

    importances: tuple[Importance, ...]
    effects: dict[str, tuple[Effect, ...]]
    steps: tuple[Step, ...]
    expectation: Expectation | None
    no_expectation: str | None

    @property
    def clear_importances(self) -> tuple[Importance, ...]:
        """Those that are more than noise."""
        return tuple(importance for importance in self.importances if importance.is_clear)

    @classmethod
    def of(cls, findings: Findings) -> Lessons:
        """Works them out: a second or two."""
        from threadpoolctl import threadpool_limits

        outcomes = Outcomes.of(findings.trials, findings.curves)
        with threadpool_limits(1):  # small matrices: more threads only wait for each other
            effects = {
                cost: tuple(effects_at_equal(cost, outcomes))
                for cost in EQUAL_COSTS
                if cost in findings.figure_costs
            }
            steps = tuple(progress(findings.trials, findings.study.objectives, findings.limits))
            expectation, reason = _expectation(findings, outcomes, steps)
            return cls(
                tuple(importances(outcomes)), {c: found for c, found in effects.items() if found},
                steps, expectation, reason,
            )  # fmt: skip


def _expectation(
    findings: Findings, outcomes: Outcomes, steps: tuple[Step, ...]
) -> tuple[Expectation | None, str | None]:
    if not steps:
        return None, None
    try:
        drawn = random_search(findings.study, outcomes)
    except NasError as error:
        return None, f"Random search is not estimated: {error}"
    if drawn is None:
        return None, "There are too few trials to estimate what random search would have won."
    if drawn.explained < MIN_EXPLAINED:
        quality = measure(findings.quality).in_words
        return None, (
            f"Random search is not estimated: that takes a model of {quality}, which explains less "
            f"than {MIN_EXPLAINED:.0%} of its variance on trials left out."
        )
    return _curve(findings, drawn, steps[-1].epochs), None


def _curve(findings: Findings, drawn: RandomSearch, epochs: int) -> Expectation:
    """Every network that random search draws is trained to the end."""
    each = max(trial.epochs for trial in findings.in_state("COMPLETE"))
    volume = Volume(winners(findings.trials, findings.limits), findings.study.objectives)
    counts = np.linspace(0, epochs / each, _NUM_PLACES)
    shares = volume.expected(drawn.points, counts)
    return Expectation(
        tuple((counts * each).tolist()), tuple(shares.tolist()), drawn.num_networks,
        drawn.explained,
    )  # fmt: skip
