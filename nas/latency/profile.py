"""The latency table of a space: what is missing is measured before any training."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Protocol

from nas.config.latency import LatencySpec
from nas.latency.table import LatencyTable
from nas.store import Store
from search_spaces.enumeration import distinct_blocks
from search_spaces.graph import Graph
from search_spaces.space import Space
from workers.latency import LatencySetting, Measurement, Subject, measure

BATCH = 32
"""Measurements written in one transaction."""


class ProfileObserver(Protocol):
    """Who is told how the profiling goes on."""

    def message(self, text: str) -> None:
        """One line about what happens now."""
        ...

    def profiling(self, done: int, total: int) -> None:
        """So many blocks are measured, of so many."""
        ...


def latency_table(
    store: Store, space: Space, spec: LatencySpec, observer: ProfileObserver
) -> LatencyTable:
    """The table for every block that the space can contain; what is missing is measured now.

    Raises:
        LatencyError: The device is not there, or cannot run a block.
    """
    table = LatencyTable.load(store, LatencySetting.here(**spec.conditions()))
    blocks = list(distinct_blocks(space))
    missing = [graph for graph in blocks if graph.id not in table.blocks]
    if missing:
        _measure(store, table, missing, observer)
    warning = table.warning([graph.id for graph in blocks])
    if warning:
        observer.message(warning)
    return table


def _measure(
    store: Store, table: LatencyTable, missing: Sequence[Graph], observer: ProfileObserver
) -> None:
    """Measures blocks in random order, so that those timed in turns are of all sizes."""
    subjects = [Subject.of_block(graph) for graph in missing]
    Random(0).shuffle(subjects)
    new: list[Measurement] = []
    done: set[str] = set()
    usual_ms = table.usual_reference_ms()
    try:
        for found in measure(subjects, table.setting, usual_reference_ms=usual_ms):
            new.append(found)
            done.add(found.id)
            if len(new) >= BATCH:
                table.add(store, new)
                new.clear()
            observer.profiling(len(done), len(missing))
    finally:
        table.add(store, new)
