"""Networks from elsewhere in the figure of the front: trained here, or known by their costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboards.axes import AXES
from dashboards.findings import Baseline, Findings
from dashboards.palette import Palette
from dashboards.words import plotly_text
from nas.quantities import format_quantity

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

REFERENCE = "reference"


def add_baselines(figure: Figure, findings: Findings, cost: str, palette: Palette) -> None:
    """Adds those that were trained, at their accuracy, with its interval where there is one."""
    trained = [
        (baseline, baseline.accuracy)
        for baseline in findings.baselines
        if baseline.accuracy is not None and cost in baseline.costs
    ]
    if not trained:
        return
    shown = [baseline for baseline, _ in trained]
    ends = [baseline.accuracy_interval or (accuracy, accuracy) for baseline, accuracy in trained]
    figure.add_scatter(
        x=_on_axis(shown, cost), y=[accuracy for _, accuracy in trained], name="baseline",
        error_y={
            "type": "data", "symmetric": False, "color": palette.ink, "thickness": 1.5,
            "array": [high - a for (_, a), (_, high) in zip(trained, ends, strict=True)],
            "arrayminus": [a - low for (_, a), (low, _) in zip(trained, ends, strict=True)],
        },
        textposition="top center", **_look(shown, cost, palette),
        hovertemplate="%{hovertext}<br>accuracy %{y:.4f}<extra></extra>",
    )  # fmt: skip


def add_counted_baselines(
    figure: Figure, findings: Findings, cost: str, palette: Palette, row: int
) -> list[str]:
    """Adds a row to the strip for those that were not trained; its name, if there are any."""
    shown = [b for b in findings.baselines if b.accuracy is None and cost in b.costs]
    if not shown:
        return []
    figure.add_scatter(
        x=_on_axis(shown, cost), y=[row] * len(shown), yaxis="y2", name=REFERENCE,
        textposition="middle right", **_look(shown, cost, palette),
        hovertemplate="%{hovertext}, not trained here<extra></extra>",
    )  # fmt: skip
    return [REFERENCE]


def _on_axis(baselines: Sequence[Baseline], cost: str) -> list[float]:
    return [baseline.costs[cost] / AXES[cost][1] for baseline in baselines]


def _look(baselines: Sequence[Baseline], cost: str, palette: Palette) -> dict[str, object]:
    names = [plotly_text(baseline.name) for baseline in baselines]
    costs = [format_quantity(baseline.costs[cost], cost) for baseline in baselines]
    return {
        "mode": "markers+text", "text": names, "textfont": {"color": palette.ink, "size": 12},
        "marker": {"symbol": "square-open", "size": 10, "color": palette.ink, "line": {"width": 2}},
        "hovertext": [f"<b>{name}</b>, {said}" for name, said in zip(names, costs, strict=True)],
    }  # fmt: skip
