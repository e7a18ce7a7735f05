"""One run of a study: what is proposed, what is reported, what is written.

The session knows neither Ray nor the clock's source nor how training works. A real search and a
test drive it through the same four calls: `propose`, `start`, `report`, `fail`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import NamedTuple

from optuna.trial import TrialState

from nas.config import Experiment
from nas.problem import Candidate, SpaceProblem
from nas.results import pareto_front
from nas.runner.checkpoints import Checkpoint
from nas.runner.failures import FailurePolicy
from nas.runner.optuna_study import OptunaStudy
from nas.runner.progress import Progress
from nas.runner.reuse import Reuse
from nas.samplers.known import feasible_architectures
from nas.schedulers import make_scheduler
from nas.store import EpochRecord, LayerRecord, Store, StudyRecord, TrialRecord
from nas.store.records import FINISHED_STATES
from search_spaces.cost import cost
from search_spaces.errors import NoFeasibleError, SearchError
from search_spaces.network import Network
from workers.failure import Failure

_NO_CHOICES: dict[str, object] = {}


class Proposal(NamedTuple):
    """A trial to be trained."""

    number: int
    network: Network


class SearchSession:
    """Proposes trials and records what becomes of them.

    Attributes:
        progress: The state of the search, for display.
    """

    def __init__(
        self,
        store: Store,
        study: StudyRecord,
        optuna_study: OptunaStudy,
        experiment: Experiment,
        problem: SpaceProblem,
        clock: Callable[[], float],
        notify: Callable[[str, str, int], None] = lambda kind, text, number: None,
        writing: Callable[[], AbstractContextManager[None]] | None = None,
    ) -> None:
        """Takes up a study where it stands.

        Args:
            notify: Told of each failure: `failed` or `retried`, one line, the trial's number.
            writing: Opens a unit of work that is committed only if the study is still ours.
        """
        self._store = store
        self._study = study
        self._optuna = optuna_study
        self._experiment = experiment
        self._problem = problem
        self._clock = clock
        self._started_at = clock()
        self._stop_requested = False
        self._error: Exception | None = None
        self._notify = notify
        self._writing = writing or store.unit_of_work
        self._policy = FailurePolicy(experiment.workers.max_retries)
        self._scheduler = make_scheduler(experiment.fidelity, experiment.objectives)
        self._feasible = feasible_architectures(problem)
        self._trials: dict[int, TrialRecord] = {}
        self._curves: dict[int, list[tuple[int, float]]] = {}
        self._pending: deque[int] = deque()
        self._unfinished: set[int] = set()
        self._restarted: set[int] = set()
        self._strays: deque[int] = deque()
        self._reuse: Reuse | None = None
        self.progress = Progress(experiment.search.num_trials)
        self._take_up()

    def _take_up(self) -> None:
        """Rebuilds the session's memory from the database; interrupted trials wait again."""
        with self._writing():
            self._store.interrupt_trials(self._study)
        for trial in self._store.trials(self._study):
            if trial.state == "WAITING":
                self._pending.append(trial.number)
                self._restarted.add(trial.number)
            self._trials[trial.number] = _without_words(trial)
        for epoch in self._store.epochs(self._study):
            values = self._trials[epoch.number].values() | {"accuracy": epoch.accuracy}
            self._scheduler.record(epoch.number, epoch.epochs, values)
            self._curves.setdefault(epoch.number, []).append((epoch.epochs, epoch.accuracy))
            self.progress.train_s += epoch.train_s
        self._find_strays()
        self._count()

    def _find_strays(self) -> None:
        """Trials that Optuna holds to be running and we do not: a process died between two writes.

        One that has ended is told to Optuna. One that we do not know is proposed again, with the
        number that it has, so that the search goes on with the sequence that it would have had.
        """
        for number in self._optuna.running():
            trial = self._trials.get(number)
            if trial is None:
                self._strays.append(number)
            elif trial.state in FINISHED_STATES:
                self._tell(trial)

    # Proposals

    def request_stop(self, reason: str) -> None:
        """Lets nothing more start."""
        self._stop_requested = True
        self.progress.ended = self.progress.ended or reason

    @property
    def stop_requested(self) -> bool:
        return self._stop_requested

    def has_work(self) -> bool:
        """Whether there is anything to train."""
        if self._pending:
            return True
        self.progress.ended = self._end_reason()
        if self.progress.ended is None and self._nothing_left():
            self.progress.ended = self._all_known()
        return self.progress.ended is None

    def abort(self, error: Exception) -> None:
        """Ends the search because of an error, which `raise_error` raises again."""
        self._error = error
        self.request_stop(str(error))

    def raise_error(self) -> None:
        """Raises the error that ended the search, if one did."""
        if self._error is not None:
            raise self._error

    def reuse_from(self, reuse: Reuse) -> None:
        """Lets trials end with what other studies have trained."""
        self._reuse = reuse

    def propose(self) -> Proposal | None:
        """The next trial to train: an interrupted or a new one; None where there is none now."""
        while (proposal := self._next()) is not None:
            if not self._is_known(proposal):
                return proposal
        return None

    def _is_known(self, proposal: Proposal) -> bool:
        """Whether a trial has ended with what another study trained.

        One that goes on beyond that takes over what is known, and is trained from its start.
        """
        number, trial = proposal.number, self._trials[proposal.number]
        if self._reuse is None:
            return False
        found = self._reuse.take_over(trial, proposal.network, self._judge, self._writing)
        if found is None:
            return False
        last = found.curve[-1]
        self._trials[number] = replace(
            trial,
            state=found.state,
            epochs=last.epochs,
            accuracy=last.accuracy,
            reused=found.source,
        )
        self._curves[number] = [(epoch.epochs, epoch.accuracy) for epoch in found.curve]
        if found.state == "RUNNING":
            self._restarted.add(number)
            return False
        if not self.progress.num_reused:
            where = f"study {found.source.study!r} (trial {found.source.number})"
            text = f"trial {number} was trained in {where}: not again (`search.reuse`)"
            self._notify("reused", text, number)
        self._end(number)
        return True

    def _next(self) -> Proposal | None:
        if self._stop_requested:
            return None
        if self._pending:
            number = self._pending.popleft()
            self._unfinished.add(number)
            return Proposal(number, self._store.network(self._trials[number].architecture))
        self.progress.ended = self.progress.ended or self._end_reason()
        if self.progress.ended:
            return None
        try:
            return self._new_trial()
        except NoFeasibleError as error:
            self._abandon_unknown()
            if not self._trials:
                raise
            self.progress.ended = str(error)
            return None

    def _abandon_unknown(self) -> None:
        """Ends the trials that Optuna has begun and for which there is no network."""
        for number in self._optuna.running():
            if number not in self._trials:
                self._optuna.abandon(number)

    @property
    def num_unfinished(self) -> int:
        """Trials that were proposed and have not ended."""
        return len(self._unfinished)

    def is_over(self) -> bool:
        """Whether nothing can come any more, not even a trial that is tried again."""
        if self._stop_requested:
            return True
        return self.progress.ended is not None and not self._pending and not self._unfinished

    def _end_reason(self) -> str | None:
        search = self._experiment.search
        if sum(trial.state != "FAIL" for trial in self._trials.values()) >= search.num_trials:
            return f"{search.num_trials} trials"
        elapsed = self._clock() - self._started_at
        if search.time_limit is not None and elapsed >= search.time_limit:
            return "the time limit"
        return None

    def _new_trial(self) -> Proposal:
        if self._nothing_left():
            raise NoFeasibleError(self._all_known())
        stray = self._strays.popleft() if self._strays else None
        known = {trial.architecture for trial in self._trials.values()}
        number, values = self._optuna.ask(self._problem, stray, known)
        candidate = self._problem.candidate(values)
        network = self._problem.space.network(values)
        description = self._problem.space.in_words(values)
        facts = {"architecture": candidate.architecture, "description": description}
        self._optuna.annotate(number, {**facts, **candidate.costs})
        with self._writing():
            self._store.add_trial(
                self._study, number, network, cost(network), choices=values,
                description=description, latency_ms=candidate.costs.get("latency_ms"),
            )  # fmt: skip
        self._trials[number] = _record(number, candidate)
        self._unfinished.add(number)
        return Proposal(number, network)

    def _nothing_left(self) -> bool:
        if not self._feasible:
            return False
        return self._feasible <= {trial.architecture for trial in self._trials.values()}

    def _all_known(self) -> str:
        return f"all {len(self._feasible or ())} architectures within the budgets are known"

    # Results

    def start(self, number: int, worker: str) -> None:
        """A worker has begun a trial, or taken it up again."""
        with self._writing():
            self._store.start_trial(self._study, number, worker)
        self.progress.running[number] = self._trials[number].epochs

    def report(
        self,
        number: int,
        epochs: int,
        accuracy: float,
        train_loss: float | None,
        train_s: float,
        layers: Sequence[LayerRecord] = (),
        keep: Callable[[], Checkpoint | None] = lambda: None,
    ) -> bool:
        """Records an epoch; returns whether the trial goes on.

        The epoch, its checkpoint and, where it ends the trial, the final state and the diagnostics
        of the layers are written in one unit of work. An epoch that is repeated after a trial was
        interrupted was written the first time.

        Args:
            keep: Writes the checkpoint of a trial that goes on; None where there is none.
        """
        if number in self._restarted and epochs <= self._trials[number].epochs:
            self._keep(number, keep())
            return True
        epoch = EpochRecord(number, epochs, accuracy, train_loss, train_s)
        state = self._judge(epoch)
        kept = keep() if state == "RUNNING" else None
        with self._writing():
            self._store.report(self._study, epoch, state, layers)
            self._keep(number, kept)
            if state != "RUNNING":
                self._store.drop_checkpoint(self._study, number)
        trial = self._trials[number]
        self._trials[number] = replace(
            trial, state=state, epochs=epochs, accuracy=accuracy, train_s=trial.train_s + train_s
        )
        self._curves.setdefault(number, []).append((epochs, accuracy))
        self.progress.train_s += train_s
        if state == "RUNNING":
            self.progress.running[number] = epochs
            return True
        self._policy.ended_well()
        self._end(number)
        return False

    def _keep(self, number: int, kept: Checkpoint | None) -> None:
        if kept is not None:
            with self._writing():
                self._store.set_checkpoint(
                    self._study, number, epochs=kept.epochs, uri=kept.uri, sha256=kept.sha256,
                    bytes=kept.num_bytes,
                )  # fmt: skip

    def _judge(self, epoch: EpochRecord) -> str:
        values = self._trials[epoch.number].values() | {"accuracy": epoch.accuracy}
        goes_on = self._scheduler.promotes(epoch.number, epoch.epochs, values)
        if epoch.epochs >= self._experiment.fidelity.max_epochs:
            return "COMPLETE"
        return "RUNNING" if goes_on else "PRUNED"

    def fail(self, number: int, failure: Failure) -> bool:
        """A trial could not be trained; returns whether it will be tried again.

        Where one trial after another fails of the same cause, the search ends. A worker may also
        be lost after its trial has ended: that changes nothing.
        """
        if number not in self._unfinished:
            return False
        if self._policy.tries_again(number, failure):
            self._retry(number, failure)
            return True
        kind, reason = failure.kind.value, str(failure)
        with self._writing():
            self._store.fail_trial(self._study, number, reason, failure.traceback, kind=kind)
            self._store.drop_checkpoint(self._study, number)
        self._trials[number] = replace(
            self._trials[number], state="FAIL", failure=reason, failure_kind=kind
        )
        self.progress.last_failure = f"trial {number}: {reason}"
        self._notify("failed", f"trial {number} failed: {reason}", number)
        self._end(number)
        hopeless = self._policy.failed(failure)
        if hopeless is not None:
            self.abort(SearchError(hopeless))
        elif not self._stop_requested:
            self.progress.ended = None  # another may be trained instead
        return False

    def _retry(self, number: int, failure: Failure) -> None:
        retries = self._policy.retries(number)
        with self._writing():
            self._store.retry_trial(self._study, number, retries)
        self._restarted.add(number)
        self._trials[number] = replace(self._trials[number], state="WAITING", retries=retries)
        self.progress.running.pop(number, None)
        self._unfinished.discard(number)
        self._pending.appendleft(number)
        self._notify("retried", f"trial {number} is tried again: {failure}", number)

    def _end(self, number: int) -> None:
        self._unfinished.discard(number)
        self._tell(self._trials[number])
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
        """How far a finished trial is beyond each limit on accuracy; those on costs are kept."""
        limits = self._experiment.constraints.all_limits()
        values = trial.values()
        return [
            limit.beyond(values[limit.quantity]) for limit in limits if limit.quantity == "accuracy"
        ]

    def _count(self) -> None:
        states = [trial.state for trial in self._trials.values()]
        front = self.front()
        self.progress.num_complete = states.count("COMPLETE")
        self.progress.num_pruned = states.count("PRUNED")
        self.progress.num_failed = states.count("FAIL")
        self.progress.num_reused = sum(
            trial.is_reused and trial.state in FINISHED_STATES for trial in self._trials.values()
        )
        self.progress.front_size = len(front)
        accuracies = [trial.accuracy for trial in front if trial.accuracy is not None]
        self.progress.best_accuracy = max(accuracies, default=None)

    def front(self) -> list[TrialRecord]:
        """The Pareto front so far."""
        limits = self._experiment.constraints.all_limits()
        return pareto_front(self._trials.values(), self._experiment.objectives, limits)

    def finish(self) -> str:
        """Notes how the study stands at the end of this run and returns that state."""
        unfinished = any(t.state in ("WAITING", "RUNNING") for t in self._trials.values())
        state = "INTERRUPTED" if self._stop_requested or unfinished else "COMPLETE"
        with self._writing():
            self._store.interrupt_trials(self._study)
            self._store.set_study_state(self._study, state)
        self._optuna.close()
        return state


def _without_words(trial: TrialRecord) -> TrialRecord:
    """What a session needs of a trial; choices and words stand in the database."""
    return replace(trial, choices=_NO_CHOICES, description="")


def _record(number: int, candidate: Candidate) -> TrialRecord:
    costs = candidate.costs
    return TrialRecord(
        number=number, architecture=candidate.architecture, choices=_NO_CHOICES,
        description="", state="WAITING", epochs=0, accuracy=None,
        flops=int(costs["flops"]), params=int(costs["params"]),
        weight_bytes=int(costs["weight_bytes"]),
        peak_activation_bytes=int(costs["peak_activation_bytes"]),
        latency_ms=costs.get("latency_ms"), train_s=0.0, failure=None,
    )  # fmt: skip
