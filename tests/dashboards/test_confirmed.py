"""What trainings with other seeds say, in the report and its figures."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dashboards import write_report
from dashboards.networks.network_card import CardContent, card_html
from dashboards.networks.provenance import facts
from dashboards.plots.axis_switch import front_axes
from dashboards.plots.figures import front_figure
from dashboards.plots.marks import CONFIRMED
from dashboards.sections.findings import Findings
from dashboards.sections.page import confirmed_headings, confirmed_words, front_rows
from nas.store import Companion

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.dashboards.conftest import StudyWriter

AGAIN = {1: [0.49, 0.79, 0.80, 0.30], 2: [0.51, 0.81, 0.82, 0.32]}
"""By seed; the networks are those of `digits`."""


@pytest.fixture
def confirmed(digits: StudyWriter, write_study: Callable[..., StudyWriter]) -> Any:
    """Trains the networks of `digits` again for so many epochs: the fourth is near the front."""

    def train(max_epochs: int) -> Findings:
        for seed, accuracies in AGAIN.items():
            experiment = {**digits.study.experiment, "fidelity": {"max_epochs": max_epochs}}
            again = write_study(
                name=f"digits-{max_epochs}-{seed}", seed=seed, experiment=experiment
            )
            digits.store.add_companion(again.study, Companion("digits", "confirmation"))
            for accuracy in accuracies:
                again.trial([accuracy])
        return Findings.read(digits.store, "digits")

    return train


def traces(findings: Findings) -> dict[str, Any]:
    return {trace.name: trace for trace in front_figure(findings, "flops").data}


def test_means_stand_beside_the_points_of_the_search(confirmed: Any, digits: StudyWriter) -> None:
    """Spread .01 sqrt(2) over four degrees of freedom: the half-width is 2.7764 * .01."""
    before = traces(Findings.read(digits.store, "digits"))
    found = confirmed(3)
    after = traces(found)
    assert list(after) == [CONFIRMED, *before]
    drawn = after[CONFIRMED]
    assert list(drawn.customdata) == [0, 1, 3, 2]
    assert list(drawn.x) == [1e6, 2.34e6, 5e6, 9.99e6]
    assert list(drawn.y) == pytest.approx([0.50, 0.80, 0.31, 0.81])
    assert list(drawn.error_y.array) == pytest.approx([0.027764] * 4, abs=1e-6)
    assert list(after["knee"].y) == list(before["knee"].y)
    low, high = front_figure(found, "flops").layout.yaxis.range
    assert low < 0.31 - 0.0277 and high > 0.81 + 0.0277
    figure, axes = front_axes(found)
    place = [trace.name for trace in figure.data].index(CONFIRMED)
    assert axes["latency_ms"].points[place]["x"] == [0.5, 0.789, 2.0, 3.0]


def test_longer_trainings_are_told_and_not_drawn(confirmed: Any) -> None:
    """Their accuracies are of another kind than those of the search."""
    found = confirmed(15)
    assert CONFIRMED not in traces(found)
    assert confirmed_headings(found) == ["With other seeds, 15 epochs", "On the true front"]
    both = confirmed(3)
    assert CONFIRMED in traces(both)
    assert confirmed_headings(both) == ["With other seeds, 15 epochs", "On the true front"]


def test_the_table_has_means_and_probabilities(confirmed: Any, tmp_path: Path) -> None:
    found = confirmed(3)
    assert confirmed_headings(found) == ["With other seeds", "On the true front"]
    last = [row["values"][-2:] for row in front_rows(found)]
    assert [mean for mean, _ in last] == ["0.500 ±0.028", "0.800 ±0.028", "0.810 ±0.028"]
    assert [said for _, said in last][:2] == [">99%", ">99%"]
    assert last[2][1].endswith("%, tie with 1")
    assert "Trained again: 3 of the front and 1 near it, 3 epochs with seeds 1, 2" in (
        confirmed_words(found)
    )
    assert "nas confirm" in dict(facts(found, datetime.now(UTC)))["Trained again"]


def test_a_study_that_was_not_confirmed_says_nothing_of_it(digits: StudyWriter) -> None:
    found = Findings.read(digits.store, "digits")
    assert confirmed_headings(found) == []
    assert confirmed_words(found) == ""
    assert "Trained again" not in dict(facts(found, datetime.now(UTC)))


def test_the_card_says_it(confirmed: Any, digits: StudyWriter, tmp_path: Path) -> None:
    found = confirmed(3)
    (trial,) = [trial for trial in found.trials if trial.number == 2]
    content = CardContent.read(digits.store, found, trial)
    html = card_html(found, trial, content, "nas export digits --trial 2")
    assert "Accuracy with seeds 1, 2" in html
    assert "0.810 ±0.028" in html
    assert "As far as can be told: tie with 1." in html
    path = tmp_path / "report.html"
    write_report(digits.store, "digits", path)
    page = path.read_text(encoding="utf-8")
    assert "mean with other seeds, 95% interval" in page
    assert ">On the true front<" in page
