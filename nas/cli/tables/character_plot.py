"""A plot of a few curves in plain characters, as wide as the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, floor, log10

MARKS = "*o+x#@%&"
HEIGHT = 14
MIN_WIDTH, MAX_WIDTH = 40, 120

_LABEL = 7


def log_plot(
    curves: Mapping[str, Sequence[float]], x_end: float, *, x_title: str, height: int = HEIGHT
) -> str:
    """Curves on a logarithmic axis.

    Zeros stand on the lowest line; where curves meet, the first is seen.

    Args:
        curves: By name, the values of each at evenly spread places up to `x_end`, one for each
            column; all equally many.
        x_end: The place of the last value.
        x_title: What x is.
        height: Lines between the axes.
    """
    ticks = _ticks(curves)
    low, high = log10(ticks[0]), log10(ticks[-1])
    width = len(next(iter(curves.values())))
    grid = [[" "] * width for _ in range(height)]
    for mark, values in reversed(list(zip(_marks(curves), curves.values(), strict=True))):
        for column, value in enumerate(values):
            grid[_line(value, low, high, height)][column] = mark
    labels = {_line(tick, low, high, height): f"{tick:g}" for tick in ticks}
    lines = [f"{labels.get(i, ''):>{_LABEL - 2}} |{''.join(row)}" for i, row in enumerate(grid)]
    end = f"{x_end:.4g}"
    lines += [" " * (_LABEL - 1) + "+" + "-" * width, f"{'0':>{_LABEL + 1}}{end:>{width - 1}}"]
    legend = "   ".join(f"{m} {name}" for m, name in zip(_marks(curves), curves, strict=True))
    return "\n".join([*(line.rstrip() for line in lines), f"{x_title}:   {legend}"])


def columns(width: int) -> int:
    """How many columns the curves have in a terminal of some width."""
    return min(max(width, MIN_WIDTH), MAX_WIDTH) - _LABEL


def _marks(curves: Mapping[str, Sequence[float]]) -> list[str]:
    return [MARKS[i % len(MARKS)] for i in range(len(curves))]


def _ticks(curves: Mapping[str, Sequence[float]]) -> list[float]:
    """1, 2 and 5 times powers of ten, from below all values that are not zero to above them."""
    positive = [value for values in curves.values() for value in values if value > 0] or [1.0]
    decades = range(floor(log10(min(positive))), ceil(log10(max(positive))) + 1)
    # By way of a text, since 5 times 10.0**-6 is not 0.000005.
    steps = [float(f"{step}e{decade}") for decade in decades for step in (1, 2, 5)]
    first = max(i for i, tick in enumerate(steps) if tick <= min(positive))
    last = min(i for i, tick in enumerate(steps) if tick >= max(positive))
    return steps[first : max(last, first + 1) + 1]


def _line(value: float, low: float, high: float, height: int) -> int:
    """The line of a value, from the top; of powers of ten between `low` and `high`."""
    if value <= 0:
        return height - 1
    share = (high - log10(value)) / (high - low)
    return min(max(round(share * (height - 1)), 0), height - 1)
