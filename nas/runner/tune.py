"""The search on Ray Tune's public extension points: a searcher, a scheduler and a callback.

All only pass on what happens; none of them decides anything.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ray
from ray import cloudpickle, tune
from ray.tune.experiment import Trial
from ray.tune.progress_reporter import TrialProgressCallback
from ray.tune.schedulers import FIFOScheduler, TrialScheduler
from ray.tune.search import Searcher

from nas.config.fidelity import FidelitySpec
from nas.config.search import WorkersSpec
from nas.runner.cluster import num_slots
from nas.runner.lost import failure_of
from nas.runner.recorder import TrialRecorder
from nas.runner.session import SearchSession
from nas.runner.stopping import EndNow, StopRequest
from search_spaces.errors import NasError
from workers.trainable import Assignment


class RecorderLink:
    """Holds the recorder out of Tune's own save files: a copy made by pickling holds none.

    Tune saves its extension points to restore them one day; here the database is the truth.
    """

    def __init__(self, recorder: TrialRecorder | None) -> None:
        self._recorder = recorder

    def __call__(self) -> TrialRecorder:
        assert self._recorder is not None, "a copy restored by Tune is never run"
        return self._recorder

    @property
    def session(self) -> SearchSession:
        return self().session

    def __reduce__(self) -> tuple[type[RecorderLink], tuple[None]]:
        return RecorderLink, (None,)


class SessionSearcher(Searcher):  # type: ignore[misc]
    """Hands the session's proposals to Tune."""

    def __init__(
        self,
        link: RecorderLink,
        fidelity: FidelitySpec,
        seed: int,
        workers: WorkersSpec,
        *,
        may_grow: bool = False,
    ) -> None:
        """Hands on nothing yet.

        Args:
            may_grow: Whether Ray adds nodes for a trial that waits.
        """
        super().__init__()
        self._link = link
        self._fidelity = fidelity
        self._seed = seed
        self._workers = workers
        self._may_grow = may_grow
        self._ahead: Assignment | None = None

    def suggest(self, trial_id: str) -> Any:
        """The next trial; None for now.

        One trial more than run is proposed, while all workers train, so that a worker that becomes
        free has it at once. Tune is given it only then, unless Ray may grow for it: for each trial
        that waits, Tune reserves resources of its own, of which Ray keeps traces to the end. At the
        end of the search a trial that runs may still fail and be replaced.
        """
        session, slots = self._link.session, max(1, num_slots(self._workers))
        all_train = len(session.progress.running) >= slots
        given = session.num_unfinished - (self._ahead is not None)
        if given >= slots + (self._may_grow and all_train):
            if all_train and self._ahead is None and not self._may_grow:
                # Where trainings take seconds, the median gap between two fell from 328 to 26 ms
                # by this (benchmarks/results/dispatch.md).
                self._ahead = self._proposed()
            return None
        next_one, self._ahead = self._ahead or self._proposed(), None
        if next_one is None:
            return Searcher.FINISHED if session.is_over() else None
        return {"trial": next_one}

    def _proposed(self) -> Assignment | None:
        session, fidelity = self._link.session, self._fidelity
        try:
            proposal = session.propose()
        except NasError as error:
            session.abort(error)
            return None
        return proposal and self._link().assignment(
            proposal, fidelity.max_epochs, fidelity.checkpoints(), self._seed
        )

    def on_trial_complete(
        self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False
    ) -> None:
        """The session has already heard of it."""

    def save(self, checkpoint_path: str) -> None:
        """Nothing to save: the database is the truth."""

    def restore(self, checkpoint_path: str) -> None:
        """Nothing to restore: the database is the truth."""

    def get_state(self) -> dict[str, Any]:
        return {}

    def save_to_dir(self, checkpoint_dir: str, session_str: str = "default") -> None:
        """Nothing to save: the database is the truth."""


class SessionScheduler(FIFOScheduler):  # type: ignore[misc]
    """Reports each epoch to the session and stops the trials that it ends."""

    # Tune may gather results of short steps, and a trial would train beyond the rung it ends at.
    _supports_buffered_results = False

    def __init__(self, link: RecorderLink) -> None:
        super().__init__()
        self._link = link

    def choose_trial_to_run(self, tune_controller: Any) -> None:
        """None in particular: Tune goes through those that wait.

        One that is chosen is given to the worker that is free, also where its own is on its way,
        which is then ended: where trials are shorter than the start of a worker, no second came up.
        """

    def on_trial_result(self, tune_controller: Any, trial: Trial, result: dict[str, Any]) -> str:
        try:
            # An error that left this method would become one of Tune's; `run_tune` raises our own.
            goes_on = self._link().reported(_number(trial), result)
        except NasError as error:
            self._link.session.abort(error)
            goes_on = False
        return str(TrialScheduler.CONTINUE if goes_on else TrialScheduler.STOP)

    def on_trial_complete(self, tune_controller: Any, trial: Trial, result: dict[str, Any]) -> None:
        """Another trial has ended; those that ended before it are forgotten."""
        forget_finished(tune_controller)
        forget_answered(getattr(tune_controller, "_actor_manager", None))


def forget_finished(tune_controller: Any) -> None:
    """Drops the trials that have ended from Tune's memory: the database has them.

    Tune keeps each with its config and results to the end of the run, some ten KiB a trial. There
    is no setting for it; a version of Tune without one of these collections keeps what it has.
    """
    trials: list[Trial] = tune_controller.get_trials()
    finished = {trial for trial in trials if trial.is_finished()}
    # In place: the list is Tune's own.
    trials[:] = [trial for trial in trials if trial not in finished]
    for name in ("_stopped_trials", "_failed_trials", "_live_trials", "_trials_to_cache"):
        getattr(tune_controller, name, set()).difference_update(finished)


def forget_answered(actor_manager: Any) -> None:
    """Drops calls of workers that have been answered, and those of workers that never began.

    Ray keeps the reference to every answer, and so the answer itself, weights included, as long as
    its worker lives, which here is the whole run. And where a warm worker takes a trial, it keeps
    the call that would have stopped the worker which the trial had waited for. There is no setting
    for it; a version of Ray without one of these collections keeps what it has.
    """
    names = (
        "_actor_task_events", "_tracked_actors_to_task_futures", "_pending_actors_to_attrs",
        "_live_actors_to_ray_actors_resources", "_pending_actors_to_enqueued_actor_tasks",
    )  # fmt: skip
    if not all(hasattr(actor_manager, name) for name in names):
        return
    events, calls, waiting, live, unsent = (getattr(actor_manager, name) for name in names)
    unanswered = events.get_futures()
    for futures in calls.values():
        futures.intersection_update(unanswered)
    for actor in [actor for actor in unsent if actor not in waiting and actor not in live]:
        del unsent[actor]


class SessionCallback(TrialProgressCallback):  # type: ignore[misc]
    """Tells of trials that start or fail, ends those that take too long, and the search if asked.

    It is one of Tune's progress callbacks, all of whose methods it replaces, so that Tune adds none
    of its own: that one holds every trial.
    """

    def __init__(self, link: RecorderLink, stop: StopRequest) -> None:
        self._link = link
        self._stop = stop
        self._running: dict[int, Trial] = {}

    def on_trial_start(
        self, iteration: int, trials: list[Trial], trial: Trial, **info: Any
    ) -> None:
        # The worker has got it; here its network and state would lie until Tune forgets the trial.
        trial.config["trial"].release()
        self._running[_number(trial)] = trial
        try:
            self._link().started(_number(trial), str(trial.trial_id))
        except NasError as error:
            self._link.session.abort(error)

    def on_trial_result(
        self, iteration: int, trials: list[Trial], trial: Trial, result: dict[str, Any], **info: Any
    ) -> None:
        """The scheduler has had it all; Tune keeps the last result of each trial."""
        for heavy in ("weights", "state", "failure", "layers", "config"):
            result.pop(heavy, None)

    def on_trial_complete(
        self, iteration: int, trials: list[Trial], trial: Trial, **info: Any
    ) -> None:
        self._running.pop(_number(trial), None)

    def on_trial_error(
        self, iteration: int, trials: list[Trial], trial: Trial, **info: Any
    ) -> None:
        self._running.pop(_number(trial), None)
        failure = failure_of(*_error(trial))
        try:
            self._link().failed(_number(trial), failure)
        except NasError as error:
            self._link.session.abort(error)

    def on_step_begin(self, iteration: int, trials: list[Trial], **info: Any) -> None:
        self._heed()
        for number in self._link().overdue():
            # Killed, since a call would wait in the actor's queue behind the epoch that hangs.
            actor = self._running[number].temporary_state.ray_actor
            if actor is not None:
                ray.kill(actor)

    def _heed(self) -> None:
        """Tune begins ten steps a second, also where nothing happens."""
        if self._stop.is_now:
            raise EndNow("stopped at once")
        if self._stop.is_asked:
            self._link.session.request_stop("stopped by hand")


class SessionStopper(tune.Stopper):  # type: ignore[misc]
    """Ends the experiment when the session was asked to stop."""

    def __init__(self, link: RecorderLink) -> None:
        self._link = link

    def __call__(self, trial_id: str, result: dict[str, Any]) -> bool:
        return False

    def stop_all(self) -> bool:
        return self._link.session.stop_requested


def _error(trial: Trial) -> tuple[BaseException | None, str]:
    """The exception of a trial that failed, and Ray's text, from what Tune keeps on this machine.

    Tune's own accessors look where it copies these files to only later.
    """
    text, pickled = (
        Path(path) if path else None for path in (trial.error_file, trial.pickled_error_file)
    )
    error = cloudpickle.loads(pickled.read_bytes()) if pickled and pickled.exists() else None
    return error, text.read_text() if text and text.exists() else str(error or "")


def _number(trial: Trial) -> int:
    number: int = trial.config["trial"].number
    return number
