"""Ends a search from another process."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from nas.runner.lease import LEASE_S, described, running, take_over
from nas.runner.leftovers import end_processes
from nas.runner.machine import is_dead, this_process
from nas.store import RunnerRecord, Store, StudyRecord

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
        store.release(study, before.token)
    me = this_process()
    take_over(store, study, me, LEASE_S)
    try:
        if before is not None and is_dead(before.token, before.pid):
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
