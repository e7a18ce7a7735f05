"""What lies where in the memory of a device while a network runs, step by step.

Early layers have few channels and many positions: they hold the memory, late ones the weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from math import prod
from typing import NamedTuple

from search_spaces.graphs.network import Network
from search_spaces.graphs.primitives import Activation, BatchNorm, Dropout, Flatten, Shape
from search_spaces.tflite.arena import Arena, arena, places, tenants
from search_spaces.tflite.lowering import IMAGES, lowered
from search_spaces.tflite.program import Program

_IN_PLACE = (Activation, BatchNorm, Dropout, Flatten)

_BYTES = {"weight": 1, "bias": 4}

INPUT = "input"
"""What the map that is given is called."""


class Step(NamedTuple):
    """An operator.

    Attributes:
        layer: Name of the layer that it writes, or helps to write.
        operator: As TensorFlow Lite calls it.
        weight_bytes: Of the weights and biases that it reads, which lie in flash.
    """

    layer: str
    operator: str
    weight_bytes: int


class Piece(NamedTuple):
    """Memory that is taken from one step to another, both included; steps count from 1.

    Attributes:
        what: The layer whose output lies there, or the operator that needs it for a layer.
        shape: Height, width and channels of a map; empty for scratch space.
        first: The step that writes it; 0 for what is given.
        offset: Where it begins.
    """

    what: str
    shape: Shape
    first: int
    last: int
    offset: int
    num_bytes: int

    @property
    def end(self) -> int:
        return self.offset + self.num_bytes


class MemoryPlan:
    """Where the planner of TensorFlow Lite Micro puts the maps of a network.

    Attributes:
        steps: The operators in their order.
        pieces: Of memory, in the order in which they are taken.
        arena: All that the runtime needs.
    """

    def __init__(self, network: Network) -> None:
        """Plans. Raises GraphError where TensorFlow Lite has no counterpart of a layer."""
        program = lowered(network)
        self.arena: Arena = arena(program)
        self.steps = _steps(network, program)
        found = tenants(program)
        offsets = places([tenant.span for tenant in found])
        pieces = []
        for (span, number), offset in zip(found, offsets, strict=True):
            shape = () if number is None else program.tensors[number].shape[1:]
            what = self._what(span.first, number is None or program.tensors[number].layer is None)
            pieces.append(Piece(what, shape, span.first, span.last, offset, span.num_bytes))
        self.pieces: Sequence[Piece] = sorted(pieces, key=lambda piece: (piece.first, piece.offset))

    def _what(self, first: int, is_between: bool) -> str:
        """What stands between two layers is called by its operator too."""
        if not first:
            return INPUT
        layer, operator, _ = self.steps[first - 1]
        return f"{operator} for {layer}" if is_between else layer

    @cached_property
    def used(self) -> tuple[int, ...]:
        """Bytes of all that is there at each step, gaps between them left out."""
        return tuple(
            sum(piece.num_bytes for piece in self.at(step))
            for step in range(1, len(self.steps) + 1)
        )

    @property
    def peak(self) -> int:
        """The first of the steps that need most memory, counted from 1."""
        return self.used.index(max(self.used)) + 1

    def at(self, step: int) -> list[Piece]:
        """What is there at a step, the largest first."""
        there = [piece for piece in self.pieces if piece.first <= step <= piece.last]
        return sorted(there, key=lambda piece: -piece.num_bytes)


@lru_cache(maxsize=256)
def memory_plan(network: Network) -> MemoryPlan:
    """The plan of a network, remembered. Raises GraphError as `MemoryPlan` does."""
    return MemoryPlan(network)


def _steps(network: Network, program: Program) -> tuple[Step, ...]:
    names = _names(network)
    layers = [program.tensors[operator.output].layer for operator in program.operators]
    # What stands between two layers is done for the later one; behind the last, for that.
    following = next(layer for layer in reversed(layers) if layer is not None)
    steps: list[Step] = []
    for operator, layer in zip(reversed(program.operators), reversed(layers), strict=True):
        following = following if layer is None else layer
        read = [program.tensors[number] for number in operator.inputs]
        num_bytes = sum(prod(tensor.shape) * _BYTES.get(tensor.role, 0) for tensor in read)
        steps.append(Step(names[following], operator.kind, num_bytes))
    return tuple(reversed(steps))


def _names(network: Network) -> dict[int, str]:
    """What each layer is called by: itself, or where it is done in place the one before it."""
    names = {IMAGES: INPUT}
    for block in network.blocks:
        for index, node in enumerate(block.graph.nodes):
            number = len(names) - 1
            is_in_place = isinstance(node.op, _IN_PLACE) and node.inputs == (index - 1,) and index
            names[number] = names[number - 1] if is_in_place else block.layer_name(node)
    return names
