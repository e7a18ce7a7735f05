"""Report and cards say what networks are given and what their outputs mean, where it is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from test_network_card import _card

from dashboards.networks.provenance import facts
from dashboards.sections.findings import Findings
from nas.store import Store
from nas.store.transactions import now
from search_spaces.graphs.description import classes_in_words, input_in_words
from search_spaces.graphs.inference import InputFormat

if TYPE_CHECKING:
    from tests.dashboards.conftest import StudyWriter

GREY = InputFormat((33.25,), (62.5,))
RGB = InputFormat((125.5, 123.0, 113.75), (63.0, 62.125, 66.5))


def _facts(store: Store) -> dict[str, str]:
    return dict(facts(Findings.read(store, "digits"), now()))


def test_names_and_input_are_told(store: Store, write_study: Callable[..., StudyWriter]) -> None:
    names = ["1", "10", "<b>2</b>"]
    study = write_study(input_format=GREY.as_json(), class_names=names, num_classes=3)
    study.trial([0.5])
    card = _card(store, 0)
    assert "Input 1x8x8 bytes, grey, each less 33.25, over 62.5" in card.text
    assert "Classes 0 is 1, 1 is 10, 2 is <b>2</b>" in card.text
    told = _facts(store)
    assert told["Classes"] == "0 is 1, 1 is 10, 2 is <b>2</b>"
    assert told["Input of networks"] == "bytes, grey, each less 33.25, over 62.5"


def test_what_was_not_noted_is_not_told(digits: StudyWriter) -> None:
    card = _card(digits.store, 0)
    assert "Classes" not in card.text and "Input" not in card.text
    assert not {"Classes", "Input of networks"} & _facts(digits.store).keys()


def test_how_an_evaluator_of_ones_own_prepares_images_is_not_claimed(
    store: Store, write_study: Callable[..., StudyWriter]
) -> None:
    study = write_study(input_format=GREY.as_json(), class_names=list("ab"))
    experiment = {**study.study.experiment, "evaluator": "mine:Own"}
    store.set_experiment(study.study, "name: digits\n", experiment)
    study.trial([0.5])
    card = _card(store, 0)
    assert "Classes 0 is a, 1 is b" in card.text and "Input" not in card.text
    assert "Input of networks" not in _facts(store)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["cat", "dog"], "0 is cat, 1 is dog"),
        (["0", "1", "2"], "0 to 2"),
        (["1", "0"], "0 is 1, 1 is 0"),
        ([f"c{n}" for n in range(1000)], ", 19 is c19, and so on to 999"),
    ],
)
def test_classes_in_words(names: list[str], said: str) -> None:
    assert classes_in_words(names).endswith(said)


def test_input_in_words() -> None:
    said = "bytes, RGB, each channel less its mean (125.5, 123, 113.75), over its std "
    assert input_in_words(RGB) == f"{said}(63, 62.125, 66.5)"
