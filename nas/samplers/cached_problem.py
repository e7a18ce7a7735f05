"""A problem that remembers what it was asked."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

import numpy as np

from search_spaces.errors import GraphError, SpaceError
from search_spaces.registry import Value
from search_spaces.spaces.choices import Choice
from search_spaces.spaces.problem import Candidate, Limit, Problem, Values, violations

_Key = tuple[Value | None, ...]


@dataclass(frozen=True)
class CachedProblem:
    """A problem that remembers what it was asked; see `Problem`.

    Attributes:
        problem: What is asked.
        max_entries: Beyond so many, what was not asked for longest is forgotten; about a KiB each.
    """

    problem: Problem
    max_entries: int = 200
    _known: OrderedDict[_Key, Candidate | None] = field(default_factory=OrderedDict, repr=False)

    @classmethod
    def of(cls, problem: Problem, max_entries: int = 200) -> CachedProblem:
        """The problem itself where it already remembers."""
        return problem if isinstance(problem, CachedProblem) else cls(problem, max_entries)

    @property
    def choices(self) -> tuple[Choice, ...]:
        return self.problem.choices

    @property
    def objectives(self) -> tuple[str, ...]:
        return self.problem.objectives

    @property
    def limits(self) -> tuple[Limit, ...]:
        return self.problem.limits

    def sample(self, rng: np.random.Generator) -> dict[str, Value]:
        return self.problem.sample(rng)

    def num_combinations(self) -> int:
        return self.problem.num_combinations()

    def candidate(self, values: Values) -> Candidate:
        """Raises GraphError or SpaceError where the values make no network."""
        found = self.possible(values)
        # Asked again for its error alone, which `possible` has swallowed.
        return self.problem.candidate(values) if found is None else found

    def possible(self, values: Values) -> Candidate | None:
        """The architecture that values mean; None where they make no network."""
        key = tuple([values.get(choice.name) for choice in self.problem.choices])
        if key not in self._known:
            if len(self._known) >= self.max_entries:
                self._known.popitem(last=False)
            self._known[key] = _possible(self.problem, values)
        self._known.move_to_end(key)
        return self._known[key]

    def within(self, values: Values) -> Candidate | None:
        """The architecture that values mean; None where there is none or it is not in budget."""
        found = self.possible(values)
        return None if found is None or violations(found, self.limits) else found


def _possible(problem: Problem, values: Values) -> Candidate | None:
    try:
        return problem.candidate(values)
    except (GraphError, SpaceError):
        return None
