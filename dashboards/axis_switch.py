"""The figure of the front with its costs to choose from: one set of marks, an axis for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboards.figures import front_figure
from dashboards.findings import Findings
from dashboards.palette import LIGHT, Palette
from dashboards.words import LABELS

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


@dataclass(frozen=True)
class CostAxis:
    """What changes in the figure where its axis becomes another cost.

    Attributes:
        x: Where the marks of each trace stand; none for a trace that this cost does not have.
        layout: Axes, limits and their labels, with all keys that any cost has.
    """

    x: list[list[float | None]]
    layout: dict[str, Any]


def front_axes(
    findings: Findings, palette: Palette = LIGHT, *, with_hover: bool = True
) -> tuple[Figure, dict[str, CostAxis]]:
    """The front against the first cost, and what to change for each, by its name.

    Empty axes, and nothing to change, where nothing has finished.
    """
    if not findings.figure_costs:
        return front_figure(findings, "flops", palette), {}
    figures = {
        cost: front_figure(findings, cost, palette, with_hover=with_hover)
        for cost in findings.figure_costs
    }
    every = {trace.name: trace for figure in figures.values() for trace in figure.data}
    shown = next(iter(figures.values()))
    names = _in_order([[trace.name for trace in figure.data] for figure in figures.values()])
    axes = {cost: _axis(figure, names) for cost, figure in figures.items()}
    first = {trace.name: trace for trace in shown.data}
    shown.data = ()
    shown.add_traces([first.get(name, every[name]) for name in names])
    for trace, x in zip(shown.data, next(iter(axes.values())).x, strict=True):
        trace.x = x
    return shown, axes


def switchable_front(findings: Findings, palette: Palette = LIGHT) -> Figure:
    """The front with buttons for its costs, for where no page stands around it."""
    figure, axes = front_axes(findings, palette)
    buttons = [
        {"label": LABELS[cost], "method": "update", "args": [{"x": axis.x}, axis.layout]}
        for cost, axis in axes.items()
    ]
    if len(buttons) < 2:
        return figure
    menu = {
        "type": "buttons", "direction": "right", "buttons": buttons, "showactive": True,
        "x": 0, "xanchor": "left", "y": 1.2, "yanchor": "bottom", "pad": {"t": 0, "b": 0},
        "bgcolor": palette.surface, "bordercolor": palette.line,
        "font": {"color": palette.ink, "size": 12},
    }  # fmt: skip
    return figure.update_layout(updatemenus=[menu], margin={"t": 120}, height=480)


def _in_order(rows: Sequence[Sequence[str]]) -> list[str]:
    """All names, each behind those that stand before it in its own row."""
    names: list[str] = []
    for row in rows:
        for place, name in enumerate(row):
            if name not in names:
                before = names.index(row[place - 1]) + 1 if place else 0
                names.insert(before, name)
    return names


def _axis(figure: Figure, names: Sequence[str]) -> CostAxis:
    x = {trace.name: list(trace.x) for trace in figure.data}
    layout = figure.layout.to_plotly_json()
    changed = {key: layout.get(key, {}) for key in ("xaxis", "yaxis", "yaxis2")}
    changed |= {key: list(layout.get(key, ())) for key in ("shapes", "annotations")}
    return CostAxis([x.get(name, []) for name in names], changed)
