"""What the report says of the front against networks of the literature and random search."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dashboards.sections.findings import Findings
from dashboards.sections.report import render
from dashboards.sections.standings import compared_costs, standing_rows
from nas.statistics import Comparison, Estimate
from nas.trust.baselines import Baseline
from nas.trust.control import Control
from nas.trust.standing import NOTHING_COMPARED, Compared, Standing

if TYPE_CHECKING:
    from tests.dashboards.conftest import StudyWriter

MOBILENET = Baseline("<i>mobilenet</i> x0.5", "a", {"flops": 20e6, "latency_ms": 0.8}, {0: 0.75})
CHEAP = Baseline("squeezenet1_0 x0.1", "b", {"flops": 1e3, "latency_ms": 0.1}, {0: 0.2})


def judged(low: float, high: float) -> Comparison:
    return Comparison(Estimate((low + high) / 2, low, high))


def compared(findings: Findings) -> Compared:
    trial = findings.front[-1]
    control = Control("digits-control", 0.8, 0.6, judged(0.1, 0.3), (36, 36), (90.0, 60.0))
    return replace(
        NOTHING_COMPARED, baselines=(MOBILENET, CHEAP), control=control,
        standings=(
            Standing(MOBILENET, "flops", trial, judged(0.01, 0.05), (0,)),
            Standing(MOBILENET, "latency_ms", trial, None),
            Standing(CHEAP, "flops", None, None),
            Standing(CHEAP, "latency_ms", trial, judged(-0.3, -0.1), (0,)),
        ),
    )  # fmt: skip


def test_each_baseline_has_a_row_with_what_is_known(digits: StudyWriter) -> None:
    findings = Findings.read(digits.store, "digits")
    findings = replace(findings, compared=compared(findings))
    number = findings.front[-1].number
    assert compared_costs(findings) == [
        ("FLOPs", "At equal FLOPs"),
        ("Latency", "At equal latency"),
    ]
    first, second = standing_rows(findings)
    assert (first.accuracy, first.costs) == ("0.7500", ["20M", "0.800 ms"])
    assert first.cells == [(number, "+0.030 ±0.020", "win"), (number, "-", "")]
    assert second.cells == [(None, "none is as cheap", ""), (number, "-0.200 ±0.100", "loss")]


def test_the_page_says_it_in_words_and_escapes_names(digits: StudyWriter) -> None:
    findings = Findings.read(digits.store, "digits")
    now = datetime.now(UTC)
    assert "standings-heading" not in render(digits.store, findings, now)
    html = render(digits.store, replace(findings, compared=compared(findings)), now)
    assert "&lt;i&gt;mobilenet&lt;/i&gt; x0.5" in html
    assert "<i>mobilenet" not in html
    assert "1 won, 0 tied, 1 lost" in html
    assert "0.800 (36 trials, 1 min 30 s of training) against 0.600 by random search" in html
    assert "difference +0.200 ±0.100, the search won." in html
