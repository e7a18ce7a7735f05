"""Networks measured end to end, at the speed that the device had when its table was measured."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from statistics import median
from typing import NamedTuple

from nas.latency.table import LatencyTable
from search_spaces.graphs.network import Network
from workers.latency import OF_NETWORKS, Effort, MeasuredNetwork, Measurement, Subject, measure

NUM_NEAREST = 5
"""Known networks of about the size of another that tell the device's speed for it."""


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
            # By id, so that a known network that is asked for is timed once.
            list({**beside, **subjects}.values()), table.setting, effort,
            usual_reference_ms=table.usual_reference_ms(), max_seconds=max_seconds,
        )
    }  # fmt: skip
    speeds = [
        Speed(found[anchor.subject.id].latency_ms, anchor.latency_ms)
        for anchor in table.anchors
        if anchor.subject.id in found
    ]
    return {
        name: MeasuredNetwork(
            _at_usual_speed(found[name], speeds), tuple(graph.id for graph in subject.graphs)
        )
        for name, subject in subjects.items()
        if name in found
    }


class Speed(NamedTuple):
    """What a known network takes now, and what it took when its table was measured."""

    now_ms: float
    then_ms: float


def _at_usual_speed(measured: Measurement, speeds: Sequence[Speed]) -> Measurement:
    """What a network would have taken then, by the known ones of about its size.

    Small networks keep their speed where large ones change it, and nothing says where between the
    two that begins: so the median over the nearest in size stands for each, and no curve.
    """
    now_ms = measured.latency_ms
    near = sorted(speeds, key=lambda speed: abs(log(speed.now_ms / now_ms)))[:NUM_NEAREST]
    factor = median(speed.then_ms / speed.now_ms for speed in near) if near else 1.0
    return measured._replace(
        latency_ms=factor * now_ms, low_ms=factor * measured.low_ms,
        high_ms=factor * measured.high_ms, spread_ms=factor * measured.spread_ms,
    )  # fmt: skip
