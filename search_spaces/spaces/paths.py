"""Networks drawn from the automaton of a space, each distinct one as often as any other."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from search_spaces.graphs.primitives import Shape
from search_spaces.spaces.automaton import END, NOWHERE, Automaton, Word


class Path(NamedTuple):
    """One way through the automaton: the shape of the image and the blocks."""

    in_shape: Shape
    labels: tuple[int, ...]


class Paths:
    """All paths of an automaton.

    Attributes:
        num_paths: How many there are; some may spell the same network.
    """

    def __init__(self, automaton: Automaton) -> None:
        self._automaton = automaton
        self._counts = self._count()
        self.num_paths = sum(self._counts[start] for start in automaton.starts.values())
        self._shares: dict[int, tuple[list[float], list[tuple[int, int]]]] = {}
        self._by_layer: dict[int, dict[int, list[tuple[Word, int]]]] = {}

    def _count(self) -> list[int]:
        """Paths from each state to the end."""
        counts = [1]
        for steps, also in self._automaton.states[1:]:
            further = counts[also] if also != NOWHERE else 0
            counts.append(sum(counts[step.target] for step in steps) + further)
        return counts

    def all(self) -> Iterator[Path]:
        """Every path."""
        for shape, start in self._automaton.starts.items():
            stack: list[tuple[int, tuple[int, ...]]] = [(start, ())]
            while stack:
                state, labels = stack.pop()
                if state == END:
                    yield Path(shape, labels)
                    continue
                for label, target in self._ways_on(state):
                    stack.append((target, labels if label == NOWHERE else (*labels, label)))

    def draw(self, rng: np.random.Generator) -> Path:
        """A path, each with the same probability."""
        starts = list(self._automaton.starts.items())
        # There may be more paths than `rng.integers` can draw from.
        share = rng.random() * self.num_paths
        counts = accumulate(self._counts[start] for _, start in starts)
        # The product may round up to the whole, below which all shares should be.
        index = min(bisect(list(counts), share), len(starts) - 1)
        shape, state = starts[index]
        labels = []
        while state != END:
            sums, ways = self._cumulative(state)
            # Sums of floats may end a little below the whole.
            label, state = ways[min(bisect(sums, rng.random()), len(ways) - 1)]
            if label != NOWHERE:
                labels.append(label)
        return Path(shape, tuple(labels))

    def draw_network(self, rng: np.random.Generator) -> Path:
        """A path to a network, each distinct network with the same probability."""
        while True:
            path = self.draw(rng)
            spellings = self.spellings(path)
            # One that n paths lead to is drawn n times as often.
            if spellings == 1 or rng.random() * spellings < 1:
                return path

    def word(self, path: Path) -> Word:
        """The layers of a path's network, its identity together with the shape of the image."""
        labels = self._automaton.labels
        return tuple([layer for label in path.labels for layer in labels[label].word])

    def spellings(self, path: Path) -> int:
        """How many paths lead to the same network, this one included."""
        word = self.word(path)
        reached: dict[int, dict[int, int]] = {0: {self._automaton.starts[path.in_shape]: 1}}
        for place in range(len(word) + 1):
            here = reached.get(place, {})
            while here:
                # Steps lead to smaller numbers: all paths to the largest have arrived.
                state = max(here)
                count = here.pop(state)
                if state == END:
                    if place == len(word):
                        return count
                    continue
                for length, target in self._matching(state, word, place):
                    further = reached.setdefault(place + length, {})
                    further[target] = further.get(target, 0) + count
        raise AssertionError("a path spells no word of its automaton")

    def _matching(self, state: int, word: Word, place: int) -> Iterator[tuple[int, int]]:
        """Length of each step from a state that goes on as the word does, and where it leads."""
        if state not in self._by_layer:
            found: dict[int, list[tuple[Word, int]]] = {}
            for label, target in self._ways_on(state):
                spelled = () if label == NOWHERE else self._automaton.labels[label].word
                found.setdefault(spelled[0] if spelled else NOWHERE, []).append((spelled, target))
            self._by_layer[state] = found
        found = self._by_layer[state]
        yield from ((0, target) for _, target in found.get(NOWHERE, ()))
        if place < len(word):
            for spelled, target in found.get(word[place], ()):
                if word[place : place + len(spelled)] == spelled:
                    yield len(spelled), target

    def _ways_on(self, state: int) -> list[tuple[int, int]]:
        """Blocks and where they lead; `NOWHERE` in place of a block that is none."""
        steps, also = self._automaton.states[state]
        ways = [(step.label, step.target) for step in steps]
        return ways if also == NOWHERE else [*ways, (NOWHERE, also)]

    def _cumulative(self, state: int) -> tuple[list[float], list[tuple[int, int]]]:
        if state not in self._shares:
            ways = self._ways_on(state)
            sums = accumulate(self._counts[target] / self._counts[state] for _, target in ways)
            self._shares[state] = (list(sums), ways)
        return self._shares[state]
