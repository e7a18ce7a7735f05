"""The report of a study: one HTML file that opens anywhere, without a network."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from dashboards.networks import provenance
from dashboards.networks.network_card import channel_rows
from dashboards.networks.predictions import predictions
from dashboards.plots.palette import DARK, LIGHT, theme_css
from dashboards.plots.progress import progress_axes
from dashboards.sections import lessons as lesson_words
from dashboards.sections import page
from dashboards.sections.device import board_card
from dashboards.sections.findings import Findings
from dashboards.sections.lessons import Lessons
from dashboards.sections.page_data import cards_data, packed, page_data
from dashboards.sections.standings import compared_costs, standing_rows
from dashboards.sections.words import measures, quality_words, value_label
from dashboards.templating import fill, replace_file
from nas.runner.lease import as_it_stands
from nas.store import Store, storage_words
from nas.store.results import whole_in_words
from nas.store.workspace import Workspace
from nas.trust.standing import of_control, summary


def write_report(
    store: Store,
    study_name: str,
    path: Path,
    *,
    written_at: datetime | None = None,
    workspace: Workspace | None = None,
) -> None:
    """Writes a study's report; an existing file is replaced in one step, or kept on an error.

    Args:
        written_at: The moment that the page gives as its own; now by default.
        workspace: Where the study's weights lie, which pictures of predictions are made with; none
            are made without it.

    Raises:
        StoreError: There is no such study.
        ReportError: The file cannot be written.
    """
    findings = Findings.read(store, study_name)
    replace_file(path, render(store, findings, written_at or datetime.now(UTC), workspace))


def render(
    store: Store, findings: Findings, written_at: datetime, workspace: Workspace | None = None
) -> str:
    """The page as HTML."""
    from markupsafe import Markup

    # A search that was killed could not say so: to the database it is running still.
    findings = replace(findings, study=as_it_stands(store, findings.study))
    storage = storage_words(store.url)
    lessons, how_timed = Lessons.of(findings), findings.study.how_timed
    return fill(
        "report.html.j2",
        study=findings.study,
        **quality_words(findings.quality),
        objectives=findings.study.objectives,
        theme=Markup(theme_css()),
        notices=page.notices(findings),
        tiles=page.tiles(findings),
        columns=page.front_headings(findings),
        rows=page.front_rows(findings),
        export_command=page.export_command(findings.study.name, findings.knee.number, storage)
        if findings.knee
        else "",
        channels=channel_rows(findings),
        has_outside=bool(findings.outside),
        has_measured=page.has_measured(findings),
        whole_words=whole_in_words(how_timed),
        confirmed_words=page.confirmed_words(findings),
        int8_words=page.int8_words(findings),
        has_intervals=findings.as_long_as_search is not None,
        has_accuracy_intervals=findings.num_judging_images is not None,
        board=board_card(findings),
        predictions=predictions(store, findings, workspace) if workspace else None,
        color_costs=[(name, value_label(name, how_timed)) for name in findings.costs_of_all],
        has_stopped=bool(findings.in_state("PRUNED")),
        standings=standing_rows(findings),
        compared_costs=compared_costs(findings),
        standing_words=summary(findings.compared),
        control_words=of_control(findings.compared.control) if findings.compared.control else "",
        compared=measures(findings.study.objectives),
        has_curves=bool(findings.curves),
        counts=page.counts(findings),
        failures=page.failures(findings),
        max_reasons=page.MAX_REASONS,
        budgets=page.budgets(findings),
        fields=page.budget_fields(findings),
        matters=lesson_words.matters(lessons),
        matters_method=lesson_words.method(lessons),
        progress=list(progress_axes(lessons).items()) if lessons.steps else [],
        has_expectation=lessons.expectation is not None,
        random_words=lesson_words.random_words(lessons, findings.study.objectives),
        accuracy_meaning=provenance.accuracy_meaning(findings),
        cost_meanings=provenance.cost_meanings(findings),
        facts=provenance.facts(findings, written_at),
        costs=[(name, value_label(name, how_timed)) for name in findings.figure_costs],
        to_dark=LIGHT.to(DARK),
        figures=packed(page_data(findings, lessons, storage)) if findings.trials else "",
        cards=packed(cards_data(store, findings, storage)) if findings.trials else "",
        plotly=_packed_plotly() if findings.trials else "",
    )


# A server makes many reports; these megabytes are the same in each.
@lru_cache(maxsize=1)
def _packed_plotly() -> str:
    from plotly.offline import get_plotlyjs

    return packed(get_plotlyjs())
