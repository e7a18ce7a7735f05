"""The live page of one study: what its templates and its script are given."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any

from dashboards.live import parts
from dashboards.live.feed import Snapshot
from dashboards.live.rendering import part
from dashboards.plots.curves import curves_figure
from dashboards.plots.figures import front_figure
from dashboards.plots.marks import MANY_TRIALS, hover_text
from dashboards.sections import page
from dashboards.sections.device import board_card
from dashboards.sections.findings import Findings
from dashboards.sections.words import quality_words, value_label

PARTS = (
    "state", "notices", "progress", "workers", "tiles", "costs", "front", "board", "latest",
    "failures", "events",
)  # fmt: skip
CURVES = "curves"


def version(shot: Snapshot, now: datetime) -> str:
    """A text that differs from that of any moment at which the page shows something else."""
    # Beyond the database's own version: what is left, and whether who runs it lives, go with the
    # clock.
    said = (*shot.version, parts.progress(shot, now), parts.workers(shot), shot.events)
    return sha256(repr(said).encode()).hexdigest()[:16]


def values(shot: Snapshot, now: datetime, may_stop: bool = False) -> dict[str, Any]:
    """What the page and each of its parts show."""
    findings = shot.findings
    return {
        **quality_words(findings.quality),
        "base": f"/studies/{shot.study.id}",
        "study": shot.study,
        "state": parts.shown_state(shot.activity.state, shot.activity.runner, now),
        "notices": parts.notices(shot, now),
        "progress": parts.progress(shot, now),
        "can_stop": may_stop and parts.can_stop(shot, now),
        "workers": parts.workers(shot),
        "tiles": page.tiles(findings),
        "costs": [
            (name, value_label(name, shot.study.how_timed)) for name in findings.figure_costs
        ],
        "columns": page.front_headings(findings),
        "int8_words": page.int8_words(findings),
        "confirmed_words": page.confirmed_words(findings),
        "rows": page.front_rows(findings),
        "board": board_card(findings),
        "has_outside": bool(findings.outside),
        "latest": parts.latest(shot),
        "failures": page.failures(findings),
        "max_reasons": page.MAX_REASONS,
        "events": shot.events,
    }


def update(shot: Snapshot, now: datetime, may_stop: bool = False) -> dict[str, Any]:
    """What the page's script asks for: the parts anew, and which figures there are."""
    shown = values(shot, now, may_stop)
    return {
        "parts": {name: part(name, **shown) for name in PARTS},
        "figures": figure_names(shot.findings),
        "runs": shot.activity.state == "RUNNING",
    }


def figure_names(findings: Findings) -> list[str]:
    """Figures that the study has now."""
    return [*findings.figure_costs, *([CURVES] if findings.curves else [])]


def figure_json(shot: Snapshot, name: str) -> str:
    """One of those figures, in light colours, made once for each moment."""
    if name not in shot.made:
        findings = shot.findings
        make = curves_figure if name == CURVES else partial(front_figure, cost=name)
        is_crowded = len(findings.trials) > MANY_TRIALS
        figure = make(findings, with_hover=not is_crowded)
        # While `uirevision` stays the same, Plotly keeps what its reader has zoomed when it is
        # drawn anew.
        figure.update_layout(showlegend=False, uirevision=name, title=None, margin={"t": 46})
        if is_crowded:
            _tell_of_the_front(figure, findings)
        shot.made[name] = figure.to_json()
    text: str = shot.made[name]
    return text


def _tell_of_the_front(figure: Any, findings: Findings) -> None:
    """Of many trials only those on the front are told in words: a live page must be quick."""
    words = {trial.number: hover_text(findings, trial) for trial in findings.front}
    for trace in figure.data:
        if trace.name in ("Pareto front", "knee"):
            trace.hovertext = [words.get(number, "") for number in trace.customdata]
        elif trace.hoverinfo != "skip":
            trace.hovertext = None
            trace.hovertemplate = "trial %{customdata}: %{y:.4f}<extra></extra>"
