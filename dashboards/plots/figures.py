"""The figure of the front: accuracy against one cost."""

from __future__ import annotations

from math import log10
from typing import TYPE_CHECKING, Any

from dashboards.plots.axes import axis, on_axis, quantity_of, value_of
from dashboards.plots.marks import (
    add_baselines,
    add_confirmed,
    hover_text,
    interval_ends,
    scatter,
    style,
    trial_points,
)
from dashboards.plots.palette import LIGHT, Palette
from dashboards.sections.findings import Findings
from dashboards.sections.words import STATES, validation_words
from nas.store import TrialRecord
from nas.store.results import measured_in_words, whole_in_words
from search_spaces.measures import LATENCY
from search_spaces.quantities import format_quantity
from search_spaces.spaces.problem import Limit

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

STRIP = {"PRUNED": "line-ns-open", "FAIL": "x-thin-open", "RUNNING": "circle-open"}
"""States of trials without a final accuracy, and their marks."""

STEP_LINE = "best up to this cost"
BEST_OF_ALL = "best of all finished trials"
"""Names of traces."""

CROWD = 500
"""From so many marks on they are drawn lighter."""

_ROW_HEIGHT = 0.06
_LABEL_HEIGHT = 19


def front_figure(
    findings: Findings, cost: str, palette: Palette = LIGHT, *, with_hover: bool = True
) -> Figure:
    """Accuracy against one cost: the front, the knee, all other finished trials, the budget.

    Trials that were stopped early, failed or still run stand in a strip below, at their cost only:
    an accuracy after fewer epochs, on the axis of finished trials, would look like a bad network.
    The line is the front's staircase against this cost; where the cost is no objective, finished
    trials beside the front may be better, and have a fainter one. Where the axis is latency, what
    was measured end to end stands there with its 95% interval; so does the mean over other seeds,
    where the study was confirmed. Each point's `customdata` is the number of its trial.

    Args:
        cost: One of `findings.figure_costs`.
        with_hover: Whether the figure holds what its trials say; a page may put that in itself.
    """
    from plotly.graph_objects import Figure

    figure = Figure()
    # Later traces lie on earlier ones: the points that the search measured must not be hidden.
    add_confirmed(figure, findings, cost, palette)
    _add_finished(figure, findings, cost, palette, with_hover=with_hover)
    if quantity_of(cost) == LATENCY:
        _add_measured(figure, findings, palette)
    add_baselines(figure, findings, cost, palette)
    rows = _add_strip(figure, findings, cost, palette, with_hover=with_hover)
    style(figure, palette)
    _lay_out_costs(figure, findings, cost)
    _lay_out_accuracy(figure, findings, rows, palette)
    for row, limit in enumerate(findings.limits_on(cost)):
        _add_budget(figure, limit, palette, row)
    for limit in findings.limits_on(findings.quality):
        _add_least_accuracy(figure, limit, palette)
    return figure


def _add_finished(
    figure: Figure, findings: Findings, cost: str, palette: Palette, *, with_hover: bool
) -> None:
    finished = _known(findings.in_state("COMPLETE"), cost)
    front = [t for t in finished if t.number in findings.on_front]
    edge = {"color": palette.surface, "width": 1.5}
    marks = {
        "finished": {"color": palette.faint, "size": 7 if len(finished) < CROWD else 4},
        "Pareto front": {"color": palette.front, "size": 11, "line": edge},
        "knee": {"color": palette.knee, "size": 15, "symbol": "diamond", "line": edge},
    }
    groups = {
        "finished": [t for t in finished if t.number not in findings.on_front],
        "Pareto front": [t for t in front if t != findings.knee],
        "knee": [t for t in front if t == findings.knee],
    }
    bars = {"color": palette.front, "thickness": 1, "width": 0}
    for name, trials in groups.items():
        # Behind the other trials and before the front's points, which lie on the line.
        if name == "Pareto front":
            _add_step_lines(figure, findings, cost, palette)
        x, y = on_axis(trials, cost), [t.accuracy for t in trials]
        look: Any = {"name": name, "marker": marks[name], "with_hover": with_hover}
        if name != "finished":  # the bars of all would hide them
            look["error_y"] = {**_accuracy_bars(findings, trials), **bars}
        figure.add_trace(trial_points(findings, trials, x, y, **look))


def _accuracy_bars(findings: Findings, trials: list[TrialRecord]) -> dict[str, Any]:
    found = [findings.accuracy_interval(trial) for trial in trials]
    return {
        "type": "data", "symmetric": False, "visible": any(found),
        "array": [e and e.high - e.value for e in found],
        "arrayminus": [e and e.value - e.low for e in found],
    }  # fmt: skip


def _add_step_lines(figure: Figure, findings: Findings, cost: str, palette: Palette) -> None:
    front, best = findings.front_up_to(cost), findings.best_up_to(cost)
    line = {"color": palette.front, "width": 2}
    _add_step_line(figure, findings, cost, front, STEP_LINE, line)
    if _places(front, cost) != _places(best, cost):
        line = {"color": palette.muted, "width": 1.5, "dash": "dot"}
        _add_step_line(figure, findings, cost, best, BEST_OF_ALL, line)


def _add_step_line(
    figure: Figure, findings: Findings, cost: str, trials: list[TrialRecord], name: str, line: Any
) -> None:
    x, y = on_axis(trials, cost), [trial.accuracy for trial in trials]
    look = {"mode": "lines", "line": {"shape": "hv", **line}, "hoverinfo": "skip"}
    figure.add_trace(scatter(findings, x=x, y=y, name=name, **look))


def _places(trials: list[TrialRecord], cost: str) -> list[tuple[float | None, float | None]]:
    return [(value_of(trial, cost), trial.accuracy) for trial in trials]


def _known(trials: list[TrialRecord], cost: str) -> list[TrialRecord]:
    return [trial for trial in trials if value_of(trial, cost) is not None]


def _add_measured(figure: Figure, findings: Findings, palette: Palette) -> None:
    """The latencies measured end to end, each with its interval."""
    trials = [t for t in findings.in_state("COMPLETE") if t.measured is not None]
    found = [t.measured for t in trials if t.measured is not None]
    if not found:
        return
    interval = {
        "type": "data", "symmetric": False, "color": palette.ink, "thickness": 1.5, "width": 5,
        "array": [m.high_ms - m.latency_ms for m in found],
        "arrayminus": [m.latency_ms - m.low_ms for m in found],
    }  # fmt: skip
    figure.add_scatter(
        x=[m.latency_ms for m in found], y=[t.accuracy for t in trials], error_x=interval,
        mode="markers", name=whole_in_words(findings.study.how_timed),
        customdata=[t.number for t in trials],
        marker={"symbol": "line-ns-open", "size": 9, "color": palette.ink},
        hovertext=[
            f"{hover_text(findings, t)}<br>{whole_in_words(m.how)} <b>{measured_in_words(m)}</b>"
            for t, m in zip(trials, found, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip


def _add_strip(
    figure: Figure, findings: Findings, cost: str, palette: Palette, *, with_hover: bool
) -> list[str]:
    """A row for each state that has trials without a final accuracy; returns the rows' names.

    They are the same on every axis, also where no such trial has the cost.
    """
    rows: list[str] = []
    for state, symbol in STRIP.items():
        if not findings.in_state(state):
            continue
        trials = _known(findings.in_state(state), cost)
        color = palette.bad if state == "FAIL" else palette.muted
        marker = {"color": color, "size": 9, "symbol": symbol}
        marker["opacity"] = 0.8 if len(trials) < CROWD else 0.3
        marker["line"] = {"width": 1.5, "color": color}
        x, y = on_axis(trials, cost), [len(rows)] * len(trials)
        name = STATES[state]
        look: Any = {"name": name, "marker": marker, "yaxis": "y2", "with_hover": with_hover}
        trace = trial_points(findings, trials, x, y, **look)
        figure.add_trace(trace)
        rows.append(name)
    return rows


def _lay_out_costs(figure: Figure, findings: Findings, cost: str) -> None:
    title, unit, number_format = axis(cost, findings.study.how_timed)
    drawn = findings.in_state("COMPLETE", *STRIP)
    values = on_axis(drawn, cost)
    values += [limit.value / unit for limit in findings.limits_on(cost)]
    values += [b.costs[cost] / unit for b in findings.compared.baselines if cost in b.costs]
    if quantity_of(cost) == LATENCY:
        ends = [(t.measured.low_ms, t.measured.high_ms) for t in drawn if t.measured is not None]
        values += [end for interval in ends for end in interval]
    few = 3  # of ticks: with more, Plotly labels all digits of a decade, and they run together
    figure.update_xaxes(title_text=title, tickformat=number_format, nticks=few)
    if values and min(values) > 0:
        low, high = log10(min(values)), log10(max(values))
        margin = 0.06 * (high - low) or 0.1
        figure.update_xaxes(type="log", range=[low - margin, high + margin])


def _lay_out_accuracy(
    figure: Figure, findings: Findings, rows: list[str], palette: Palette
) -> None:
    values = [t.accuracy for t in findings.in_state("COMPLETE") if t.accuracy is not None]
    values += [limit.value for limit in findings.limits_on(findings.quality)]
    values += interval_ends(findings)
    intervals = map(findings.accuracy_interval, findings.front)
    values += [end for estimate in intervals if estimate for end in estimate[1:]]
    values += [baseline.accuracy for baseline in findings.compared.baselines]
    low, high = min(values, default=0.0), max(values, default=1.0)
    margin = max(0.08 * (high - low), 0.01)
    strip = _ROW_HEIGHT * len(rows)
    figure.update_layout(
        yaxis={
            "title": {"text": validation_words(findings.quality)}, "tickformat": ".2~f",
            "range": [low - margin, high + margin], "domain": [strip + 0.03 if rows else 0, 1],
        },
    )  # fmt: skip
    if rows:
        figure.update_layout(
            # Ticks and title of the costs stand below the strip and not between it and the plot.
            xaxis={"anchor": "y2"},
            yaxis2={
                # Fixed, so that the rows stay where they are while somebody zooms into the
                # accuracies.
                "domain": [0, strip], "range": [len(rows) - 0.5, -0.5], "fixedrange": True,
                "tickvals": list(range(len(rows))), "ticktext": rows, "showgrid": False,
                "zeroline": False, "ticks": "", "automargin": True,
                "tickfont": {"color": palette.muted, "size": 11},
            },
        )  # fmt: skip


def _add_budget(figure: Figure, limit: Limit, palette: Palette, row: int) -> None:
    """The line, and its label in a row of its own above the plot: two may be close together."""
    x = limit.value / axis(limit.quantity).unit
    line = {"color": palette.limit, "width": 1.5, "dash": "dash"}
    figure.add_shape(type="line", x0=x, x1=x, y0=0, y1=1, yref="paper", line=line)
    on_log_axis = figure.layout.xaxis.type == "log"
    said = "at least" if limit.is_lower else "budget"
    figure.add_annotation(
        # Plotly places annotations on a logarithmic axis by the exponent, but shapes by the value.
        x=log10(x) if on_log_axis else x, y=1, yref="paper", yanchor="bottom",
        yshift=_LABEL_HEIGHT * row,
        text=f"{said} {format_quantity(limit.value, limit.quantity)}",
        xanchor="left" if limit.is_lower else "right", showarrow=False,
        font={"color": palette.limit, "size": 12},
    )  # fmt: skip


def _add_least_accuracy(figure: Figure, limit: Limit, palette: Palette) -> None:
    line = {"color": palette.limit, "width": 1.5, "dash": "dash"}
    place = {"y0": limit.value, "y1": limit.value, "yref": "y"}
    figure.add_shape(type="line", x0=0, x1=1, xref="paper", line=line, **place)
    figure.add_annotation(
        x=0, xref="paper", xanchor="left", y=limit.value, yref="y", yanchor="bottom",
        text=f"at least {format_quantity(limit.value, limit.quantity)}", showarrow=False,
        font={"color": palette.limit, "size": 12},
    )  # fmt: skip
