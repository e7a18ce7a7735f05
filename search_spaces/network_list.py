"""Networks that are listed one by one, in the place of a space: one choice, which of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from search_spaces.errors import SpaceError
from search_spaces.network import Network
from search_spaces.registry import Value
from search_spaces.space import Choice

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
