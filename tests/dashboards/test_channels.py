"""What the report says of channels."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from dashboards.networks.network_card import channel_rows, in_words, summary
from dashboards.sections.findings import Findings
from dashboards.sections.report import render
from nas.store import LayerRecord, Store

LAYERS = [
    LayerRecord("stem.conv", 10, 0.0, 0.5, 5.0),
    LayerRecord("stage1.0.conv", 30, 0.2, 0.1, 3.0),
    LayerRecord("stage2.0.conv", 10, 1.0, None, 0.0),
]
"""Of 50 channels 16 are dead; the first 40 correlate by (5 + 3) / 40; the ranks sum to 8."""


def test_summary_counts_each_channel_once() -> None:
    assert summary(LAYERS) == ["32.0%", "0.20", "16%"]
    assert summary(LAYERS[2:]) == ["100.0%", "-", "0%"]


def test_words_of_a_layer() -> None:
    assert in_words(LAYERS[1]) == "stage1.0.conv: 6 of 30 dead, rank 3"


@pytest.fixture
def findings(store: Store, write_study: Callable[..., Any]) -> Findings:
    """A front of two, of which one was diagnosed."""
    study = write_study()
    study.trial([0.5], flops=1_000_000, latency_ms=0.5, layers=LAYERS)
    study.trial([0.7], flops=2_000_000, latency_ms=1.0)
    return Findings.read(store, "digits")


def test_only_what_was_diagnosed_has_a_row(findings: Findings) -> None:
    (row,) = channel_rows(findings)
    assert row["number"] == 0
    assert [words.partition(":")[0] for words in row["worst"]] == [
        "stage2.0.conv", "stage1.0.conv", "stem.conv",
    ]  # fmt: skip


def test_the_page_shows_them(store: Store, findings: Findings) -> None:
    page = render(store, findings, datetime(2026, 1, 1, tzinfo=UTC))
    assert "Channels at work" in page
    assert "stage2.0.conv: 10 of 10 dead, rank 0" in page
