"""The front of a study as a plot of characters: accuracy against one cost on a logarithmic axis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import log10
from typing import NamedTuple

from rich.text import Text

from nas.store import StudyRecord, TrialRecord
from nas.store.results import knee_trial, pareto_front
from nas.terminal import terminal
from search_spaces.measures import costs, measure
from search_spaces.quantities import format_quantity

HEIGHT = 14
MIN_WIDTH, MAX_WIDTH = 44, 110

_LABEL = 9


class _Mark(NamedTuple):
    """How a kind of trial looks, in Unicode and in ASCII."""

    name: str
    character: str
    plain: str
    style: str


FINISHED = _Mark("finished", "·", ".", "dim")
FRONT = _Mark("front", "●", "o", "bold blue")
KNEE = _Mark("knee", "◆", "#", "bold dark_orange")
BUDGET = _Mark("budget", "┊", ":", "magenta")


def default_cost(study: StudyRecord) -> str:
    """The first cost that is an objective; FLOPs where accuracy is the only one."""
    return next((name for name in costs() if name in study.objectives), "flops")


def front_plot(study: StudyRecord, trials: Sequence[TrialRecord], cost: str) -> list[TrialRecord]:
    """Prints the plot as wide as the terminal; returns the trials that are drawn.

    Nothing is printed where no finished trial has this cost.
    """
    console = terminal()
    width = min(max(console.width, MIN_WIDTH), MAX_WIDTH) - _LABEL - 2
    drawn = [t for t in trials if t.state == "COMPLETE" and cost in t.values()]
    if drawn:
        is_unicode = console.encoding.lower().startswith("utf")
        for line in _lines(study, drawn, cost, width, is_unicode=is_unicode):
            console.print(line, soft_wrap=True)
    return drawn


def _lines(
    study: StudyRecord, drawn: Sequence[TrialRecord], cost: str, width: int, *, is_unicode: bool
) -> list[Text]:
    budgets = [limit.value for limit in study.limits if limit.quantity == cost]
    x = [log10(max(t.values()[cost], 1e-12)) for t in drawn] + [log10(b) for b in budgets]
    y = [t.accuracy or 0.0 for t in drawn]
    columns = _places(x, width)
    lines = [HEIGHT - 1 - place for place in _places(y, HEIGHT)]
    grid: dict[tuple[int, int], _Mark] = {}
    for column in columns[len(drawn) :]:
        grid.update({(line, column): BUDGET for line in range(HEIGHT)})
    marks = _marks(study, drawn)
    # The rarest last: where several share a place, that is the one to be seen.
    for kind in (FINISHED, FRONT, KNEE):
        # The columns of budgets stand behind those of trials, and have no line.
        for line, column, mark in zip(lines, columns, marks, strict=False):
            if mark == kind:
                grid[line, column] = mark
    rows = [_row(grid, line, width, y, is_unicode=is_unicode) for line in range(HEIGHT)]
    low, high = (format_quantity(10**end, cost) for end in (min(x), max(x)))
    axis = [
        Text(" " * _LABEL + ("└" if is_unicode else "+") + ("─" if is_unicode else "-") * width)
    ]
    title = measure(cost).in_words + (" (multiply-adds)" if cost == "flops" else "")
    between = title.center(width - len(low) - len(high))
    axis.append(Text(f"{' ' * (_LABEL + 1)}{low}{between}{high}", style="dim"))
    return [*rows, *axis, _legend({*marks, *([BUDGET] if budgets else [])}, is_unicode=is_unicode)]


def _marks(study: StudyRecord, drawn: Sequence[TrialRecord]) -> list[_Mark]:
    front = pareto_front(drawn, study.objectives, study.limits)
    on_front = {trial.number for trial in front}
    knee = knee_trial(front, study.objectives).number
    kinds = {True: FRONT, False: FINISHED}
    return [KNEE if t.number == knee else kinds[t.number in on_front] for t in drawn]


def _places(values: Sequence[float], number: int) -> list[int]:
    """Each value's place among so many, from the least to the most; the middle where all agree."""
    low, high = min(values), max(values)
    if high == low:
        return [number // 2] * len(values)
    return [round((value - low) / (high - low) * (number - 1)) for value in values]


def _row(
    grid: dict[tuple[int, int], _Mark],
    line: int,
    width: int,
    y: Sequence[float],
    *,
    is_unicode: bool,
) -> Text:
    share = (HEIGHT - 1 - line) / (HEIGHT - 1)
    label = f"{min(y) + share * (max(y) - min(y)):.4f}" if line in _LABELLED else ""
    row = Text().append(f"{label:>{_LABEL - 1}} ", style="dim").append("│" if is_unicode else "|")
    for column in range(width):
        mark = grid.get((line, column))
        if mark is None:
            row.append(" ")
        else:
            row.append(mark.character if is_unicode else mark.plain, style=mark.style)
    row.rstrip()
    return row


_LABELLED = (0, HEIGHT // 2, HEIGHT - 1)


def _legend(marks: Iterable[_Mark], *, is_unicode: bool) -> Text:
    legend = Text(" " * (_LABEL + 1))
    present = set(marks)
    for mark in (FRONT, KNEE, FINISHED, BUDGET):
        if mark in present:
            legend.append(mark.character if is_unicode else mark.plain, style=mark.style)
            legend.append(f" {mark.name}   ")
    legend.rstrip()
    return legend
