"""What a search needs before its first trial: all that can be checked, and where it starts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from nas.config import Experiment, ExperimentFile
from nas.config.contents import require_trainable
from nas.latency.profile import ProfileObserver, profile_space
from nas.latency.table import LatencyTable
from nas.runner.execution import study_execution
from nas.runner.parts import Parts
from nas.runner.progress import Observer
from nas.runner.shipping import shipped
from nas.samplers.start_from import nearest
from nas.store import Store, StudyRecord, TrialRecord
from search_spaces.errors import BudgetError, DataError
from search_spaces.measures import LATENCY
from search_spaces.quantities import cannot_be_met
from search_spaces.registry import Value
from search_spaces.spaces.enumeration import unreachable_limit
from search_spaces.spaces.problem import Architectures, NetworkList, SpaceProblem, Values
from search_spaces.spaces.space import Space
from workers.datasets import Dataset, dataset_info, load_dataset
from workers.devices import missing_in_build
from workers.evaluator import EvaluatorFactory


def starts_of(store: Store, problem: SpaceProblem, experiment: Experiment) -> list[Values]:
    """The values of the first trials, those of studies first.

    Raises:
        StoreError: A study that is named is not there.
        BudgetError: Nothing is within the budgets.
    """
    search = experiment.search
    found: list[Values] = []
    for name in search.start_studies:
        trials = store.trials(store.study(name))
        trained = [trial for trial in trials if trial.state in ("COMPLETE", "PRUNED")]
        trained.sort(key=lambda trial: trial.state == "PRUNED")  # those trained to the end first
        values = (values_in(problem.space, trial) for trial in trained)
        found += [given for given in values if given is not None]
    return found + nearest(problem, search.start_networks, experiment.seed)


def values_in(space: Architectures, trial: TrialRecord) -> Values | None:
    """The values by which a space has the network of another one's trial; None where it has not."""
    active: dict[str, Value] = {}
    for choice in space.choices:
        if choice.is_active(active):
            if trial.choices.get(choice.name) not in choice.values:
                return None
            active[choice.name] = trial.choices[choice.name]
    # The same values may be another network here, where stages have other channels.
    return active if space.network(active).id == trial.architecture else None


def own_evaluator(file: ExperimentFile, parts: Parts) -> EvaluatorFactory | None:
    """The user's own evaluator, which the workers can be given; None for the built-in one."""
    evaluator: EvaluatorFactory | None = parts.evaluator or file.evaluator()
    if evaluator is not None:
        # Only tried: one that cannot be pickled is told before anything is written.
        with shipped(evaluator, file.experiment.evaluator):
            pass
    return evaluator


def require_gpu_build(file: ExperimentFile) -> None:
    """Raises ExperimentFileError where trials want a GPU that PyTorch as it is here never uses.

    For searches whose trials run on this machine; what nodes of a cluster have, their workers see.
    """
    workers = file.experiment.workers
    reason = missing_in_build() if workers.device == "cuda" else None
    if reason is not None:
        given = f"(={workers.gpus_per_trial}) wants a GPU, and {reason}"
        raise file.error(("workers", "gpus_per_trial"), given)


def built_in_evaluator(
    store: Store,
    study: StudyRecord,
    experiment: Experiment,
    space: Architectures,
    tell: Callable[[str], None] = lambda _: None,
) -> EvaluatorFactory:
    """The proxy trainer, run as is fastest for this study on the device that trials have now."""
    from workers.proxy import ProxyTrainer

    execution = study_execution(store, study, experiment, space, tell)
    return partial(ProxyTrainer.of_task, execution=execution)


def checked_space(file: ExperimentFile) -> Space:
    """The space of a file; every block can be built, and something meets all budgets but latency.

    The recipe is one that images of this size can be trained with.

    Raises:
        ExperimentFileError: With file, line and key.
        DataError: The data set is not there.
    """
    try:
        info = dataset_info(file.experiment.dataset)
    except DataError as error:
        raise file.data_error(error) from error
    space = file.space(info.in_shape, info.num_classes, info.task)
    require_trainable(file, info.in_shape)
    limits = file.experiment.constraints.limits()
    unreachable = unreachable_limit(space, limits)
    if unreachable is not None:
        limit, nearest = unreachable
        raise file.error(("constraints", limit.quantity), cannot_be_met(limit, nearest))
    known = tuple(limit for limit in limits if limit.quantity != LATENCY)
    if len(known) > 1:  # each for itself can be met; can all together?
        _require_feasible(file, SpaceProblem(space, file.experiment.objectives, known))
    return space


def checked_dataset(file: ExperimentFile, observer: Observer) -> Dataset:
    """The images of a file. Raises NasError, with file, line and key where a key is at fault."""
    try:
        return load_dataset(file.experiment.dataset, observer.message)
    except DataError as error:
        raise file.data_error(error) from error


def latency_table(
    file: ExperimentFile, space: Architectures, store: Store, observer: ProfileObserver
) -> LatencyTable | None:
    """The latency table where the experiment needs one; what is missing is measured now."""
    if not file.experiment.needs_latency:
        return None
    folder = Path(file.document.path).parent
    experiment = file.experiment
    limits = () if isinstance(space, NetworkList) else experiment.constraints.limits()
    return profile_space(
        store, space, experiment.latency, observer, limits=limits, folder=folder
    ).table


def checked_problem(
    file: ExperimentFile, space: Architectures, table: LatencyTable | None
) -> SpaceProblem:
    """What the sampler works on; networks that are listed may be beyond the budgets.

    Raises:
        ExperimentFileError: Nothing meets all budgets.
    """
    experiment = file.experiment
    limits = () if isinstance(space, NetworkList) else experiment.constraints.limits()
    predict = None if table is None else table.predict
    problem = SpaceProblem(space, experiment.objectives, limits, predict)
    _require_feasible(file, problem)
    return problem


def _require_feasible(file: ExperimentFile, problem: SpaceProblem) -> None:
    from nas.samplers.feasible import find_new

    try:
        find_new(problem, set(), np.random.default_rng(file.experiment.seed))
    except BudgetError as error:
        raise file.error(error.location, error.rule) from error
