"""One run of a study: what is proposed, what is reported, what is written.

The session knows neither Ray nor the clock's source nor how training works. A real search and a
test drive it through the same four calls: `propose`, `start`, `report`, `fail`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from nas.config import Experiment
from nas.runner.checkpoints import Checkpoint
from nas.runner.failures import ADVICE, FailurePolicy
from nas.runner.optuna_study import OptunaStudy
from nas.runner.progress import Progress
from nas.runner.proposals import Proposal, Proposals
from nas.runner.reuse import Reuse
from nas.runner.trials import Trials, Writing
from nas.store import EpochRecord, LayerRecord, Store, StudyRecord, TrialRecord
from nas.store.records import NOTHING_OWN, own_and_interval
from search_spaces.errors import SearchError
from search_spaces.graphs.network import Network
from search_spaces.spaces.problem import SpaceProblem
from workers.failure import Failure, FailureKind


class SearchSession:
    """Proposes trials and records what becomes of them.

    Attributes:
        study: As it stood when this run began.
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
        writing: Writing | None = None,
    ) -> None:
        """Takes up a study where it stands.

        Args:
            notify: Told of each failure: `failed` or `retried`, one line, the trial's number.
            writing: Opens a unit of work that is committed only if the study is still ours.
        """
        self._store = store
        self.study = study
        self._optuna = optuna_study
        self._notify = notify
        self._writing = writing or store.unit_of_work
        self._policy = FailurePolicy(experiment.workers.max_retries)
        self._error: Exception | None = None
        self._trials = Trials(store, study, optuna_study, experiment, self._writing)
        self._proposals = Proposals(
            self._trials, store, study, optuna_study, experiment, problem, clock, notify,
            self._writing,
        )  # fmt: skip

    @property
    def progress(self) -> Progress:
        """The state of the search, for display."""
        return self._trials.progress

    def front(self) -> list[TrialRecord]:
        """The Pareto front so far."""
        return self._trials.front()

    # Proposals

    def propose(self) -> Proposal | None:
        """The next trial to train: an interrupted or a new one; None where there is none now."""
        return self._proposals.next()

    def reuse_from(self, reuse: Reuse) -> None:
        """Lets trials end with what other studies have trained."""
        self._proposals.reuse_from(reuse)

    def has_work(self) -> bool:
        """Whether there is anything to train."""
        return self._proposals.has_work()

    def is_over(self) -> bool:
        """Whether nothing can come any more, not even a trial that is tried again."""
        return self._proposals.is_over()

    @property
    def num_unfinished(self) -> int:
        """Trials that were proposed and have not ended."""
        return len(self._trials.unfinished)

    # The end

    def request_stop(self, reason: str) -> None:
        """Lets nothing more start."""
        self._proposals.stop(reason)

    @property
    def stop_requested(self) -> bool:
        return self._proposals.is_stopped

    def abort(self, error: Exception) -> None:
        """Ends the search because of an error, which `raise_error` raises again."""
        self._error = error
        self.request_stop(str(error))

    def raise_error(self) -> None:
        """Raises the error that ended the search, if one did."""
        if self._error is not None:
            raise self._error

    def finish(self) -> str:
        """Notes how the study stands at the end of this run and returns that state."""
        states = {trial.state for trial in self._trials.records.values()}
        unfinished = bool(states & {"WAITING", "RUNNING"})
        state = "INTERRUPTED" if self.stop_requested or unfinished else "COMPLETE"
        with self._writing():
            self._store.interrupt_trials(self.study)
            self._store.set_study_state(self.study, state)
        self._optuna.close()
        return state

    def network(self, number: int) -> Network:
        """The network of a trial."""
        return self._store.network(self._trials.records[number].architecture)

    # Results

    def start(self, number: int, worker: str) -> None:
        """A worker has begun a trial, or taken it up again."""
        with self._writing():
            self._store.start_trial(self.study, number, worker)
        self.progress.running[number] = self._trials.records[number].epochs

    def report(
        self,
        number: int,
        epochs: int,
        accuracy: float,
        train_loss: float | None,
        train_s: float,
        layers: Sequence[LayerRecord] = (),
        keep: Callable[[], Checkpoint | None] = lambda: None,
        finished: Callable[[], Mapping[str, float]] = dict,
        readings: Mapping[str, float] = NOTHING_OWN,
    ) -> bool:
        """Records an epoch; returns whether the trial goes on.

        The epoch, its checkpoint and, where it ends the trial, the final state and the diagnostics
        of the layers are written in one unit of work. An epoch that is repeated after a trial was
        interrupted was written the first time.

        Args:
            keep: Writes the checkpoint of a trial that goes on; None where there is none.
            finished: Works out the measures of a module that has trained to its end.
            readings: What is told beside its accuracy, by name.
        """
        trial = self._trials.records[number]
        if number in self._trials.restarted and epochs <= trial.epochs:
            # A rung comes twice where it has no checkpoint: that was lost, or another study
            # trained it.
            self._keep(number, keep())
            return True
        epoch = EpochRecord(number, epochs, accuracy, train_loss, train_s, readings)
        state = self._trials.judge(epoch)
        # Before the unit of work: the file must be there before its row, and nothing is locked
        # while it is written.
        kept = keep() if state == "RUNNING" else None
        own = finished() if state == "COMPLETE" else {}
        with self._writing():
            self._store.report(self.study, epoch, state, layers, own)
            self._keep(number, kept)
            if state != "RUNNING":
                self._store.drop_checkpoint(self.study, number)
        # Behind the commit: where that fails, the record still says what the database does.
        told, interval = own_and_interval({**trial.own, **readings, **own}, trial.quality)
        self._trials.update(
            number, state=state, epochs=epochs, accuracy=accuracy,
            train_s=trial.train_s + train_s, own=told or NOTHING_OWN, interval=interval,
        )  # fmt: skip
        self._trials.add_to_curve(epoch)
        self.progress.train_s += train_s
        if state == "RUNNING":
            self.progress.running[number] = epochs
            return True
        self._policy.ended_well()
        self._trials.end(number)
        return False

    def _keep(self, number: int, kept: Checkpoint | None) -> None:
        if kept is not None:
            with self._writing():
                self._store.set_checkpoint(
                    self.study, number, epochs=kept.epochs, uri=kept.uri, sha256=kept.sha256,
                    bytes=kept.num_bytes,
                )  # fmt: skip

    def fail(self, number: int, failure: Failure) -> bool:
        """A trial could not be trained; returns whether it will be tried again.

        Where one trial after another fails of the same cause, the search ends. A worker may also
        be lost after its trial has ended: that changes nothing.
        """
        if number not in self._trials.unfinished:
            return False
        if failure.kind is FailureKind.NO_DEVICE:
            # No fault of the trial, which waits; the next one would fare alike.
            self.abort(SearchError(f"{failure.reason}; {ADVICE[failure.kind]}"))
            return True
        if self._policy.tries_again(number, failure):
            self._retry(number, failure)
            return True
        self._give_up(number, failure)
        hopeless = self._policy.failed(failure)
        if hopeless is not None:
            self.abort(SearchError(hopeless))
        elif not self.stop_requested:
            self.progress.ended = None  # another may be trained instead
        return False

    def _retry(self, number: int, failure: Failure) -> None:
        retries = self._policy.retries(number)
        with self._writing():
            self._store.retry_trial(self.study, number, retries)
        self._trials.wait_again(number, retries)
        self._notify("retried", f"trial {number} is tried again: {failure}", number)

    def _give_up(self, number: int, failure: Failure) -> None:
        kind, reason = failure.kind.value, str(failure)
        with self._writing():
            self._store.fail_trial(self.study, number, reason, failure.traceback, kind=kind)
            self._store.drop_checkpoint(self.study, number)
        self._trials.update(number, state="FAIL", failure=reason, failure_kind=kind)
        self.progress.last_failure = f"trial {number}: {reason}"
        self._notify("failed", f"trial {number} failed: {reason}", number)
        self._trials.end(number)
