"""The cheapest and the dearest architectures within the budgets."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from nas.problem import ACCURACY, Candidate
from nas.samplers.cached_problem import CachedProblem
from nas.samplers.descent import lowest


def extremes(problem: CachedProblem, drawn: Sequence[Candidate]) -> list[Candidate]:
    """The cheapest and the dearest within the limits that the drawn ones lead to, for each cost."""
    return [
        lowest(problem, drawn, partial(_signed_cost, name=name, sign=sign))
        for name in problem.objectives
        if name != ACCURACY
        for sign in (1, -1)
    ]


def _signed_cost(candidate: Candidate, name: str, sign: int) -> float:
    return sign * candidate.costs[name]
