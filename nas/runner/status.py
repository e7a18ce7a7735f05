"""How a search stands, told from its database; and ending it from another process."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from nas.runner.lease import LEASE_S, described, running, shown_state, take_over
from nas.runner.leftovers import end_processes
from nas.runner.machine import is_dead, this_process
from nas.store import EventRecord, RunnerRecord, RunningTrial, Store, StudyRecord


@dataclass(frozen=True)
class StudyStatus:
    """A study as it stands.

    Attributes:
        runner: Who runs it; None where nobody does.
        counts: Trials by state.
        running: The trials that workers train.
        left_s: Seconds until the last trial, by those that have finished in this run; None where
            nobody runs the study or too few have.
        events: The last things that happened, the earliest first.
    """

    study: StudyRecord
    runner: RunnerRecord | None
    counts: dict[str, int]
    running: list[RunningTrial]
    left_s: float | None
    events: list[EventRecord]

    @property
    def num_wanted(self) -> int:
        """Trials that the search ends with; failed ones are replaced."""
        return int(self.study.experiment["search"]["num_trials"])

    @property
    def num_done(self) -> int:
        return self.counts.get("COMPLETE", 0) + self.counts.get("PRUNED", 0)

    @property
    def state(self) -> str:
        """That of the study; INTERRUPTED also where its process has died and could not say so."""
        return shown_state(self.study.state, self.runner)

    def as_json(self) -> dict[str, Any]:
        """As `nas status --json` prints it."""
        names = {"complete": "COMPLETE", "pruned": "PRUNED", "failed": "FAIL", "waiting": "WAITING"}
        return {
            "study": self.study.name,
            "state": self.state,
            "runner": None if self.runner is None else _runner_json(self.runner),
            "num_trials": self.num_wanted,
            **{f"num_{name}": self.counts.get(state, 0) for name, state in names.items()},
            "running": [_trial_json(trial) for trial in self.running],
            "left_s": self.left_s,
            "events": [
                {"at": e.at.isoformat(), "kind": e.kind, "trial": e.trial_number, "text": e.text}
                for e in self.events
            ],
        }


def study_status(store: Store, study: StudyRecord, num_events: int = 5) -> StudyStatus:
    """How a study stands now."""
    runner = running(store, study)
    counts = store.num_trials_by_state(study)
    # The rows of a search that was killed say RUNNING until somebody puts them in order.
    trials = store.running_trials(study) if runner is not None else []
    events = store.last_events(study, num_events)
    status = StudyStatus(study, runner, counts, trials, None, events)
    if runner is None:
        return status
    left_s = store.activity(study).seconds_left(
        status.num_wanted - status.num_done,
        datetime.now(UTC),
        study.experiment["search"].get("time_limit"),
    )
    return StudyStatus(study, runner, counts, trials, left_s, events)


def _runner_json(runner: RunnerRecord) -> dict[str, Any]:
    asked = runner.stop_requested_at
    return {
        "host": runner.host,
        "pid": runner.pid,
        "user": runner.user,
        "since": runner.acquired_at.isoformat(),
        "heartbeat_at": runner.heartbeat_at.isoformat(),
        "stop_requested_at": None if asked is None else asked.isoformat(),
    }


def _trial_json(trial: RunningTrial) -> dict[str, Any]:
    return {
        "trial": trial.number,
        "epochs": trial.epochs,
        "worker": trial.worker,
        "since": None if trial.since is None else trial.since.isoformat(),
        "retries": trial.retries,
        "restarts": trial.restarts,
    }


POLL_S = 0.2


def ask_to_stop(store: Store, study: StudyRecord) -> RunnerRecord | None:
    """Asks who runs a study to finish the reports under way and end; None where nobody does."""
    holder = running(store, study)
    return None if holder is None else store.request_stop(study, datetime.now(UTC))


def await_end(store: Store, study: StudyRecord, holder: RunnerRecord) -> None:
    """Waits until a runner has given the study back, or has died."""
    while True:
        now = running(store, study)
        if now is None or now.token != holder.token:
            return
        time.sleep(POLL_S)


def take_away(store: Store, study: StudyRecord) -> RunnerRecord | None:
    """Takes a study from whoever runs it: it can write nothing more, and ends by itself.

    Also tidies up after a runner that has died. Its trials go on from their last rung with the next
    launch.

    Returns:
        Who that was; None where the study had an orderly end.
    """
    before = store.runner_of(study)
    if before is not None:
        # One that lives finds its lease gone with its next write, which is then undone.
        store.release(study, before.token)
    me = this_process()
    # A lease of our own, so that no launch begins while its trials are put in order.
    take_over(store, study, me, LEASE_S)
    try:
        if before is not None and is_dead(before.token, before.pid):
            # Those of one that lives are its own to end.
            end_processes(before.token)
        with store.unit_of_work():
            store.interrupt_trials(study)
            if before is not None or store.study(study.name).state == "RUNNING":
                store.set_study_state(study, "INTERRUPTED")
        if before is not None:
            store.add_event(study, "stopped", f"taken from {described(before)} by `nas stop`")
    finally:
        store.release(study, me.token)
    return before
