"""The figure of the hypervolume as a search went on, beside what is expected of random search."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from dashboards.plots.marks import style
from dashboards.plots.palette import LIGHT, Palette
from dashboards.sections.lessons import Lessons
from nas.trust.progress import Step

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

AXES = {"epochs": "Epochs spent", "time": "Time"}
"""What the hypervolume may be drawn against, with headings."""


def progress_axes(lessons: Lessons) -> dict[str, str]:
    """The axes that the study knows, with headings."""
    timed = bool(lessons.steps) and all(step.elapsed_s is not None for step in lessons.steps)
    return {axis: AXES[axis] for axis in AXES if axis != "time" or timed}


def progress_figure(lessons: Lessons, axis: str = "epochs", palette: Palette = LIGHT) -> Figure:
    """The share of the box that the front has won, against epochs spent or time.

    Random search stands beside it where there is an estimate (`Lessons.expectation`).

    Args:
        axis: One of `progress_axes`.
    """
    from plotly.graph_objects import Figure

    figure = Figure()
    unit, title = _unit(lessons.steps, axis)
    shown = _turns(lessons.steps)
    figure.add_scatter(
        x=[0.0, *(_place(step, axis) / unit for step in shown)],
        y=[0.0, *(step.share for step in shown)],
        customdata=[None, *(step.trial for step in shown)], name="this search", mode="lines",
        line={"shape": "hv", "color": palette.front, "width": 2.5},
        hovertemplate="<b>%{y:.3f}</b> after trial %{customdata}<extra></extra>",
    )  # fmt: skip
    found = lessons.expectation
    if found is not None and lessons.steps:
        last = lessons.steps[-1]
        # How long random search would take is not known: as long for an epoch as this one took.
        pace = _place(last, axis) / last.epochs if last.epochs else 0.0
        figure.add_scatter(
            x=[epochs * pace / unit for epochs in found.epochs], y=found.shares,
            name="random search, expected", mode="lines",
            line={"color": palette.muted, "width": 2, "dash": "dash"},
            hovertemplate="<b>%{y:.3f}</b> expected of random search<extra></extra>",
        )  # fmt: skip
    style(figure, palette)
    figure.update_layout(margin={"t": 40}, legend={"font": {"color": palette.muted, "size": 12}})
    figure.update_xaxes(title_text=title, rangemode="tozero")
    figure.update_yaxes(title_text="Hypervolume", rangemode="tozero", tickformat=".2~f")
    return figure


def _place(step: Step, axis: str) -> float:
    return float(step.epochs) if axis == "epochs" else step.elapsed_s or 0.0


def _unit(steps: Sequence[Step], axis: str) -> tuple[float, str]:
    """What x is divided by, and the axis' title."""
    if axis == "epochs":
        return 1.0, "Epochs spent, over all trials"
    longest = max((step.elapsed_s or 0.0 for step in steps), default=0.0)
    for unit, name in ((3600.0, "hours"), (60.0, "minutes")):
        if longest >= 2 * unit:
            return unit, f"Time of search ({name})"
    return 1.0, "Time of search (seconds)"


def _turns(steps: Sequence[Step]) -> list[Step]:
    """The steps at which something was won, and the last."""
    gained = [after for before, after in pairwise(steps) if after.share > before.share]
    return [*steps[:1], *gained, *steps[-1:]]
