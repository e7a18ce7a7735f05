"""The latency table of a space: what is missing is measured, alone, before any training."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import numpy as np

from nas.config.latency import LatencySpec
from nas.latency.features import block_features, spread_order
from nas.latency.foreign import read_foreign_table, require_all
from nas.latency.prediction import predict_blocks
from nas.latency.table import LatencyTable
from nas.problem import Architectures
from nas.quantities import format_duration
from nas.store import Store
from search_spaces.enumeration import distinct_blocks
from search_spaces.graph import Graph
from search_spaces.network import Network
from workers.latency import (
    OF_NETWORKS,
    Effort,
    LatencySetting,
    MeasuredNetwork,
    Measurement,
    Subject,
    measure,
    setting_here,
)

BATCH = 32
"""Measurements written in one transaction."""

NUM_WHOLE_NETWORKS = 16
"""Networks that the correction from sums of blocks to whole networks is fitted on."""

WITH_OVERHEAD = 1.3
"""Seconds for each timed one: making blocks ready, warming up, the reference."""

SHARE_OF_BLOCKS = 0.8
"""Part of `max_profile_seconds` for blocks; the rest is for whole networks."""


class ProfileObserver(Protocol):
    """Who is told how the profiling goes on."""

    def message(self, text: str) -> None:
        """One line about what happens now."""
        ...

    def profiling(self, done: int, total: int) -> None:
        """So many blocks are measured, of so many."""
        ...


@dataclass(frozen=True)
class Profile:
    """The latency table of one space.

    Attributes:
        blocks: Ids of all blocks that the space can contain.
        num_measured: Blocks and networks measured just now.
        block_error: Mean relative error of predicted blocks, where any are.
        seconds: How long it took.
    """

    table: LatencyTable
    blocks: tuple[str, ...]
    num_measured: int
    block_error: float | None
    seconds: float


def profile_space(
    store: Store,
    space: Architectures,
    spec: LatencySpec,
    observer: ProfileObserver,
    *,
    folder: Path = Path(),
    refine: bool = False,
    clock: Callable[[], float] = time.monotonic,
) -> Profile:
    """The table for every block that the space can contain; what is missing is measured now.

    Where the section names a table of another device, that is read and nothing is measured.

    Args:
        folder: Where the path of that table begins.
        refine: Measures again also what was disturbed or only predicted.

    Raises:
        LatencyError: The device is not there, or cannot run a block; or the time is too short; or
            the table is damaged, incomplete or measured in another setting.
    """
    start = clock()
    graphs = {graph.id: graph for graph in distinct_blocks(space)}
    if spec.table is None:
        table = LatencyTable.load(store, setting_here(**spec.conditions()))
        run = _Run(store, table, spec, observer)
        run.measure_blocks(graphs, refine)
        run.predict_rest(graphs)
        run.measure_networks(whole_networks(space, NUM_WHOLE_NETWORKS), refine)
    else:
        path = folder / spec.table
        file = read_foreign_table(path, spec)
        table = LatencyTable(file.setting)
        run = _Run(store, table, spec, observer)
        if spec.max_profile_seconds is None:
            require_all(path, file, graphs.values())
        table.store_file(store, file)
        run.predict_rest(graphs)
    table = table.corrected(graphs)
    key, name = table.setting.key, space_key(graphs)
    if table.correction.error is not None:
        fit = table.correction
        store.set_latency_fit(key, name, "networks", table.correction.error, fit.num_networks)
    warning = table.warning(list(graphs))
    if warning:
        observer.message(warning)
    block_error = store.latency_fits(key, name).get("blocks") if table.predicted(graphs) else None
    return Profile(table, tuple(graphs), run.num_measured, block_error, clock() - start)


def space_key(blocks: Iterable[str]) -> str:
    """Sixteen hex digits that spaces with the same blocks share."""
    return sha256("".join(sorted(blocks)).encode()).hexdigest()[:16]


def whole_networks(
    space: Architectures, count: int, seed: int = 0, without: Iterable[str] = ()
) -> list[Network]:
    """Distinct networks drawn at random, the same for the same seed; fewer in a small space."""
    rng = np.random.default_rng(seed)
    left_out = set(without)
    found: dict[str, Network] = {}
    for _ in range(20 * count):
        network = space.network(space.sample(rng))
        if network.id not in left_out:
            found.setdefault(network.id, network)
        if len(found) == count:
            break
    return list(found.values())


class _Run:
    """What is missing in a table, measured or predicted.

    Attributes:
        num_measured: Blocks and networks that were measured.
    """

    def __init__(
        self, store: Store, table: LatencyTable, spec: LatencySpec, observer: ProfileObserver
    ) -> None:
        self._store = store
        self._table = table
        self._limit = spec.max_profile_seconds
        self._observer = observer
        self.num_measured = 0

    def measure_blocks(self, graphs: dict[str, Graph], refine: bool) -> None:
        """Measures what is missing; well-spread blocks first where there is no time for all."""
        known = self._table.blocks
        missing = [
            graph
            for name, graph in graphs.items()
            if name not in known or (refine and not (known[name].num_runs and known[name].is_quiet))
        ]
        if not missing:
            return
        limit = None if self._limit is None else SHARE_OF_BLOCKS * self._limit
        self._observer.message(_estimate(len(missing), limit))
        if limit is None:
            order = np.random.default_rng(0).permutation(len(missing)).tolist()
        else:
            order = spread_order(block_features(missing))
        subjects = [Subject.of_block(missing[index]) for index in order]
        new: list[Measurement] = []
        done: set[str] = set()
        repeats = False
        try:
            for found in measure(
                subjects, self._table.setting, max_seconds=limit,
                usual_reference_ms=self._table.usual_reference_ms(),
            ):  # fmt: skip
                new.append(found)
                if len(new) >= BATCH:
                    self._table.add_blocks(self._store, new)
                    new.clear()
                if found.id not in done:
                    done.add(found.id)
                    self._observer.profiling(len(done), len(missing))
                elif not repeats:
                    repeats = True
                    self._observer.message("measuring again what was disturbed")
        finally:
            self._table.add_blocks(self._store, new)
            self.num_measured += len(done)

    def predict_rest(self, graphs: dict[str, Graph]) -> None:
        """Predicts the blocks that there was no time for from all that are measured."""
        blocks = self._table.blocks
        missing = [graph for name, graph in graphs.items() if name not in blocks]
        if not missing:
            return
        measured = [g for name, g in graphs.items() if name in blocks and blocks[name].num_runs]
        times = [blocks[graph.id].latency_ms for graph in measured]
        found = predict_blocks(measured, times, missing)
        self._table.add_blocks(
            self._store,
            (
                Measurement(
                    graph.id, ms, ms * (1 - found.error), ms * (1 + found.error), 0.0, 0, 0.0, True
                )
                for graph, ms in zip(missing, found.latencies_ms, strict=True)
            ),
        )
        self._store.set_latency_fit(
            self._table.setting.key, space_key(graphs), "blocks", found.error, found.num_measured
        )
        self._observer.message(
            f"predicted {len(missing)} blocks from {found.num_measured} measured ones; mean error "
            f"on blocks held out {found.error:.1%}"
        )

    def measure_networks(self, networks: Sequence[Network], refine: bool) -> None:
        """Measures whole networks for the correction, as far as they are not known."""
        known = self._table.networks
        missing = [
            network
            for network in networks
            if network.id not in known or (refine and not known[network.id].measurement.is_quiet)
        ]
        limit = None if self._limit is None else (1 - SHARE_OF_BLOCKS) * self._limit
        found = measure_networks(
            missing, self._table.setting, self._table.usual_reference_ms(), max_seconds=limit
        )
        if found:
            self._table.add_networks(self._store, found.values())
            self.num_measured += len(found)


def measure_networks(
    networks: Sequence[Network],
    setting: LatencySetting,
    usual_reference_ms: float | None = None,
    *,
    effort: Effort = OF_NETWORKS,
    max_seconds: float | None = None,
) -> dict[str, MeasuredNetwork]:
    """Networks measured end to end, by their id."""
    blocks = {n.id: tuple(block.graph.id for block in n.blocks) for n in networks}
    if not networks:
        return {}
    measured = measure(
        [Subject.of_network(network) for network in networks], setting, effort,
        usual_reference_ms=usual_reference_ms, max_seconds=max_seconds,
    )  # fmt: skip
    return {found.id: MeasuredNetwork(found, blocks[found.id]) for found in measured}


def _estimate(num_blocks: int, limit: float | None) -> str:
    """How long it will take at most, while the device is quiet."""
    seconds = num_blocks * WITH_OVERHEAD * Effort().max_seconds
    at_most = format_duration(seconds if limit is None else min(limit, seconds))
    return f"measuring the latency of {num_blocks} blocks on this device: {at_most} at most"
