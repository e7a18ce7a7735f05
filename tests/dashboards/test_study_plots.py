"""The figures of a study in a notebook."""

from __future__ import annotations

from pathlib import Path

import pytest
from synthetic import fill_study

from dashboards import Findings, Lessons
from dashboards.sections.lessons import random_words
from nas.store import Store
from nas.study import Study
from search_spaces.errors import SearchError


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """A made-up study of 60 trials."""
    url = f"sqlite:///{tmp_path_factory.mktemp('plots') / 'nas.db'}"
    with Store(url) as store:
        fill_study(store, 60)
    return Study("quickstart", url)


def test_front_against_all_costs_or_one(study: Study) -> None:
    assert len(study.plot_front().layout.updatemenus[0].buttons) == 6
    assert study.plot_front("latency_ms").layout.xaxis.title.text == "Predicted latency (ms)"
    with pytest.raises(SearchError, match=r"`cost` must be one of flops, .*; got 'flop'"):
        study.plot_front("flop")


def test_effects_are_those_of_the_trials(study: Study) -> None:
    clear, unclear = study.plot_effects("latency_ms").data
    assert len(clear.x) + len(unclear.x) > 15
    assert any("Block <b>separable</b>" in text for text in (*clear.hovertext, *unclear.hovertext))
    with pytest.raises(SearchError, match="`cost` must be one of flops, latency_ms, params"):
        study.plot_effects("accuracy")


def test_importances_and_curves(study: Study) -> None:
    (bars,) = study.plot_importances().data
    assert "width" in bars.y
    assert len(bars.y) < 10  # of 28 choices: whose interval reaches zero is left out
    assert min(x - below for x, below in zip(bars.x, bars.error_x.arrayminus, strict=True)) > 0
    assert {trace.name for trace in study.plot_curves().data} == {
        "not on the front", "Pareto front", "knee",
    }  # fmt: skip


def test_progress_beside_random_search(study: Study) -> None:
    search, random = study.plot_progress().data
    spent = study.trials().epochs.sum()
    assert search.x[-1] == spent
    assert list(search.y) == sorted(search.y)
    assert 0 < search.y[-1] < 1
    assert random.x[-1] == pytest.approx(spent)
    assert random.y[0] == 0
    assert study.plot_progress("time").layout.xaxis.title.text == "Time of search (minutes)"
    with pytest.raises(SearchError, match="`axis` must be one of epochs, time; got 'days'"):
        study.plot_progress("days")


def test_no_random_search_where_accuracy_is_noise(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'nas.db'}"
    with Store(url) as store:
        fill_study(store, 30, noise=3.0)  # of the logarithm of the error
        findings = Findings.read(store, "quickstart")
    (search,) = Study("quickstart", url).plot_progress().data
    assert search.name == "this search"
    assert random_words(Lessons.of(findings), findings.study.objectives) == (
        "Random search is not estimated: that takes a model of accuracy, which explains less than "
        "1% of its variance on trials left out."
    )


def test_few_trials_tell_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'nas.db'}"
    with Store(url) as store:
        fill_study(store, 3)
    study = Study("quickstart", url)
    with pytest.raises(SearchError, match="too few trained trials"):
        study.plot_effects()
    with pytest.raises(SearchError, match="too few trained trials"):
        study.plot_importances()
