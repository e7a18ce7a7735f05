"""The card of a network as a fragment of a page."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from dashboards.networks.network_card import CardContent, card_html
from dashboards.plots.curves import small_curve
from dashboards.sections.findings import Findings
from nas.store import EpochRecord, LayerRecord, Store

if TYPE_CHECKING:
    from tests.dashboards.conftest import StudyWriter

HOSTILE = "<script>alert(1)</script>\x1b"


class _Texts(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self._parts: list[str] = []
        self.feed(html)
        self.text = " ".join(" ".join(self._parts).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self._parts.append(data)


def _card(store: Store, number: int) -> _Texts:
    findings = Findings.read(store, "digits")
    trial = findings.trials[number]
    content = CardContent.read(store, findings, trial)
    return _Texts(card_html(findings, trial, content, f"nas export digits --trial {number}"))


def test_card_tells_what_is_known(digits: StudyWriter) -> None:
    card = _card(digits.store, 1)
    for said in (
        "Trial 1 knee on the front", "Complete · 3 epochs, 6 s of training", "Accuracy 0.8125",
        "FLOPs 2.34M", "Parameters 45.6k", "Predicted latency 0.789 ms", "Receptive field 1 px",
        "nas export digits --trial 1", "conv 1x1", "2x8x8",
    ):  # fmt: skip
        assert said in card.text
    assert "Why it failed" not in card.text
    assert "svg" in card.tags


def test_stopped_trial_says_what_it_was_compared_with(digits: StudyWriter) -> None:
    """After 1 epoch four others, all less accurate; none of those is dearer in both costs."""
    card = _card(digits.store, 4)
    assert (
        "Why it was stopped After 1 epoch it was compared with 4 other trials by accuracy, FLOPs "
        "and latency together; one in 3 goes on. None was as good in each"
    ) in card.text
    assert "Why it was stopped" not in _card(digits.store, 1).text


def test_failed_trial_says_why(digits: StudyWriter) -> None:
    card = _card(digits.store, 5)
    assert "Why it failed RuntimeError: out of memory" in card.text
    assert "polyline" not in card.tags


def test_channels_of_each_convolution(digits: StudyWriter) -> None:
    layers = [LayerRecord("stem.conv", 8, 0.25, 0.5, 2.0), LayerRecord("head", 4, 1.0, None, 0.0)]
    number = digits.trial([0.1, 0.2, 0.9], layers=layers)
    text = _card(digits.store, number).text
    assert "stem.conv 8 25% 0.50 25%" in text
    assert "head 4 100% - 0%" in text
    assert "In all: dead 50.0%, correlation 0.50, effective rank 17%" in text  # 6 of 12; 2 of 12


def test_hostile_texts_are_texts(digits: StudyWriter) -> None:
    number = digits.trial([], "FAIL", failure=HOSTILE, description=HOSTILE)
    card = _card(digits.store, number)
    assert "script" not in card.tags
    assert card.text.count("<script>alert(1)</script>␛") == 2


def test_curve_ends_where_training_was_to_end() -> None:
    curve = [EpochRecord(0, 1, 0.5, None, 1.0), EpochRecord(0, 2, 0.75, None, 1.0)]
    drawn = small_curve(curve, max_epochs=3)
    assert "Accuracy from 0.5000 after 1 epoch to 0.7500 after 2" in drawn
    # From x = 14 to 296 for epochs 1 to 3; from y = 124 for the least to 20 for the most.
    assert 'points="14.0,124.0 155.0,20.0"' in drawn


@pytest.mark.parametrize(
    ("curve", "drawn"), [([], False), ([EpochRecord(0, 1, 0.5, None, 1)], True)]
)
def test_short_curves(curve: list[EpochRecord], drawn: bool) -> None:
    assert bool(small_curve(curve)) == drawn
