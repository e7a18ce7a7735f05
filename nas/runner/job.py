"""One run of a study: the lease, the session, Ray, and what is left when it ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from nas.config import Experiment, ExperimentFile
from nas.latency.front import measure_front
from nas.latency.table import LatencyTable
from nas.quantisation import asks_for_int8, measure_int8
from nas.runner.checkpoints import Checkpoints, checkpoint_folder
from nas.runner.cluster import ray_cluster, require_room, trains_here
from nas.runner.execution import kept_execution
from nas.runner.gpu_share import shared_gpus, with_measured_share
from nas.runner.lease import Lease, LostLeaseError, described
from nas.runner.leftovers import end_processes, marked, note_session, scratch_folder
from nas.runner.machine import is_dead, this_process
from nas.runner.preparation import built_in_evaluator
from nas.runner.progress import Observer, Progress, StoppableObserver
from nas.runner.recorder import Journal
from nas.runner.reuse import Reuse, key_maker
from nas.runner.session import SearchSession
from nas.runner.stopping import EndNow, StopRequest
from nas.runner.tuning import run_tune
from nas.samplers.registry import MakeSampler
from nas.store import RunnerRecord, Store, StudyRecord
from nas.store.sample import keep_sample, most_telling
from nas.store.workspace import Workspace
from search_spaces.errors import SearchError, StoppedError
from search_spaces.measures import measures
from search_spaces.quantities import plural
from search_spaces.spaces.problem import NetworkList, SpaceProblem
from workers.datasets import Dataset
from workers.evaluator import EvaluatorFactory
from workers.tasks import task_of


@dataclass(frozen=True)
class Work:
    """A checked experiment, and what its search works with.

    Attributes:
        table: Of latencies, where the experiment needs one.
        evaluator: The user's own; None for the built-in one.
    """

    file: ExperimentFile
    problem: SpaceProblem
    dataset: Dataset
    table: LatencyTable | None
    evaluator: EvaluatorFactory | None

    @property
    def experiment(self) -> Experiment:
        return self.file.experiment


@dataclass(frozen=True)
class SearchJob:
    """One run of a study, by this process alone."""

    store: Store
    study: StudyRecord
    work: Work
    workspace: Workspace
    observer: Observer
    stop: StopRequest

    def run(self, sampler: MakeSampler | None, address: str | None) -> tuple[Progress, str]:
        """Runs the search; returns how far it came, and the study's state.

        Args:
            sampler: Instead of the one that the file names.
            address: Of an existing Ray cluster; None starts one for this search alone.

        Raises:
            SearchError: Somebody else runs the study, or took it over meanwhile.
        """
        with Lease(
            self.store, self.study, this_process(), on_stop=self._asked,
            on_lost=partial(self.stop.ask, now=True), notify=self.observer.message,
        ) as lease:  # fmt: skip
            journal = Journal(self.store, self.study, self.observer)
            self._begin(journal, lease.before)
            session = self._session(sampler, lease, journal)
            state = self._run(
                session, lease, journal, partial(self._search, lease=lease, address=address)
            )
            # Under the lease still, as it writes; behind the workers, who would disturb it.
            if state == "COMPLETE":
                self._measure_front()
        return session.progress, state

    def _asked(self) -> None:
        self.observer.message("stopping, as `nas stop` asks")
        self.stop.ask()

    def _measure_front(self) -> None:
        """The search is over and nothing of it is lost where this is cut short."""
        observer = StoppableObserver(self.observer, self.stop)
        # As it was written where this run began, with the device that it has now.
        study = self.store.study(self.study.name)
        with suppress(StoppedError):
            if self.work.table is not None:
                measure_front(self.store, study, self.work.table, observer)
            # Behind it, as what is measured may bring others on the front.
            if asks_for_int8(study) and not isinstance(self.work.problem.space, NetworkList):
                measure_int8(self.store, study, self.workspace, self.work.dataset, observer)

    def _begin(self, journal: Journal, before: RunnerRecord | None) -> None:
        """Notes that this run begins; ends what a killed one left on this machine."""
        # What may differ between two launches; that nothing else does was looked at before.
        values = self.work.experiment.model_dump(mode="json")
        self.store.set_experiment(self.study, self.work.file.document.text, values)
        if before is None:
            wanted = plural(self.work.experiment.search.num_trials, "trial")
            journal.keep("launched", f"launched with {wanted}")
            return
        killed = is_dead(before.token, before.pid)
        ended = end_processes(before.token) if killed else 0
        text = f"takes over from {described(before)}, which had no orderly end"
        journal.tell(
            "taken_over", f"{text}; processes of it that were ended: {ended}" if ended else text
        )

    def _run(
        self,
        session: SearchSession,
        lease: Lease,
        journal: Journal,
        search: Callable[[SearchSession, Journal], None],
    ) -> str:
        """The search from its start to its end, however it ends; returns the study's state."""
        state = "INTERRUPTED"
        try:
            if session.has_work():
                search(session, journal)
        except BaseException as error:
            if lease.is_lost:
                raise LostLeaseError(lease.lost) from error
            # The end may be our own doing, for an error in another thread: then that is told.
            session.raise_error()
            session.request_stop(str(error) or "stopped at once")
            if not isinstance(error, EndNow):
                raise
        finally:
            # Who has lost the study writes no more, not even how it ended.
            if not lease.is_lost:
                state = session.finish()
                journal.keep("ended", f"{state.lower()}: {session.progress.ended or 'all trials'}")
        return state

    def _search(
        self, session: SearchSession, journal: Journal, lease: Lease, address: str | None
    ) -> None:
        """Trains what there is to train."""
        store, study, work = self.store, self.study, self.work
        store.set_study_state(study, "RUNNING")
        self.workspace.create()
        if work.evaluator is None:
            self._keep_sample()
        checkpoints = self._checkpoints(journal)
        # Before Ray starts: its workers would disturb the timings that this may take.
        make_evaluator = work.evaluator or built_in_evaluator(
            store, study, work.experiment, work.problem.space,
            partial(journal.tell, "execution"),
        )  # fmt: skip
        tell = self.observer.message
        workers, here = work.experiment.workers, trains_here(address)
        reuse = self._reuse()
        if reuse is not None:
            session.reuse_from(reuse)
        with (
            self.observer.searching(session.progress),
            self.stop.heard(),
            # In this order: Ray's processes inherit the token; which Ray it is, is noted there.
            scratch_folder(study) as scratch,
            marked(lease.token),
            shared_gpus(workers, tell, here=here) as has_mps,
            ray_cluster(address, partial(self._node_lost, session), partial(note_session, scratch)),
        ):
            may_grow = address is not None  # as a cluster may
            if not may_grow:
                require_room(workers)
            file = with_measured_share(
                work.file, work.problem, work.dataset, make_evaluator, tell, has_mps=has_mps
            )
            run_tune(
                session, file, work.dataset, make_evaluator, self.workspace, checkpoints,
                scratch, self.stop, may_grow=may_grow,
            )  # fmt: skip
        checkpoints.close()

    def _keep_sample(self) -> None:
        """Keeps the images that the report shows, which then need not read all of them."""
        sample = most_telling(self.work.dataset.validation, task_of(self.work.dataset.info))
        if sample is not None:
            keep_sample(self.workspace.sample(self.study), sample)

    def _node_lost(self, session: SearchSession) -> None:
        """Ends the search: Ray does not recover from that."""
        said = "Ray's node process has ended, as when the system kills it; the same command goes on"
        session.abort(SearchError(said))
        self.stop.ask(now=True)

    def _reuse(self) -> Reuse | None:
        """Trainings of other studies; None where trainings are not the program's own.

        Measures of a trained module need the module, which a training that was taken over lacks.
        """
        experiment = self.work.experiment
        kept = kept_execution(self.store, self.study, experiment.workers.device)
        has_finished = any(each.of_module is not None for each in measures().values())
        if self.work.evaluator is not None or kept is None or has_finished:
            return None
        make_key = key_maker(experiment, self.study.dataset_fingerprint, kept)
        return Reuse(
            self.store, self.study, self.workspace, make_key, is_on=experiment.search.reuse
        )

    def _checkpoints(self, journal: Journal) -> Checkpoints:
        """Where the file says; a folder begins at that of the file."""
        given = self.work.experiment.checkpoints
        root: str | Path = self.workspace.checkpoints
        if given is not None:
            root = given if "://" in given else Path(self.work.file.document.path).parent / given
        try:
            folder = checkpoint_folder(root, self.study)
            return Checkpoints(folder, self.store, self.study, partial(journal.tell, "checkpoint"))
        except SearchError as error:
            if given is None:
                raise
            raise self.work.file.error(("checkpoints",), f"(={given}): {error}") from error

    def _session(
        self, sampler: MakeSampler | None, lease: Lease, journal: Journal
    ) -> SearchSession:
        from nas.runner.optuna_study import OptunaStudy
        from nas.runner.preparation import starts_of
        from nas.samplers import SAMPLERS

        experiment = self.work.experiment
        starts = starts_of(self.store, self.work.problem, experiment)
        make_sampler = sampler or SAMPLERS[experiment.search.sampler]
        made = make_sampler(self.work.problem, experiment.seed, starts)
        optuna_study = OptunaStudy(self.store, self.study, made)
        return SearchSession(
            self.store, self.study, optuna_study, experiment, self.work.problem, time.monotonic,
            journal.tell, lease.writing,
        )  # fmt: skip
