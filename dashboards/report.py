"""The report of a study: one HTML file that opens anywhere, without a network."""

from __future__ import annotations

import base64
import gzip
import json
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from dashboards import page, provenance
from dashboards.channels import channel_rows
from dashboards.curves import curves_figure
from dashboards.figures import front_figure
from dashboards.files import replace_file
from dashboards.findings import Findings
from dashboards.marks import hover_text
from dashboards.palette import DARK, LIGHT
from dashboards.words import LABELS, visible
from nas.store import Store


def write_report(
    store: Store, study_name: str, path: Path, *, written_at: datetime | None = None
) -> None:
    """Writes a study's report; an existing file is replaced in one step, or kept on an error.

    Args:
        written_at: The moment that the page gives as its own; now by default.

    Raises:
        StoreError: There is no such study.
        ReportError: The file cannot be written.
    """
    findings = Findings.read(store, study_name)
    html = render(findings, page.storage_option(store), written_at or datetime.now(UTC))
    replace_file(path, html)


def render(findings: Findings, storage: str, written_at: datetime) -> str:
    """The page as HTML.

    Args:
        storage: What the page's commands need behind them to find the database, or nothing.
    """
    template = _environment().get_template("report.html.j2")
    html: str = template.render(
        study=findings.study,
        objectives=findings.study.objectives,
        notices=page.notices(findings),
        tiles=page.tiles(findings),
        columns=[
            *(LABELS[name] for name in page.table_columns(findings)),
            *(["Measured latency"] if page.has_measured(findings) else []),
        ],
        rows=page.front_rows(findings, storage),
        channels=channel_rows(findings),
        has_outside=bool(findings.outside),
        counts=page.counts(findings),
        failures=page.failures(findings),
        max_reasons=page.MAX_REASONS,
        budgets=page.budgets(findings),
        accuracy_meaning=provenance.accuracy_meaning(findings),
        cost_meanings=provenance.cost_meanings(findings),
        facts=provenance.facts(findings, written_at),
        costs=[(name, LABELS[name]) for name in findings.figure_costs],
        to_dark=LIGHT.to(DARK),
        light=LIGHT.roles(),
        dark=DARK.roles(),
        figures=_packed(_figure_data(findings)) if findings.curves else "",
        plotly=_packed_plotly() if findings.curves else "",
    )
    return html


def _figure_data(findings: Findings) -> str:
    """The page's figures as JSON; hover texts, which they share, stand beside them once."""
    made = {cost: front_figure(findings, cost) for cost in findings.figure_costs}
    made["curves"] = curves_figure(findings)
    figures = {}
    for name, figure in made.items():
        figure.update_layout(showlegend=False)
        figures[name] = json.loads(figure.to_json())
        for trace in figures[name]["data"]:
            trace.pop("hovertext", None)
    hover = {trial.number: hover_text(findings, trial) for trial in findings.trials}
    return json.dumps({"figures": figures, "hover": hover, "name": visible(findings.study.name)})


def _packed(text: str) -> str:
    """A text for a script element, several times smaller; browsers can unpack it by themselves."""
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


@lru_cache(maxsize=1)
def _packed_plotly() -> str:
    from plotly.offline import get_plotlyjs

    return _packed(get_plotlyjs())


@lru_cache(maxsize=1)
def _environment() -> Any:
    """Escapes whatever a template shows, and makes control characters visible."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    def shown(value: Any) -> Any:
        return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    return Environment(
        loader=PackageLoader("dashboards"), autoescape=True, undefined=StrictUndefined,
        finalize=shown, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
