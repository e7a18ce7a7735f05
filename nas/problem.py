"""What a sampler may ask: the choices, what a set of values costs, and whether that is allowed.

A real search answers from its space, cost model and latency table; a simulated one from a table of
known results. All but accuracy is known before anything is trained.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from search_spaces.cost import cost
from search_spaces.network import Network
from search_spaces.registry import Value
from search_spaces.space import Choice, Space

Values = Mapping[str, Value]

ACCURACY = "accuracy"


@dataclass(frozen=True)
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
    """A budget that a candidate exceeds."""

    quantity: str
    value: float
    limit: float


class Problem(Protocol):
    """What is searched: choices, exactly known costs, hard limits.

    Attributes:
        choices: The open choices; one that others depend on stands before them.
        objectives: `accuracy`, which is maximised, and names of costs, which are minimised.
        limits: Hard upper limits by name of the cost.
    """

    @property
    def choices(self) -> tuple[Choice, ...]: ...
    @property
    def objectives(self) -> tuple[str, ...]: ...
    @property
    def limits(self) -> Mapping[str, float]: ...

    def sample(self, rng: np.random.Generator) -> dict[str, Value]:
        """Values drawn at random, inactive choices absent."""
        ...

    def candidate(self, values: Values) -> Candidate:
        """The architecture that values mean, with its costs."""
        ...

    def num_combinations(self) -> int:
        """How many sets of values there are."""
        ...


def violations(candidate: Candidate, limits: Mapping[str, float]) -> list[Violation]:
    """The limits that a candidate exceeds, worst first."""
    exceeded = [
        Violation(name, candidate.costs[name], limit)
        for name, limit in limits.items()
        if candidate.costs[name] > limit
    ]
    return sorted(exceeded, key=lambda v: v.limit / v.value)


@dataclass(frozen=True)
class SpaceProblem:
    """A problem over a space of networks.

    Attributes:
        latency_ms: Predicts a network's latency; None where latency is neither objective nor
            limited.
    """

    space: Space
    objectives: tuple[str, ...]
    limits: Mapping[str, float]
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
