"""Hyperband: several brackets of successive halving, each with a later first rung.

How soon a trial may be judged depends on how well few epochs predict many, which nobody knows
beforehand. Hyperband hedges: most trials are in brackets that judge early, some in brackets that
judge late, one kind not at all (Li et al. 2018, arXiv:1603.06560). Here it is asynchronous: a trial
belongs to a bracket from the start, by its number alone, and is compared within it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import count
from math import ceil

from nas.schedulers.halving import ParetoHalving


class Hyperband:
    """Brackets of `ParetoHalving`; the i-th has all rungs but the first i.

    Attributes:
        rungs: Those of the first bracket, which has all.
        bracket_sizes: How many trials of each cycle are in each bracket.
    """

    def __init__(
        self,
        rungs: Sequence[int],
        reduction_factor: int,
        objectives: Sequence[str],
        num_brackets: int | None = None,
    ) -> None:
        """Makes the brackets.

        Args:
            rungs: Ascending epochs, the last one the end.
            reduction_factor: One in so many goes on at each rung.
            objectives: Names of what is compared.
            num_brackets: Take so many, those that judge earliest; None takes one for each rung,
                the last of which stops nobody, as in the paper.
        """
        self.rungs = tuple(rungs)
        number = num_brackets or len(self.rungs)
        self.bracket_sizes = bracket_sizes(len(self.rungs), reduction_factor)[:number]
        self._members = interleaved(self.bracket_sizes)
        self._bracket_of: list[int] = []
        self._brackets = [
            ParetoHalving(self.rungs[first:], reduction_factor, objectives)
            for first in range(number)
        ]

    def bracket(self, number: int) -> int:
        """The bracket of a trial, from 0."""
        # Trials are asked for in any order; the sequence comes in one only.
        while number >= len(self._bracket_of):
            self._bracket_of.append(next(self._members))
        return self._bracket_of[number]

    def record(self, number: int, epochs: int, values: Mapping[str, float]) -> None:
        """See `Scheduler`; notes it in the trial's bracket."""
        self._brackets[self.bracket(number)].record(number, epochs, values)

    def compared(self, number: int, epochs: int) -> Mapping[int, Mapping[str, float]]:
        """See `Scheduler`; those of the trial's bracket."""
        return self._brackets[self.bracket(number)].compared(number, epochs)

    def promotes(self, number: int, epochs: int, values: Mapping[str, float]) -> bool:
        """See `Scheduler`; the trial is compared with those of its bracket."""
        return self._brackets[self.bracket(number)].promotes(number, epochs, values)


def bracket_sizes(num_rungs: int, reduction_factor: int) -> tuple[int, ...]:
    """Trials of each bracket in one cycle, `ceil((s_max + 1) / (s + 1) * eta ** s)`.

    That is n of algorithm 1 of the paper, with which brackets cost about the same. For five rungs
    and a factor of 3: 81, 34, 15, 8 and 5.
    """
    # In fractions: a float a little above a whole number would be one trial more.
    return tuple(
        ceil(Fraction(num_rungs, s + 1) * reduction_factor**s) for s in reversed(range(num_rungs))
    )


def interleaved(sizes: Sequence[int]) -> Iterator[int]:
    """Indices for ever, the i-th one `sizes[i]` times a cycle, each stretch mixed as the whole.

    Each place goes to the index that is furthest behind its share, the first of several.
    """
    placed = [0] * len(sizes)
    for place in count(1):
        # Multiplied crosswise, shares stay whole numbers, and ties stay ties.
        behind = [size * place - sum(sizes) * n for size, n in zip(sizes, placed, strict=True)]
        chosen = behind.index(max(behind))
        placed[chosen] += 1
        yield chosen
