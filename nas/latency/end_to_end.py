"""Networks measured end to end, at the speed that the device had when its table was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nas.latency.table import LatencyTable
from nas.statistics.correction import Correction, WholeNetwork, fit_correction
from search_spaces.cost import graph_cost
from search_spaces.network import Network
from workers.latency import OF_NETWORKS, Effort, MeasuredNetwork, Measurement, Subject, measure


def measure_networks(
    networks: Sequence[Network],
    table: LatencyTable,
    *,
    effort: Effort = OF_NETWORKS,
    max_seconds: float | None = None,
) -> dict[str, MeasuredNetwork]:
    """Networks measured end to end, by their id.

    Some networks of the table are measured again beside them. The reference block is so small that
    it stays in the nearest cache; networks that wait for memory change their speed by a quarter
    within a minute while it sees nothing. What the known ones take now and took then says by what.
    """
    subjects = {network.id: Subject.of_network(network) for network in networks}
    if not subjects:
        return {}
    beside = {anchor.subject.id: anchor.subject for anchor in table.anchors}
    found = {
        measurement.id: measurement
        for measurement in measure(
            list({**beside, **subjects}.values()), table.setting, effort,
            usual_reference_ms=table.usual_reference_ms(), max_seconds=max_seconds,
        )
    }  # fmt: skip
    to_usual = _to_usual_speed(table, found)
    return {
        name: MeasuredNetwork(
            _corrected(found[name], subject, to_usual),
            tuple(graph.id for graph in subject.graphs),
        )
        for name, subject in subjects.items()
        if name in found
    }


def _to_usual_speed(table: LatencyTable, found: Mapping[str, Measurement]) -> Correction:
    """From what networks take now to what they took when the table was measured."""
    return fit_correction(
        [
            WholeNetwork(found[subject.id].latency_ms, flops, len(subject.graphs), latency_ms)
            for subject, flops, latency_ms in table.anchors
            if subject.id in found
        ]
    )


def _corrected(measured: Measurement, subject: Subject, to_usual: Correction) -> Measurement:
    now_ms = measured.latency_ms
    flops = sum(graph_cost(graph).flops for graph in subject.graphs)
    factor = to_usual(now_ms, flops, len(subject.graphs)) / now_ms
    return measured._replace(
        latency_ms=factor * now_ms, low_ms=factor * measured.low_ms,
        high_ms=factor * measured.high_ms, spread_ms=factor * measured.spread_ms,
    )  # fmt: skip
