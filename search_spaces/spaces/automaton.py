"""A space as an automaton: which block may follow which, every distinct block once.

A network is a path from a start to the end; the blocks on it are its labels, and their layers spell
the word that is its identity. States from which the same continuations are possible are one state,
so that choices that lower to the same graphs merge by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from search_spaces.graphs.cost import graph_cost
from search_spaces.graphs.network import TAP
from search_spaces.graphs.primitives import Shape
from search_spaces.spaces.dense import Placed, Taps
from search_spaces.spaces.space import GlobalChoices, Space

END = 0
"""The state behind the head: a network is complete."""

NOWHERE = -1

Word = tuple[int, ...]


class Step(NamedTuple):
    """One block and the state behind it."""

    label: int
    target: int


class State(NamedTuple):
    """What may come next.

    Attributes:
        steps: Blocks that may follow.
        also: Another state whose steps may be taken from here too, or `NOWHERE`.
    """

    steps: tuple[Step, ...]
    also: int


class Label(NamedTuple):
    """A distinct block at one input shape.

    Attributes:
        word: One number for each of its layers; equal layers have equal numbers.
    """

    word: Word
    params: int
    flops: int
    peak_activation_bytes: int


class Automaton:
    """All networks of a space. Steps lead to states with smaller numbers.

    Attributes:
        labels: The distinct blocks.
        states: The first is `END`.
        starts: The first state for each shape of the input image.
    """

    def __init__(self, space: Space) -> None:
        self.labels: list[Label] = []
        self.states: list[State] = [State((), NOWHERE)]
        self.starts: dict[Shape, int] = {}
        self._space = space
        self._layers: dict[str, int] = {}
        self._label_numbers: dict[tuple[str, bytes, int, str], int] = {}
        self._state_numbers: dict[State, int] = {}
        self._stages: dict[tuple[int, GlobalChoices, Shape, Taps], int] = {}
        self._add_starts()

    def _add_starts(self) -> None:
        steps: dict[Shape, set[Step]] = {}
        for glob in self._space.global_choices():
            for stem in self._space.stems(glob):
                (block,) = stem.blocks
                target = self._stage(0, glob, block.graph.out_shape, ())
                steps.setdefault(block.graph.in_shape, set()).add(Step(self._label(block), target))
        for shape, outgoing in steps.items():
            self.starts[shape] = self._state(outgoing)

    def _stage(self, position: int, glob: GlobalChoices, shape: Shape, taps: Taps) -> int:
        """The state before a stage, or before the head."""
        # Behind the stem the shape says all of the resolution: stages of equal shapes are one. The
        # images' own size is only asked for where a head brings its scores to it.
        same = glob if glob.plan else glob._replace(resolution_mult=1.0)
        key = (position, same, shape, taps)
        if key not in self._stages:
            if position == len(self._space.spec.stages):
                heads = self._space.ends(glob, shape, taps)
                steps = {step for head in heads for step in self._row(head.blocks)}
            else:
                steps = self._stage_steps(position, glob, shape, taps)
            self._stages[key] = self._state(steps)
        return self._stages[key]

    def _row(self, blocks: Sequence[Placed]) -> set[Step]:
        """The step into blocks in a row, behind which a network is complete."""
        state = END
        steps: set[Step] = set()
        for block in reversed(blocks):
            steps = {Step(self._label(block), state)}
            state = self._state(steps)
        return steps

    def _stage_steps(
        self, position: int, glob: GlobalChoices, shape: Shape, taps: Taps
    ) -> set[Step]:
        depths = set(self._space.spec.stages[position].num_blocks)
        behind: dict[tuple[int, int], int] = {}
        steps = set()
        for way in self._space.ways(position, glob, shape, taps):
            leave = self._stage(position + 1, glob, way.rest.graph.out_shape, way.taps)
            if way.taps != taps:
                leave = self._state({Step(self._tap_label(), leave)})
            # In a stage of one block nothing follows it: no label for what no network has.
            rest = self._label(way.rest) if max(depths) > 1 else NOWHERE
            if (rest, leave) not in behind:
                behind[rest, leave] = self._more(rest, leave, depths)
            steps.add(Step(self._label(way.first), behind[rest, leave]))
        return steps

    def _more(self, rest: int, leave: int, depths: set[int]) -> int:
        """The state after the first block of a stage: further ones, and then what comes after."""
        state = leave
        # Backwards, since a state is made of what lies behind it.
        for done in range(max(depths) - 1, 0, -1):
            state = self._state({Step(rest, state)}, leave if done in depths else NOWHERE)
        return state

    def _state(self, steps: set[Step], also: int = NOWHERE) -> int:
        # Sorted, so that equal sets of steps are one state.
        state = State(tuple(sorted(steps)), also)
        if state not in self._state_numbers:
            self._state_numbers[state] = len(self.states)
            self.states.append(state)
        return self._state_numbers[state]

    def _label(self, block: Placed) -> int:
        graph, peak = block.graph, block.peak_bytes
        # The same layers in another order may need other memory.
        key = (graph.id, graph.key, peak, block.mark)
        if key not in self._label_numbers:
            total = graph_cost(graph)
            words = (*graph.words, *((block.mark,) if block.mark else ()))
            self._label_numbers[key] = self._add(Label(
                tuple([self._layers.setdefault(word, len(self._layers)) for word in words]),
                total.params, total.flops, peak,
            ))  # fmt: skip
        return self._label_numbers[key]

    def _tap_label(self) -> int:
        """What stands behind a tapped stage: no layer, and yet part of the identity."""
        key = ("", b"", 0, TAP)
        if key not in self._label_numbers:
            word = self._layers.setdefault(TAP, len(self._layers))
            self._label_numbers[key] = self._add(Label((word,), 0, 0, 0))
        return self._label_numbers[key]

    def _add(self, label: Label) -> int:
        self.labels.append(label)
        return len(self.labels) - 1
