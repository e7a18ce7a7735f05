"""The parts of a study's live page, as plain values for their templates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dashboards import page
from dashboards.live.feed import Snapshot
from dashboards.words import STATES, architecture_lines, moment, plural, quantity
from nas.quantities import format_duration
from nas.store import TrialRecord

NUM_LATEST = 12
"""Trials in the list of the latest."""

_ENDED = ("COMPLETE", "PRUNED", "FAIL")


def progress(shot: Snapshot, now: datetime) -> dict[str, Any]:
    """How far the search is: a bar of states, its words, and who runs it."""
    findings = shot.findings
    counts = {state: len(findings.in_state(state)) for state in (*_ENDED, "RUNNING")}
    ended = sum(counts[state] for state in _ENDED)
    asked = findings.setting("search", "num_trials")
    planned = asked + counts["FAIL"] if isinstance(asked, int) else ended + counts["RUNNING"]
    total = max(planned, ended + counts["RUNNING"], 1)
    limit, left = findings.setting("search", "time_limit"), None
    if shot.activity.state == "RUNNING":
        left = shot.activity.seconds_left(total - ended, now, limit)
    return {
        "shares": [
            {"state": state.lower(), "name": STATES[state], "count": count,
             "percent": 100 * count / total}
            for state, count in counts.items()
            if count
        ],
        "ended": ended,
        "total": total,
        "words": f"{ended:,} of {total:,} trials have ended",
        "left": f"about {format_duration(left)} left" if left is not None else "",
        "runner": _runner(shot, now),
    }  # fmt: skip


def _runner(shot: Snapshot, now: datetime) -> str:
    runner = shot.activity.runner
    if runner is None:
        return ""
    who = f"process {runner.pid} of {runner.user} on {runner.host}"
    if runner.is_expired(now):
        return f"Nothing has been heard of {who} since {moment(runner.heartbeat_at)}."
    asked = ", asked to stop" if runner.stop_requested_at else ""
    return f"Run by {who}{asked}."


def workers(shot: Snapshot) -> list[dict[str, Any]]:
    """A row for each worker: what it trains, how far it is, and how well that goes."""
    findings = shot.findings
    trials = {trial.number: trial for trial in findings.in_state("RUNNING")}
    max_epochs = findings.setting("fidelity", "max_epochs") or 0
    return [
        {
            "name": worker.name,
            "number": worker.number,
            "lines": architecture_lines(trials[worker.number]),
            "epochs": trials[worker.number].epochs,
            "max_epochs": max_epochs,
            "percent": 100 * trials[worker.number].epochs / max_epochs if max_epochs else 0,
            "accuracy": quantity(trials[worker.number], "accuracy"),
            "since": worker.started_at.isoformat() if worker.started_at else "",
        }
        for worker in shot.activity.workers
        if worker.number in trials
    ]


def latest(shot: Snapshot) -> list[dict[str, Any]]:
    """The latest trials, the newest first."""
    return [trial_row(shot, trial) for trial in reversed(shot.findings.trials[-NUM_LATEST:])]


def trial_row(shot: Snapshot, trial: TrialRecord) -> dict[str, Any]:
    """A trial as a row of a table."""
    return {
        "number": trial.number,
        "state": trial.state.lower(),
        "state_words": STATES.get(trial.state, trial.state),
        "is_front": trial.number in shot.findings.on_front,
        "epochs": plural(trial.epochs, "epoch") if trial.epochs else "",
        "accuracy": quantity(trial, "accuracy"),
        "flops": quantity(trial, "flops"),
        "latency": quantity(trial, "latency_ms"),
        "words": "; ".join(architecture_lines(trial)),
        "failure": trial.failure or "",
    }


def notices(shot: Snapshot, now: datetime) -> list[str]:
    """What a reader must know first; a search that runs is none of it on a live page."""
    said = page.notices(shot.findings)
    if shot.activity.is_lost(now):
        said.insert(0, f"{_runner(shot, now)} The same nas launch command goes on with the search.")
    return [line for line in said if "still running when this page was written" not in line]
