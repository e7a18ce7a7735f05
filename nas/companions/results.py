"""What the studies that serve another have found."""

from __future__ import annotations

from typing import Any

from nas.store import Companion, Store, StudyRecord


def serving(store: Store, study: StudyRecord, purpose: str) -> list[StudyRecord]:
    """The studies that serve this one, trained on the same data by the same recipe, and as long."""
    return [
        found
        for found in store.companions(Companion(study.name, purpose))
        if found.dataset_fingerprint == study.dataset_fingerprint
        and _recipe(found) == _recipe(study)
    ]


def seed_accuracies(store: Store, study: StudyRecord, purpose: str) -> dict[str, dict[int, float]]:
    """Final validation accuracies in the studies that serve this one: by architecture and seed."""
    found: dict[str, dict[int, float]] = {}
    for companion in serving(store, study, purpose):
        for trial in store.trials(companion):
            if trial.state == "COMPLETE" and trial.accuracy is not None:
                found.setdefault(trial.architecture, {})[companion.seed] = trial.accuracy
    return found


def _recipe(study: StudyRecord) -> tuple[Any, ...]:
    """All that an accuracy depends on but the data, the network and the seed."""
    experiment = study.experiment
    proxy, epochs = experiment.get("proxy"), experiment.get("fidelity", {}).get("max_epochs")
    return study.own_evaluator, proxy, epochs
