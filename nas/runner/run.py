"""Runs or resumes a search: from a checked experiment file to a front in the database."""

from __future__ import annotations

import time
from dataclasses import dataclass

from nas.config import ExperimentFile
from nas.config.contents import checked_contents
from nas.runner.cluster import trains_here
from nas.runner.host_process import used_by_search
from nas.runner.job import SearchJob, Work
from nas.runner.lease import require_free
from nas.runner.machine import hardware, package_versions
from nas.runner.optuna_tables import require_free_name, require_whole
from nas.runner.parts import Parts
from nas.runner.preparation import (
    checked_dataset,
    checked_problem,
    checked_space,
    latency_table,
    own_evaluator,
    require_gpu_build,
)
from nas.runner.progress import Observer, Progress, StoppableObserver
from nas.runner.same_study import require_same
from nas.runner.stopping import StopRequest
from nas.store import Store, StudyRecord
from nas.store.records import ESTIMATORS
from nas.store.workspace import Workspace
from search_spaces.errors import StoreError
from search_spaces.measures import own_facts, require_functions
from workers.datasets import Dataset, input_format


@dataclass(frozen=True)
class SearchOutcome:
    """How a run ended.

    Attributes:
        file: The experiment as the study has it.
        state: COMPLETE or INTERRUPTED.
        reason: Why nothing more was proposed.
    """

    study: StudyRecord
    file: ExperimentFile
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
    stop: StopRequest | None = None,
) -> SearchOutcome:
    """Runs a search, or goes on with the study of the same name.

    Everything that can be checked is checked before the database is touched.

    Args:
        storage: Address of the database.
        address: An existing Ray cluster; None starts one for this search alone. A Ray that this
            process has already started is used, and left running.
        parts: Objects in place of what the file names.
        stop: What tells it to end.

    Raises:
        NasError: The file, its budgets, the data set or the database is at fault.
    """
    start, stop = time.monotonic(), stop or StopRequest()
    stop.check()
    with used_by_search():
        study, file, progress, state = _run(
            file, storage, workspace, observer, address, parts or Parts(), stop
        )
    reason = progress.ended or "all trials"
    return SearchOutcome(study, file, state, reason, progress, time.monotonic() - start)


def _run(
    file: ExperimentFile, storage: str, workspace: Workspace, observer: Observer,
    address: str | None, parts: Parts, stop: StopRequest,
) -> tuple[StudyRecord, ExperimentFile, Progress, str]:  # fmt: skip
    limits = file.experiment.constraints.all_limits()
    require_functions((*file.experiment.objectives, *(limit.quantity for limit in limits)))
    evaluator = own_evaluator(file, parts)
    if trains_here(address):
        require_gpu_build(file)
    space = parts.networks or checked_space(file)
    require_free_name(storage, file.experiment.name)
    contents = checked_contents(file)
    if parts.companion is None:  # one that serves another study has the data of that
        for line in contents.lines():
            observer.message(line)
    dataset = checked_dataset(file, observer)
    with Store(storage) as store:
        study = store.find_study(file.experiment.name)
        if study is not None:
            file = _continued(study, file, dataset, observer)
            require_free(store, study)
            require_whole(store, study)
            _note_input(store, study, dataset)
        # Nothing is left to settle where a study goes on, on whatever device it began.
        file = file.with_batch_size(len(dataset.train.labels), dataset.info.in_shape)
        table = latency_table(file, space, store, StoppableObserver(observer, stop))
        problem = checked_problem(file, space, table)
        stop.check()
        # Only now: a launch whose budgets cannot be met leaves no study behind.
        study = study or _create(file, dataset, store)
        if parts.companion is not None:
            # Also of one that goes on: a kill between the two had left it without.
            store.add_companion(study, parts.companion)
        work = Work(file, problem, dataset, table, evaluator)
        progress, state = SearchJob(store, study, work, workspace, observer, stop).run(
            parts.sampler, address
        )
    return study, file, progress, state


def _continued(
    study: StudyRecord, file: ExperimentFile, dataset: Dataset, observer: Observer
) -> ExperimentFile:
    """The file that goes on with a study; tells of a default that was another when it began."""
    now, then = file, require_same(study, file, dataset.fingerprint)
    rungs, own = (each.experiment.fidelity.rungs() for each in (now, then))
    if rungs != own:
        text = "first rung at epoch {} as when it began; a new study would have it at epoch {}"
        observer.message(f"study {study.name}: {text.format(own[0], rungs[0])}")
    return then


def _note_input(store: Store, study: StudyRecord, dataset: Dataset) -> None:
    """Notes how networks are given images, where the program that began the study did not."""
    if study.input_format is None or study.class_names is None:
        store.set_input(study, input_format(dataset), dataset.info.class_names)


def _create(file: ExperimentFile, dataset: Dataset, store: Store) -> StudyRecord:
    """A new study; that of another launch where that was faster by moments."""
    experiment, estimator = file.experiment, file.experiment.latency.estimator
    try:
        return store.create_study(
            name=experiment.name, state="RUNNING", identity=experiment.identity(),
            seed=experiment.seed, experiment_file=file.document.text,
            experiment=experiment.model_dump(mode="json"), dataset=dataset.name,
            dataset_fingerprint=dataset.fingerprint, in_shape=list(dataset.info.in_shape),
            num_classes=dataset.info.num_classes,
            num_validation_images=len(dataset.validation.labels),
            input_format=input_format(dataset).as_json(),
            class_names=list(dataset.info.class_names), measures=own_facts() or None,
            versions=package_versions(*([ESTIMATORS[estimator]] if estimator else [])),
            hardware=hardware(),
        )  # fmt: skip
    except StoreError:
        study = store.find_study(experiment.name)
        if study is None:
            raise
        require_same(study, file, dataset.fingerprint)
        return study
