"""Networks of the literature in the figure of the front."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards.axes import AXES
from dashboards.findings import Findings
from dashboards.palette import Palette
from dashboards.words import plotly_text
from nas.quantities import format_quantity

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def add_baselines(figure: Figure, findings: Findings, cost: str, palette: Palette) -> None:
    """Adds each at its accuracy, with the interval where it was trained with several seeds."""
    found = findings.compared
    shown = [baseline for baseline in found.baselines if cost in baseline.costs]
    if not shown:
        return
    names = [plotly_text(baseline.name) for baseline in shown]
    costs = [format_quantity(baseline.costs[cost], cost) for baseline in shown]
    accuracies = [baseline.accuracy for baseline in shown]
    intervals = [baseline.interval(found.spread) for baseline in shown]
    highs = [None if i is None else i.high - i.value for i in intervals]
    figure.add_scatter(
        x=[baseline.costs[cost] / AXES[cost].unit for baseline in shown], y=accuracies,
        name="baseline", mode="markers",
        error_y={
            "type": "data", "array": highs, "color": palette.ink, "thickness": 1.5,
            "visible": any(highs),
        },
        marker={"symbol": "square-open", "size": 9, "color": palette.ink, "line": {"width": 1.5}},
        hovertext=[f"<b>{name}</b>, {said}" for name, said in zip(names, costs, strict=True)],
        hovertemplate="%{hovertext}<br>accuracy %{y:.4f}<extra></extra>",
    )  # fmt: skip
