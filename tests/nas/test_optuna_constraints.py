"""Limits as Optuna, its samplers and its dashboard see them."""

from __future__ import annotations

import optuna
import pytest
from optuna.storages import RDBStorage
from optuna_dashboard._serializer import serialize_frozen_trial
from search_kit import SIX, Search, experiment_file

from nas.store import Store
from search_spaces.spaces.problem import Limit

LEAST = 'constraints: {accuracy: ">= 0.5"}\n'


def _trials(store: Store, text: str) -> list[optuna.trial.FrozenTrial]:
    search = Search(store, experiment_file(text))
    search.run()
    storage = RDBStorage(str(store.url))
    study = optuna.load_study(study_name="six", storage=storage)
    trials = study.trials
    storage.remove_session()
    storage.engine.dispose()
    return trials


def test_a_limit_on_accuracy_is_a_constraint(store: Store) -> None:
    trials = _trials(store, SIX + LEAST)
    assert len(trials) == 6
    accuracies = [trial.values[0] for trial in trials]
    assert min(accuracies) < 0.5 < max(accuracies)
    for trial, accuracy in zip(trials, accuracies, strict=True):
        assert list(trial.constraints.values()) == pytest.approx([0.5 - accuracy])
        shown = serialize_frozen_trial(0, trial, {})["constraints"]
        assert [value > 0 for value in shown] == [accuracy < 0.5]


def test_limits_on_costs_are_kept_before_and_need_none(store: Store) -> None:
    trials = _trials(store, SIX + "constraints: {params: 100k}\n")
    assert [trial.constraints for trial in trials] == [{}] * 6


def test_beyond_a_limit() -> None:
    assert Limit("flops", 10.0).beyond(12.0) == 2.0
    assert Limit("accuracy", 0.5, is_lower=True).beyond(0.75) == -0.25
