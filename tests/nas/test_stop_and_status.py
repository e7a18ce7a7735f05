"""`nas status` and `nas stop` on a study made by hand, run by this process."""

from __future__ import annotations

import json
import os
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from search_kit import IN_SHAPE, NUM_CLASSES, SIX, experiment_file, new_study

from nas.cli import main
from nas.runner.lease import Lease
from nas.runner.machine import Runner, this_process
from nas.runner.status import study_status
from nas.store import Companion, EpochRecord, Store, StudyRecord
from search_spaces.graphs.cost import cost


def call(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return int(str(ended.value))


def status(url: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert call("status", "hand-made", "--json", "--storage", url) == 0
    (found,) = json.loads(capsys.readouterr().out)["studies"]
    return dict(found)


class Running(Lease):
    """The study as this process runs it; ends as a search does when it is asked to."""

    def __init__(self, store: Store, study: StudyRecord, me: Runner) -> None:
        self.asked, self.was_lost = threading.Event(), threading.Event()
        super().__init__(
            store, study, me, on_stop=self.asked.set, on_lost=self.was_lost.set, notify=print,
            poll_s=0.01,
        )  # fmt: skip


def test_status_of_a_study_that_nobody_runs(
    url: str, hand_made: StudyRecord, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    store.add_event(hand_made, "ended", "complete: 12 trials")
    found = status(url, capsys)
    (event,) = found.pop("events")
    assert (event["kind"], event["text"]) == ("ended", "complete: 12 trials")
    assert found == {
        "study": "hand-made", "state": "COMPLETE", "runner": None, "num_trials": 12,
        "num_complete": 3, "num_pruned": 1, "num_failed": 1, "num_waiting": 1, "running": [],
        "left_s": None,
    }  # fmt: skip
    assert call("status", "--storage", url) == 0
    assert "hand-made: complete; 4 trials (3 complete, 1" in capsys.readouterr().out


def test_status_of_a_study_that_runs(
    url: str, hand_made: StudyRecord, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    store.set_study_state(hand_made, "RUNNING")
    store.start_trial(hand_made, 5, "f00d")
    me = this_process()
    with Running(store, hand_made, me):
        found = status(url, capsys)
        assert call("status", "hand-made", "--storage", url) == 0
        shown = capsys.readouterr().out
        store.request_stop(hand_made, datetime.now(UTC))
        assert status(url, capsys)["runner"]["stop_requested_at"] is not None
    assert found["state"] == "RUNNING"
    runner = found["runner"]
    assert (runner["pid"], runner["host"], runner["user"]) == (os.getpid(), me.host, me.user)
    (trial,) = found["running"]
    assert (trial["trial"], trial["epochs"], trial["worker"]) == (5, 0, "f00d")
    assert found["num_waiting"] == 0
    assert f"run by process {os.getpid()} of {me.user} on {me.host} since 20" in shown
    assert "worker f00d: trial 5, 0 epochs, for " in shown
    assert status(url, capsys)["state"] == "INTERRUPTED"  # its process has not said how it ended


def test_the_time_that_is_left(store: Store, hand_made: StudyRecord) -> None:
    """Four of twelve have finished in the last hundred seconds: eight take two hundred."""
    begun = datetime.now(UTC) - timedelta(seconds=100)
    store.acquire(hand_made, "other-1", "other", 1, "ann", 3600, begun)
    left_s = study_status(store, hand_made).left_s
    assert left_s == pytest.approx(200, abs=20)


def test_the_time_limit_ends_what_is_left(store: Store) -> None:
    file = experiment_file(SIX.replace("num_trials: 12", "num_trials: 1000, time_limit: 2m"))
    study = new_study(store, file)
    for number, width in enumerate((1.0, 2.0)):
        network = file.space(IN_SHAPE, NUM_CLASSES).network(
            {"width_mult": width, "stage1.standard.kernel_size": 1}
        )
        store.add_trial(
            study, number, network, cost(network), choices={}, description="", latency_ms=None
        )
        store.report(study, EpochRecord(number, 1, 0.5, 1.0, 1.0), "COMPLETE")
    begun = datetime.now(UTC) - timedelta(seconds=100)
    store.acquire(study, "other-1", "other", 1, "ann", 3600, begun)
    assert study_status(store, study).left_s == pytest.approx(20, abs=5)


def test_stop_waits_for_the_end(
    url: str, hand_made: StudyRecord, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    store.set_study_state(hand_made, "RUNNING")
    codes: list[int] = []
    with Running(store, hand_made, this_process()) as lease:
        thread = threading.Thread(
            target=lambda: codes.append(call("stop", "hand-made", "--storage", url))
        )
        thread.start()
        assert lease.asked.wait(30)
        assert not codes
        store.set_study_state(hand_made, "INTERRUPTED")
    thread.join(30)
    assert codes == [0]
    said = capsys.readouterr().err
    assert f"hand-made: asked process {os.getpid()} of " in said
    assert "hand-made: stopped; it is interrupted" in said
    assert store.runner_of(hand_made) is None


def test_stop_now_takes_the_study_away(
    url: str, hand_made: StudyRecord, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    store.set_study_state(hand_made, "RUNNING")
    store.start_trial(hand_made, 5, "f00d")
    with Running(store, hand_made, this_process()) as lease:
        assert call("stop", "hand-made", "--now", "--json", "--storage", url) == 0
        assert lease.was_lost.wait(30)
    assert json.loads(capsys.readouterr().out) == {
        "study": "hand-made", "was_running": True, "state": "INTERRUPTED"
    }  # fmt: skip
    assert store.runner_of(hand_made) is None
    (interrupted,) = (t for t in store.trials(hand_made) if t.number == 5)
    assert (interrupted.state, interrupted.restarts) == ("WAITING", 1)


def test_stop_where_nobody_runs(
    url: str, hand_made: StudyRecord, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("stop", "hand-made", "--storage", url) == 0
    assert capsys.readouterr().err == "hand-made: nobody runs it; it is complete\n"
    assert call("stop", "hand-maid", "--storage", url) == 1
    assert "no study 'hand-maid'" in capsys.readouterr().err


def test_what_is_run_for_a_study_is_shown_and_stopped_with_it(
    url: str, hand_made: StudyRecord, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    """The search has ended, its baselines are trained."""
    baselines = new_study(store, experiment_file().with_name("hand-made-baselines"))
    for purpose in ("baselines", "control"):
        store.add_companion(baselines, Companion("hand-made", purpose))
    with Running(store, baselines, this_process()) as lease:
        assert call("status", "hand-made", "--json", "--storage", url) == 0
        found = json.loads(capsys.readouterr().out)["studies"]
        assert [(s["study"], s["state"]) for s in found] == [
            ("hand-made", "COMPLETE"), ("hand-made-baselines", "RUNNING"),
        ]  # fmt: skip
        assert call("status", "--json", "--storage", url) == 0
        assert json.loads(capsys.readouterr().out)["studies"] == found
        assert call("stop", "hand-made", "--now", "--json", "--storage", url) == 0
        assert lease.was_lost.wait(30)
    assert json.loads(capsys.readouterr().out) == {
        "study": "hand-made-baselines", "was_running": True, "state": "INTERRUPTED"
    }  # fmt: skip
    assert status(url, capsys)["runner"] is None
    assert call("status", "--json", "--storage", url) == 0
    (alone,) = json.loads(capsys.readouterr().out)["studies"]
    assert alone["study"] == "hand-made"


def test_watching_ends_when_nothing_runs(
    url: str, hand_made: StudyRecord, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("status", "--watch", "--storage", url) == 0
    assert "hand-made: complete; 4 trials (" in capsys.readouterr().out
    assert call("status", "--watch", "--json", "--storage", url) == 2
