"""Optuna's view of a study, in the same database as ours, so that its dashboard is live."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

import optuna
from optuna.samplers import BaseSampler
from optuna.trial import TrialState

from nas.problem import Problem
from nas.runner.optuna_tables import ORIGIN, directions, optuna_storage, own_study_id
from nas.runner.shared_parts import SharedParts
from nas.samplers.cached_problem import CachedProblem
from nas.store import Store, StudyRecord
from search_spaces.registry import Value


class OptunaStudy:
    """Ask and tell, by the number of the trial.

    Attributes:
        study: The Optuna study itself.
    """

    def __init__(self, store: Store, record: StudyRecord, sampler: BaseSampler) -> None:
        """Opens Optuna's side of a study, or makes it where it is new.

        Raises:
            StoreError: Optuna has another study of this name.
        """
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._storage = optuna_storage(store)
        is_new = own_study_id(self._storage, store, record) is None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            self.study = optuna.create_study(
                study_name=record.name, storage=self._storage, sampler=sampler,
                load_if_exists=not is_new, directions=directions(record.objectives),
            )  # fmt: skip
            self.study.set_metric_names(list(record.objectives))
        self._id = self._storage.get_study_id_from_name(record.name)
        self._storage.set_study_system_attr(self._id, ORIGIN, record.digest)
        self._shared_parts = SharedParts()

    def ask(
        self, problem: Problem, begun: int | None = None, known: Collection[str] = ()
    ) -> tuple[int, dict[str, Value]]:
        """A new trial: its number and the value of each active choice.

        Args:
            begun: A trial that was asked for before, by a process that died before it was told of
                it: it is proposed again. Where a sampler that does not repeat itself makes of what
                it had then something that may not be trained, it is given up for a new one.
            known: Architectures that are in the study.
        """
        self._shared_parts.share(self.study.get_trials(deepcopy=False))
        if begun is None:
            trial = self.study.ask()
            return trial.number, self._values(trial, problem)
        self.annotate(begun, {"architecture": None})  # its own is not one that is known
        trial_id = self._storage.get_trial_id_from_study_id_trial_number(self._id, begun)
        values = self._values(optuna.trial.Trial(self.study, trial_id), problem)
        candidate = CachedProblem.of(problem).within(values)
        if candidate is None or candidate.architecture in known:
            self.abandon(begun)
            return self.ask(problem)
        return begun, values

    def _values(self, trial: optuna.trial.Trial, problem: Problem) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for choice in problem.choices:
            if choice.is_active(values):
                suggested = trial.suggest_categorical(choice.name, choice.values)
                values[choice.name] = cast(Value, suggested)
        return values

    def abandon(self, number: int) -> None:
        """Ends a trial that was begun and never known to us; its architecture may come again."""
        self.annotate(number, {"architecture": None})
        self.tell(number, TrialState.FAIL, None)

    def annotate(self, number: int, attributes: Mapping[str, Any]) -> None:
        """Notes user attributes of a trial that is not finished."""
        trial_id = self._storage.get_trial_id_from_study_id_trial_number(self._id, number)
        for name, value in attributes.items():
            self._storage.set_trial_user_attr(trial_id, name, value)

    def tell(
        self,
        number: int,
        state: TrialState,
        values: Sequence[float] | None,
        constraints: Sequence[float] = (),
    ) -> None:
        """Ends a trial; values in the order of the objectives for a COMPLETE one.

        Args:
            constraints: How far it is outside of limits; 0 and below is within. They are kept in a
                list, the one form that Optuna and its dashboard (0.21) both read.
        """
        if constraints:
            trial_id = self._storage.get_trial_id_from_study_id_trial_number(self._id, number)
            self._storage.set_trial_system_attr(trial_id, "constraints", list(constraints))
        self.study.tell(number, values, state=state)

    def running(self) -> list[int]:
        """Numbers of the trials that Optuna holds to be running."""
        trials = self.study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))
        return [trial.number for trial in trials]

    def close(self) -> None:
        """Closes the connections."""
        self._storage.remove_session()
        self._storage.engine.dispose()
