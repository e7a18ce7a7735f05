"""Sets of values of the choices: all of them, those near to another, and where steps lead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType

import numpy as np

from nas.samplers.cached_problem import CachedProblem
from search_spaces.registry import Value
from search_spaces.spaces.choices import Choice
from search_spaces.spaces.problem import Candidate, Values


def all_values(
    choices: Sequence[Choice], head: Mapping[str, Value] = MappingProxyType({})
) -> Iterator[dict[str, Value]]:
    """Every set of values, inactive choices absent, the last choice changing first."""
    if not choices:
        yield dict(head)
        return
    choice, rest = choices[0], choices[1:]
    if not choice.is_active(head):
        yield from all_values(rest, head)
        return
    for value in choice.values:
        yield from all_values(rest, {**head, choice.name: value})


def mutated(
    choices: Sequence[Choice], values: Values, rng: np.random.Generator, num_changes: int = 1
) -> dict[str, Value]:
    """Values with up to so many active choices drawn anew, never to what they were.

    Choices that thereby come to exist are drawn; those that cease to exist are absent.
    """
    # A choice of one value could only be drawn to what it was.
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


def with_value(
    choices: Sequence[Choice], values: Values, changed: Choice, value: Value, which: int
) -> dict[str, Value]:
    """Values with one changed; choices that thereby come to exist take their value at `which`."""
    kept: dict[str, Value] = {}
    for choice in choices:
        if choice.is_active(kept):
            kept[choice.name] = values.get(choice.name, choice.values[which])
            if choice.name == changed.name:
                kept[choice.name] = value
    return kept


def lowest(
    problem: CachedProblem, drawn: Sequence[Candidate], height: Callable[[Candidate], float]
) -> Candidate:
    """Sets one choice after the other to its lowest value, twice, from the lowest drawn.

    Stays within the limits.
    """
    best = min(drawn, key=height)
    # Twice: limits may let an early choice go down only after a later one has.
    for choice in 2 * problem.choices:
        for value in choice.values if choice.name in best.values else ():
            # Of the choices of a block that comes to exist nobody knows which end is the lower one.
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
