"""A study that is there: what fits limits, and what there is before anything is trained."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from nas.store import Store, StudyRecord
from nas.study import CURVE_COLUMNS, TRIAL_COLUMNS, Study
from search_spaces.errors import SearchError, StoreError


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"speed": 3}, "a limit must be on one of flops, params, .*; got 'speed'"),
        ({"accuracy": 0.5}, "a limit must be on one of flops, params, .*; got 'accuracy'"),
        ({"flops": "5X"}, "the limit `flops` must be a number, optionally with k, M, G; got '5X'"),
    ],
)
def test_a_limit_that_is_none(
    limits: dict[str, Any], message: str, url: str, hand_made: StudyRecord
) -> None:
    with pytest.raises(SearchError, match=message):
        Study("hand-made", url).best(**limits)


def test_best_within_limits(url: str, hand_made: StudyRecord) -> None:
    """Trials 0, 1, 2 are COMPLETE with accuracies .5, .5, .75; only 0 and 1 have a latency."""
    study = Study("hand-made", url)
    assert study.best().trial == 2
    assert study.best(latency_ms=100).trial == 0  # the cheaper of two that are as accurate
    with pytest.raises(StoreError, match=r"no trial of study 'hand-made' is COMPLETE within these"):
        study.best(flops=1)


def test_an_empty_study_has_empty_frames(url: str, store: Store, hand_made: StudyRecord) -> None:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    connection.execute("DELETE FROM nas_epochs")
    connection.execute("DELETE FROM nas_trials")
    connection.commit()
    connection.close()
    study = Study("hand-made", url)
    assert tuple(study.trials().columns) == tuple(study.pareto_front().columns) == TRIAL_COLUMNS
    assert tuple(study.curves().columns) == CURVE_COLUMNS
    assert len(study.trials()) == len(study.curves()) == 0
    assert "0 trials, 0 on the front" in study._repr_html_()
    with pytest.raises(StoreError, match="the front is empty"):
        study.knee()
