"""What all figures share: how a trial is drawn, baselines and other seeds beside it, its hover."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dashboards.plots.axes import axis, on_axis, value_of
from dashboards.plots.palette import Palette
from dashboards.sections.findings import Findings
from dashboards.sections.words import (
    STATES,
    accuracy_in_words,
    architecture_lines,
    latency,
    plotly_text,
    quantity,
)
from nas.store import TrialRecord
from nas.trust.confirmed import mean_in_words
from search_spaces.measures import measure
from search_spaces.quantities import format_quantity, plural

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif"
MANY_TRIALS = 2000
"""Above this a figure is drawn by WebGL, since SVG gets slow: all of it, to keep marks in order."""


def hover_text(findings: Findings, trial: TrialRecord) -> str:
    """A trial in Plotly's HTML: its architecture in words, accuracy and costs."""
    # Kept, since each axis of each figure asks for the same words.
    if trial.number not in findings.hover:
        findings.hover[trial.number] = _hover_text(findings, trial)
    return findings.hover[trial.number]


def _hover_text(findings: Findings, trial: TrialRecord) -> str:
    place = " · on the front" if trial.number in findings.on_front else ""
    place += " · knee" if findings.knee and trial.number == findings.knee.number else ""
    head = f"<b>trial {trial.number}</b> · {STATES.get(trial.state, trial.state)}{place}"
    lines = [head, *map(plotly_text, architecture_lines(trial))]
    if trial.accuracy is not None:
        epochs = plural(trial.epochs, "epoch")
        interval = findings.accuracy_interval(trial) if place else None
        name = measure(trial.quality).in_words
        lines.append(f"{name} <b>{accuracy_in_words(trial, interval)}</b> after {epochs}")
    again = findings.confirmed(trial)
    if again is not None and findings.confirmation is not None:
        seeds = plural(len(again.accuracies), "other seed")
        epochs = plural(findings.confirmation.max_epochs, "epoch")
        lines.append(f"with {seeds} <b>{mean_in_words(again)}</b> after {epochs}")
    costs = [f"{quantity(trial, 'flops')} FLOPs", f"{quantity(trial, 'params')} parameters"]
    return "<br>".join([*lines, " · ".join(filter(None, [*costs, latency(trial)]))])


def scatter(findings: Findings, **trace: Any) -> Any:
    """A scatter trace, for WebGL where the study has many trials."""
    from plotly.graph_objects import Scatter, Scattergl

    return (Scattergl if len(findings.trials) > MANY_TRIALS else Scatter)(**trace)


def trial_points(
    findings: Findings,
    trials: Sequence[TrialRecord],
    x: Sequence[float],
    y: Sequence[Any],
    *,
    with_hover: bool = True,
    **trace: Any,
) -> Any:
    """One marker for each trial; `customdata` holds their numbers."""
    return scatter(
        findings, x=x, y=y, mode="markers", customdata=[t.number for t in trials],
        hovertext=[hover_text(findings, t) for t in trials] if with_hover else None,
        hovertemplate="%{hovertext}<extra></extra>", **trace,
    )  # fmt: skip


def style(figure: Figure, palette: Palette) -> None:
    """Type, colours and margins that all figures have."""
    axis = {
        "gridcolor": palette.line, "linecolor": palette.muted, "tickcolor": palette.line,
        "zeroline": False, "ticks": "outside", "ticklen": 4, "automargin": True,
        "title": {"font": {"color": palette.muted, "size": 13}, "standoff": 10},
        "tickfont": {"color": palette.muted, "size": 12},
    }  # fmt: skip
    figure.update_layout(
        # Without Plotly's template: its colours are none of the palette, and would stay when a page
        # turns.
        template="none", paper_bgcolor=palette.surface, plot_bgcolor=palette.surface,
        font={"family": FONT, "color": palette.ink, "size": 13},
        margin={"l": 56, "r": 16, "t": 52, "b": 52}, height=400, hovermode="closest",
        xaxis=axis, yaxis=axis,
        modebar={"bgcolor": "rgba(0,0,0,0)", "color": palette.faint, "activecolor": palette.ink},
        legend={"orientation": "h", "y": 1.04, "yanchor": "bottom", "x": 0},
        hoverlabel={
            "align": "left", "bgcolor": palette.raised, "bordercolor": palette.faint,
            "font": {"family": FONT, "color": palette.ink, "size": 12},
        },
    )  # fmt: skip


def add_baselines(figure: Figure, findings: Findings, cost: str, palette: Palette) -> None:
    """Adds each at its accuracy, with the interval where it was trained with several seeds."""
    found = findings.compared
    shown = [baseline for baseline in found.baselines if cost in baseline.costs]
    if not shown:
        return
    name = measure(findings.quality).in_words
    names = [plotly_text(baseline.name) for baseline in shown]
    costs = [format_quantity(baseline.costs[cost], cost) for baseline in shown]
    accuracies = [baseline.accuracy for baseline in shown]
    intervals = [baseline.interval(found.spread) for baseline in shown]
    highs = [None if i is None else i.high - i.value for i in intervals]
    figure.add_scatter(
        x=[baseline.costs[cost] / axis(cost).unit for baseline in shown], y=accuracies,
        name="baseline", mode="markers",
        error_y={
            "type": "data", "array": highs, "color": palette.ink, "thickness": 1.5,
            "visible": any(highs),
        },
        marker={"symbol": "square-open", "size": 9, "color": palette.ink, "line": {"width": 1.5}},
        hovertext=[f"<b>{said}</b>, {costing}" for said, costing in zip(names, costs, strict=True)],
        hovertemplate=f"%{{hovertext}}<br>{name} %{{y:.4f}}<extra></extra>",
    )  # fmt: skip


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
