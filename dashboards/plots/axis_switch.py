"""The figure of the front with its costs to choose from: one set of marks, an axis for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboards.plots.figures import front_figure
from dashboards.plots.palette import LIGHT, Palette
from dashboards.sections.findings import Findings
from dashboards.sections.words import value_label

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


POINTS = (
    "x", "y", "customdata", "hovertext",
    *(f"error_{axis}.{part}" for axis in "xy" for part in ("array", "arrayminus", "visible")),
)  # fmt: skip
"""What a trace has by point. All of it belongs to an axis: a cost is not known of every trial, and
the best up to a cost are others for each."""

NOTHING: dict[str, Any] = {"x": [], "y": [], "customdata": [], "hovertext": None}


@dataclass(frozen=True)
class CostAxis:
    """What changes in the figure where its axis becomes another cost.

    Attributes:
        points: `POINTS` of each trace on this axis; none for a trace that it does not have.
        layout: Axes, limits and their labels, with all keys that any cost has.
    """

    points: list[dict[str, Any]]
    layout: dict[str, Any]

    def restyled(self) -> dict[str, list[Any]]:
        """The points as Plotly's `restyle` takes them: each attribute with a value a trace."""
        return {name: [points[name] for points in self.points] for name in POINTS}

    def changes(self, figure: Figure) -> list[dict[str, Any]]:
        """Of each trace what is other here than in the figure."""
        shown = map(_points, figure.data)
        return [
            {name: value for name, value in there.items() if value != here[name]}
            for there, here in zip(self.points, shown, strict=True)
        ]


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
    # Plotly takes as `data` only traces that the figure has: it is emptied, then filled.
    shown.data = ()
    shown.add_traces([first.get(name, every[name]) for name in names])
    for trace, points in zip(shown.data, next(iter(axes.values())).points, strict=True):
        if not points["x"]:
            trace.update(NOTHING)
    return shown, axes


def switchable_front(findings: Findings, palette: Palette = LIGHT) -> Figure:
    """The front with buttons for its costs, for where no page stands around it."""
    figure, axes = front_axes(findings, palette)
    how_timed = findings.study.how_timed
    buttons = [
        {
            "label": value_label(cost, how_timed), "method": "update",
            "args": [axis.restyled(), axis.layout],
        }
        for cost, axis in axes.items()
    ]  # fmt: skip
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
    points = {trace.name: _points(trace) for trace in figure.data}
    layout = figure.layout.to_plotly_json()
    # What is missing is said as well, since an update keeps all that it does not name.
    changed = {key: layout.get(key, {}) for key in ("xaxis", "yaxis", "yaxis2")}
    changed |= {key: list(layout.get(key, ())) for key in ("shapes", "annotations")}
    nothing = {**dict.fromkeys(POINTS), **NOTHING}
    return CostAxis([points.get(name, nothing) for name in names], changed)


def _points(trace: Any) -> dict[str, Any]:
    values = {name: trace[name] for name in POINTS}
    return {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}
