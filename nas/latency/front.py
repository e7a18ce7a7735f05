"""The networks of a front, measured end to end when a search is over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from nas.latency.check import require_here
from nas.latency.end_to_end import measure_networks
from nas.latency.profile import ProfileObserver
from nas.latency.table import LatencyTable
from nas.store import Store, StudyRecord, TrialRecord
from nas.store.results import pareto_front
from search_spaces.errors import LatencyError
from search_spaces.graphs.network import Network
from search_spaces.quantities import format_duration, plural
from workers.latency import Effort, Measurement

OF_FRONT = Effort(max_relative_width=0.01, max_seconds=1.0, runs_in_a_row=4, in_turns=1000)
"""All networks take turns, so that what drifts slowly is the same for all; twice as exact."""

LEAST_S, NETWORK_S = 4.0, 1.5
"""Seconds of a front, and of each of its networks and of those beside them, at most."""

MAX_ROUNDS = 5
"""How often networks that the measurements put on the front are measured as well."""


def measure_front(
    store: Store, study: StudyRecord, table: LatencyTable, observer: ProfileObserver
) -> None:
    """Measures the front's networks side by side, as far as they were not measured already.

    Where latencies are estimated, they are compiled whole instead. What is measured takes the place
    of its prediction and puts the other predictions right, so that the front is another one. What
    is new on it is measured as well, until all of it is.

    Where the table is that of another device nothing can be measured, which is said in one line.
    """
    first = _front(store, study)
    if not _unmeasured(first, table):
        return
    try:
        require_here(table.setting)
    except LatencyError as error:
        observer.message(f"the front is not measured end to end: {error}")
        return
    # Each round may bring others on the front: measured latencies put the predictions right.
    front, known = first, []
    for _ in range(MAX_ROUNDS):
        todo = _unmeasured(front, table)
        if not todo:
            break
        known += _measure(store, study, table, todo, observer)
        front = _front(store, study)
    found = "compiled" if table.setting.is_estimated else "measured"
    observer.message(_told(first, front, known, found))
    if not all(trial.measured.is_quiet for trial in front if trial.measured):
        observer.message("the device was not quiet meanwhile; these latencies are marked")


def _front(store: Store, study: StudyRecord) -> list[TrialRecord]:
    return pareto_front(store.trials(study), study.objectives, study.limits)


def _unmeasured(front: Iterable[TrialRecord], table: LatencyTable) -> list[TrialRecord]:
    key = table.setting.key
    return [trial for trial in front if not trial.measured or trial.measured.setting != key]


def _measure(
    store: Store,
    study: StudyRecord,
    table: LatencyTable,
    trials: Sequence[TrialRecord],
    observer: ProfileObserver,
) -> list[float]:
    """Measures some networks; returns by what factor each prediction was wrong."""
    count = plural(len(trials), "network")
    if table.setting.is_estimated:
        limit = None
        observer.message(f"compiling {count} of the front whole")
    else:
        limit = LEAST_S + NETWORK_S * (len(trials) + len(table.anchors))
        at_most = format_duration(limit)
        observer.message(f"measuring {count} of the front end to end: {at_most} at most")
    networks = {trial.number: store.network(trial.architecture) for trial in trials}
    found = measure_networks(list(networks.values()), table, effort=OF_FRONT, max_seconds=limit)
    rows = [
        _row(trial, table, network, found[network.id].measurement)
        for trial in trials
        for network in [networks[trial.number]]
        if network.id in found
    ]
    store.set_front_latencies(study, table.setting.key, rows)
    return [row["latency_ms"] / row["predicted_ms"] for row in rows]


def _row(
    trial: TrialRecord, table: LatencyTable, network: Network, m: Measurement
) -> dict[str, float]:
    predicted_ms = trial.predicted_latency_ms
    return {
        "number": trial.number,
        # A study that began without limits on latency has no prediction; it may have got one since.
        "predicted_ms": table.predict(network) if predicted_ms is None else predicted_ms,
        "latency_ms": m.latency_ms, "low_ms": m.low_ms, "high_ms": m.high_ms,
        "num_runs": 0 if table.setting.is_estimated else m.num_runs, "is_quiet": m.is_quiet,
    }  # fmt: skip


def _told(
    before: Sequence[TrialRecord], after: Sequence[TrialRecord], off: list[float], found: str
) -> str:
    """What the measurements changed, in one line."""
    error = float(np.mean([abs(1 / factor - 1) for factor in off])) if off else 0.0
    numbers = [{trial.number for trial in front} for front in (before, after)]
    left, joined = (sorted(a - b) for a, b in (numbers, numbers[::-1]))
    changes = [
        f"{', '.join(map(str, group))} {verb}"
        for group, verb in ((left, "left the front"), (joined, "came on it"))
        if group
    ]
    said = "; ".join(changes) or "the front stands as it was"
    return f"predicted latencies were {error:.0%} off on average; by the {found} ones {said}"
