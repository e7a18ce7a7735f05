"""What the report's script reads: figures, trials and cards, as small as they can be."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from dashboards.networks.network_card import CardContent, card_html
from dashboards.plots.axes import axis, axis_names, value_of
from dashboards.plots.axis_switch import front_axes
from dashboards.plots.curves import curves_figure
from dashboards.plots.effects import effects_figure
from dashboards.plots.importance import importance_figure
from dashboards.plots.marks import hover_text
from dashboards.plots.palette import LIGHT
from dashboards.plots.progress import progress_axes, progress_figure
from dashboards.sections import page
from dashboards.sections.findings import Findings
from dashboards.sections.lessons import Lessons
from dashboards.sections.words import STATES, best_words, value_label, visible
from nas.store import Store

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_DIGITS = 6


def page_data(findings: Findings, lessons: Lessons, storage: str) -> str:
    """The page's data as JSON; hover texts, which figures share, stand in it once.

    Each figure is a text of JSON within it, to be read when it is drawn.
    """
    hover = {trial.number: hover_text(findings, trial) for trial in findings.trials}
    rows = {trial.number: row for row, trial in enumerate(findings.trials)}
    data = {
        "name": visible(findings.study.name),
        "figures": {name: _json(found) for name, found in _figures(findings, lessons).items()},
        "hover": hover,
        "trials": trial_columns(findings),
        "front": [rows[trial.number] for trial in findings.front],
        "budgets": page.budget_fields(findings),
        "units": {cost: axis(cost).unit for cost in axis_names()},
        "quality": findings.quality,
        "best": best_words(findings.quality),
        "how_timed": findings.study.how_timed,
        "labels": {
            name: value_label(name, findings.study.how_timed)
            for name in (findings.quality, *axis_names())
        },
        "states": {state: words.capitalize() for state, words in STATES.items()},
        "command": visible(page.export_command(findings.study.name, "NUMBER", storage)),
    }
    return _json(data)


def _json(value: Any) -> str:
    return json.dumps(_short(value), separators=(",", ":"))


def _figures(findings: Findings, lessons: Lessons) -> dict[str, Any]:
    """Those that the page has a place for; where one may choose, each by what is chosen."""
    found: dict[str, Any] = {}
    if findings.figure_costs:
        front, axes = front_axes(findings, with_hover=False)
        changes = {
            cost: {"points": axis.changes(front), "layout": axis.layout}
            for cost, axis in axes.items()
        }
        plain = _plain(front, with_legend=False)
        found["front"] = {**plain, "axes": changes, "scale": LIGHT.scale()}
    if findings.curves:
        found["curves"] = _plain(curves_figure(findings, with_hover=False), with_legend=False)
    if lessons.importances and lessons.effects:
        if lessons.clear_importances:
            found["importance"] = _plain(importance_figure(lessons.importances), with_legend=False)
        found["effects"] = {
            c: _plain(effects_figure(e, quality=findings.quality), with_legend=False)
            for c, e in lessons.effects.items()
        }
    if lessons.steps:
        axes_of = progress_axes(lessons)
        found["progress"] = {axis: _plain(progress_figure(lessons, axis)) for axis in axes_of}
    return found


def trial_columns(findings: Findings) -> dict[str, list[Any]]:
    """The trials by column, for budgets, short cards and the file of data."""
    trials = findings.trials
    return {
        "number": [trial.number for trial in trials],
        "state": [trial.state for trial in trials],
        findings.quality: [trial.accuracy for trial in trials],
        **{cost: [value_of(trial, cost) for trial in trials] for cost in axis_names()},
        "epochs": [trial.epochs for trial in trials],
        "train_s": [trial.train_s for trial in trials],
        "description": [visible(trial.description) for trial in trials],
        "failure": [None if t.failure is None else visible(t.failure) for t in trials],
    }


def cards_data(store: Store, findings: Findings, storage: str) -> str:
    """The cards of the front, of what limits keep off it, and of what only the front dominates."""
    carded = (*findings.front, *findings.outside, *findings.near)
    return json.dumps(
        {
            trial.number: card_html(
                findings, trial, CardContent.read(store, findings, trial),
                page.export_command(findings.study.name, trial.number, storage),
            )
            for trial in carded
        }
    )  # fmt: skip


def packed(text: str) -> str:
    """A text for a script element, several times smaller; browsers can unpack it by themselves."""
    # Letters alone, among which no text of a user can end the script element.
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def _plain(figure: Figure, *, with_legend: bool = True) -> dict[str, Any]:
    """A figure as JSON values."""
    found = figure.update_layout(showlegend=with_legend).to_plotly_json()
    return {"data": found["data"], "layout": found["layout"]}


def _short(value: Any) -> Any:
    """The same with six digits of each number; what is no number is null, as JSON has no NaN."""
    if isinstance(value, float):
        if not isfinite(value):
            return None
        # Written out, a float has up to seventeen digits, and a page has several for each trial.
        rounded = float(f"{value:.{_DIGITS}g}")
        return int(rounded) if rounded.is_integer() else rounded
    if isinstance(value, Mapping):
        return {key: _short(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_short(each) for each in value]
    return value
