"""What lies where in a device's memory while a network runs, drawn as one SVG element.

Steps go from left to right. Above the line each map stands at its place in memory for as long as it
is there; below it hang the weights that each step reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import groupby
from math import ceil, log10

from dashboards.sections.words import visible
from search_spaces.graphs.description import shape_text
from search_spaces.measures import BYTES
from search_spaces.quantities import plural
from search_spaces.tflite.memory_plan import MemoryPlan, Piece

WIDTH, HEIGHT = 1000.0, 380.0
_LEFT, _RIGHT, _TOP = 66.0, 10.0, 26.0
_FLOOR, _NAMES, _BOTTOM = 268.0, 20.0, 372.0
"""Where memory stands, how high the names of stages are, and how far down weights may hang."""

_LETTER = 6.4
_KIB = 1024


def memory_figure(plan: MemoryPlan, budget: float | None = None) -> str:
    """The plan of a network as the text of an SVG element, in the colours of the page.

    Args:
        budget: Bytes of memory that maps may take; None where there is no limit.
    """
    return _Figure(plan, budget).text()


def memory_words(plan: MemoryPlan) -> list[str]:
    """What the drawing shows, in sentences: the peak, and where memory and weights are needed."""
    there = plan.at(plan.peak)
    pieces = [f"{piece.what} {BYTES.write(piece.num_bytes)}" for piece in there]
    step = plan.steps[plan.peak - 1]
    peak = (
        f"Step {plan.peak} of {len(plan.steps)} needs most, {BYTES.write(max(plan.used))}: "
        f"{step.operator} of {step.layer}, with {' and '.join(pieces)} in memory."
    )
    third = ceil(len(plan.steps) / 3)
    early, late = max(plan.used[:third]), max(plan.used[-third:])
    weights = [step.weight_bytes for step in plan.steps]
    share = sum(weights[-third:]) / max(sum(weights), 1)
    return [
        peak,
        f"The first third of the steps needs up to {BYTES.write(early)}, the last third up to "
        f"{BYTES.write(late)}; {share:.0%} of the weights are read in that last third.",
    ]


class _Figure:
    def __init__(self, plan: MemoryPlan, budget: float | None) -> None:
        self._plan, self._budget = plan, budget
        # A limit far above all that is needed would press the drawing together.
        seen = [plan.arena.planned, *([budget] if budget and budget < self._most else [])]
        self._high = max(seen)
        self._step = (WIDTH - _LEFT - _RIGHT) / len(plan.steps)
        self._at_peak = set(plan.at(plan.peak))

    @property
    def _most(self) -> float:
        return 1.4 * self._plan.arena.planned

    def text(self) -> str:
        words = escape(visible(" ".join(memory_words(self._plan))))
        return "\n".join([
            f'<svg class="memory" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" role="img" '
            f'aria-label="{words}">',
            *self._grid(), *self._marked_step(), *map(self._rectangle, self._plan.pieces),
            *self._lines(), *self._stages(), *self._weights(), "</svg>",
        ])  # fmt: skip

    def _x(self, step: float) -> float:
        """The left side of a step, which counts from 1."""
        return _LEFT + (step - 1) * self._step

    def _y(self, num_bytes: float) -> float:
        return _FLOOR - num_bytes / self._high * (_FLOOR - _TOP)

    def _grid(self) -> Iterator[str]:
        kib = self._high / _KIB
        power: float = 10 ** ceil(log10(kib / 5))
        tick = next(step for step in (power / 5, power / 2, power) if kib / step <= 6)
        for number in range(int(kib / tick) + 1):
            y = self._y(number * tick * _KIB)
            yield f'<path class="grid" d="M{_LEFT:.0f} {y:.1f} H{WIDTH - _RIGHT:.0f}"/>'
            unit = " KiB" if number == int(kib / tick) else ""
            place = f'x="{_LEFT - 8:.0f}" y="{y + 4:.1f}"'
            yield f'<text class="tick end" {place}>{number * tick:g}{unit}</text>'

    def _marked_step(self) -> Iterator[str]:
        x = self._x(self._plan.peak)
        yield (
            f'<rect class="peak" x="{x:.1f}" y="{_TOP - 8:.1f}" width="{self._step:.1f}" '
            f'height="{_FLOOR - _TOP + 8:.1f}"/>'
        )

    def _rectangle(self, piece: Piece) -> str:
        x, y = self._x(max(piece.first, 1)), self._y(piece.end)
        width = self._x(piece.last + 1) - x
        height = self._y(piece.offset) - y
        kind = "scratch" if not piece.shape else "live" if piece in self._at_peak else "map"
        label = ""
        if width > _LETTER * len(piece.what) + 8 and height > 16:
            place = f'x="{x + 6:.1f}" y="{y + min(height / 2 + 4, 16):.1f}"'
            label = f"<text {place}>{escape(visible(piece.what))}</text>"
        return (
            f'<g class="{kind}"><title>{escape(visible(_in_words(piece)))}</title>'
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width - 1, 1):.1f}" '
            f'height="{max(height - 1, 0.5):.1f}"/>{label}</g>'
        )

    def _lines(self) -> Iterator[str]:
        """The peak, and the budget where it is near."""
        planned = self._plan.arena.planned
        yield self._line("top", planned, f"peak {BYTES.write(planned)}", above=False)
        if self._budget is not None and self._budget < self._most:
            words = f"limit {BYTES.write(self._budget)}"
            yield self._line("allowed", self._budget, words, above=self._budget >= planned)

    def _line(self, kind: str, num_bytes: float, words: str, *, above: bool) -> str:
        y = self._y(num_bytes)
        place = f'x="{WIDTH - _RIGHT:.0f}" y="{y - 5 if above else y + 13:.1f}"'
        return (
            f'<path class="{kind}" d="M{_LEFT:.0f} {y:.1f} H{WIDTH - _RIGHT:.0f}"/>'
            f'<text class="{kind} end" {place}>{words}</text>'
        )

    def _stages(self) -> Iterator[str]:
        """The names of stages below the steps that belong to them."""
        done = 1
        for name, steps in groupby(self._plan.steps, lambda step: step.layer.split(".")[0]):
            number = sum(1 for _ in steps)
            x, width = self._x(done), number * self._step
            yield f'<path class="stage" d="M{x:.1f} {_FLOOR:.0f} v{_NAMES:.0f}"/>'
            if width > _LETTER * len(name) + 4:
                middle = f'x="{x + width / 2:.1f}" y="{_FLOOR + 14:.0f}"'
                yield f'<text class="tick mid" {middle}>{escape(visible(name))}</text>'
            done += number

    def _weights(self) -> Iterator[str]:
        top = _FLOOR + _NAMES
        most = max(step.weight_bytes for step in self._plan.steps) or 1
        yield f'<text class="tick end" x="{_LEFT - 8:.0f}" y="{top + 12:.0f}">weights</text>'
        for number, step in enumerate(self._plan.steps, 1):
            if step.weight_bytes:
                height = step.weight_bytes / most * (_BOTTOM - top)
                words = f"{step.layer}: {BYTES.write(step.weight_bytes)} of weights"
                yield (
                    f'<rect class="weight" x="{self._x(number) + 0.5:.1f}" y="{top:.1f}" '
                    f'width="{max(self._step - 1, 1):.1f}" height="{height:.1f}">'
                    f"<title>{escape(visible(words))}</title></rect>"
                )


def _in_words(piece: Piece) -> str:
    size = BYTES.write(piece.num_bytes)
    if not piece.shape:
        return f"{piece.what}: {size} of scratch space at step {piece.first}"
    *sides, channels = piece.shape
    first, num_steps = max(piece.first, 1), piece.last - max(piece.first, 1) + 1
    said = shape_text((channels, *sides)) if len(sides) == 2 else str(channels)
    return f"{piece.what}: {said}, {size}, for {plural(num_steps, 'step')} from step {first}"
