"""What the page says of importances, effects and random search, and how it is worked out."""

from __future__ import annotations

from typing import Any

from dashboards.effects_figure import effects_height
from dashboards.importance_figure import MAX_SHOWN, importance_height
from dashboards.lessons import Lessons
from dashboards.words import plural
from nas.analysis.effects import MIN_TRIALS

METHOD = (
    "How this is worked out. Every trial that was trained counts, those stopped early with their "
    "last accuracy carried on by the mean progress of those that went on. The logarithm of the "
    "error is explained by the choices (ridge regression, its penalty chosen by leaving one out). "
    "Importance is how much the squared error on trials that it has not seen grows where a choice "
    "is shuffled, as a share of the variance; halved, as for independent choices that is what the "
    "choice explains. An effect is what a network gains in percentage points of accuracy where all "
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
    measured = ["accuracy", *(["latency"] if "latency_ms" in objectives else [])]
    return (
        "Random search was not run; the dashed line is what it is expected to reach: "
        f"{plural(found.num_networks, 'network')} drawn at random within the budgets, costs "
        f"counted exactly, {' and '.join(measured)} by a model of this study's trials with its "
        f"own errors added (it explains {found.explained:.0%} of the variance of "
        "accuracy on trials left out), each trained to the end."
    )


def matters(lessons: Lessons) -> dict[str, Any] | None:
    """What the page's section on importances and effects needs; None where there are none."""
    from dashboards.words import VALUE_LABELS

    if not lessons.importances or not lessons.effects:
        return None
    effects = next(iter(lessons.effects.values()))
    return {
        "has_importances": bool(lessons.clear_importances),
        "left_out": left_out(lessons),
        "height": max(importance_height(lessons.importances), effects_height(effects)),
        "costs": [(cost, VALUE_LABELS[cost]) for cost in lessons.effects],
    }
