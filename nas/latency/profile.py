"""The latency table of a space: what is missing is measured, alone, before any training."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import inf
from pathlib import Path
from typing import Protocol

from nas.config.latency import LatencySpec
from nas.latency.end_to_end import measure_networks
from nas.latency.networks import NUM_WHOLE_NETWORKS, spread_networks
from nas.latency.prediction import block_features, predict_blocks, spread_order
from nas.latency.table import LatencyTable, own_setting, read_foreign_table, require_all
from nas.store import Store
from search_spaces.graphs.graph import Graph
from search_spaces.graphs.network import Network
from search_spaces.quantities import format_duration, plural
from search_spaces.spaces.enumeration import distinct_blocks
from search_spaces.spaces.problem import Architectures, Limit
from workers.latency import Measurement, Subject, measure

BATCH = 32
"""Measurements written in one transaction."""

MAX_PROFILE_SECONDS = 60.0
"""Where a file is silent: after a minute the rest is better predicted than waited for."""

MAX_COMPILE_SECONDS = 600.0
"""The same where each block is compiled, which takes a second or more of each."""

BLOCK_S = 0.25
"""Seconds of one block at most: making it ready, its runs, the reference's."""

NETWORK_S = 0.5
"""Seconds of one whole network at most."""

SHARE_OF_BLOCKS = 0.65
"""Part of the time for blocks; the rest is for whole networks."""


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
    limits: Sequence[Limit] = (),
    folder: Path = Path(),
    refine: bool = False,
    clock: Callable[[], float] = time.monotonic,
) -> Profile:
    """The table for every block that the space can contain; what is missing is measured now.

    Where the section names a table of another device, that is read and nothing is measured.

    Args:
        limits: Budgets; the networks that the correction is fitted on keep to them.
        folder: Where the path of that table begins.
        refine: Measures again also what was disturbed or only predicted.

    Raises:
        LatencyError: The device is not there, or cannot run a block; or the time is too short; or
            the table is damaged, incomplete or measured in another setting.
    """
    start = clock()
    graphs = {graph.id: graph for graph in distinct_blocks(space)}
    if spec.table is None:
        table = LatencyTable.load(store, own_setting(spec))
        run = _Run(store, table, spec, observer, clock)
        run.measure(space, graphs, limits, refine)
    else:
        path = folder / spec.table
        file = read_foreign_table(path, spec)
        table = LatencyTable(file.setting)
        run = _Run(store, table, spec, observer, clock)
        # Without a limit of time the table must have all blocks; with one the rest is predicted.
        if spec.max_profile_seconds is None:
            require_all(path, file, graphs.values())
        table.store_file(store, file)
        run.predict_rest(graphs)
    table = table.corrected(graphs.values())
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


class _Run:
    """What is missing in a table, measured or predicted.

    Attributes:
        num_measured: Blocks and networks that were measured.
    """

    def __init__(
        self,
        store: Store,
        table: LatencyTable,
        spec: LatencySpec,
        observer: ProfileObserver,
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._table = table
        self._spec = spec
        self._observer = observer
        self._clock = clock
        self.num_measured = 0

    def measure(
        self,
        space: Architectures,
        graphs: dict[str, Graph],
        limits: Sequence[Limit],
        refine: bool,
    ) -> None:
        """Measures what is missing, blocks and then networks, in no more time than was told."""
        start = self._clock()
        missing = self._missing_blocks(graphs, refine)
        seconds = self._seconds(len(missing))
        if missing:
            self._observer.message(self._told(len(missing), seconds))
            self._measure_blocks(missing, SHARE_OF_BLOCKS * seconds)
        self.predict_rest(graphs)
        networks = self._missing_networks(space, graphs, limits, refine)
        # What blocks have left of the time that was told at the beginning.
        self._measure_networks(networks, seconds - (self._clock() - start))

    def _told(self, num_blocks: int, seconds: float) -> str:
        """What begins now, and how long it takes."""
        count = plural(num_blocks, "block")
        if not self._table.setting.is_estimated:
            at_most = format_duration(seconds)
            return f"measuring the latency of {count} on this device: {at_most} at most"
        from workers.latency.vela import Npu, seconds_for

        about = format_duration(min(seconds_for(num_blocks), seconds))
        npu = Npu.named(self._table.setting.device_name)
        return f"compiling {count} by vela for {npu.accelerator}: about {about}"

    def _seconds(self, num_blocks: int) -> float:
        """What measuring takes at most: what the file says, less where less is enough."""
        if self._table.setting.is_estimated:
            return self._spec.max_profile_seconds or inf
        compiles = self._spec.backend == "compile"
        usual = MAX_COMPILE_SECONDS if compiles else MAX_PROFILE_SECONDS
        limit = self._spec.max_profile_seconds or usual
        networks = NETWORK_S * NUM_WHOLE_NETWORKS
        # `BLOCK_S` holds for what runs at once; compiling takes a second or more of each block.
        return limit if compiles else min(limit, BLOCK_S * num_blocks + networks)

    def _missing_blocks(self, graphs: dict[str, Graph], refine: bool) -> list[Graph]:
        known = self._table.blocks
        return [
            graph
            for name, graph in graphs.items()
            if name not in known or (refine and not (known[name].num_runs and known[name].is_quiet))
        ]

    def _measure_blocks(self, missing: Sequence[Graph], max_seconds: float) -> None:
        """Well-spread blocks come first, since there may be no time for all."""
        order = spread_order(block_features(missing))
        new: list[Measurement] = []
        done: set[str] = set()
        try:
            for found in measure(
                [Subject.of_block(missing[index]) for index in order], self._table.setting,
                max_seconds=max_seconds, usual_reference_ms=self._table.usual_reference_ms(),
            ):  # fmt: skip
                new.append(found)
                if len(new) >= BATCH:
                    self._table.add_blocks(self._store, new)
                    new.clear()
                # A block comes again where later rounds changed it.
                if found.id not in done:
                    done.add(found.id)
                    self._observer.profiling(len(done), len(missing))
                    if len(done) == len(missing) and not self._table.setting.is_estimated:
                        self._observer.message("timing them on until the noise is averaged out")
        finally:
            # After Ctrl-C, too: a later profile goes on from there.
            self._table.add_blocks(self._store, new)
            self.num_measured += len(done)

    def predict_rest(self, graphs: dict[str, Graph]) -> None:
        """Predicts the blocks that there was no time for from all that are measured."""
        blocks = self._table.blocks
        missing = [graph for name, graph in graphs.items() if name not in blocks]
        if not missing:
            return
        # Nothing is predicted from what was predicted itself.
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

    def _missing_networks(
        self,
        space: Architectures,
        graphs: dict[str, Graph],
        limits: Sequence[Limit],
        refine: bool,
    ) -> list[Network]:
        """Networks for the correction; none where those of an earlier time will do."""
        known = self._table.networks_of(graphs.values())
        quiet = [network for network in known if network.measurement.is_quiet]
        if len(quiet if refine else known) >= NUM_WHOLE_NETWORKS:
            return []
        blocks = self._table.blocks
        wanted = spread_networks(
            space, NUM_WHOLE_NETWORKS, lambda graph: blocks[graph.id].latency_ms, limits
        )
        kept = {network.measurement.id for network in (quiet if refine else known)}
        return [network for network in wanted if network.id not in kept]

    def _measure_networks(self, networks: Sequence[Network], max_seconds: float) -> None:
        found = measure_networks(networks, self._table, max_seconds=max_seconds)
        if found:
            self._table.add_networks(self._store, found.values())
            self.num_measured += len(found)
