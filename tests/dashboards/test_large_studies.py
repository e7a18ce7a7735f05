"""Of a large study little is held at a time: while a search runs, it is read again and again."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator

import pytest
from synthetic import fill_study

from dashboards.for_optuna import view
from dashboards.sections.findings import Findings
from nas.store import Store

NUM_TRIALS = 600


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A database with one study, `quickstart`."""
    with Store(f"sqlite:///{tmp_path_factory.mktemp('large') / 'nas.db'}") as store:
        fill_study(store, NUM_TRIALS)
        yield store


def _peak(store: Store, first: int) -> int:
    """Bytes that are held at most while the trials from `first` on are read."""
    gc.collect()
    study = store.study("quickstart")
    tracemalloc.start()
    try:
        store.trials(study, first)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_further_trial_takes_two_kib_while_it_is_read(large: Store) -> None:
    half = NUM_TRIALS // 2
    _peak(large, 0)  # what the first query leaves behind is no trial's
    assert _peak(large, 0) - _peak(large, half) < 2048 * half


def test_trials_share_names_and_words_of_their_choices(large: Store) -> None:
    trials = large.trials(large.study("quickstart"))
    for words in (
        [name for trial in trials for name in trial.choices],
        [v for trial in trials for v in trial.choices.values() if isinstance(v, str)],
        [trial.state for trial in trials],
    ):
        assert len(words) >= NUM_TRIALS
        assert len({id(word) for word in words}) == len(set(words))


def test_what_figures_do_not_say_is_not_put_into_words(
    large: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With so many trials figures say of each its number, and more where it was measured."""
    monkeypatch.setattr(view, "importances", lambda outcomes: [])
    findings = Findings.read(large, "quickstart")
    figures = view._figures(findings)
    assert len(figures["front-flops"].data[0].customdata) > NUM_TRIALS // 10
    assert findings.hover.keys() <= {t.number for t in findings.trials if t.measured}
