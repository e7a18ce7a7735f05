"""The networks of a front in eight bit integers, once a search is over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nas.latency.profile import ProfileObserver
from nas.quantisation.told import reading_in_words
from nas.store import Int8Reading, Store, StudyRecord, TrialRecord
from nas.store.results import pareto_front
from nas.store.workspace import Workspace
from search_spaces.errors import GraphError, SearchError, on_one_line
from search_spaces.quantities import plural
from workers.datasets import Dataset, input_format
from workers.tasks import task_of

if TYPE_CHECKING:
    from torch import nn

    from search_spaces.graphs.network import Network

INT8 = "int8"


def asks_for_int8(study: StudyRecord) -> bool:
    """Whether its networks are for a device that calculates so, or a search that is guided so."""
    sections = (study.experiment.get(name) or {} for name in ("device", "proxy"))
    return any(section.get("precision") == INT8 for section in sections)


def measure_int8(
    store: Store,
    study: StudyRecord,
    workspace: Workspace,
    dataset: Dataset,
    observer: ProfileObserver,
) -> list[TrialRecord]:
    """Measures what the front's networks are worth in integers, unless that is known.

    With the weights that the search trained, on the validation images, beside float32 on the same
    ones. What cannot be measured is told in one line for each network.

    Returns:
        Those of the front that were measured now.
    """
    todo = [trial for trial in _front(store, study) if trial.int8 is None]
    if not todo:
        return []
    if study.own_evaluator is not None:
        rule = "how its evaluator gives images to a network is not known"
        observer.message(f"the front is not measured in int8: {rule}")
        return []
    observer.message(f"measuring {plural(len(todo), 'network')} of the front in int8")
    measured = set()
    for trial in todo:
        try:
            reading = _reading(store, study, trial, workspace, dataset)
        except (GraphError, SearchError) as error:
            observer.message(f"trial {trial.number} is not measured in int8: {error}")
            continue
        said = f"trial {trial.number}: {reading_in_words(reading, study.quality)}"
        # One at a time: what ends it in between leaves what was measured.
        store.set_int8(study, {trial.number: reading}, said)
        measured.add(trial.number)
        observer.message(said)
    return [trial for trial in _front(store, study) if trial.number in measured]


def _front(store: Store, study: StudyRecord) -> list[TrialRecord]:
    return pareto_front(store.trials(study), study.objectives, study.limits)


def _reading(
    store: Store, study: StudyRecord, trial: TrialRecord, workspace: Workspace, dataset: Dataset
) -> Int8Reading:
    from workers.quantisation import evaluated

    network = store.network(trial.architecture)
    module = _module(network, workspace.weights(study, trial.number))
    score = evaluated(
        network, module, dataset.train, dataset.validation, input_format(dataset),
        task_of(dataset.info),
    )  # fmt: skip
    return Int8Reading(score.int8.value, *score.difference)


def _module(network: Network, path: Path) -> nn.Module:
    """The trained module. Raises SearchError where its weights are not there, or not its."""
    import torch

    from search_spaces.graphs.modules import build_module

    if not path.exists():
        raise SearchError(f"there is no {path}")
    module = build_module(network).eval()
    try:
        module.load_state_dict(torch.load(path, weights_only=True, map_location="cpu"))
    except Exception as error:  # torch raises many kinds for a damaged file
        raise SearchError(f"{path}: are no weights of it: {on_one_line(str(error))}") from error
    return module
