"""The figure of how much each choice tells about accuracy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboards.plots.marks import style
from dashboards.plots.palette import LIGHT, Palette
from dashboards.sections.words import choice_name, plotly_text
from nas.trust.effects import Importance

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

MAX_SHOWN = 18

_ROW, _ENDS = 26, 84


def importance_height(importances: Sequence[Importance]) -> int:
    """Pixels that the figure needs."""
    return _ENDS + _ROW * max(len(_shown(importances)), 4)


def _shown(importances: Sequence[Importance]) -> list[Importance]:
    return [importance for importance in importances if importance.is_clear][:MAX_SHOWN]


def importance_figure(importances: Sequence[Importance], palette: Palette = LIGHT) -> Figure:
    """A bar for each of the most important choices, with its interval; the largest on top.

    Choices whose interval reaches zero, as that of one that tells nothing does, are not drawn.
    """
    from plotly.graph_objects import Figure

    # Plotly stacks bars from the bottom up.
    shown = _shown(importances)[::-1]
    figure = Figure()
    figure.add_bar(
        x=[i.share for i in shown], y=[plotly_text(choice_name(i.choice)) for i in shown],
        orientation="h",
        name="importance", marker={"color": palette.front, "line": {"width": 0}}, width=0.62,
        error_x={
            "type": "data", "symmetric": False, "color": palette.ink, "thickness": 1.2,
            # An interval of resamples need not hold the value itself, and no bar has a negative
            # length.
            "width": 3, "array": [max(i.high - i.share, 0.0) for i in shown],
            "arrayminus": [max(i.share - i.low, 0.0) for i in shown],
        },
        customdata=[[i.share, i.low, i.high] for i in shown],
        hovertemplate="%{y}<br><b>%{customdata[0]:.1%}</b> of the variance explained, "
        "%{customdata[1]:.1%} to %{customdata[2]:.1%}<extra></extra>",
    )  # fmt: skip
    style(figure, palette)
    figure.update_layout(height=importance_height(importances), margin={"t": 24}, bargap=0.3)
    figure.update_xaxes(title_text="Share of the variance explained", tickformat=".0%",
                        rangemode="tozero")  # fmt: skip
    figure.update_yaxes(showgrid=False, ticks="", tickfont={"color": palette.ink})
    return figure
