"""Where candidates come from: drawn, changed a little, and led into tight budgets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import log

import numpy as np

from nas.problem import ACCURACY, Candidate, Problem, Values, violations
from search_spaces.errors import GraphError, NoFeasibleError, SpaceError
from search_spaces.registry import Value
from search_spaces.space import Choice

_NUM_WALKS = 8
_NUM_STEPS = 300
_TRIES_PER_CANDIDATE = 2


@dataclass(frozen=True)
class CachedProblem:
    """A problem that remembers what it was asked; see `Problem`.

    Attributes:
        problem: What is asked.
        max_entries: After so many, all is forgotten.
    """

    problem: Problem
    max_entries: int = 100_000
    _known: dict[tuple[Value | None, ...], Candidate | None] = field(default_factory=dict)

    @property
    def choices(self) -> tuple[Choice, ...]:
        return self.problem.choices

    @property
    def objectives(self) -> tuple[str, ...]:
        return self.problem.objectives

    @property
    def limits(self) -> Mapping[str, float]:
        return self.problem.limits

    def sample(self, rng: np.random.Generator) -> dict[str, Value]:
        return self.problem.sample(rng)

    def num_combinations(self) -> int:
        return self.problem.num_combinations()

    def candidate(self, values: Values) -> Candidate:
        """Raises GraphError or SpaceError where the values make no network."""
        found = self.possible(values)
        return self.problem.candidate(values) if found is None else found

    def possible(self, values: Values) -> Candidate | None:
        """The architecture that values mean; None where they make no network."""
        key = tuple(values.get(choice.name) for choice in self.problem.choices)
        if key not in self._known:
            if len(self._known) >= self.max_entries:
                self._known.clear()
            self._known[key] = _possible(self.problem, values)
        return self._known[key]


def _possible(problem: Problem, values: Values) -> Candidate | None:
    try:
        return problem.candidate(values)
    except (GraphError, SpaceError):
        return None


def mutated(
    choices: tuple[Choice, ...], values: Values, rng: np.random.Generator, num_changes: int = 1
) -> dict[str, Value]:
    """Values with up to so many choices drawn anew, never to what they were.

    Choices that thereby come to exist are drawn; those that cease to exist are absent.
    """
    names = [choice.name for choice in choices if choice.name in values and len(choice.values) > 1]
    picked = rng.integers(len(names), size=num_changes) if names else ()
    chosen = {names[i] for i in picked}
    changed: dict[str, Value] = {}
    for choice in choices:
        if not choice.is_active(changed):
            continue
        old = values.get(choice.name)
        if old is None or choice.name in chosen:
            allowed = [value for value in choice.values if value != old]
            changed[choice.name] = allowed[int(rng.integers(len(allowed)))]
        else:
            changed[choice.name] = old
    return changed


def every(choices: tuple[Choice, ...]) -> Iterator[dict[str, Value]]:
    """All sets of values, inactive choices absent."""

    def extend(values: dict[str, Value], position: int) -> Iterator[dict[str, Value]]:
        if position == len(choices):
            yield values
            return
        choice = choices[position]
        if not choice.is_active(values):
            yield from extend(values, position + 1)
            return
        for value in choice.values:
            yield from extend(values | {choice.name: value}, position + 1)

    return extend({}, 0)


def excess(candidate: Candidate, limits: Mapping[str, float]) -> float:
    """How far a candidate is beyond the limits, as a sum of logarithms; zero within."""
    return sum(log(v.value / v.limit) for v in violations(candidate, limits))


def draw(problem: CachedProblem, rng: np.random.Generator, number: int) -> list[Candidate]:
    """Distinct architectures within the limits: drawn, or where few are within, led there.

    Where too few of the drawn ones are within, the nearest walk towards the limits and those within
    wander, so that a space of which one in a thousand is within is not drawn blindly. Returns fewer
    than `number` where no more are found in a bounded effort.

    Raises:
        NoFeasibleError: None was found; the message names the budget that most exceed.
    """
    drawn = [problem.possible(problem.sample(rng)) for _ in range(number)]
    made = [candidate for candidate in drawn if candidate is not None]
    inside = distinct(c for c in made if not violations(c, problem.limits))
    if not inside:
        nearest = sorted(made, key=lambda c: excess(c, problem.limits))[:_NUM_WALKS]
        walked = [walk(problem, candidate, rng) for candidate in nearest]
        inside = distinct(c for c in walked if not violations(c, problem.limits))
        if not inside:
            raise NoFeasibleError(_blocked(problem, made, walked))
    for _ in range(_TRIES_PER_CANDIDATE * number):
        if len(inside) >= number:
            break
        parent = inside[int(rng.integers(len(inside)))]
        child = problem.possible(mutated(problem.choices, parent.values, rng, 2))
        if child is not None and not violations(child, problem.limits):
            inside.append(child)
    return distinct(inside)


def walk(problem: CachedProblem, start: Candidate, rng: np.random.Generator) -> Candidate:
    """Changes one or two choices at a time while that leads no further from the limits."""
    best, distance = start, excess(start, problem.limits)
    for _ in range(_NUM_STEPS):
        if distance == 0:
            break
        changed = mutated(problem.choices, best.values, rng, 1 + int(rng.integers(2)))
        candidate = problem.possible(changed)
        if candidate is not None and (new := excess(candidate, problem.limits)) <= distance:
            best, distance = candidate, new
    return best


def extremes(problem: CachedProblem, drawn: Sequence[Candidate]) -> list[Candidate]:
    """The cheapest and the dearest within the limits that the drawn ones lead to, for each cost."""
    found = []
    for name in problem.objectives:
        if name != ACCURACY:
            found.append(_climb(problem, drawn, partial(_signed_cost, name=name, sign=1)))
            found.append(_climb(problem, drawn, partial(_signed_cost, name=name, sign=-1)))
    return found


def _signed_cost(candidate: Candidate, name: str, sign: int) -> float:
    return sign * candidate.costs[name]


def _climb(
    problem: CachedProblem, drawn: Sequence[Candidate], height: Callable[[Candidate], float]
) -> Candidate:
    """Sets one choice after the other to its lowest value, twice, from the lowest drawn."""
    best = min(drawn, key=height)
    for choice in 2 * problem.choices:
        for value in choice.values if choice.name in best.values else ():
            for which in (0, -1):
                changed = _with(problem.choices, best.values, choice, value, which)
                candidate = problem.possible(changed)
                if candidate is None or violations(candidate, problem.limits):
                    continue
                best = min(best, candidate, key=height)
    return best


def _with(
    choices: tuple[Choice, ...], values: Values, changed: Choice, value: Value, which: int
) -> dict[str, Value]:
    """Values with one changed; choices that thereby come to exist take their first or last."""
    kept: dict[str, Value] = {}
    for choice in choices:
        if choice.is_active(kept):
            kept[choice.name] = values.get(choice.name, choice.values[which])
            if choice.name == changed.name:
                kept[choice.name] = value
    return kept


def distinct(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Each architecture once; measured costs may differ, and then once for each set of costs."""
    found: dict[tuple[str, *tuple[float, ...]], Candidate] = {}
    for candidate in candidates:
        found.setdefault((candidate.architecture, *candidate.costs.values()), candidate)
    return list(found.values())


def _blocked(problem: Problem, drawn: list[Candidate], walked: list[Candidate]) -> str:
    if not drawn:
        return "none of the architectures drawn could be built"
    blocking = Counter(v.quantity for c in walked for v in violations(c, problem.limits))
    name, _ = blocking.most_common(1)[0]
    least = min(candidate.costs[name] for candidate in walked)
    return (
        f"no architecture within the budgets was found: `{name}` must be at most "
        f"{problem.limits[name]:g}; the least found is {least:g}"
    )
