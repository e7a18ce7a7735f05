"""What a study already knows, and what there is to know."""

from __future__ import annotations

from itertools import islice

from optuna.study import Study

from nas.problem import Candidate, Problem
from nas.samplers.cached_problem import CachedProblem
from nas.samplers.values import all_values

SMALL_SPACE = 2_000
"""A space with at most this many sets of values is listed whole, to know when all are trained."""


def known_architectures(study: Study) -> set[str]:
    """Ids of all architectures that the study has proposed."""
    trials = study.get_trials(deepcopy=False)
    return {t.user_attrs["architecture"] for t in trials if t.user_attrs.get("architecture")}


def feasible_architectures(problem: Problem) -> set[str] | None:
    """Ids of all architectures within the budgets; None where the space is too large to list."""
    candidates = feasible_candidates(CachedProblem.of(problem))
    return None if candidates is None else {c.architecture for c in candidates}


def feasible_candidates(problem: CachedProblem) -> list[Candidate] | None:
    """All sets of values within the budgets; None where the space is too large to list."""
    whole = list(islice(all_values(problem.choices), SMALL_SPACE + 1))
    if len(whole) > SMALL_SPACE:
        return None
    return [c for values in whole if (c := problem.within(values)) is not None]
