"""A small study made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from search_kit import IN_SHAPE, NUM_CLASSES, SIX, experiment_file, new_study

from nas.store import EpochRecord, Store, StudyRecord
from search_spaces.graphs.cost import cost


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Address of a database that is not there yet."""
    return f"sqlite:///{tmp_path / 'nas.db'}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = Store(url)
    yield store
    store.close()


@pytest.fixture
def hand_made(store: Store) -> StudyRecord:
    """Six trials: three complete (the second dominated), one pruned, one failed, one waiting."""
    file = experiment_file(SIX.replace("name: six", "name: hand-made"))
    space = file.space(IN_SHAPE, NUM_CLASSES)
    study = new_study(store, file)
    rows = [
        (1.0, 1, "COMPLETE", 0.5, 0.75),
        (2.0, 3, "COMPLETE", 0.5, 1.5),
        (3.0, 3, "COMPLETE", 0.75, None),
        (3.0, 1, "PRUNED", 0.25, 2.0),
        (2.0, 1, "FAIL", None, None),
        (1.0, 3, "WAITING", None, None),
    ]
    for number, (width, kernel_size, state, accuracy, latency_ms) in enumerate(rows):
        choices = {"width_mult": width, "stage1.standard.kernel_size": kernel_size}
        network = space.network(choices)
        store.add_trial(
            study, number, network, cost(network), choices=choices,
            description=space.in_words(choices), latency_ms=latency_ms,
        )  # fmt: skip
        if state != "WAITING":
            store.start_trial(study, number, "worker-1")
        if accuracy is not None:
            store.report(study, EpochRecord(number, 1, accuracy / 2, 2.0, 1.5))
            store.report(study, EpochRecord(number, 2, accuracy, 1.0, 1.5), state)
        if state == "FAIL":
            store.fail_trial(study, number, "out of memory", "Traceback ...")
    store.set_study_state(study, "COMPLETE")
    return store.study("hand-made")
