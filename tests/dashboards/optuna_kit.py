"""Optuna's side of a study that was written through the store."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import optuna
from optuna.distributions import CategoricalDistribution
from optuna.trial import FrozenTrial, TrialState, create_trial

from dashboards.for_optuna import closed, optuna_storage

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
            directions=["maximize" if o == "accuracy" else "minimize" for o in objectives],
        )  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            made.set_metric_names(list(objectives))
        known = len(made.trials)
        made.add_trials([_frozen(t, objectives) for t in study.store.trials(study.study)[known:]])


def _frozen(trial: TrialRecord, objectives: tuple[str, ...]) -> FrozenTrial:
    values = trial.values()
    complete = trial.state == "COMPLETE"
    return create_trial(
        state=TrialState[trial.state],
        values=[values[name] for name in objectives] if complete else None,
        params={"width_mult": _WIDTHS[trial.number % len(_WIDTHS)]},
        distributions={"width_mult": CategoricalDistribution(_WIDTHS)},
        user_attrs={"description": trial.description},
    )


def load(store: Store, name: str) -> optuna.Study:
    """The Optuna study, as anybody else would open it."""
    return optuna.load_study(study_name=name, storage=str(store.url))
