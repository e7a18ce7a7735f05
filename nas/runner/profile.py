"""The latency table of a space: what is missing is measured before any training."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from nas.config.latency import LatencySpec
from nas.store import Store
from search_spaces.enumeration import distinct_blocks
from search_spaces.errors import SearchError
from search_spaces.network import Network
from search_spaces.space import Space

BATCH = 50
"""Measurements written in one transaction."""


@dataclass(frozen=True)
class LatencyTable:
    """Milliseconds by block id, for one device setting."""

    entries: Mapping[str, float]

    def predict(self, network: Network) -> float:
        """Milliseconds of a network: the sum over its blocks."""
        return sum(self.entries[block.graph.id] for block in network.blocks)


def latency_table(
    store: Store, space: Space, spec: LatencySpec, on_progress: Callable[[int, int], None]
) -> LatencyTable:
    """The table for every block that the space can contain.

    Args:
        on_progress: Called with the number of blocks measured so far and of those to measure.

    Raises:
        SearchError: The device is not there.
    """
    import torch

    from workers.latency import LatencySetting, measure_blocks

    if spec.device == "cuda" and not torch.cuda.is_available():
        raise SearchError("`latency.device` is cuda, but PyTorch sees no GPU here")
    setting = LatencySetting.here(spec.device, spec.batch_size, spec.num_threads)
    entries = store.latencies(setting.key)
    missing = [graph for graph in distinct_blocks(space) if graph.id not in entries]
    rows: list[dict[str, Any]] = []
    for done, measurement in enumerate(measure_blocks(missing, setting), 1):
        entries[measurement.block] = measurement.latency_ms
        rows.append({"setting": setting.key, **vars(setting), **measurement._asdict()})
        if len(rows) == BATCH or done == len(missing):
            store.add_latencies(rows)
            rows.clear()
        on_progress(done, len(missing))
    return LatencyTable(entries)
