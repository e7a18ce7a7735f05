"""Where changing one choice after the other leads: the lowest of some height, and the extremes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from nas.problem import Candidate
from nas.samplers.cached_problem import CachedProblem
from nas.samplers.values import with_value


def lowest(
    problem: CachedProblem, drawn: Sequence[Candidate], height: Callable[[Candidate], float]
) -> Candidate:
    """Sets one choice after the other to its lowest value, twice, from the lowest drawn.

    Stays within the limits.
    """
    best = min(drawn, key=height)
    for choice in 2 * problem.choices:
        for value in choice.values if choice.name in best.values else ():
            for which in (0, -1):
                changed = with_value(problem.choices, best.values, choice, value, which)
                candidate = problem.within(changed)
                if candidate is not None:
                    best = min(best, candidate, key=height)
    return best


def extremes(
    problem: CachedProblem, drawn: Sequence[Candidate], costs: Iterable[str]
) -> list[Candidate]:
    """The cheapest and the dearest within the limits that the drawn ones lead to, for each cost."""
    return [
        lowest(problem, drawn, partial(_signed_cost, name=name, sign=sign))
        for name in costs
        for sign in (1, -1)
    ]


def _signed_cost(candidate: Candidate, name: str, sign: int) -> float:
    return sign * candidate.costs[name]
