"""What is searched: architectures, their known costs, and the limits on these.

A real search answers from its space, cost model and latency table; a simulated one from a table of
known results. All but accuracy is known before anything is trained.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import log
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from search_spaces.errors import SpaceError
from search_spaces.graphs.cost import cost
from search_spaces.graphs.network import Network
from search_spaces.measures import LATENCY, known_of
from search_spaces.registry import Value
from search_spaces.spaces.choices import Choice
from search_spaces.spaces.space import Space

_LEAST = 1e-12
"""Stands for zero where a ratio is taken."""


class Limit(NamedTuple):
    """One limit, from above or from below; a range is two.

    Attributes:
        quantity: What is limited, for example `flops`.
        value: The limit itself, above zero, which is allowed.
        is_lower: Whether values below it are outside, instead of those above it.
    """

    quantity: str
    value: float
    is_lower: bool = False

    def is_exceeded(self, value: float) -> bool:
        """Whether a value is outside."""
        return value < self.value if self.is_lower else value > self.value

    def beyond(self, value: float) -> float:
        """How far a value is on the wrong side of the limit; below 0 on the right one."""
        return self.value - value if self.is_lower else value - self.value

    def ratios(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """How many times beyond the limit values are, whatever the side; above 1 is outside."""
        positive = np.maximum(values, _LEAST)
        return self.value / positive if self.is_lower else positive / self.value

    def excess(self, value: float) -> float:
        """The logarithm of how many times beyond the limit a value is; 0 within.

        So that excesses of different quantities can be added: twice too much counts alike for all.
        """
        if not self.is_exceeded(value):
            return 0.0
        # A measure may be zero, which has no logarithm.
        above = max(value, _LEAST) / self.value
        return -log(above) if self.is_lower else log(above)


CHOICE = "network"
"""The name of the one choice; its values are names of networks."""


@dataclass(frozen=True)
class NetworkList:
    """Networks by name, of equal input and number of classes; see `Space`.

    Attributes:
        networks: At least one.
    """

    networks: Mapping[str, Network]

    @property
    def choices(self) -> tuple[Choice, ...]:
        return (Choice(CHOICE, tuple(self.networks)),)

    def num_combinations(self) -> int:
        return len(self.networks)

    def sample(self, rng: np.random.Generator) -> dict[str, Value]:
        return {CHOICE: list(self.networks)[int(rng.integers(len(self.networks)))]}

    def network(self, values: Mapping[str, Value]) -> Network:
        """The network of a name. Raises SpaceError where there is none."""
        name = values.get(CHOICE)
        if name not in self.networks:
            raise SpaceError(f"`{CHOICE}` must be one of {list(self.networks)}; got {name!r}")
        return self.networks[str(name)]

    def in_words(self, values: Mapping[str, Value]) -> str:
        return str(values[CHOICE])


Values = Mapping[str, Value]

Architectures = Space | NetworkList
"""What is searched: what choices lead to, or networks that are listed."""


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

    def _asked(self) -> set[str]:
        """Names of the measures that this search is about."""
        return {*self.objectives, *(limit.quantity for limit in self.limits)}

    def candidate(self, values: Values) -> Candidate:
        """Raises GraphError where the values make no network."""
        network = self.space.network(values)
        total = cost(network)
        costs: dict[str, float] = {
            "flops": total.flops,
            "params": total.params,
            "weight_bytes": total.weight_bytes,
            "peak_activation_bytes": total.peak_activation_bytes,
            **known_of(network, self._asked()),
        }
        if self.latency_ms is not None:
            costs[LATENCY] = self.latency_ms(network)
        return Candidate(dict(values), network.id, costs)
