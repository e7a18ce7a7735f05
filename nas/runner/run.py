"""Runs or resumes a search: from a checked experiment file to a front in the database."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, Protocol

import numpy as np

from nas.config import Experiment, ExperimentFile
from nas.config.experiment import IDENTITY
from nas.latency.front import measure_front
from nas.latency.profile import profile_space
from nas.latency.table import LatencyTable
from nas.problem import SpaceProblem
from nas.provenance import hardware, package_versions
from nas.quantities import cannot_be_met
from nas.runner.execution import study_execution
from nas.runner.parts import Parts
from nas.runner.recorder import TrialRecorder
from nas.runner.session import Progress, SearchSession
from nas.runner.shipping import shipped
from nas.runner.states import RungStates
from nas.runner.watchdog import Watchdog
from nas.store import Store, StudyRecord
from nas.workspace import Workspace
from search_spaces.bounds import unreachable_limit
from search_spaces.errors import BudgetError, DataError, SearchError
from search_spaces.space import Space
from workers.datasets import Dataset, dataset_info, load_dataset
from workers.evaluator import EvaluatorFactory


class Observer(Protocol):
    """Who is told how the search goes on."""

    def message(self, text: str) -> None:
        """One line about what happens now."""
        ...

    def profiling(self, done: int, total: int) -> None:
        """So many blocks of the latency table are measured."""
        ...

    def searching(self, progress: Progress) -> AbstractContextManager[None]:
        """The search runs while this context is open; `progress` changes underneath."""
        ...


@dataclass(frozen=True)
class SearchOutcome:
    """How a run ended.

    Attributes:
        state: COMPLETE or INTERRUPTED.
        reason: Why nothing more was proposed.
    """

    study: StudyRecord
    state: str
    reason: str
    progress: Progress
    elapsed_s: float


def run_search(
    file: ExperimentFile,
    storage: str,
    workspace: Workspace,
    observer: Observer,
    *,
    address: str | None = None,
    parts: Parts | None = None,
) -> SearchOutcome:
    """Runs a search, or goes on with the study of the same name.

    Everything that can be checked is checked before the database is touched.

    Args:
        storage: Address of the database.
        address: An existing Ray cluster; None starts one for this search alone. A Ray that this
            process has already started is used, and left running.
        parts: Objects in place of what the file names.

    Raises:
        NasError: The file, its budgets, the data set or the database is at fault.
    """
    start = time.monotonic()
    os.environ.update(_RAY_SETTINGS)
    experiment = file.experiment
    parts = parts or Parts()
    evaluator = _evaluator(file, parts)
    space = checked_space(file)
    dataset = _dataset(file, observer)
    store = Store(storage)
    try:
        previous = store.find_study(experiment.name)
        if previous is not None:
            require_same(previous, file, dataset)
        table = _latency_table(file, space, store, observer)
        problem = _problem(file, space, table)
        study = previous or _create(file, dataset, store)
        store.set_experiment(study, file.document.text, experiment.model_dump(mode="json"))
        session = _session(store, study, file, problem, observer, parts)
        try:
            if session.has_work():
                store.set_study_state(study, "RUNNING")
                workspace.create()
                make_evaluator = evaluator or _built_in(store, study, experiment, space)
                with observer.searching(session.progress), _interruptible(session, observer):
                    _run_tune(session, file, dataset, make_evaluator, workspace, address)
        except BaseException as error:
            session.request_stop(str(error))
            raise
        finally:
            state = session.finish()
        if table is not None and state == "COMPLETE":
            measure_front(store, study, table, observer)
    finally:
        store.close()
    reason = session.progress.ended or "all trials"
    return SearchOutcome(study, state, reason, session.progress, time.monotonic() - start)


def _evaluator(file: ExperimentFile, parts: Parts) -> EvaluatorFactory | None:
    """The user's own evaluator, which the workers can be given; None for the built-in one."""
    evaluator: EvaluatorFactory | None = parts.evaluator or file.evaluator()
    if evaluator is not None:
        with shipped(evaluator, file.experiment.evaluator):
            pass
    return evaluator


def _built_in(
    store: Store, study: StudyRecord, experiment: Experiment, space: Space
) -> EvaluatorFactory:
    """The proxy trainer, run as is fastest for this study."""
    from workers.proxy import ProxyTrainer

    execution = study_execution(store, study, experiment, space)
    return partial(ProxyTrainer.of_task, execution=execution)


def checked_space(file: ExperimentFile) -> Space:
    """The space of a file; every block can be built, and something meets all budgets but latency.

    Raises:
        ExperimentFileError: With file, line and key.
        DataError: The data set is not there.
    """
    try:
        info = dataset_info(file.experiment.dataset)
    except DataError as error:
        raise file.data_error(error) from error
    space = file.space(info.in_shape, info.num_classes)
    limits = file.experiment.constraints.limits()
    unreachable = unreachable_limit(space, limits)
    if unreachable is not None:
        limit, nearest = unreachable
        raise file.error(("constraints", limit.quantity), cannot_be_met(limit, nearest))
    known = tuple(limit for limit in limits if limit.quantity != "latency_ms")
    if len(known) > 1:  # each for itself can be met; can all together?
        _require_feasible(file, SpaceProblem(space, file.experiment.objectives, known))
    return space


def _dataset(file: ExperimentFile, observer: Observer) -> Dataset:
    try:
        return load_dataset(file.experiment.dataset, observer.message)
    except DataError as error:
        raise file.data_error(error) from error


def _require_feasible(file: ExperimentFile, problem: SpaceProblem) -> None:
    from nas.samplers.feasible import find_new

    try:
        find_new(problem, set(), np.random.default_rng(file.experiment.seed))
    except BudgetError as error:
        raise file.error(error.location, error.rule) from error


def _latency_table(
    file: ExperimentFile, space: Space, store: Store, observer: Observer
) -> LatencyTable | None:
    """The latency table where the experiment needs one; what is missing is measured now."""
    if not file.experiment.needs_latency:
        return None
    folder = Path(file.document.path).parent
    return profile_space(store, space, file.experiment.latency, observer, folder=folder).table


def _problem(file: ExperimentFile, space: Space, table: LatencyTable | None) -> SpaceProblem:
    experiment = file.experiment
    limits = experiment.constraints.limits()
    predict = None if table is None else table.predict
    problem = SpaceProblem(space, experiment.objectives, limits, predict)
    _require_feasible(file, problem)
    return problem


def require_same(study: StudyRecord, file: ExperimentFile, dataset: Dataset) -> None:
    """Raises SearchError where a study of this name searches something else."""
    if study.identity != file.experiment.identity():
        changed = _changed(study.experiment, file.experiment.model_dump(mode="json"))
        raise SearchError(
            f"study {study.name!r} exists with another {', '.join(changed)}; "
            "give the new one another `name`, or launch the file unchanged to go on"
        )
    if study.dataset_fingerprint != dataset.fingerprint:
        raise SearchError(
            f"study {study.name!r} was made on other data ({study.dataset_fingerprint}, now "
            f"{dataset.fingerprint}); results on different data are never mixed"
        )


def _changed(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    return [f"`{key}`" for key in IDENTITY if before.get(key) != now.get(key)]


def _create(file: ExperimentFile, dataset: Dataset, store: Store) -> StudyRecord:
    experiment = file.experiment
    return store.create_study(
        name=experiment.name, state="RUNNING", identity=experiment.identity(),
        seed=experiment.seed, experiment_file=file.document.text,
        experiment=experiment.model_dump(mode="json"), dataset=dataset.name,
        dataset_fingerprint=dataset.fingerprint, in_shape=list(dataset.info.in_shape),
        num_classes=dataset.info.num_classes, versions=package_versions(), hardware=hardware(),
    )  # fmt: skip


def _session(
    store: Store,
    study: StudyRecord,
    file: ExperimentFile,
    problem: SpaceProblem,
    observer: Observer,
    parts: Parts,
) -> SearchSession:
    from nas.runner.optuna_study import OptunaStudy
    from nas.samplers import SAMPLERS
    from nas.samplers.start_from import nearest

    experiment = file.experiment
    starts = nearest(problem, experiment.search.start_from, experiment.seed)
    make_sampler = parts.sampler or SAMPLERS[experiment.search.sampler]
    sampler = make_sampler(problem, experiment.seed, starts)
    optuna_study = OptunaStudy(store, study.name, experiment.objectives, sampler)
    return SearchSession(
        store, study, optuna_study, experiment, problem, time.monotonic, observer.message
    )


@contextmanager
def _interruptible(session: SearchSession, observer: Observer) -> Iterator[None]:
    """Ctrl-C or SIGTERM once ends the search after the reports under way; twice ends it now."""

    def stop(signum: int, frame: FrameType | None) -> None:
        if session.stop_requested:
            raise KeyboardInterrupt
        session.request_stop("stopped by hand")
        observer.message("stopping; once more to stop at once")

    before = {s: signal.signal(s, stop) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)


_TOLD_BY_US = (
    "A worker died or was killed", "killed due to memory pressure", "Raylet is terminated",
    "has been marked dead",
)  # fmt: skip
"""What Ray would say on standard output of failures that the session tells in one line."""

_RAY_SETTINGS = {
    "RAY_AIR_NEW_OUTPUT": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_DEDUP_LOGS_SKIP_REGEX": "|".join(_TOLD_BY_US),
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_TRAIN_ENABLE_V2_MIGRATION_WARNINGS": "0",
    "TUNE_DISABLE_AUTO_CALLBACK_LOGGERS": "1",
    "TUNE_DISABLE_SIGINT_HANDLER": "1",
    "TUNE_DISABLE_STRICT_METRIC_CHECKING": "1",
    "TUNE_GLOBAL_CHECKPOINT_S": "3600",
    "TUNE_MAX_PENDING_TRIALS_PG": "1000",
    "TUNE_PRINT_ALL_TRIAL_ERRORS": "0",
}
"""Tune's own files, prints and signal handling are off: database and session have that part.

Ray reads which messages it leaves out when it is imported: who has done so before sees them all.

How many trials wait for a worker is up to `SessionSearcher`, so that all workers start at once.
"""


def _run_tune(
    session: SearchSession,
    file: ExperimentFile,
    dataset: Dataset,
    make_evaluator: EvaluatorFactory,
    workspace: Workspace,
    address: str | None,
) -> None:
    scratch = tempfile.mkdtemp(prefix="conv-nas-")
    try:
        with _ray(address), shipped(make_evaluator, file.experiment.evaluator):
            recorder = _recorder(session, file, workspace, Path(scratch))
            _tuner(recorder, file, dataset, make_evaluator, scratch).fit()
        session.raise_error()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@contextmanager
def _ray(address: str | None) -> Iterator[None]:
    """A Ray to run on; one that this process had started before is used and left running."""
    import ray

    if ray.is_initialized():
        yield
        return
    # Ray's memory monitor ends a worker shortly before memory runs out, with an error on which Tune
    # ends the whole search. Without it the kernel kills a worker (Ray marks them as the first to
    # go), and that trial is tried again.
    os.environ.setdefault("RAY_memory_monitor_refresh_ms", "0")
    ray.init(
        address=address or "local", include_dashboard=False, log_to_driver=False,
        logging_level="ERROR",
    )  # fmt: skip
    try:
        yield
    finally:
        ray.shutdown()


def _recorder(
    session: SearchSession, file: ExperimentFile, workspace: Workspace, scratch: Path
) -> TrialRecorder:
    states = scratch / "states"
    states.mkdir()
    workers = file.experiment.workers
    watchdog = Watchdog(time.monotonic, workers.epoch_time_limit, workers.trial_time_limit)
    return TrialRecorder(session, workspace, RungStates(states), watchdog)


def _tuner(
    recorder: TrialRecorder,
    file: ExperimentFile,
    dataset: Dataset,
    make_evaluator: EvaluatorFactory,
    scratch: str,
) -> Any:
    from ray import tune

    from nas.runner.tune import (
        RecorderLink,
        SessionCallback,
        SessionScheduler,
        SessionSearcher,
        SessionStopper,
    )
    from workers.trainable import EvaluatorTrainable

    experiment = file.experiment
    workers = experiment.workers
    link = RecorderLink(recorder)
    trainable = tune.with_resources(
        tune.with_parameters(
            EvaluatorTrainable, dataset=dataset, recipe=experiment.proxy,
            make_evaluator=make_evaluator, evaluator_name=experiment.evaluator,
            num_threads=max(1, int(workers.cpus_per_trial)),
            max_memory_growth=workers.max_memory_growth,
        ),
        {"cpu": workers.cpus_per_trial, "gpu": workers.gpus_per_trial},
    )  # fmt: skip
    return tune.Tuner(
        trainable,
        tune_config=tune.TuneConfig(
            search_alg=SessionSearcher(link, experiment.fidelity, experiment.seed, workers),
            scheduler=SessionScheduler(link), num_samples=-1, reuse_actors=True,
            max_concurrent_trials=workers.max_concurrent,
        ),
        run_config=tune.RunConfig(
            name=experiment.name, storage_path=scratch, verbose=0,
            stop=SessionStopper(link), callbacks=[SessionCallback(link)],
            failure_config=tune.FailureConfig(max_failures=0),
            checkpoint_config=tune.CheckpointConfig(checkpoint_at_end=False),
        ),
    )  # fmt: skip
