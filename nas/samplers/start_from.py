"""The architectures of a space that are nearest to networks of the literature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import log10

import numpy as np

from nas.samplers.cached_problem import CachedProblem
from nas.samplers.feasible import draw
from nas.samplers.neighbours import extremes, lowest
from search_spaces.graphs.cost import cost, graph_cost
from search_spaces.graphs.network import Network
from search_spaces.networks import reference_network
from search_spaces.spaces.problem import Candidate, SpaceProblem, Values
from search_spaces.spaces.space import Space

NUM_DRAWN = 200
BLOCKS_FIRST = 10
"""Wholly different blocks count as much as ten decades of costs."""

# AlexNet's and VGG's convolutions with their pooling are of a type that no space has.
_SAME_TYPE = {"conv_pool": "standard"}


@dataclass(frozen=True)
class Likeness:
    """What two networks are compared by.

    Attributes:
        shares: Share of the FLOPs between the first block and the last, by type of block.
        flops: Of the whole network.
        params: Of the whole network.
    """

    shares: Mapping[str, float]
    flops: float
    params: float

    def distance(self, other: Likeness) -> float:
        """Half the sum of differences of the shares, times `BLOCKS_FIRST`, and decades of costs.

        The decades are the absolute common logarithms of the ratios of FLOPs and of parameters. So
        the kinds of blocks come first, as a space rarely has networks of the reference's size.
        """
        types = self.shares.keys() | other.shares.keys()
        apart = sum(abs(self.shares.get(t, 0.0) - other.shares.get(t, 0.0)) for t in types) / 2
        costs = ((self.flops, other.flops), (self.params, other.params))
        return BLOCKS_FIRST * apart + sum(abs(log10(ours / theirs)) for ours, theirs in costs)


def nearest(problem: SpaceProblem, names: Sequence[str], seed: int) -> list[Values]:
    """For each reference network the values of the nearest architecture, each another one.

    The reference is built for the space's channels and classes, and its FLOPs are scaled to the
    area of the space's images. A network larger than what the space has within its budgets, or
    smaller, counts as just as large as the largest, or smallest. Nearest by `Likeness.distance`, as
    far as changing one choice after the other leads, from the nearest of `NUM_DRAWN` drawn ones.

    Args:
        names: Of reference networks.
        seed: Of the draws.

    Raises:
        BudgetError: Nothing is within the budgets.
    """
    space = problem.space
    if not names or not isinstance(space, Space):
        return []
    cached = CachedProblem.of(problem)
    drawn = draw(cached, np.random.default_rng([seed]), NUM_DRAWN)
    # Random ones seldom reach the ends, to which `_within` cuts a reference that lies beyond.
    drawn += extremes(cached, drawn, ("flops", "params"))
    found: dict[str, Candidate] = {}
    for name in names:
        wanted = _within(_reference(name, space), drawn)
        height = partial(_distance, space=space, wanted=wanted, taken=frozenset(found))
        best = lowest(cached, drawn, height)
        found[best.architecture] = best
    return [candidate.values for candidate in found.values()]


def _distance(candidate: Candidate, space: Space, wanted: Likeness, taken: frozenset[str]) -> float:
    if candidate.architecture in taken:
        return float("inf")
    return likeness(space.network(candidate.values)).distance(wanted)


def likeness(network: Network) -> Likeness:
    """What a network is compared by."""
    flops: dict[str, float] = {}
    for block in network.blocks[1:-1]:
        name = _SAME_TYPE.get(block.type, block.type)
        flops[name] = flops.get(name, 0.0) + graph_cost(block.graph).flops
    total = cost(network)
    shares = {name: part / max(sum(flops.values()), 1.0) for name, part in flops.items()}
    return Likeness(shares, total.flops, total.params)


def _reference(name: str, space: Space) -> Likeness:
    """A reference network as if for the space's images."""
    channels, height, width = space.in_shape
    network = reference_network(name, num_classes=space.num_classes, in_channels=channels)
    _, own_height, own_width = network.in_shape
    found = likeness(network)
    scaled = found.flops * (height * width) / (own_height * own_width)
    return Likeness(found.shares, scaled, found.params)


def _within(wanted: Likeness, drawn: Sequence[Candidate]) -> Likeness:
    """With FLOPs and parameters brought into the range of those drawn."""
    flops = [candidate.costs["flops"] for candidate in drawn]
    params = [candidate.costs["params"] for candidate in drawn]
    return Likeness(
        wanted.shares,
        min(max(wanted.flops, min(flops)), max(flops)),
        min(max(wanted.params, min(params)), max(params)),
    )
