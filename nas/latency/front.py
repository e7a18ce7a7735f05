"""The networks of a front, measured end to end when a search is over."""

from __future__ import annotations

from nas.latency.check import require_here
from nas.latency.profile import ProfileObserver, measure_networks
from nas.latency.table import LatencyTable
from nas.results import pareto_front
from nas.store import Store, StudyRecord
from search_spaces.errors import LatencyError
from workers.latency import Effort

OF_FRONT = Effort(max_relative_width=0.01, max_seconds=1.0, runs_in_a_row=4, in_turns=1000)
"""All networks take turns, so that what drifts slowly is the same for all; twice as exact."""


def measure_front(
    store: Store, study: StudyRecord, table: LatencyTable, observer: ProfileObserver
) -> None:
    """Measures the front's networks side by side, unless all of them were measured already.

    Where the table is that of another device nothing can be measured, which is said in one line.
    """
    front = pareto_front(store.trials(study), study.objectives, study.limits)
    known = {t.measured.setting for t in front if t.measured} == {table.setting.key}
    if not front or (known and all(trial.measured for trial in front)):
        return
    try:
        require_here(table.setting)
    except LatencyError as error:
        observer.message(f"the front is not measured end to end: {error}")
        return
    observer.message(f"measuring the {len(front)} networks of the front end to end")
    networks = {trial.number: store.network(trial.architecture) for trial in front}
    usual_ms = table.usual_reference_ms()
    found = measure_networks(list(networks.values()), table.setting, usual_ms, effort=OF_FRONT)
    measured = {number: found[network.id].measurement for number, network in networks.items()}
    store.set_front_latencies(
        study,
        table.setting.key,
        [
            {
                "number": number, "predicted_ms": table.predict(networks[number]),
                "latency_ms": m.latency_ms, "low_ms": m.low_ms, "high_ms": m.high_ms,
                "num_runs": m.num_runs, "is_quiet": m.is_quiet,
            }
            for number, m in measured.items()
        ],
    )  # fmt: skip
    if not all(m.is_quiet for m in measured.values()):
        observer.message("the device was not quiet meanwhile; these latencies are marked")
