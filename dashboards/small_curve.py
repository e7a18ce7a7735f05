"""The learning curve of one network as a small drawing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dashboards.words import plural
from nas.store import EpochRecord

WIDTH, HEIGHT = 360.0, 150.0

_LEFT, _RIGHT, _TOP, _BOTTOM = 14.0, 64.0, 20.0, 26.0
_ALL = 12
"""Up to so many epochs each has its mark and its number."""


def accuracy_range(curves: Iterable[Sequence[EpochRecord]]) -> tuple[float, float] | None:
    """Least and most of several curves, for drawings that stand side by side."""
    reached = [epoch.accuracy for curve in curves for epoch in curve]
    return (min(reached), max(reached)) if reached else None


def small_curve(
    curve: Sequence[EpochRecord],
    max_epochs: int | None = None,
    ends: tuple[float, float] | None = None,
) -> str:
    """Accuracy after each epoch as the text of an SVG element, in the colours of the page.

    The last value stands beside the curve. Empty where there is no epoch.

    Args:
        max_epochs: Where the axis ends, if training was to last longer.
        ends: Accuracies at the lower and upper edge; by default the least and most of the curve.
    """
    if not curve:
        return ""
    last = max(max_epochs or 0, curve[-1].epochs, 2)
    low, high = ends or (min(e.accuracy for e in curve), max(e.accuracy for e in curve))
    spread = high - low or 1.0
    room, tall = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM
    points = [
        (_LEFT + (e.epochs - 1) / (last - 1) * room, _TOP + (high - e.accuracy) / spread * tall)
        for e in curve
    ]
    return "\n".join([
        f'<svg class="small-curve" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" role="img" '
        f'aria-label="{_in_words(curve)}">',
        *_axis(last, room),
        f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>',
        *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in _marked(points)),
        *_labels(curve, points),
        "</svg>",
    ])  # fmt: skip


def _in_words(curve: Sequence[EpochRecord]) -> str:
    first, last = curve[0], curve[-1]
    if first is last:
        return f"Accuracy {last.accuracy:.4f} after {plural(last.epochs, 'epoch')}"
    said = f"Accuracy from {first.accuracy:.4f} after {plural(first.epochs, 'epoch')}"
    return f"{said} to {last.accuracy:.4f} after {last.epochs}"


def _axis(last: int, room: float) -> list[str]:
    bottom = HEIGHT - _BOTTOM + 6
    step = max(1, round(last / _ALL))
    shown = range(1, last + 1, step)
    return [
        f'<path d="M{_LEFT} {bottom} h{room}"/>',
        *(
            f'<text x="{_LEFT + (epoch - 1) / (last - 1) * room:.1f}" y="{bottom + 14}" '
            f'class="tick">{epoch}</text>'
            for epoch in shown
        ),
    ]


def _marked(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return points if len(points) <= _ALL else points[-1:]


def _labels(curve: Sequence[EpochRecord], points: list[tuple[float, float]]) -> list[str]:
    """The last value, and the first where the curve leaves room for it."""
    x, y = points[-1]
    shown = [_text(x + 10, y + 5, curve[-1], "end")]
    if len(points) > 1 and points[0][1] > HEIGHT / 2:
        shown.append(_text(points[0][0] + 12, points[0][1] + 4, curve[0], "start"))
    return shown


def _text(x: float, y: float, epoch: EpochRecord, name: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{name}">{epoch.accuracy:.4f}</text>'
