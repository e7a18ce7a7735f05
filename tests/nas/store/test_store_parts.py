"""Events, exports, full trainings and checkpoints come back as they were written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from nas.store import Store, StudyRecord, TrainingEpochRecord
from search_spaces.errors import StoreError


def _is_now(moment: datetime | None) -> bool:
    return moment is not None and abs(moment - datetime.now(UTC)) < timedelta(minutes=1)


def test_events_come_in_their_order(store: Store, hand_made: StudyRecord) -> None:
    store.add_event(hand_made, "launched", "by ann on host-1", data={"pid": 17})
    store.add_event(hand_made, "failed", "trial 4: out of memory", 4)
    store.add_event(None, "upgraded", "schema upgraded")
    events = store.events(hand_made)
    assert [(e.kind, e.trial_number, e.text, e.data) for e in events] == [
        ("launched", None, "by ann on host-1", {"pid": 17}),
        ("failed", 4, "trial 4: out of memory", {}),
    ]
    assert all(_is_now(event.at) for event in events)
    assert [event.kind for event in store.events(None)] == ["upgraded"]


def test_exports_know_their_trial_and_proof(store: Store, hand_made: StudyRecord) -> None:
    assert store.exports(hand_made) == []
    proof = {"max_difference": 1e-6, "num_inputs": 32}
    store.add_export(
        hand_made, 2, format="onnx", file_name="net.onnx", sha256="ab" * 32, proof=proof
    )
    (export,) = store.exports(hand_made)
    assert (export.number, export.format, export.file_name) == (2, "onnx", "net.onnx")
    assert (export.sha256, export.proof) == ("ab" * 32, proof)
    assert _is_now(export.exported_at)
    with pytest.raises(StoreError, match="No row was found"):
        store.add_export(hand_made, 9, format="onnx", file_name="", sha256="", proof={})


def test_a_full_training_from_start_to_end(store: Store, hand_made: StudyRecord) -> None:
    trial = store.trials(hand_made)[2]
    training = store.add_training(
        trial.architecture, recipe={"lr": 0.1}, seed=2**40, max_epochs=3,
        hardware={"num_cpus": 2}, versions={"torch": "2"}, study=hand_made, number=2,
    )  # fmt: skip
    begun = store.training(training)
    assert (begun.study, begun.number, begun.architecture) == ("hand-made", 2, trial.architecture)
    assert (begun.state, begun.epochs, begun.seed) == ("RUNNING", 0, 2**40)
    assert begun.recipe == {"lr": 0.1}
    epochs = [TrainingEpochRecord(1, None, 2.5, 4.0), TrainingEpochRecord(2, 0.5, 2.0, 4.5)]
    store.report_training(training, epochs[0], "files/1.pt")
    store.report_training(training, epochs[1])
    assert store.training_epochs(training) == epochs
    assert store.training(training).checkpoint == "files/1.pt"
    store.finish_training(training, test_accuracy=0.75, num_test_images=80, weights_sha256="cd")
    (done,) = store.trainings(hand_made)
    assert (done.state, done.epochs, done.train_s, done.checkpoint) == (
        "COMPLETE", 2, 8.5, None
    )  # fmt: skip
    assert (done.validation_accuracy, done.test_accuracy, done.num_test_images) == (0.5, 0.75, 80)
    assert done.weights_sha256 == "cd"
    assert _is_now(done.finished_at)


def test_a_full_training_goes_back_to_its_checkpoint(store: Store) -> None:
    training = store.add_training(
        "architecture", recipe={}, seed=0, max_epochs=0, hardware={}, versions={}
    )
    store.plan_training(training, 7)
    epochs = [TrainingEpochRecord(number, number / 8, 2.0, 4.0) for number in (1, 2, 3)]
    for epoch in epochs:
        store.report_training(training, epoch)
    store.rewind_training(training, epochs[:2], "files/2.pt")
    assert store.training_epochs(training) == epochs[:2]
    now = store.training(training)
    assert (now.epochs, now.max_epochs, now.train_s) == (2, 7, 8.0)
    assert (now.validation_accuracy, now.checkpoint) == (0.25, "files/2.pt")
    store.rewind_training(training, [], "files/0.pt")
    assert (store.training(training).epochs, store.training(training).train_s) == (0, 0.0)


def test_a_full_training_of_a_network_of_no_study_may_fail(store: Store) -> None:
    training = store.add_training(
        "architecture", recipe={}, seed=0, max_epochs=1, hardware={}, versions={}
    )
    store.fail_training(training, "out of memory")
    (failed,) = store.trainings()
    assert (failed.id, failed.study, failed.number) == (training, None, None)
    assert (failed.state, failed.failure) == ("FAIL", "out of memory")
    with pytest.raises(StoreError, match="No row was found"):
        store.training(training + 1)


def test_a_trial_has_one_checkpoint_its_last(store: Store, hand_made: StudyRecord) -> None:
    for epochs in (1, 3):
        store.set_checkpoint(
            hand_made, 5, epochs=epochs, uri=f"s3://x/{epochs}", sha256="ef", bytes=2**33
        )
    found = store.checkpoints(hand_made)
    assert list(found) == [5]
    assert (found[5].number, found[5].epochs, found[5].uri) == (5, 3, "s3://x/3")
    assert (found[5].sha256, found[5].bytes) == ("ef", 2**33)
    assert _is_now(found[5].written_at)
    store.drop_checkpoint(hand_made, 5)
    store.drop_checkpoint(hand_made, 0)
    assert store.checkpoints(hand_made) == {}


def test_texts_of_failures_may_hold_anything(store: Store, hand_made: StudyRecord) -> None:
    """Zero characters are refused by PostgreSQL, halves of surrogate pairs by all."""
    store.fail_trial(hand_made, 5, "a\0b \ud800", "line\0")
    assert store.trials(hand_made)[5].failure == "a\u2400b ?"
    assert store.traceback(hand_made, 5) == "line\u2400"
