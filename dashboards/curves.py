"""The figure of learning curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboards.findings import Findings
from dashboards.marks import hover_text, scatter, style
from dashboards.palette import LIGHT, Palette
from nas.store import EpochRecord

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def curves_figure(
    findings: Findings, palette: Palette = LIGHT, *, with_hover: bool = True
) -> Figure:
    """Validation accuracy after each epoch: the knee strongest, then the front, others faint."""
    from plotly.graph_objects import Figure

    figure = Figure()
    trials = findings.trials if with_hover else ()
    hover = {trial.number: hover_text(findings, trial) for trial in trials}
    looks = {
        "not on the front": (palette.faint, 1, 0.8),
        "Pareto front": (palette.front, 2, 1.0),
        "knee": (palette.knee, 3, 1.0),
    }
    for name, epochs in _groups(findings).items():
        if epochs:
            color, width, opacity = looks[name]
            line = {"color": color, "width": width}
            trace = _trace(findings, epochs, hover, name=name, line=line, opacity=opacity)
            figure.add_trace(trace.update(marker={"size": 4 + 1.5 * width}))
    style(figure, palette)
    last = max((epoch.epochs for epoch in findings.curves), default=1)
    figure.update_xaxes(title_text="Epochs", dtick=1 if last <= 12 else None)
    figure.update_yaxes(title_text="Validation accuracy", tickformat=".2~f")
    return figure


def _groups(findings: Findings) -> dict[str, list[EpochRecord]]:
    knee = findings.knee.number if findings.knee else None
    groups: dict[str, list[EpochRecord]] = {"not on the front": [], "Pareto front": [], "knee": []}
    for epoch in findings.curves:
        group = "Pareto front" if epoch.number in findings.on_front else "not on the front"
        groups["knee" if epoch.number == knee else group].append(epoch)
    return groups


def _trace(
    findings: Findings, epochs: Sequence[EpochRecord], hover: Mapping[int, str], **look: Any
) -> Any:
    """The curves of several trials as one trace, a gap between each two."""
    points: list[tuple[int | None, float | None, int | None]] = []
    for epoch in epochs:
        if points and points[-1][2] != epoch.number:
            points.append((None, None, None))
        points.append((epoch.epochs, epoch.accuracy, epoch.number))
    x, y, numbers = zip(*points, strict=True)
    return scatter(
        findings, x=x, y=y, customdata=numbers, mode="lines+markers",
        hovertext=["" if n is None else hover.get(n, "") for n in numbers] if hover else None,
        hovertemplate="<b>%{y:.4f}</b> after epoch %{x}<br>%{hovertext}<extra></extra>", **look,
    )  # fmt: skip
