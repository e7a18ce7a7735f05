"""Learning curves: of all trials as a figure, of one as a small drawing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboards.plots.marks import hover_text, scatter, style
from dashboards.plots.palette import LIGHT, Palette
from dashboards.sections.findings import Findings
from dashboards.sections.words import label, validation_words
from nas.store import EpochRecord
from search_spaces.measures import ACCURACY
from search_spaces.quantities import plural

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def curves_figure(
    findings: Findings, palette: Palette = LIGHT, *, with_hover: bool = True
) -> Figure:
    """Validation accuracy after each epoch: the knee strongest, then the front, others faint."""
    from plotly.graph_objects import Figure

    figure = Figure()
    trials = findings.trials if with_hover else ()
    hover = {trial.number: hover_text(findings, trial) for trial in trials}
    looks = {
        "not on the front": (palette.faint, 1, 0.8),
        "Pareto front": (palette.front, 2, 1.0),
        "knee": (palette.knee, 3, 1.0),
    }
    for name, epochs in _groups(findings).items():
        if epochs:
            color, width, opacity = looks[name]
            line = {"color": color, "width": width}
            trace = _trace(findings, epochs, hover, name=name, line=line, opacity=opacity)
            figure.add_trace(trace.update(marker={"size": 4 + 1.5 * width}))
    style(figure, palette)
    last = max((epoch.epochs for epoch in findings.curves), default=1)
    # With few epochs Plotly may put ticks between them.
    figure.update_xaxes(title_text="Epochs", dtick=1 if last <= 12 else None)
    figure.update_yaxes(title_text=validation_words(findings.quality), tickformat=".2~f")
    return figure


def _groups(findings: Findings) -> dict[str, list[EpochRecord]]:
    knee = findings.knee.number if findings.knee else None
    groups: dict[str, list[EpochRecord]] = {"not on the front": [], "Pareto front": [], "knee": []}
    for epoch in findings.curves:
        group = "Pareto front" if epoch.number in findings.on_front else "not on the front"
        groups["knee" if epoch.number == knee else group].append(epoch)
    return groups


def _trace(
    findings: Findings, epochs: Sequence[EpochRecord], hover: Mapping[int, str], **look: Any
) -> Any:
    """The curves of several trials as one trace, a gap between each two."""
    points: list[tuple[int | None, float | None, int | None]] = []
    for epoch in epochs:
        if points and points[-1][2] != epoch.number:
            points.append((None, None, None))
        points.append((epoch.epochs, epoch.accuracy, epoch.number))
    x, y, numbers = zip(*points, strict=True)
    return scatter(
        findings, x=x, y=y, customdata=numbers, mode="lines+markers",
        hovertext=["" if n is None else hover.get(n, "") for n in numbers] if hover else None,
        hovertemplate="<b>%{y:.4f}</b> after epoch %{x}<br>%{hovertext}<extra></extra>", **look,
    )  # fmt: skip


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
    quality: str = ACCURACY,
) -> str:
    """Accuracy after each epoch as the text of an SVG element, in the colours of the page.

    The last value stands beside the curve. Empty where there is no epoch.

    Args:
        max_epochs: Where the axis ends, if training was to last longer.
        quality: Name of the trained measure.
        ends: Accuracies at the lower and upper edge; by default the least and most of the curve.
    """
    if not curve:
        return ""
    # Two at the least: the place of the first epoch is a share of those after it.
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
        f'aria-label="{_in_words(curve, label(quality))}">',
        *_axis(last, room),
        f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>',
        *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in _marked(points)),
        *_labels(curve, points),
        "</svg>",
    ])  # fmt: skip


def _in_words(curve: Sequence[EpochRecord], name: str) -> str:
    first, last = curve[0], curve[-1]
    if first is last:
        return f"{name} {last.accuracy:.4f} after {plural(last.epochs, 'epoch')}"
    said = f"{name} from {first.accuracy:.4f} after {plural(first.epochs, 'epoch')}"
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
