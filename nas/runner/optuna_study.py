"""The Optuna study beside our tables; what is equal in all its trials is kept once."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, cast

import optuna
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler
from optuna.trial import FrozenTrial, TrialState

from nas.runner.optuna_tables import ORIGIN, directions, optuna_storage, own_study_id
from nas.samplers.cached_problem import CachedProblem
from nas.store import Store, StudyRecord
from search_spaces.registry import Value
from search_spaces.spaces.problem import Problem

IN_WORDS = "description"
"""User attribute that says in words what a trial's architecture is; for Optuna's dashboard."""


class SharedParts:
    """Replaces names, distributions and values of finished trials by equal ones seen before.

    Optuna keeps every finished trial in memory and decodes each from the database anew. Most of a
    trial is its choices: their names and their allowed values, equal from trial to trial. What no
    sampler reads, the architecture in words, is left to the database.
    """

    def __init__(self) -> None:
        self._distributions: dict[str, BaseDistribution] = {}
        self._together: dict[tuple[str, ...], list[dict[str, BaseDistribution]]] = {}
        self._known: set[int] = set()
        self._nothing: dict[Any, Any] = {}

    def share(self, trials: Iterable[FrozenTrial]) -> None:
        """Does so for the finished trials of a study that are new; what is left is equal.

        Args:
            trials: Those that Optuna itself keeps, not copies.
        """
        for trial in trials:
            # Ids are safe here: `_together` keeps these dictionaries, so that none is reused.
            if trial.state.is_finished() and id(trial.distributions) not in self._known:
                self._share(trial)

    def _share(self, trial: FrozenTrial) -> None:
        params = trial.params
        trial.distributions = self._equal(trial.distributions)
        # There and back gives the object that the shared distribution holds, not an equal one.
        trial.params = {
            name: each.to_external_repr(each.to_internal_repr(params[name]))
            for name, each in trial.distributions.items()
        }
        trial.user_attrs = {
            sys.intern(name): list(value) if isinstance(value, list) else value
            for name, value in trial.user_attrs.items()
            if name != IN_WORDS
        }
        trial.system_attrs = trial.system_attrs or self._nothing
        trial.intermediate_values = trial.intermediate_values or self._nothing

    def _equal(self, distributions: dict[str, BaseDistribution]) -> dict[str, BaseDistribution]:
        """Equal ones, of parts seen before where there are such."""
        known = {sys.intern(name): self._seen(name, own) for name, own in distributions.items()}
        for together in self._together.setdefault(tuple(known), []):
            if together == known:
                return together
        self._together[tuple(known)].append(known)
        self._known.add(id(known))
        return known

    def _seen(self, name: str, own: BaseDistribution) -> BaseDistribution:
        known = self._distributions.setdefault(name, own)
        return known if known == own else own


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
            # A study that another program makes just now raises: it must not be taken for ours.
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
            # Before it is told: of a trial that has ended Optuna changes nothing.
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
