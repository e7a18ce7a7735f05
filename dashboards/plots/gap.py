"""The figure of a comparison of samplers: the gap that each has left against what it paid."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dashboards.plots.marks import style
from dashboards.plots.palette import LIGHT, Palette
from dashboards.templating import replace_file
from nas.simulation.compare import Comparison
from nas.simulation.table import TableProblem

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")

_NUM_PLACES = 400
_BAND_OPACITY = 0.12
_LEAST = 1e-4


def gap_figure(comparison: Comparison, title: str, palette: Palette = LIGHT) -> Figure:
    """The mean gap of each contender, with a band from the best to the worst of its seeds.

    On a logarithmic axis, on which gaps below 0.0001 stand at 0.0001.
    """
    from plotly.graph_objects import Figure

    figure = Figure()
    colors = (palette.front, palette.knee, palette.limit, palette.muted, palette.bad, palette.ink)
    for index, name in enumerate(comparison.runs):
        # Where the colours come again, they come with other dashes.
        dash = DASHES[(index + index // len(colors)) % len(DASHES)]
        _add_contender(figure, comparison, name, colors[index % len(colors)], dash)
    style(figure, palette)
    unit = "full trainings" if comparison.full_epochs > 1 else "trainings"
    figure.update_xaxes(title_text=f"Cost in {unit}", rangemode="tozero")
    figure.update_yaxes(title_text="Hypervolume gap", type="log", tickformat="~g", dtick=1)
    figure.update_layout(title={"text": title, "y": 0.98}, margin={"t": 84}, height=520)
    return figure


def _add_contender(
    figure: Figure, comparison: Comparison, name: str, color: str, dash: str
) -> None:
    places = np.linspace(0, comparison.cost, _NUM_PLACES)
    each = [
        np.maximum(comparison.seed_gaps(name, seed, places.tolist()), _LEAST)
        for seed in range(len(comparison.runs[name]))
    ]
    line = {"width": 0, "shape": "hv", "color": color}
    band = {"mode": "lines", "line": line, "showlegend": False, "hoverinfo": "skip"}
    band["legendgroup"] = name
    opaque = f"rgba({int(color[1:3], 16)},{int(color[3:5], 16)},{int(color[5:7], 16)}"
    fill = {"fill": "tonexty", "fillcolor": f"{opaque},{_BAND_OPACITY})"}
    # The upper end first: `tonexty` fills up to the trace before it.
    figure.add_scatter(x=places, y=np.max(each, axis=0), **band)
    figure.add_scatter(x=places, y=np.min(each, axis=0), **band, **fill)
    means = np.maximum(comparison.means(name, places.tolist()), _LEAST)
    figure.add_scatter(
        x=places, y=means, name=name, mode="lines", legendgroup=name,
        line={"color": color, "width": 2, "dash": dash, "shape": "hv"},
        hovertemplate="%{y:.4f} after %{x:.1f}<extra>" + name + "</extra>",
    )  # fmt: skip


def write_gap_figure(comparison: Comparison, problem: TableProblem, path: Path) -> None:
    """Writes the figure as one HTML file that needs no network.

    Raises:
        ReportError: The file cannot be written.
    """
    figure = gap_figure(comparison, f"{problem.name}: {', '.join(problem.objectives)}")
    config = {"displaylogo": False, "responsive": True}
    replace_file(path, figure.to_html(include_plotlyjs=True, full_html=True, config=config))
