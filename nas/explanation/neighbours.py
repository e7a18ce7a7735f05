"""The networks that are one edit away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nas.problem import Candidate, Problem, Values
from nas.samplers.cached_problem import CachedProblem
from search_spaces.registry import Value
from search_spaces.space import Choice


@dataclass(frozen=True)
class Neighbour:
    """A network with one choice changed.

    Attributes:
        choice: Name of that choice.
        before: Its value in the network that is explained.
        after: Its value here.
        candidate: The network, with its exactly known costs.
    """

    choice: str
    before: Value
    after: Value
    candidate: Candidate


def neighbours(problem: Problem, values: Values) -> list[Neighbour]:
    """All networks that differ in the value of one choice, within the limits or not.

    Choices that come to exist by the edit, as those of another type of block, take over the value
    of the choice of the same name that ceases to exist (a 5x5 stays a 5x5) where it is one of
    theirs, else their first. Edits that lead to the same network are one.
    """
    cached = CachedProblem.of(problem)
    own = cached.candidate(values)
    found: dict[str, Neighbour] = {}
    for choice in problem.choices:
        if choice.name not in own.values:
            continue
        for value in choice.values:
            candidate = cached.possible(_edited(problem, own.values, choice, value))
            if candidate is not None and candidate.architecture != own.architecture:
                edit = Neighbour(choice.name, own.values[choice.name], value, candidate)
                found.setdefault(candidate.architecture, edit)
    return list(found.values())


def _edited(problem: Problem, values: Values, changed: Choice, value: Value) -> dict[str, Value]:
    edited: dict[str, Value] = {}
    for choice in problem.choices:
        if choice.is_active(edited):
            edited[choice.name] = value if choice is changed else _kept(choice, values)
    return edited


def _kept(choice: Choice, values: Values) -> Value:
    if choice.name in values:
        return values[choice.name]
    return next((v for v in _same(choice, values) if v in choice.values), choice.values[0])


def _same(choice: Choice, values: Values) -> Iterator[Value]:
    """Values of choices that are called the same at the same place, as `stage2.*.kernel_size`."""
    place, _, rest = choice.name.partition(".")
    name = rest.rpartition(".")[2]
    for other, value in values.items():
        if other.startswith(f"{place}.") and other.rpartition(".")[2] == name:
            yield value
