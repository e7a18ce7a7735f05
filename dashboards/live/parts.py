"""The parts of a study's live page, as plain values for their templates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from markupsafe import Markup

from dashboards.live.feed import Snapshot
from dashboards.sections import page
from dashboards.sections.words import STATES, architecture_lines, quantity, time_element, visible
from nas.runner import lease
from nas.runner.machine import is_dead
from nas.store import RunnerRecord, TrialRecord
from search_spaces.measures import ACCURACY, LATENCY
from search_spaces.quantities import format_left, out_of, plural

NUM_LATEST = 12
"""Trials in the list of the latest."""

_ENDED = ("COMPLETE", "PRUNED", "FAIL")


def progress(shot: Snapshot, now: datetime) -> dict[str, Any]:
    """How far the search is: a bar of states, its words, and who runs it."""
    findings = shot.findings
    counts = {state: len(findings.in_state(state)) for state in (*_ENDED, "RUNNING")}
    ended = sum(counts[state] for state in _ENDED)
    asked = findings.setting("search", "num_trials")
    if shot.study.state == "COMPLETE":
        asked = ended - counts["FAIL"]  # perhaps all networks that there are
    # Another network is trained in the place of each that failed.
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
        "words": f"{out_of(ended, total, 'trial')} {'has' if total == 1 else 'have'} ended",
        "left": format_left(left) if left is not None else "",
        "runner": _runner(shot, now),
    }  # fmt: skip


def shown_state(state: str, runner: RunnerRecord | None, now: datetime) -> str:
    """That of a study; INTERRUPTED also where its process has died and could not say so."""
    return lease.shown_state(state, runner if _is_held(runner, now) else None)


def _is_held(runner: RunnerRecord | None, now: datetime) -> bool:
    if runner is None or runner.is_expired(now):
        return False
    # A lease outlives a process that was killed; on its own machine that is seen at once.
    return not is_dead(runner.token, runner.pid)


def can_stop(shot: Snapshot, now: datetime) -> bool:
    """Whether somebody runs it who was not asked to end yet."""
    runner = shot.activity.runner
    return runner is not None and _is_held(runner, now) and runner.stop_requested_at is None


def _runner(shot: Snapshot, now: datetime) -> Markup:
    """Who runs it, with moments as elements that a browser shows in its own time."""
    runner = shot.activity.runner
    if runner is None:
        return Markup()
    # `Markup.format` escapes what it puts in: names of users and hosts may be any text.
    who = Markup("process {} of {} on {}").format(
        runner.pid, visible(runner.user), visible(runner.host)
    )
    if not _is_held(runner, now):
        since = time_element(runner.heartbeat_at)
        return Markup("Nothing has been heard of {} since {}.").format(who, since)
    if runner.stop_requested_at is None:
        return Markup("Run by {}.").format(who)
    asked = time_element(runner.stop_requested_at)
    return Markup("Run by {}, asked to stop {}.").format(who, asked)


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
            ACCURACY: quantity(trials[worker.number], findings.quality),
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
        ACCURACY: quantity(trial, trial.quality),
        "flops": quantity(trial, "flops"),
        "latency": quantity(trial, LATENCY),
        "words": "; ".join(architecture_lines(trial)),
        "failure": trial.failure or "",
    }


def notices(shot: Snapshot, now: datetime) -> list[str]:
    """What a reader must know first, above all that nobody runs the search any more."""
    said: list[str] = page.notices(shot.findings, is_live=True)
    runner = shot.activity.runner
    if shot.activity.state == "RUNNING" and runner is not None and not _is_held(runner, now):
        goes_on = " The same nas launch command goes on with the search."
        said.insert(0, _runner(shot, now) + goes_on)
    return said
