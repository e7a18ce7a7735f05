"""A run on Ray Tune: its parts put together."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

from nas.config import ExperimentFile
from nas.runner.checkpoints import Checkpoints
from nas.runner.recorder import TrialRecorder
from nas.runner.session import SearchSession
from nas.runner.shipping import shipped
from nas.runner.stopping import StopRequest
from nas.runner.watchdog import Watchdog
from nas.store.workspace import Workspace
from workers.datasets import Dataset
from workers.evaluator import EvaluatorFactory


def run_tune(
    session: SearchSession,
    file: ExperimentFile,
    dataset: Dataset,
    make_evaluator: EvaluatorFactory,
    workspace: Workspace,
    checkpoints: Checkpoints,
    scratch: str,
    stop: StopRequest,
    *,
    may_grow: bool = False,
) -> None:
    """Trains what the session proposes until it is over, on the Ray that is connected.

    Args:
        scratch: A folder for Tune's own files.
        may_grow: Whether Ray adds nodes for trials that wait.

    Raises:
        EndNow: It was asked to end at once.
        NasError: What ended the search.
    """
    with (
        shipped(make_evaluator, file.experiment.evaluator),
        _session_folder(scratch),
        _hooks_kept(),
    ):
        workers = file.experiment.workers
        watchdog = Watchdog(time.monotonic, workers.epoch_time_limit, workers.trial_time_limit)
        recorder = TrialRecorder(session, workspace, checkpoints, watchdog)
        _tune(recorder, file, dataset, make_evaluator, scratch, stop, may_grow=may_grow)
    session.raise_error()


@contextmanager
def _session_folder(scratch: str) -> Iterator[None]:
    """Where there is no node of Ray on this machine, as with ray://, a folder in its place.

    Tune asks the node for the folder of its own files and for nothing else; without one it cannot
    be run but on a node of the cluster, where our database is not.
    """
    from ray._private import worker

    if worker._global_node is not None:
        yield
        return
    worker._global_node = SimpleNamespace(get_session_dir_path=lambda: scratch)
    try:
        yield
    finally:
        worker._global_node = None


@contextmanager
def _hooks_kept() -> Iterator[None]:
    """Tune leaves a hook for the next start of Ray, which would hold the images of this search."""
    from ray import tune as tune  # adds one of its own, which stays, when it is imported
    from ray._private import worker

    hooks = list(worker._post_init_hooks)
    try:
        yield
    finally:
        worker._post_init_hooks[:] = hooks


def _tune(
    recorder: TrialRecorder,
    file: ExperimentFile,
    dataset: Dataset,
    make_evaluator: EvaluatorFactory,
    scratch: str,
    stop: StopRequest,
    *,
    may_grow: bool,
) -> None:
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
        # Not in the config: as parameters, the images are sent once to each node.
        tune.with_parameters(
            EvaluatorTrainable, dataset=dataset, recipe=experiment.proxy,
            make_evaluator=make_evaluator, evaluator_name=experiment.evaluator,
            num_threads=max(1, int(workers.cpus_per_trial)),
            max_memory_growth=workers.max_memory_growth, gpus=workers.gpus,
        ),
        {"cpu": workers.cpus_per_trial, "gpu": workers.gpus},
    )  # fmt: skip
    tune.run(
        trainable,
        search_alg=SessionSearcher(
            link, experiment.fidelity, experiment.seed, workers, may_grow=may_grow
        ),
        scheduler=SessionScheduler(link), num_samples=-1, reuse_actors=True,
        max_concurrent_trials=workers.max_concurrent, name=experiment.name,
        storage_path=scratch, verbose=0, stop=SessionStopper(link),
        # The session decides who is tried again; a try of Tune's own would not be in the database.
        callbacks=[SessionCallback(link, stop)], max_failures=0, raise_on_failed_trial=False,
        checkpoint_config=tune.CheckpointConfig(checkpoint_at_end=False),
        _remote=False,  # where the database is, not on a node of the cluster that ray:// leads to
    )  # fmt: skip
