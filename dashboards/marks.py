"""What all figures share: how a trial is drawn, what its hover says, type and colours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dashboards.findings import Findings
from dashboards.palette import Palette
from dashboards.words import (
    STATES,
    accuracy_in_words,
    architecture_lines,
    latency,
    plotly_text,
    plural,
    quantity,
)
from nas.confirmation.words import mean_in_words
from nas.store import TrialRecord

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif"
MANY_TRIALS = 2000
"""Above this a figure is drawn by WebGL, since SVG gets slow: all of it, to keep marks in order."""


def hover_text(findings: Findings, trial: TrialRecord) -> str:
    """A trial in Plotly's HTML: its architecture in words, accuracy and costs."""
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
        lines.append(f"accuracy <b>{accuracy_in_words(trial, interval)}</b> after {epochs}")
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
