"""The table of all trials: what is chosen, in which order, and what an address may say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from live_kit import served

from dashboards.live.feed import Feed
from dashboards.live.trials_table import PAGE_SIZE, Wish, WishError, chosen, table
from dashboards.sections.findings import Findings

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.dashboards.conftest import StudyWriter


@pytest.fixture
def study(write_study: Callable[..., StudyWriter]) -> StudyWriter:
    """Six trials; the first, the second and the fourth are on the front."""
    written = write_study(objectives=["accuracy", "flops"])
    written.trial([0.2, 0.5], flops=1_000_000, description="width 1; 2x fire squeeze_ratio=0.25")
    written.trial([0.2, 0.7], flops=2_000_000, description="width 0.5; 1x standard kernel_size=5")
    written.trial([0.2, 0.6], flops=4_000_000, description="width 1; 3x Fire squeeze_ratio=0.5")
    written.trial([0.2, 0.9], flops=9_000_000, latency_ms=None, description="width 2; shuffle")
    written.trial([0.4], "PRUNED", flops=3_000_000, description="width 2; 1x fire")
    written.trial(
        [], "FAIL", failure="RuntimeError: out of memory", flops=8_000_000, description="width 2"
    )
    return written


def _numbers(study: StudyWriter, **wanted: str) -> list[int]:
    return [trial.number for trial in chosen(Findings.read(study.store, "digits"), Wish.of(wanted))]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({}, [5, 4, 3, 2, 1, 0]),
        ({"order": "asc"}, [0, 1, 2, 3, 4, 5]),
        ({"sort": "accuracy"}, [3, 1, 2, 0, 4, 5]),
        ({"sort": "accuracy", "order": "asc"}, [4, 0, 2, 1, 3, 5]),
        ({"sort": "latency_ms", "order": "asc", "state": "complete"}, [0, 1, 2, 3]),
        ({"state": "front", "sort": "flops", "order": "asc"}, [0, 1, 3]),
        ({"state": "pruned"}, [4]),
        ({"q": "FIRE"}, [4, 2, 0]),
        ({"q": "fire squeeze_ratio=0.25"}, [0]),
        ({"q": "memory"}, [5]),
        ({"q": "flops<=2M"}, [1, 0]),
        ({"q": "flops<2M"}, [0]),
        ({"q": "accuracy>0.5 flops<5M"}, [2, 1]),
        ({"q": "latency<=1ms accuracy>=0.6"}, [2, 1]),
        ({"q": "epochs=1"}, [4]),
        ({"q": "trial>=4"}, [5, 4]),
        ({"q": "failed"}, [5]),
        ({"q": "nothing-like-it"}, []),
    ],
)
def test_what_is_chosen_and_in_which_order(
    study: StudyWriter, wanted: dict[str, str], numbers: list[int]
) -> None:
    assert _numbers(study, **wanted) == numbers


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"sort": "beauty"}, "`sort` must be one of number"),
        ({"order": "up"}, "`order` must be one of asc, desc"),
        ({"state": "done"}, "`state` must be one of front, complete"),
        ({"page": "0"}, "`page` must be a number"),
        ({"page": "x"}, "`page` must be a number"),
        (
            {"q": "speed<3"},
            "there is no 'speed' to compare; there are accuracy, accuracy_int8, f",
        ),
        ({"q": "flops<fast"}, "must be a number, optionally with k, M, G"),
        ({"q": "flops<"}, "must be a number"),
        ({"q": "epochs<1.5"}, "must be a whole number"),
    ],
)
def test_what_cannot_be_asked(study: StudyWriter, wanted: dict[str, str], said: str) -> None:
    with pytest.raises(WishError, match=said):
        _numbers(study, **wanted)


def test_choices_are_words_too(study: StudyWriter) -> None:
    """`squeeze_ratio=0.5` is written in descriptions: it is searched for, not compared."""
    assert _numbers(study, q="squeeze_ratio=0.5") == [2]


def test_pages_of_many_trials(write_study: Callable[..., StudyWriter], tmp_path: Path) -> None:
    study = write_study()
    for _ in range(PAGE_SIZE + 3):
        study.trial([0.5])
    shot = Feed(study.store).snapshot(1)
    assert shot is not None
    first, last, beyond = (table(shot, Wish(page=page)) for page in (1, 2, 99))
    assert [row["number"] for row in first["rows"]] == list(range(102, 2, -1))
    assert [row["number"] for row in last["rows"]] == [2, 1, 0]
    assert (first["pages"]["before"], first["pages"]["after"]) == (None, "page=2")
    assert (last["pages"]["before"], last["pages"]["after"]) == ("", None)
    assert beyond["rows"] == last["rows"]
    with served(study.store, tmp_path) as dashboard:
        tag = dashboard.request("/studies/1/trials/live?page=2").headers["etag"]
        known = {"If_None_Match": tag}
        assert dashboard.request("/studies/1/trials/live?page=2", **known).status == 304
        assert dashboard.request("/studies/1/trials/live", **known).status == 200
        study.trial([0.5])
        assert dashboard.request("/studies/1/trials/live?page=2", **known).status == 200
        assert dashboard.request("/studies/1/trials?sort=beauty").status == 400
        said = dashboard.request("/studies/1/trials?q=speed%3C3")
        assert (said.status, "there is no &#39;speed&#39;" in said.text) == (200, True)
