"""The trials of a search as one run of it knows them: how far each is, what Optuna is told."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from optuna.trial import TrialState

from nas.config import Experiment
from nas.runner.optuna_study import OptunaStudy
from nas.runner.progress import Progress
from nas.schedulers import make_scheduler
from nas.store import EpochRecord, Store, StudyRecord, TrialRecord
from nas.store.records import FINISHED_STATES
from nas.store.results import pareto_front
from search_spaces.measures import is_known

NO_CHOICES: dict[str, object] = {}
"""Choices and words of a trial stand in the database; a run does not keep them."""

Writing = Callable[[], AbstractContextManager[None]]
"""Opens a unit of work that is committed only if the study is still ours."""


class Trials:
    """Where each trial of a study stands, rebuilt from the database where a run begins.

    Attributes:
        records: By number, without choices and words.
        pending: Those that were interrupted, in the order in which they go on.
        unfinished: Those that were proposed and have not ended.
        restarted: Those whose epochs may come a second time.
        strays: Those that Optuna has begun and that we do not know.
        progress: The state of the search, for display.
    """

    def __init__(
        self,
        store: Store,
        study: StudyRecord,
        optuna_study: OptunaStudy,
        experiment: Experiment,
        writing: Writing,
    ) -> None:
        """Takes up a study where it stands; interrupted trials wait again."""
        self._store = store
        self._study = study
        self._optuna = optuna_study
        self._experiment = experiment
        self._scheduler = make_scheduler(experiment.fidelity, experiment.objectives)
        self._curves: dict[int, list[tuple[int, float]]] = {}
        self.records: dict[int, TrialRecord] = {}
        self.pending: deque[int] = deque()
        self.unfinished: set[int] = set()
        self.restarted: set[int] = set()
        self.strays: deque[int] = deque()
        search = experiment.search
        self.progress = Progress(search.num_trials, search.time_limit, quality=experiment.quality)
        with writing():
            store.interrupt_trials(study)
        self._read()
        self._find_strays()
        self._count()

    def _read(self) -> None:
        for trial in self._store.trials(self._study):
            if trial.state == "WAITING":
                self.pending.append(trial.number)
                self.restarted.add(trial.number)
            known = trial.as_predicted()  # decisions are made anew as they were made
            self.records[trial.number] = replace(known, choices=NO_CHOICES, description="")
        for epoch in self._store.epochs(self._study):
            # Rungs are made of the curves anew, so that trials are judged as if nothing had ended.
            self._scheduler.record(epoch.number, epoch.epochs, self._values_after(epoch))
            self.add_to_curve(epoch)
            self.progress.train_s += epoch.train_s

    def _find_strays(self) -> None:
        """Trials that Optuna holds to be running and we do not: a process died between two writes.

        One that has ended is told to Optuna. One that we do not know is proposed again, with the
        number that it has, so that the search goes on with the sequence that it would have had.
        """
        for number in self._optuna.running():
            trial = self.records.get(number)
            if trial is None:
                self.strays.append(number)
            elif trial.state in FINISHED_STATES:
                self._tell(trial)

    def architectures(self) -> set[str]:
        """Those that are known, whatever became of them."""
        return {trial.architecture for trial in self.records.values()}

    def update(self, number: int, **facts: Any) -> None:
        """Changes facts of a trial's record."""
        self.records[number] = replace(self.records[number], **facts)

    def add_to_curve(self, epoch: EpochRecord) -> None:
        """Notes the accuracy after an epoch."""
        self._curves.setdefault(epoch.number, []).append((epoch.epochs, epoch.accuracy))

    def replace_curve(self, number: int, curve: Sequence[EpochRecord]) -> None:
        """Notes all epochs of a trial anew."""
        self._curves[number] = [(epoch.epochs, epoch.accuracy) for epoch in curve]

    def judge(self, epoch: EpochRecord) -> str:
        """The state of a trial after an epoch: RUNNING, PRUNED or COMPLETE."""
        values = self._values_after(epoch)
        goes_on = self._scheduler.promotes(epoch.number, epoch.epochs, values)
        if epoch.epochs >= self._experiment.fidelity.max_epochs:
            return "COMPLETE"
        return "RUNNING" if goes_on else "PRUNED"

    def _values_after(self, epoch: EpochRecord) -> dict[str, float]:
        record = self.records[epoch.number]
        return record.values() | {record.quality: epoch.accuracy}

    def wait_again(self, number: int, retries: int) -> None:
        """A trial lost its worker: it is the next to go on."""
        self.restarted.add(number)
        self.update(number, state="WAITING", retries=retries)
        self.progress.running.pop(number, None)
        self.unfinished.discard(number)
        self.pending.appendleft(number)

    def end(self, number: int) -> None:
        """A trial has ended, and is in the database."""
        self.unfinished.discard(number)
        # Optuna comes second: what a kill keeps from it, `_find_strays` of the next run makes good.
        self._tell(self.records[number])
        self._curves.pop(number, None)
        self.progress.running.pop(number, None)
        self._count()

    def _tell(self, trial: TrialRecord) -> None:
        attributes: dict[str, object] = {"curve": self._curves.get(trial.number, [])}
        if trial.failure:
            attributes["failure"] = trial.failure
        self._optuna.annotate(trial.number, attributes)
        values = trial.values()
        results = [values[name] for name in self._experiment.objectives if name in values]
        complete = trial.state == "COMPLETE"
        self._optuna.tell(
            trial.number, TrialState[trial.state], results if complete else None,
            self._beyond_limits(trial) if complete else (),
        )  # fmt: skip

    def _beyond_limits(self, trial: TrialRecord) -> list[float]:
        """How far a finished trial is beyond each limit on what only training tells."""
        limits = self._experiment.constraints.all_limits()
        values = trial.values()
        return [
            limit.beyond(values[limit.quantity]) for limit in limits if not is_known(limit.quantity)
        ]

    def _count(self) -> None:
        states = [trial.state for trial in self.records.values()]
        front = self.front()
        self.progress.num_complete = states.count("COMPLETE")
        self.progress.num_pruned = states.count("PRUNED")
        self.progress.num_failed = states.count("FAIL")
        self.progress.num_reused = sum(
            trial.is_reused and trial.state in FINISHED_STATES for trial in self.records.values()
        )
        self.progress.front_size = len(front)
        accuracies = [trial.accuracy for trial in front if trial.accuracy is not None]
        self.progress.best_accuracy = max(accuracies, default=None)

    def front(self) -> list[TrialRecord]:
        """The Pareto front so far."""
        limits = self._experiment.constraints.all_limits()
        return pareto_front(self.records.values(), self._experiment.objectives, limits)
