"""Studies whose networks were trained again."""

from __future__ import annotations

from search_kit import IN_SHAPE, NUM_CLASSES, SIX, experiment_file, new_study

from nas.config import ExperimentFile
from nas.store import Companion, EpochRecord, Store, StudyRecord
from nas.trust.companions import study_file, variant_of
from nas.trust.confirmed import Confirmation, confirmation
from search_spaces.graphs.cost import cost

FOUND = [
    (1.0, 1, 0.50), (1.0, 3, 0.69), (2.0, 1, 0.45), (2.0, 3, 0.80), (3.0, 1, 0.70), (3.0, 3, 0.81),
]  # fmt: skip
"""By FLOPs the trials are 0, 2, 1, 4, 3, 5: `test_costs_rise_in_this_order`."""


def study_of(store: Store, rows: list[tuple[float, int, float]], text: str = SIX) -> StudyRecord:
    """A study whose trials have these widths, kernel sizes and accuracies."""
    file = experiment_file(text)
    study = new_study(store, file)
    write(store, study, file, rows)
    store.set_study_state(study, "COMPLETE")
    return store.study(study.name)


def write(
    store: Store, study: StudyRecord, file: ExperimentFile, rows: list[tuple[float, int, float]]
) -> None:
    space = file.space(IN_SHAPE, NUM_CLASSES)
    for number, (width, kernel_size, accuracy) in enumerate(rows):
        choices = {"width_mult": width, "stage1.standard.kernel_size": kernel_size}
        network = space.network(choices)
        store.add_trial(
            study, number, network, cost(network), choices=choices, description="d",
            latency_ms=None,
        )  # fmt: skip
        store.report(study, EpochRecord(number, 1, accuracy, 1.0, 1.0), "COMPLETE")


def made_again(
    store: Store,
    study: StudyRecord,
    accuracies: list[float],
    seed: int,
    max_epochs: int = 2,
    state: str = "COMPLETE",
) -> StudyRecord:
    """A companion that trained all six networks, as `nas confirm` makes one."""
    file = variant_of(study_file(study), [{}] * 6, max_epochs, seed, "confirmation")
    companion = new_study(store, file)
    store.add_companion(companion, Companion(study.name, "confirmation"))
    rows = [(w, k, a) for (w, k, _), a in zip(FOUND, accuracies, strict=True)]
    write(store, companion, file, rows)
    store.set_study_state(companion, state)
    return companion


def read(store: Store, study: StudyRecord) -> Confirmation:
    found = confirmation(store, study, store.trials(study))
    assert found is not None
    return found
