"""What every database must do."""

import json
import threading
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from search_kit import IN_SHAPE, NUM_CLASSES, SIX, experiment_file, new_study
from sqlalchemy import event

from nas.cli import main
from nas.store import Companion, EpochRecord, LayerRecord, Store, StudyRecord
from nas.store.records import worst_layers
from search_spaces.errors import StoreError
from search_spaces.graphs.cost import cost
from search_spaces.graphs.network import Network

FRONT = """
SELECT t.number, t.architecture_id, t.accuracy, a.flops, a.params, t.latency_ms
FROM nas_trials t
JOIN nas_architectures a ON a.id = t.architecture_id
JOIN nas_studies s ON s.id = t.study_id
WHERE s.name = 'hand-made' AND t.state = 'COMPLETE' AND NOT EXISTS (
    SELECT 1 FROM nas_trials u JOIN nas_architectures b ON b.id = u.architecture_id
    WHERE u.study_id = t.study_id AND u.state = 'COMPLETE'
    AND u.accuracy >= t.accuracy AND b.flops <= a.flops
    AND (u.accuracy > t.accuracy OR b.flops < a.flops)
)
ORDER BY a.flops
"""


def _network(width: float = 1.0, kernel_size: int = 1) -> Network:
    space = experiment_file().space(IN_SHAPE, NUM_CLASSES)
    return space.network({"width_mult": width, "stage1.standard.kernel_size": kernel_size})


def _add(store: Store, study: StudyRecord, number: int, network: Network) -> None:
    store.add_trial(
        study, number, network, cost(network), choices={"width_mult": 1.0}, description="a network",
        latency_ms=None,
    )  # fmt: skip


def test_study_comes_back_as_it_was_written(url: str) -> None:
    store = Store(url)
    written = new_study(store, experiment_file())
    store.close()
    again = Store(url, create=False)
    read = again.study("six")
    again.close()
    assert read == written
    assert read.experiment == experiment_file().experiment.model_dump(mode="json")
    assert read.in_shape == IN_SHAPE
    assert read.objectives == ("accuracy", "flops")
    assert abs(read.created_at - datetime.now(UTC)) < timedelta(minutes=5)


def test_trials_and_curves_come_back_as_they_were_written(
    store: Store, hand_made: StudyRecord
) -> None:
    trials = store.trials(hand_made)
    assert [(t.number, t.state, t.epochs, t.accuracy, t.latency_ms, t.train_s) for t in trials] == [
        (0, "COMPLETE", 2, 0.5, 0.75, 3.0),
        (1, "COMPLETE", 2, 0.5, 1.5, 3.0),
        (2, "COMPLETE", 2, 0.75, None, 3.0),
        (3, "PRUNED", 2, 0.25, 2.0, 3.0),
        (4, "FAIL", 0, None, None, 0.0),
        (5, "WAITING", 0, None, None, 0.0),
    ]
    assert trials[4].failure == "out of memory"
    assert trials[1].choices == {"width_mult": 2.0, "stage1.standard.kernel_size": 3}
    curve = [e for e in store.epochs(hand_made) if e.number == 2]
    assert curve == [EpochRecord(2, 1, 0.375, 2.0, 1.5), EpochRecord(2, 2, 0.75, 1.0, 1.5)]


def test_costs_and_network_come_back_by_architecture(store: Store, hand_made: StudyRecord) -> None:
    network = _network(2.0, 3)
    trial = store.trials(hand_made)[1]
    assert trial.architecture == network.id
    assert store.network(network.id) == network
    counted = cost(network)
    assert (trial.flops, trial.params, trial.weight_bytes, trial.peak_activation_bytes) == (
        counted.flops, counted.params, counted.weight_bytes, counted.peak_activation_bytes,
    )  # fmt: skip


def test_unknown_names_are_one_line_that_names_the_known(
    store: Store, hand_made: StudyRecord
) -> None:
    with pytest.raises(StoreError, match=r"no study 'digits' in \w+[:+].*; it has hand-made$"):
        store.study("digits")
    with pytest.raises(StoreError, match=r"no architecture 'none' in \w+[:+]"):
        store.network("none")
    assert store.find_study("digits") is None


def test_summary_counts_what_is_complete(store: Store, hand_made: StudyRecord) -> None:
    new_study(store, experiment_file())
    first, second = store.studies()
    assert (first.study.name, first.num_trials, first.num_complete) == ("hand-made", 6, 3)
    assert first.best_accuracy == 0.75
    assert (second.study.name, second.num_trials, second.num_complete) == ("six", 0, 0)
    assert second.best_accuracy is None


def test_nothing_is_there_twice(store: Store) -> None:
    study = new_study(store, experiment_file())
    with pytest.raises(StoreError, match=r"(?i)unique constraint .*nas_studies"):
        new_study(store, experiment_file())
    _add(store, study, 0, _network())
    with pytest.raises(StoreError, match=r"(?i)unique constraint .*nas_trials"):
        _add(store, study, 0, _network(2.0))
    with pytest.raises(StoreError, match=r"(?i)unique constraint .*nas_trials"):
        _add(store, study, 1, _network())
    assert [trial.number for trial in store.trials(study)] == [0]


def test_one_architecture_of_two_studies_is_stored_once(store: Store) -> None:
    for name in ("one", "two"):
        text = experiment_file().document.text.replace("name: six", f"name: {name}")
        _add(store, new_study(store, experiment_file(text)), 0, _network())
    with store.engine.connect() as connection:
        count = connection.exec_driver_sql("SELECT count(*) FROM nas_architectures").scalar()
    assert count == 1


def test_a_report_is_one_transaction(store: Store) -> None:
    study = new_study(store, experiment_file())
    _add(store, study, 0, _network())
    commits: list[object] = []
    event.listen(store.engine, "commit", commits.append)
    store.report(study, EpochRecord(0, 1, 0.5, 1.0, 2.0), "COMPLETE")
    assert len(commits) == 1


def test_a_report_that_fails_changes_nothing(store: Store) -> None:
    study = new_study(store, experiment_file())
    _add(store, study, 0, _network())
    store.report(study, EpochRecord(0, 1, 0.5, 1.0, 2.0))
    with pytest.raises(StoreError, match=r"(?i)unique constraint .*nas_epochs"):
        store.report(study, EpochRecord(0, 1, 0.9, 1.0, 2.0), "COMPLETE")
    with pytest.raises(StoreError, match="No row was found"):
        store.report(study, EpochRecord(7, 1, 0.9, 1.0, 2.0), "COMPLETE")
    (trial,) = store.trials(study)
    assert (trial.state, trial.accuracy, trial.train_s) == ("RUNNING", 0.5, 2.0)


def test_a_unit_of_work_is_one_transaction(store: Store) -> None:
    study = new_study(store, experiment_file())
    _add(store, study, 0, _network())
    commits: list[object] = []
    event.listen(store.engine, "commit", commits.append)
    with store.unit_of_work():
        store.report(study, EpochRecord(0, 1, 0.5, 1.0, 2.0))
        store.add_event(study, "rung", "reached")
        assert store.trials(study)[0].epochs == 1
    assert len(commits) == 1
    assert store.trials(study)[0].epochs == 1


def test_a_unit_of_work_that_fails_changes_nothing(store: Store) -> None:
    study = new_study(store, experiment_file())
    _add(store, study, 0, _network())
    with pytest.raises(ValueError, match="cut off"), store.unit_of_work():
        store.report(study, EpochRecord(0, 1, 0.5, 1.0, 2.0))
        raise ValueError("cut off")
    with pytest.raises(StoreError, match=r"(?i)unique constraint"), store.unit_of_work():
        store.add_event(study, "rung", "reached")
        _add(store, study, 0, _network(2.0))
    (trial,) = store.trials(study)
    assert (trial.state, trial.epochs) == ("WAITING", 0)
    assert store.events(study) == []


def test_threads_have_units_of_work_of_their_own(store: Store) -> None:
    """What another thread wrote stays, although this one's unit is given up."""
    study = new_study(store, experiment_file())
    other = threading.Thread(target=store.add_event, args=(study, "theirs", "kept"))
    with pytest.raises(ValueError, match="given up"), store.unit_of_work():
        other.start()
        other.join()
        store.add_event(study, "ours", "given up")
        raise ValueError("given up")
    assert [found.kind for found in store.events(study)] == ["theirs"]


def test_interrupted_trials_wait_with_their_curve(store: Store, hand_made: StudyRecord) -> None:
    store.start_trial(hand_made, 5, "worker-2")
    store.report(hand_made, EpochRecord(5, 1, 0.5, 1.0, 2.0))
    assert store.interrupt_trials(hand_made) == [5]
    trial = store.trials(hand_made)[5]
    assert (trial.state, trial.epochs, trial.accuracy, trial.restarts) == ("WAITING", 1, 0.5, 1)
    assert store.interrupt_trials(hand_made) == []
    assert [t.restarts for t in store.trials(hand_made)] == [0, 0, 0, 0, 0, 1]


def test_experiment_and_state_can_change(store: Store) -> None:
    study = new_study(store, experiment_file())
    store.set_experiment(study, "name: six", {"objectives": ["accuracy", "params"]})
    store.set_study_state(study, "INTERRUPTED")
    read = store.study("six")
    assert (read.experiment_file, read.state) == ("name: six", "INTERRUPTED")
    assert read.objectives == ("accuracy", "params")


SETTING = {
    "device": "cpu", "backend": "eager", "dtype": "float32", "batch_size": 1, "num_threads": 1,
    "memory_format": "contiguous", "device_name": "a processor", "versions": "torch",
}  # fmt: skip

MEASURED = {
    "low_ms": 0.9, "high_ms": 3.5, "spread_ms": 0.01, "num_runs": 9, "reference_ms": 0.05,
    "is_quiet": True,
}  # fmt: skip


def test_latencies_are_kept_for_each_setting(store: Store) -> None:
    a, b = ({"block": block, "latency_ms": 1.0, **MEASURED} for block in "ab")
    store.add_latencies("s1", SETTING, [a, b])
    store.add_latencies("s2", {**SETTING, "num_threads": 2}, [{**a, "latency_ms": 3.0}])
    again = {**a, "latency_ms": 1.5, "is_quiet": False}
    store.add_latencies("s1", SETTING, [again])
    assert store.latency_blocks("s1") == [again, b]
    assert [row["latency_ms"] for row in store.latency_blocks("s2")] == [3.0]
    assert store.latency_blocks("s3") == []


def test_network_latencies_know_their_blocks(store: Store) -> None:
    row = {"network": "n", "blocks": ["a", "b", "a"], "latency_ms": 2.0, **MEASURED}
    store.add_latencies("s1", SETTING, networks=[row])
    assert store.latency_networks("s1") == [row]
    assert store.latency_networks("s2") == []


def test_front_by_plain_sql_is_the_front_that_is_printed(
    url: str, store: Store, hand_made: StudyRecord, capsys: pytest.CaptureFixture[str]
) -> None:
    with store.engine.connect() as connection:
        rows = [tuple(row) for row in connection.exec_driver_sql(FRONT)]
    with pytest.raises(SystemExit, match="0"):
        main(["pareto", "hand-made", "--storage", url, "--json"])
    printed = json.loads(capsys.readouterr().out)["front"]
    keys = ("trial", "architecture", "accuracy", "flops", "params", "latency_ms")
    assert [tuple(entry[key] for key in keys) for entry in printed] == rows
    assert [row[0] for row in rows] == [0, 2]


def test_searches_that_find_the_same_networks_at_once_share_them(url: str) -> None:
    """Four searches of one database begin the same six trials at the same moments."""
    networks = [_network(width, kernel) for width in (1.0, 2.0, 3.0) for kernel in (1, 3)]
    together = threading.Barrier(4, timeout=60)
    failed: list[StoreError] = []

    def search(store: Store, study: StudyRecord) -> None:
        for number, network in enumerate(networks):
            together.wait()
            try:
                _add(store, study, number, network)
            except StoreError as error:
                failed.append(error)

    with ExitStack() as stack:
        stores = [stack.enter_context(Store(url)) for _ in range(4)]
        files = [experiment_file(SIX.replace("six", f"study{number}")) for number in range(4)]
        studies = [new_study(stores[0], file) for file in files]
        threads = [
            threading.Thread(target=search, args=pair) for pair in zip(stores, studies, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []
        for study in studies:
            assert [trial.architecture for trial in stores[0].trials(study)] == [
                network.id for network in networks
            ]


def test_diagnostics_are_kept_in_the_order_of_the_layers(store: Store) -> None:
    study = new_study(store, experiment_file())
    space = experiment_file().space(IN_SHAPE, NUM_CLASSES)
    network = space.network(space.sample(np.random.default_rng(0)))
    store.add_trial(
        study, 0, network, cost(network), choices={}, description="", latency_ms=None
    )  # fmt: skip
    layers = [
        LayerRecord("stem.conv", 8, 0.25, 0.5, 3.5), LayerRecord("a.conv", 4, 1.0, None, 0.0)
    ]  # fmt: skip
    store.report(study, EpochRecord(0, 1, 0.5, 1.0, 2.0))
    assert store.layers(study, 0) == []
    store.report(study, EpochRecord(0, 2, 0.75, 1.0, 2.0), "COMPLETE", layers)
    assert store.layers(study, 0) == layers
    assert [layer.layer for layer in worst_layers(layers)] == ["a.conv", "stem.conv"]


@pytest.mark.parametrize("number", [0, 3, 4], ids=["COMPLETE", "PRUNED", "FAIL"])
def test_what_is_finished_does_not_change(
    store: Store, hand_made: StudyRecord, number: int
) -> None:
    before = store.trials(hand_made), store.epochs(hand_made)
    state = before[0][number].state
    for change in (
        lambda: store.report(hand_made, EpochRecord(number, 3, 0.99, 1.0, 1.0)),
        lambda: store.report(hand_made, EpochRecord(number, 3, 0.99, 1.0, 1.0), "COMPLETE"),
        lambda: store.fail_trial(hand_made, number, "too late"),
        lambda: store.retry_trial(hand_made, number, 1),
        lambda: store.start_trial(hand_made, number, "another worker"),
    ):
        with pytest.raises(StoreError, match=rf"trial {number} is {state}: .* not change"):
            change()
    assert (store.trials(hand_made), store.epochs(hand_made)) == before


def test_what_a_finished_training_found_does_not_change(store: Store) -> None:
    training = store.add_training(
        "architecture", recipe={}, seed=0, max_epochs=1, hardware={}, versions={}
    )
    store.finish_training(training, test_accuracy=0.75, num_test_images=80)
    before = store.training(training)
    with pytest.raises(StoreError, match=rf"training {training} is COMPLETE: .* not change"):
        store.finish_training(training, test_accuracy=0.99, num_test_images=80)
    assert store.training(training) == before


def test_a_study_serves_one_experiment(store: Store) -> None:
    """Noted twice it is the same; other purposes and experiments have theirs."""
    names = ("first", "second", "third")
    first, second, third = (new_study(store, experiment_file(SIX).with_name(n)) for n in names)
    baselines = Companion("digits", "baselines")
    for study in (first, second, first):
        store.add_companion(study, baselines)
    store.add_companion(third, Companion("digits", "confirmation"))
    assert [study.name for study in store.companions(baselines)] == ["first", "second"]
    assert store.companions(baselines)[0] == store.study("first")
    assert [s.name for s in store.companions(Companion("digits", "confirmation"))] == ["third"]
    assert store.companions(Companion("other", "baselines")) == []
