"""How many distinct networks a space has, counted exactly without listing them.

Two paths through the automaton of a space may spell the same word: a separable block is a depthwise
and a pointwise block in a row. Words are therefore counted on sets of places in the automaton, as
in the subset construction that makes an automaton deterministic: all places that one beginning of
a word can lead to are followed together, layer by layer, until only one is left.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from search_spaces.spaces.automaton import END, NOWHERE, Automaton, Word

MAX_SETS = 200_000
"""So many sets of places are followed at most: some seconds."""

_Place = tuple[int, int]
"""Within a block: the rest of its word, as a number, and the state behind it."""


class _Set(NamedTuple):
    """Places that the same layers lead to: within blocks, and between them."""

    inside: frozenset[_Place]
    states: frozenset[int]


_Terms = list[tuple[int, _Set]]
_COMPLETE = _Set(frozenset(), frozenset((END,)))


def count_words(automaton: Automaton, max_sets: int = MAX_SETS) -> int | None:
    """The number of distinct networks; None where more than `max_sets` sets had to be followed."""
    counter = _Counter(automaton, max_sets)
    total = 0
    for start in automaton.starts.values():
        count = counter.count(counter.between(start))
        if count is None:
            return None
        total += count
    return total


class _Counter:
    """Counts the words that begin at a set of places.

    The count of a set is a sum of counts of sets further on, so that no recursion is needed.
    """

    def __init__(self, automaton: Automaton, max_sets: int) -> None:
        self._automaton = automaton
        self._max_sets = max_sets
        self._rests: list[_Place] = [(NOWHERE, NOWHERE)]
        self._rest_numbers: dict[_Place, int] = {}
        self._reached: dict[int, frozenset[int]] = {}
        self._steps: dict[int, dict[int, set[_Place]]] = {}
        self._counts: dict[_Set, int] = {_COMPLETE: 1}

    def count(self, start: _Set) -> int | None:
        """The number of words from a set; None where there are too many sets."""
        stack = [start]
        waiting: dict[_Set, _Terms] = {}
        while stack:
            here = stack[-1]
            if here in self._counts:
                stack.pop()
                continue
            if here not in waiting:
                if len(self._counts) + len(waiting) > self._max_sets:
                    return None
                waiting[here] = self._terms(here)
            missing = [place for _, place in waiting[here] if place not in self._counts]
            if missing:
                stack += missing
                continue
            self._counts[here] = sum(sign * self._counts[place] for sign, place in waiting[here])
            del waiting[here]
        return self._counts[start]

    def between(self, state: int) -> _Set:
        """The set of one state, and of those that no layer separates from it."""
        return _Set(frozenset(), self._without_layers(state))

    def _terms(self, here: _Set) -> _Terms:
        """What the count of a set is the sum of.

        Words that begin with a layer that one place only can go on with are counted at that place;
        for the other layers what these places count for themselves is taken back.
        """
        steps = [self._by_layer(state) for state in here.states]
        inside = self._inside_by_layer(here.inside)
        # One state alone shares nothing with others: each of its layers is counted where it leads.
        if not inside and len(steps) == 1:
            return [(1, self._merged(places)) for places in steps[0].values()]
        terms = [(1, _Set(frozenset(), frozenset((state,)))) for state in here.states]
        # What two states share stands in one that is not the largest, which is skipped.
        steps.sort(key=len)
        shared = {layer for few in steps[:-1] for layer in few if _holders(layer, steps) > 1}
        for layer in shared | set(inside):
            together = set(inside.get(layer, ()))
            for places in (few[layer] for few in steps if layer in few):
                terms.append((-1, self._merged(places)))
                together |= places
            terms.append((1, self._merged(together)))
        return terms

    def _merged(self, places: set[_Place]) -> _Set:
        """Places as a set; a word's rest that all of them share is skipped."""
        same = len({rest for rest, _ in places}) == 1
        inside: set[_Place] = set()
        states: set[int] = set()
        for rest, target in places:
            if same or rest == 0:
                states |= self._without_layers(target)
            else:
                inside.add((rest, target))
        return _Set(frozenset(inside), frozenset(states))

    def _by_layer(self, state: int) -> dict[int, set[_Place]]:
        """Where each layer leads from a state."""
        if state not in self._steps:
            found: dict[int, set[_Place]] = {}
            for step in self._automaton.states[state].steps:
                word = self._automaton.labels[step.label].word
                if word:
                    found.setdefault(word[0], set()).add((self._rest(word[1:]), step.target))
            self._steps[state] = found
        return self._steps[state]

    def _inside_by_layer(self, inside: Iterable[_Place]) -> dict[int, set[_Place]]:
        found: dict[int, set[_Place]] = {}
        for number, target in inside:
            layer, rest = self._rests[number]
            found.setdefault(layer, set()).add((rest, target))
        return found

    def _rest(self, word: Word) -> int:
        """The number of a rest of a word; 0 is the empty one."""
        # From the back, so that equal ends of blocks have one number and their places meet.
        number = 0
        for layer in reversed(word):
            key = (layer, number)
            if key not in self._rest_numbers:
                self._rest_numbers[key] = len(self._rests)
                self._rests.append(key)
            number = self._rest_numbers[key]
        return number

    def _without_layers(self, state: int) -> frozenset[int]:
        """A state and all that can be reached from it by no layer at all."""
        if state not in self._reached:
            steps, also = self._automaton.states[state]
            empty = [step.target for step in steps if not self._automaton.labels[step.label].word]
            targets = empty if also == NOWHERE else [*empty, also]
            further = [self._without_layers(target) for target in targets]
            self._reached[state] = frozenset((state,)).union(*further)
        return self._reached[state]


def _holders(layer: int, steps: list[dict[int, set[_Place]]]) -> int:
    return sum(layer in few for few in steps)
