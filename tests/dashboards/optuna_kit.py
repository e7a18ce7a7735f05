"""Optuna's side of a study that was written through the store."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import optuna
from optuna.distributions import CategoricalDistribution
from optuna.trial import FrozenTrial, TrialState, create_trial

from dashboards.for_optuna import closed, optuna_storage
from nas.runner.optuna_tables import ORIGIN, directions

if TYPE_CHECKING:
    from nas.store import Store, TrialRecord
    from tests.dashboards.conftest import StudyWriter

_WIDTHS = (0.5, 0.75, 1.0)


def add_to_optuna(study: StudyWriter) -> None:
    """Makes the Optuna study of a study, with the trials that it has and Optuna lacks."""
    with closed(optuna_storage(study.store)) as storage:
        objectives = study.study.objectives
        made = optuna.create_study(
            study_name=study.study.name, storage=storage, load_if_exists=True,
            directions=directions(objectives),
        )  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            made.set_metric_names(list(objectives))
        storage.set_study_system_attr(made._study_id, ORIGIN, study.study.digest)
        known = len(made.trials)
        made.add_trials([_frozen(t, objectives) for t in study.store.trials(study.study)[known:]])


def make_in_optuna(store: Store, name: str) -> None:
    """Makes the Optuna study of a study, as a search does, without its trials."""
    record = store.study(name)
    with closed(optuna_storage(store)) as storage:
        made = optuna.create_study(
            study_name=name, storage=storage, directions=directions(record.objectives)
        )
        storage.set_study_system_attr(made._study_id, ORIGIN, record.digest)


def _frozen(trial: TrialRecord, objectives: tuple[str, ...]) -> FrozenTrial:
    values = trial.values()
    complete = trial.state == "COMPLETE"
    return create_trial(
        state=TrialState[trial.state],
        values=[values[name] for name in objectives] if complete else None,
        params={"width_mult": _WIDTHS[trial.number % len(_WIDTHS)]},
        distributions={"width_mult": CategoricalDistribution(_WIDTHS)},
        user_attrs={"architecture": trial.architecture, "description": trial.description},
    )


def load(store: Store, name: str) -> optuna.Study:
    """The Optuna study, as anybody else would open it."""
    return optuna.load_study(study_name=name, storage=str(store.url))
