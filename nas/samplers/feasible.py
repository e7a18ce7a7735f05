"""Architectures within the budgets: drawn, and where few are within, led there.

One in a hundred thousand may be within the budgets, so that drawing alone would take minutes. But
costs are known: the nearest of some drawn ones walks towards the budgets, one or two choices at a
time, which takes some hundred looks at the cost model.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

import numpy as np

from nas.samplers.cached_problem import CachedProblem
from nas.samplers.joint import feasible_candidates
from nas.samplers.neighbours import mutated
from search_spaces.errors import BudgetError, NoFeasibleError
from search_spaces.quantities import format_limit, format_quantity
from search_spaces.spaces.problem import Candidate, Problem, violations

NUM_ROUNDS = 4
NUM_DRAWS = 100
NUM_LAST_DRAWS = 3_000
NUM_WALKS = 8
NUM_STEPS = 300
_TRIES_PER_CANDIDATE = 2


def find_new(
    problem: Problem,
    known: Set[str],
    rng: np.random.Generator,
    near: Sequence[Candidate] = (),
) -> Candidate:
    """A candidate within the budgets that is not known, in a bounded effort.

    In a small space any such one. Else, whichever is found first: by small changes of the nearest
    of `near`; in rounds, by drawing and by small changes of the nearest of those drawn; by drawing
    longer. That is at most some 13,000 looks at the cost model, and some hundred where budgets are
    from above only.

    Args:
        known: Ids of architectures.
        near: Proposals that were beyond the budgets, or known.

    Raises:
        BudgetError: None was found within the budgets; the message says which one blocks.
        NoFeasibleError: All that were found are known.
    """
    cached = CachedProblem.of(problem)
    whole = feasible_candidates(cached)
    # An empty list goes on as well: the error at the end of the hunt names the budget that blocks.
    if whole:
        return _any_new(whole, known, rng)
    hunt = _Hunt(cached, known, rng)
    found = hunt.lead(near, 1)
    # The walks of one round may all end beside a narrow range of budgets; the next begin elsewhere.
    for _ in range(NUM_ROUNDS):
        found = found or hunt.draw_and_lead()
    found = found or hunt.draw(NUM_LAST_DRAWS)
    if found is None:
        raise hunt.error()
    return found


def _any_new(whole: Sequence[Candidate], known: Set[str], rng: np.random.Generator) -> Candidate:
    new = [candidate for candidate in whole if candidate.architecture not in known]
    if not new:
        raise all_known(whole)
    return new[int(rng.integers(len(new)))]


def all_known(whole: Iterable[Candidate]) -> NoFeasibleError:
    """What to raise where nothing new is left of all candidates within the budgets."""
    number = len({candidate.architecture for candidate in whole})
    return NoFeasibleError(f"all {number} architectures within the budgets are known")


class _Hunt:
    """One search for a new candidate.

    Attributes:
        met: What was looked at; a walk counts as its end.
    """

    def __init__(self, problem: CachedProblem, known: Set[str], rng: np.random.Generator) -> None:
        self._problem, self._known, self._rng = problem, known, rng
        self.met: list[Candidate] = []

    def draw(self, number: int) -> Candidate | None:
        """The first that fits of so many drawn at random."""
        for _ in range(number):
            drawn = self._problem.possible(self._problem.sample(self._rng))
            if drawn is not None and self._fits(drawn):
                return drawn
        return None

    def draw_and_lead(self) -> Candidate | None:
        """One that is drawn, or that small changes of the nearest of those drawn lead to."""
        first = len(self.met)
        return self.draw(NUM_DRAWS) or self.lead(self.met[first:], NUM_WALKS)

    def lead(self, starts: Sequence[Candidate], number: int) -> Candidate | None:
        """The first that fits of the ends of so many walks, from the starts nearest to budgets."""
        nearest = sorted(starts, key=lambda c: excess(self._problem, c))[:number]
        for start in nearest:
            end = walk(self._problem, start, self._rng, self._known)
            if self._fits(end):
                return end
        return None

    def _fits(self, candidate: Candidate) -> bool:
        self.met.append(candidate)
        exceeded = violations(candidate, self._problem.limits)
        return not exceeded and candidate.architecture not in self._known

    def error(self) -> NoFeasibleError:
        """Why nothing was found."""
        inside = [c for c in self.met if not violations(c, self._problem.limits)]
        if not inside:
            return _blocked(self._problem, self.met)
        return NoFeasibleError(f"all {len(self._known)} architectures that were found are known")


def excess(problem: Problem, candidate: Candidate) -> float:
    """How far a candidate is beyond the limits, as a sum of logarithms; zero within."""
    return sum(violation.excess for violation in violations(candidate, problem.limits))


def walk(
    problem: CachedProblem,
    start: Candidate,
    rng: np.random.Generator,
    known: Set[str] = frozenset(),
) -> Candidate:
    """Changes one or two choices at a time while that leads no further from the limits.

    Ends at the first candidate that is within and not known, or after `NUM_STEPS`.
    """
    best, distance = start, excess(problem, start)
    for _ in range(NUM_STEPS):
        if distance == 0 and best.architecture not in known:
            break
        changed = mutated(problem.choices, best.values, rng, 1 + int(rng.integers(2)))
        candidate = problem.possible(changed)
        # Equal distances go, too: a walk must cross plateaus, and wander on among known ones.
        if candidate is not None and (new := excess(problem, candidate)) <= distance:
            best, distance = candidate, new
    return best


def draw(problem: CachedProblem, rng: np.random.Generator, number: int) -> list[Candidate]:
    """Distinct architectures within the limits: drawn, or where few are within, led there.

    Where few of those drawn are within, the nearest walk towards the limits; where there still are
    too few, those within wander. Returns fewer than `number` where no more are found in a bounded
    effort.

    Raises:
        BudgetError: None was found; the message names the budget that blocks.
    """
    drawn = [problem.possible(problem.sample(rng)) for _ in range(number)]
    made = [candidate for candidate in drawn if candidate is not None]
    inside = distinct(c for c in made if not violations(c, problem.limits))
    if len(inside) < NUM_WALKS:
        nearest = sorted(made, key=lambda c: excess(problem, c))[:NUM_WALKS]
        made += [walk(problem, candidate, rng) for candidate in nearest]
        inside = distinct(c for c in made if not violations(c, problem.limits))
    inside = inside or [find_new(problem, frozenset(), rng)]
    for _ in range(_TRIES_PER_CANDIDATE * number):
        if len(inside) >= number:
            break
        parent = inside[int(rng.integers(len(inside)))]
        child = problem.within(mutated(problem.choices, parent.values, rng, 2))
        if child is not None:
            inside.append(child)
    return distinct(inside)


def distinct(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Each architecture once; measured costs may differ, and then once for each set of costs."""
    found: dict[tuple[str, *tuple[float, ...]], Candidate] = {}
    for candidate in candidates:
        found.setdefault((candidate.architecture, *candidate.costs.values()), candidate)
    return list(found.values())


def _blocked(problem: Problem, met: Sequence[Candidate]) -> NoFeasibleError:
    """Names the budget that the nearest of those met is farthest from."""
    if not met:
        return NoFeasibleError("no architecture of the space can be built")
    nearest = min(met, key=lambda c: excess(problem, c))
    limit, value = violations(nearest, problem.limits)[0]
    rule = "blocks: no architecture within all budgets was found; the nearest has"
    said = f"({format_limit(limit, '=')}) {rule} {format_quantity(value, limit.quantity)}"
    return BudgetError(limit.quantity, said)
