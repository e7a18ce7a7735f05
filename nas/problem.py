"""What a sampler may ask: the choices, what a set of values costs, and whether that is allowed.

A real search answers from its space, cost model and latency table; a simulated one from a table of
known results. All but accuracy is known before anything is trained.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from search_spaces.cost import cost
from search_spaces.limits import Limit
from search_spaces.network import Network
from search_spaces.network_list import NetworkList
from search_spaces.registry import Value
from search_spaces.space import Choice, Space

Values = Mapping[str, Value]

Architectures = Space | NetworkList
"""What is searched: what choices lead to, or networks that are listed."""

ACCURACY = "accuracy"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One architecture before it is trained.

    Attributes:
        values: The value of each active choice.
        architecture: Id that equal networks share.
        costs: Every known cost by name, for example `flops`.
    """

    values: dict[str, Value]
    architecture: str
    costs: dict[str, float]


class Violation(NamedTuple):
    """A budget that a candidate is outside of, and the value that is.

    Attributes:
        limit: The budget.
        value: What the candidate has.
    """

    limit: Limit
    value: float

    @property
    def excess(self) -> float:
        """How far outside, see `Limit.excess`; above 0."""
        return self.limit.excess(self.value)


class Problem(Protocol):
    """What is searched: choices, exactly known costs, hard limits.

    Attributes:
        choices: The open choices; one that others depend on stands before them.
        objectives: `accuracy`, which is maximised, and names of costs, which are minimised.
        limits: Hard limits on costs, from above and from below.
    """

    @property
    def choices(self) -> tuple[Choice, ...]: ...
    @property
    def objectives(self) -> tuple[str, ...]: ...
    @property
    def limits(self) -> tuple[Limit, ...]: ...

    def sample(self, rng: np.random.Generator) -> dict[str, Value]:
        """Values drawn at random, inactive choices absent."""
        ...

    def candidate(self, values: Values) -> Candidate:
        """The architecture that values mean, with its costs."""
        ...

    def num_combinations(self) -> int:
        """How many sets of values there are."""
        ...


def violations(candidate: Candidate, limits: Iterable[Limit]) -> list[Violation]:
    """The limits that a candidate is outside of, worst first."""
    outside = [
        Violation(limit, candidate.costs[limit.quantity])
        for limit in limits
        if limit.is_exceeded(candidate.costs[limit.quantity])
    ]
    return sorted(outside, key=lambda v: -v.excess)


@dataclass(frozen=True)
class SpaceProblem:
    """A problem over a space of networks.

    Attributes:
        latency_ms: Predicts a network's latency; None where latency is neither objective nor
            limited.
    """

    space: Architectures
    objectives: tuple[str, ...]
    limits: tuple[Limit, ...]
    latency_ms: Callable[[Network], float] | None = None

    @property
    def choices(self) -> tuple[Choice, ...]:
        return self.space.choices

    def sample(self, rng: np.random.Generator) -> dict[str, Value]:
        return self.space.sample(rng)

    def num_combinations(self) -> int:
        return self.space.num_combinations()

    def candidate(self, values: Values) -> Candidate:
        """Raises GraphError where the values make no network."""
        network = self.space.network(values)
        total = cost(network)
        costs: dict[str, float] = {
            "flops": total.flops,
            "params": total.params,
            "weight_bytes": total.weight_bytes,
            "peak_activation_bytes": total.peak_activation_bytes,
        }
        if self.latency_ms is not None:
            costs["latency_ms"] = self.latency_ms(network)
        return Candidate(dict(values), network.id, costs)
