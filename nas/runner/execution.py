"""By which timings trainings choose their arithmetic: taken once, and kept by this machine."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from nas.config import Experiment
from nas.store import Store, StudyRecord
from search_spaces.errors import SearchError
from search_spaces.spaces.enumeration import distinct_blocks
from search_spaces.spaces.problem import Architectures
from search_spaces.whole_file import replacing
from workers.cache import cache_folder

if TYPE_CHECKING:
    from pathlib import Path

    from workers.proxy import Execution


def cached_executions() -> list[Execution]:
    """What was timed on this machine, one for each setting; nothing where that cannot be read."""
    from workers.proxy import Execution

    try:
        values = json.loads(_file().read_text(encoding="utf-8"))
        return [Execution.from_dict(entry) for entry in values]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def cache_execution(execution: Execution) -> None:
    """Keeps the families that are new to this machine. A cache that cannot be written is none."""
    kept = {entry.setting: entry for entry in cached_executions()}
    kept[execution.setting] = execution.completed_by(kept.get(execution.setting))
    path = _file()
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as partial:
            partial.write_text(json.dumps([entry.to_dict() for entry in kept.values()]), "utf-8")


def _file() -> Path:
    return cache_folder("executions") / "timings.json"


def kept_execution(store: Store, study: StudyRecord, device: str) -> Execution | None:
    """What a study kept for trials on a device; None where it kept nothing that fits there."""
    from workers.proxy import Execution

    kept = map(Execution.from_dict, store.executions_of(study))
    return next((execution for execution in kept if execution.fits(device)), None)


def study_execution(
    store: Store,
    study: StudyRecord,
    experiment: Experiment,
    space: Architectures,
    tell: Callable[[str], None] = lambda _: None,
) -> Execution:
    """What the study kept; for a new one the timings of its space, taken now and kept.

    A study that goes on, on whatever machine, trains as it did before. Families that an earlier
    study in the database timed in the same setting, or that this machine ever did, are not timed
    again. On a GPU nothing is timed. Timings of processors say nothing of GPUs, nor the other way
    round: a study that changes between them keeps one execution for each, which is told.

    Raises:
        SearchError: What the file asks for needs a GPU, and trials have none.
    """
    device = experiment.workers.device
    kept = kept_execution(store, study, device)
    if kept is not None:
        return kept
    execution = _chosen(store, experiment, space)
    if store.executions_of(study):
        before, now = ("a GPU", "a CPU") if device == "cpu" else ("a CPU", "a GPU")
        rule = f"its arithmetic was chosen for {before} and is chosen anew for {now}"
        tell(f"study {study.name}: {rule}; the same network trains a little otherwise there")
    store.add_execution(study, execution.to_dict())
    return execution


def _chosen(store: Store, experiment: Experiment, space: Architectures) -> Execution:
    from workers.proxy import Execution

    how, on_gpu = experiment.proxy.execution, experiment.workers.device == "cuda"
    if how == "cuda_graphs" and not on_gpu:
        rule = "`proxy.execution` is cuda_graphs, but trials have no GPU"
        raise SearchError(f"{rule}: `workers.gpus_per_trial` is 0")
    if on_gpu:
        return Execution(autocast=how != "float32", cuda_graphs=True)
    if how == "float32":
        return Execution()
    return _measured(store, experiment, space)


def _measured(store: Store, experiment: Experiment, space: Architectures) -> Execution:
    from workers.proxy import Execution, conv_layers, measure_execution

    threads = max(1, int(experiment.workers.cpus_per_trial))
    # Timings scatter: taken anew they may choose another arithmetic, and then equal seeds would
    # give other accuracies in another database.
    known = [Execution.from_dict(values) for values in store.executions()] + cached_executions()
    layers = conv_layers(distinct_blocks(space))
    execution = measure_execution(layers, experiment.proxy.images_per_step, threads, known)
    cache_execution(execution)
    return execution
