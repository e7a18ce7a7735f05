"""What other seeds say of the front's networks, in its figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards.axes import on_axis, value_of
from dashboards.findings import Findings
from dashboards.marks import hover_text
from dashboards.palette import Palette

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

CONFIRMED = "with other seeds"


def add_confirmed(figure: Figure, findings: Findings, cost: str, palette: Palette) -> None:
    """Adds the mean of each network that was trained again as long as in the search, its interval.

    The measured point of the search stays where it is.
    """
    found = findings.as_long_as_search
    shown = [n for n in found.networks if value_of(n.trial, cost) is not None] if found else []
    if not shown:
        return
    figure.add_scatter(
        x=on_axis((network.trial for network in shown), cost),
        y=[network.mean.value for network in shown],
        name=CONFIRMED, mode="markers", customdata=[network.trial.number for network in shown],
        error_y={
            "type": "data", "array": [n.mean.high - n.mean.value for n in shown],
            "color": palette.muted, "thickness": 1.2, "width": 3,
        },
        marker={
            "symbol": "line-ew-open", "size": 9, "color": palette.muted, "line": {"width": 1.5},
        },
        hovertext=[hover_text(findings, network.trial) for network in shown],
        hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip


def interval_ends(findings: Findings) -> list[float]:
    """Accuracies that the figure must have room for."""
    found = findings.as_long_as_search
    return [end for n in found.networks for end in n.mean[1:]] if found else []
