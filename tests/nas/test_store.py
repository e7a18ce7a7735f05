"""What every database must do, on SQLite in a file."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from search_kit import IN_SHAPE, NUM_CLASSES, experiment_file, new_study
from sqlalchemy import event

from nas.cli import main
from nas.store import EpochRecord, LayerRecord, Store, StudyRecord, masked
from nas.store.records import worst_layers
from search_spaces.cost import cost
from search_spaces.errors import StoreError
from search_spaces.network import Network

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
    with pytest.raises(StoreError, match=r"no study 'digits' in sqlite:.*; it has hand-made$"):
        store.study("digits")
    with pytest.raises(StoreError, match="no architecture 'none' in sqlite:"):
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
    with pytest.raises(StoreError, match=r"UNIQUE constraint failed: nas_studies\.name"):
        new_study(store, experiment_file())
    _add(store, study, 0, _network())
    with pytest.raises(StoreError, match="UNIQUE constraint failed: nas_trials"):
        _add(store, study, 0, _network(2.0))
    with pytest.raises(StoreError, match="UNIQUE constraint failed: nas_trials"):
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
    with pytest.raises(StoreError, match="UNIQUE constraint failed: nas_epochs"):
        store.report(study, EpochRecord(0, 1, 0.9, 1.0, 2.0), "COMPLETE")
    with pytest.raises(StoreError, match="No row was found"):
        store.report(study, EpochRecord(7, 1, 0.9, 1.0, 2.0), "COMPLETE")
    (trial,) = store.trials(study)
    assert (trial.state, trial.accuracy, trial.train_s) == ("RUNNING", 0.5, 2.0)


def test_reset_forgets_the_unfinished_curve(store: Store, hand_made: StudyRecord) -> None:
    store.reset_trial(hand_made, 3)
    trial = store.trials(hand_made)[3]
    assert (trial.state, trial.epochs, trial.accuracy, trial.train_s) == ("WAITING", 0, None, 0.0)
    assert {e.number for e in store.epochs(hand_made)} == {0, 1, 2}


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
    store.close()
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    rows = connection.execute(FRONT).fetchall()
    connection.close()
    with pytest.raises(SystemExit, match="0"):
        main(["pareto", "hand-made", "--storage", url, "--json"])
    printed = json.loads(capsys.readouterr().out)["front"]
    keys = ("trial", "architecture", "accuracy", "flops", "params", "latency_ms")
    assert [tuple(entry[key] for key in keys) for entry in printed] == rows
    assert [row[0] for row in rows] == [0, 2]


# What cannot be reached


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("", "a storage address reads like .*; this one does not"),
        ("nas.db", "a storage address reads like"),
        ("postgresql://user:s3cret@host:port/name", "a storage address reads like"),
        ("sqlite:///a\0b.db", "a storage address reads like"),
        ("sqlite:///no/such/folder/nas.db", "unable to open database file"),
        ("sqlite://user:s3cret@host/nas.db", r"sqlite://user:\*\*\*@host/nas.db: Invalid SQLite"),
        ("nothing://user:s3cret@host/name", r"nothing://user:\*\*\*@host/name: no driver"),
        ("sqlite+nothing:///nas.db", "no driver for this database: Can't load plugin"),
    ],
)
def test_database_that_cannot_be_reached(
    address: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError, match=message) as raised:
        Store(address)
    assert len(str(raised.value).splitlines()) == 1
    assert "s3cret" not in str(raised.value)
    assert list(tmp_path.iterdir()) == []


def test_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "nas.db"
    path.write_text("these are not the bytes of a database" * 100)
    with pytest.raises(StoreError, match="file is not a database"):
        Store(f"sqlite:///{path}")


def test_reading_makes_no_database(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no such database; `nas launch` makes it"):
        Store(f"sqlite:///{tmp_path / 'nas.db'}", create=False)
    assert list(tmp_path.iterdir()) == []


def test_reading_adds_no_tables_to_the_database_of_others(tmp_path: Path) -> None:
    path = tmp_path / "others.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (x)")
    with pytest.raises(StoreError, match="has no studies; `nas launch` makes them"):
        Store(f"sqlite:///{path}", create=False)
    tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
    connection.close()
    assert tables == [("theirs",)]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("sqlite:///nas.db", "sqlite:///nas.db"),
        ("postgresql://nas:s3cret@host:5432/nas", "postgresql://nas:***@host:5432/nas"),
        ("postgresql://host/nas?password=s3cret", "postgresql://host/nas?password=hidden"),
        ("postgresql://nas:s3cret@host:port/nas", "the storage address"),
        ("nas:s3cret", "the storage address"),
    ],
)
def test_passwords_are_not_shown(address: str, shown: str) -> None:
    assert masked(address) == shown


def test_a_database_of_an_older_version_gets_the_columns_that_came_later(
    url: str, store: Store, hand_made: StudyRecord
) -> None:
    """Made by hand as version 0.1 had it at first: no kind of failure, no count of retries."""
    store.close()
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    for column in ("failure_kind", "retries"):
        connection.execute(f"ALTER TABLE nas_trials DROP COLUMN {column}")
    connection.commit()
    connection.close()
    with Store(url, create=False) as again:
        trials = again.trials(hand_made)
        assert (trials[4].failure, trials[4].failure_kind) == ("out of memory", None)
        assert [trial.retries for trial in trials] == [0] * 6
        again.retry_trial(hand_made, 5, 2)
        assert again.trials(hand_made)[5].retries == 2


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
    store.reset_trial(study, 0)
    assert store.layers(study, 0) == []
