"""The figure of what each kind of choice does to accuracy at equal cost."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from dashboards.plots.marks import style
from dashboards.plots.palette import LIGHT, Palette
from dashboards.sections.words import kind_name, plotly_text
from nas.trust.effects import Effect
from search_spaces.measures import ACCURACY, measure
from search_spaces.quantities import plural

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

FIRST = ("block", "kernel_size", "dilation", "groups", "width_mult")
"""Kinds in the order in which they are shown; others follow by name."""

_ROW, _ENDS = 23, 84


def effects_height(effects: Sequence[Effect]) -> int:
    """Pixels that the figure needs."""
    return _ENDS + _ROW * len(_rows(effects))


def effects_figure(
    effects: Sequence[Effect], palette: Palette = LIGHT, quality: str = ACCURACY
) -> Figure:
    """A point with its interval for each level, kind by kind; to the right is better.

    Those whose interval does not reach zero are strong, the others faint.
    """
    from plotly.graph_objects import Figure

    figure = Figure()
    rows = _rows(effects)
    for name, color, clear in (("clear", palette.front, True), ("not clear", palette.faint, False)):
        shown = [(i, e) for i, e in enumerate(rows) if e is not None and _is_clear(e) == clear]
        figure.add_trace(_points([i for i, _ in shown], [e for _, e in shown], name, color))
    style(figure, palette)
    headings = [index for index, effect in enumerate(rows) if effect is None]
    kinds = [kind for kind, _ in _groups(effects)]
    figure.update_layout(
        height=effects_height(effects), margin={"t": 24, "l": 140}, showlegend=False,
        shapes=[{"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper",
                 "line": {"color": palette.muted, "width": 1}, "layer": "below"}],
        annotations=[
            {"x": 0, "xref": "paper", "xanchor": "right", "xshift": -8, "y": index,
             "text": f"<b>{plotly_text(kind_name(kind))}</b>", "showarrow": False,
             "font": {"color": palette.ink, "size": 12}}
            for index, kind in zip(headings, kinds, strict=True)
        ],
    )  # fmt: skip
    title = f"Points of {measure(quality).in_words} against the average"
    figure.update_xaxes(title_text=title, ticksuffix="", zeroline=False)
    levels = [(index, effect) for index, effect in enumerate(rows) if effect is not None]
    figure.update_yaxes(
        tickvals=[index for index, _ in levels],
        ticktext=[plotly_text(str(effect.level)) for _, effect in levels],
        # Downwards, since rows are numbered from the top; half a row is left for marks at both
        # ends.
        range=[len(rows) - 0.4, -0.6], showgrid=False, ticks="", tickfont={"color": palette.ink},
        automargin=False,
    )  # fmt: skip
    return figure


def _points(places: list[int], effects: list[Effect], name: str, color: str) -> Any:
    from plotly.graph_objects import Scatter

    return Scatter(
        x=[e.points for e in effects], y=places, mode="markers", name=name,
        marker={"color": color, "size": 8},
        error_x={
            "type": "data", "symmetric": False, "color": color, "thickness": 2, "width": 0,
            "array": [e.high - e.points for e in effects],
            "arrayminus": [e.points - e.low for e in effects],
        },
        hovertext=[
            f"{plotly_text(kind_name(e.kind))} <b>{plotly_text(str(e.level))}</b>: "
            f"{e.points:+.2f} points, {e.low:+.2f} to {e.high:+.2f}<br>"
            f"in {plural(e.num_trials, 'trial')}"
            for e in effects
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip


def _is_clear(effect: Effect) -> bool:
    return effect.low > 0 or effect.high < 0


def _groups(effects: Sequence[Effect]) -> list[tuple[str, list[Effect]]]:
    order = {kind: place for place, kind in enumerate(FIRST)}
    ordered = sorted(effects, key=lambda e: (order.get(e.kind, len(order)), e.kind))
    return [(kind, list(group)) for kind, group in groupby(ordered, key=lambda e: e.kind)]


def _rows(effects: Sequence[Effect]) -> list[Effect | None]:
    """A row for each level, and one before each kind for its heading."""
    rows: list[Effect | None] = []
    for _, group in _groups(effects):
        rows += [None, *group]
    return rows
