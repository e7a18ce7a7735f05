"""Whole networks of a space: at random, or spread from the smallest to the largest allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import log
from typing import NamedTuple

import numpy as np

from search_spaces.graphs.graph import Graph
from search_spaces.graphs.network import Network
from search_spaces.measures import LATENCY
from search_spaces.registry import Value
from search_spaces.spaces.enumeration import cheapest_values
from search_spaces.spaces.problem import Architectures, Limit, SpaceProblem, Values, violations
from search_spaces.spaces.space import Space

NUM_WHOLE_NETWORKS = 24
"""Networks that the correction from sums of blocks to whole networks is fitted on."""

NUM_DRAWN = 300
"""Random networks among which well-spread ones are looked for."""

NUM_CLIMBS = 300
"""Steps from the smallest and the largest of them to smaller and larger ones."""


def random_networks(
    space: Architectures, count: int, seed: int = 0, without: Iterable[str] = ()
) -> list[Network]:
    """Distinct networks drawn at random, the same for the same seed; fewer in a small space."""
    rng = np.random.default_rng(seed)
    left_out = set(without)
    found: dict[str, Network] = {}
    # A small space may have fewer networks than are wanted.
    for _ in range(20 * count):
        network = space.network(space.sample(rng))
        if network.id not in left_out:
            found.setdefault(network.id, network)
        if len(found) == count:
            break
    return list(found.values())


def spread_networks(
    space: Architectures,
    count: int,
    block_ms: Callable[[Graph], float],
    limits: Sequence[Limit] = (),
) -> list[Network]:
    """Networks spread evenly in the logarithm of their size, the same for the same sizes.

    Random networks are of middling size, and a search ends at the small ones and at those that
    just keep to the budgets: a correction that was fitted on random ones is stretched there.

    Args:
        block_ms: Size of a block, for example its latency; that of a network is the sum.
        limits: Budgets that the largest keep to, as far as any network that is found does.
    """
    pool = _Pool(space, block_ms, limits)
    pool.draw()
    return [space.network(values) for values in pool.spread(count)]


class _Sized(NamedTuple):
    size: float
    values: Values


class _Pool:
    """Networks by their id, each with its size."""

    def __init__(
        self, space: Architectures, block_ms: Callable[[Graph], float], limits: Sequence[Limit]
    ) -> None:
        def size(network: Network) -> float:
            return sum(block_ms(block.graph) for block in network.blocks)

        self._space = space
        self._block_ms = block_ms
        # The size stands for the latency, so that a limit on that is kept as well.
        self._problem = SpaceProblem(space, (), tuple(limits), size)
        self._within: dict[str, _Sized] = {}
        self._outside: dict[str, _Sized] = {}

    def draw(self) -> None:
        """Random networks, then steps from the smallest and the largest that are allowed."""
        rng = np.random.default_rng(0)
        # The smallest, near which searches end and which chance hardly draws.
        if isinstance(self._space, Space):
            self._add(cheapest_values(self._space, self._block_ms))
        for _ in range(NUM_DRAWN):
            self._add(self._space.sample(rng))
        for step in range(NUM_CLIMBS):
            end = max if step % 2 else min
            parent = end(self._allowed(), key=lambda sized: sized.size)
            self._add(self._near(parent.values, rng))

    def _near(self, values: Values, rng: np.random.Generator) -> Values:
        """Values of which about one is drawn anew; what thereby comes to exist is drawn too."""
        drawn = self._space.sample(rng)
        changes = rng.random(len(drawn)) < 1 / len(drawn)
        anew = {name: drawn[name] for name, is_new in zip(drawn, changes, strict=True) if is_new}
        return {**drawn, **values, **anew}

    def _add(self, values: Values) -> None:
        active: dict[str, Value] = {}
        for choice in self._space.choices:
            if choice.is_active(active):
                if choice.name not in values:
                    return  # two choices came to exist at once: another step will find it
                active[choice.name] = values[choice.name]
        candidate = self._problem.candidate(active)
        allowed = not violations(candidate, self._problem.limits)
        pool = self._within if allowed else self._outside
        pool.setdefault(candidate.architecture, _Sized(candidate.costs[LATENCY], active))

    def _allowed(self) -> list[_Sized]:
        return list((self._within or self._outside).values())

    def spread(self, count: int) -> list[Values]:
        """The nearest one to each of so many sizes, no network twice; the smallest first."""
        left = sorted(self._allowed(), key=lambda sized: sized.size)
        if len(left) <= count:
            return [sized.values for sized in left]
        wanted = np.geomspace(left[0].size, left[-1].size, count)
        found = [
            left.pop(min(range(len(left)), key=lambda i: abs(log(left[i].size / size))))
            for size in wanted
        ]
        return [sized.values for sized in sorted(found, key=lambda sized: sized.size)]
