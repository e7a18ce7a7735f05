"""Studies that serve another: their experiment files, and what they found."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

import yaml

from nas.config import ExperimentFile
from nas.config.document import Document
from nas.config.edits import with_values
from nas.config.proxy import AUTO, ProxySpec
from nas.config.search import PROXY
from nas.store import Companion, Store, StudyRecord
from search_spaces.measures import LATENCY


def variant_of(
    file: ExperimentFile,
    networks: Sequence[Mapping[str, Any]],
    max_epochs: int,
    seed: int,
    purpose: str,
    *,
    with_latency: bool = False,
) -> ExperimentFile:
    """The experiment whose search trains these to the end, under a name that none else has.

    Args:
        networks: What tells them from all others, as the values of their choices.
        with_latency: Whether their latency is of interest where that of the search is.
    """
    experiment = file.experiment
    latency = [LATENCY] if with_latency and experiment.needs_latency else []
    search = {"sampler": "random", "num_trials": len(networks), "reuse": experiment.search.reuse}
    values: dict[tuple[str, ...], object] = {
        ("seed",): seed,
        ("objectives",): [experiment.quality, "flops", *latency],
        ("fidelity",): {"scheduler": "none", "max_epochs": max_epochs},
        ("search",): search,
    }
    # The list is settled: what a device or a training tells may keep nothing out and mark nothing.
    for quantity in (LATENCY, experiment.quality):
        if getattr(experiment.constraints, quantity) is not None:
            values["constraints", quantity] = None
    batch_size = experiment.proxy.batch_size
    if batch_size != AUTO and _says_auto(file):
        values["proxy", "batch_size"] = batch_size  # as it was meant when the study began
    if experiment.proxy.precision != "float32":
        values["proxy", "precision"] = experiment.proxy.precision  # an objective may have said so
    text = with_values(file.document.text, values)
    changed = ExperimentFile(Document(file.document.path, text), file.task)
    which = json.dumps([changed.experiment.identity(), *map(dict, networks)], sort_keys=True)
    # Of all that decides what is trained: the same call finds its study again and goes on with it.
    digest = sha256(which.encode()).hexdigest()[:6]
    return changed.with_name(f"{experiment.name[:60]}-{purpose}-{max_epochs}-{digest}")


def _says_auto(file: ExperimentFile) -> bool:
    section = file.document.data.get("proxy")
    return isinstance(section, Mapping) and section.get("batch_size") == AUTO


def study_file(study: StudyRecord) -> ExperimentFile:
    """The experiment of a study, a key on each line.

    Its name and evaluator are the study's, which a launch may have given in place of the file's;
    what the file does not say is what it meant when the study began. A module that it names as
    evaluator is looked for in the working folder.
    """
    given = Document(f"{study.name}.yaml", study.experiment_file)
    own = {"name": study.name, "evaluator": study.own_evaluator or PROXY}
    text = yaml.safe_dump({**given.data, **own}, sort_keys=False, allow_unicode=True)
    return ExperimentFile(Document(given.path, text), study.task).as_begun(study.experiment)


def serving(store: Store, study: StudyRecord, purpose: str) -> list[StudyRecord]:
    """The studies that serve this one, trained on the same data by the same recipe, and as long."""
    alike = _trained_alike(store, study, purpose)
    return [found for found in alike if full_epochs(found) == full_epochs(study)]


Accuracies = Mapping[str, Mapping[int, float]]
"""By architecture and seed."""


def trained_again(store: Store, study: StudyRecord, purpose: str) -> dict[int, Accuracies]:
    """What other seeds gave in the studies that serve this one, by epochs: all the evidence.

    It counts once such a study has come to its end: until then it has the networks that it began
    with, and none of the others. Where one was trained twice with one seed, the later one counts.
    """
    found: dict[int, dict[str, dict[int, float]]] = {}
    for companion in _trained_alike(store, study, purpose):
        if companion.state != "COMPLETE" or companion.seed == study.seed:
            continue
        by_architecture = found.setdefault(full_epochs(companion), {})
        for trial in store.trials(companion):
            if trial.state == "COMPLETE" and trial.accuracy is not None:
                by_architecture.setdefault(trial.architecture, {})[companion.seed] = trial.accuracy
    return dict(found)


def _trained_alike(store: Store, study: StudyRecord, purpose: str) -> list[StudyRecord]:
    return [
        found
        for found in store.companions(Companion(study.name, purpose))
        if found.dataset_fingerprint == study.dataset_fingerprint
        and _recipe(found) == _recipe(study)
    ]


def _recipe(study: StudyRecord) -> tuple[Any, ...]:
    """All that an accuracy depends on but the data, the network, the epochs and the seed.

    As a section, since a study of before lacks the keys that came later.
    """
    return study.own_evaluator, ProxySpec.model_validate(study.experiment.get("proxy", {}))


def full_epochs(study: StudyRecord) -> int:
    """Epochs of a whole training in a study; 0 where an earlier program did not note it."""
    return int(study.experiment.get("fidelity", {}).get("max_epochs", 0))
