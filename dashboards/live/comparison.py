"""Studies compared, and networks side by side, as plain values for their pages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup

from dashboards.live.feed import Snapshot
from dashboards.networks.network_card import CardContent
from dashboards.plots.axes import axis, axis_names, on_axis, value_of
from dashboards.plots.curves import accuracy_range, small_curve
from dashboards.plots.marks import hover_text, style
from dashboards.plots.palette import LIGHT, Palette
from dashboards.sections.findings import Findings
from dashboards.sections.words import (
    MISSING,
    STATES,
    architecture_lines,
    label,
    plotly_text,
    quality_words,
    quantity,
    value_label,
)
from nas.statistics.hypervolume import MARGIN, hypervolume
from nas.statistics.pareto import as_log_points
from nas.store import Store, TrialRecord
from search_spaces.graphs.description import block_lines, shape_text
from search_spaces.quantities import format_duration, format_quantity, plural

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "star")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")


# Studies


def shared_costs(shots: Sequence[Snapshot]) -> list[str]:
    """Costs that all studies know of their networks."""
    known = [set(shot.findings.figure_costs) for shot in shots]
    return [cost for cost in axis_names() if known and all(cost in costs for costs in known)]


def studies(shots: Sequence[Snapshot]) -> dict[str, Any]:
    """What the page of compared studies shows."""
    volumes = _volumes([shot.findings for shot in shots])
    rows: list[tuple[str, list[str]]] = [
        (heading, [value(shot.findings) for shot in shots]) for heading, value in _ROWS
    ]
    if volumes is not None:
        rows.append(("Hypervolume, of what all reach together", [f"{v:.1%}" for v in volumes]))
    return {
        **_joint_words([shot.findings for shot in shots]),
        "studies": [shot.study for shot in shots],
        "costs": [(name, value_label(name)) for name in shared_costs(shots)],
        "rows": rows,
        "notices": _what_does_not_compare([shot.findings for shot in shots]),
    }


def _joint_words(all_findings: Sequence[Findings]) -> dict[str, str]:
    """What the page calls the trained measures of studies, which may be of several tasks."""
    qualities = dict.fromkeys(findings.quality for findings in all_findings)
    words = [quality_words(quality) for quality in qualities]
    return {name: " or ".join(each[name] for each in words) for name in words[0]}


def _what_does_not_compare(all_findings: Sequence[Findings]) -> list[str]:
    said = []
    if len({findings.study.dataset_fingerprint for findings in all_findings}) > 1:
        said.append("The studies were made on different data: their results do not compare.")
    if len({findings.setting("fidelity", "max_epochs") for findings in all_findings}) > 1:
        said.append("Their networks were trained for different numbers of epochs.")
    if len({findings.study.objectives for findings in all_findings}) > 1:
        said.append("They have different objectives, so that their fronts mean different things.")
    return said


def _best(findings: Findings) -> str:
    accuracies = [trial.accuracy for trial in findings.front if trial.accuracy is not None]
    return format_quantity(max(accuracies), findings.quality) if accuracies else MISSING


def _knee(findings: Findings) -> str:
    if findings.knee is None:
        return MISSING
    return (
        f"{quantity(findings.knee, findings.quality)} at {quantity(findings.knee, 'flops')} FLOPs"
    )


_ROWS = (
    ("State", lambda f: f.study.state.lower()),
    ("Data set", lambda f: f.study.dataset),
    ("Objectives", lambda f: ", ".join(label(name) for name in f.study.objectives)),
    ("Sampler", lambda f: str(f.setting("search", "sampler") or MISSING)),
    ("Trials", lambda f: f"{len(f.trials):,}"),
    ("Trained to the end", lambda f: f"{len(f.in_state('COMPLETE')):,}"),
    ("Failed", lambda f: f"{len(f.in_state('FAIL')):,}"),
    ("Epochs trained", lambda f: f"{sum(t.epochs for t in f.trials):,}"),
    ("Time of training", lambda f: format_duration(sum(t.train_s for t in f.trials))),
    ("On the front", lambda f: plural(len(f.front), "network")),
    ("Best", _best),
    ("Best compromise", _knee),
)


def _volumes(all_findings: Sequence[Findings]) -> list[float] | None:
    """The share that each front dominates of what all together do, costs as logarithms.

    None where the studies do not compare: other objectives or data, or an empty front.
    """
    objectives = all_findings[0].study.objectives
    data = {findings.study.dataset_fingerprint for findings in all_findings}
    alike = all(findings.study.objectives == objectives for findings in all_findings)
    if not alike or len(data) > 1 or not all(findings.front for findings in all_findings):
        return None
    fronts = [as_log_points((t.values() for t in f.front), objectives) for f in all_findings]
    together = np.concatenate(fronts)
    low, high = together.min(axis=0), together.max(axis=0)
    # A little beyond the worst of all: exactly there, the dearest network would count for nothing.
    reference = high + MARGIN * np.maximum(high - low, 1e-9)
    whole = hypervolume(together, reference)
    return [hypervolume(points, reference) / whole for points in fronts]


def fronts_json(shots: Sequence[Snapshot], cost: str) -> str:
    """The fronts of several studies as Plotly's JSON."""
    figure = fronts_figure([shot.findings for shot in shots], cost)
    return json.dumps(json.loads(figure.to_json()))


def fronts_figure(all_findings: Sequence[Findings], cost: str, palette: Palette = LIGHT) -> Figure:
    """For each study the best accuracy up to each cost; `customdata` has study and trial."""
    from plotly.graph_objects import Figure

    figure = Figure()
    # Dashes and marks differ with the colours, so that a line is told without seeing these.
    colors = (palette.front, palette.knee, palette.limit, palette.muted, palette.bad, palette.ink)
    title, _, number_format = axis(cost)
    for index, findings in enumerate(all_findings):
        best = findings.best_up_to(cost)
        color = colors[index % len(colors)]
        figure.add_scatter(
            x=on_axis(best, cost), y=[t.accuracy for t in best],
            name=plotly_text(findings.study.name), mode="lines+markers",
            line={"color": color, "shape": "hv", "dash": DASHES[index % len(DASHES)], "width": 2},
            marker={"symbol": SYMBOLS[index % len(SYMBOLS)], "size": 9, "color": color},
            customdata=[[findings.study.id, trial.number] for trial in best],
            hovertext=[hover_text(findings, trial) for trial in best],
            hovertemplate="%{hovertext}<extra></extra>",
        )  # fmt: skip
    style(figure, palette)
    figure.update_xaxes(title_text=title, type="log", tickformat=number_format, nticks=3)
    figure.update_yaxes(
        title_text=f"Validation {_joint_words(all_findings)['quality_word']}", tickformat=".2~f"
    )
    return figure.update_layout(showlegend=True)


# Networks


def networks(store: Store, shot: Snapshot, trials: Sequence[TrialRecord]) -> dict[str, Any]:
    """What the page of networks side by side shows; factors are to the first."""
    findings = shot.findings
    contents = [CardContent.read(store, findings, trial) for trial in trials]
    max_epochs = findings.setting("fidelity", "max_epochs")
    # On one scale: each on its own, a curve that hardly rises looks like one that rises far.
    ends = accuracy_range(content.curve for content in contents)
    names = [
        name
        for name in (findings.quality, *axis_names())
        if any(quantity(t, name) != MISSING for t in trials)
    ]
    return {
        **quality_words(findings.quality),
        "base": f"/studies/{shot.study.id}",
        "study": shot.study,
        "trials": [
            {
                "number": trial.number,
                "state": STATES.get(trial.state, trial.state),
                "is_knee": trial == findings.knee,
                "is_front": trial.number in findings.on_front,
                "lines": architecture_lines(trial),
                "curve": Markup(small_curve(content.curve, max_epochs, ends, findings.quality)),
                "blocks": [
                    (line.name, line.what, shape_text(line.out_shape),
                     format_quantity(line.flops, "flops") if line.flops else "")
                    for line in block_lines(content.network)
                ],
            }
            for trial, content in zip(trials, contents, strict=True)
        ],
        "rows": [(value_label(name), [_with_factor(t, trials[0], name) for t in trials])
                 for name in names],
    }  # fmt: skip


def _with_factor(trial: TrialRecord, first: TrialRecord, name: str) -> tuple[str, str]:
    """A value, and how it stands to the first network's: a factor, or a difference."""
    mine, base = value_of(trial, name), value_of(first, name)
    said = ""
    if trial is not first and mine is not None and base:
        said = f"{mine - base:+.4f}" if name == trial.quality else f"{mine / base:.2f}x"
    return quantity(trial, name), said
