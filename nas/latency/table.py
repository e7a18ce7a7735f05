"""A latency table: milliseconds of each block in one setting, and what a network takes by it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nas.config.latency import LatencySpec
from nas.statistics.correction import MIN_NETWORKS, Correction, WholeNetwork, fit_correction
from nas.store import Store
from nas.store.latency import MEASURED
from search_spaces.errors import LatencyError
from search_spaces.graphs.cost import graph_cost
from search_spaces.graphs.graph import Graph
from search_spaces.graphs.network import Network
from workers.latency import (
    LatencySetting,
    MeasuredNetwork,
    Measurement,
    Subject,
    TableFile,
    read_table,
    setting_here,
    usual,
)

NUM_ANCHORS = 12
"""Networks of a table that are measured again beside others."""


class Anchor(NamedTuple):
    """A network of the table that can be measured again.

    Attributes:
        subject: Its blocks in a row.
        latency_ms: What it took when the table was measured.
    """

    subject: Subject
    latency_ms: float


@dataclass(frozen=True)
class LatencyTable:
    """What is known of blocks and networks in one setting.

    Attributes:
        blocks: By the id of the block's graph; those with 0 runs are predicted from the others.
        networks: By the id of the network.
        correction: From sums of blocks to whole networks.
        anchors: Some of the networks that it was fitted on, from the fastest to the slowest.
    """

    setting: LatencySetting
    blocks: dict[str, Measurement] = field(default_factory=dict)
    networks: dict[str, MeasuredNetwork] = field(default_factory=dict)
    correction: Correction = field(default_factory=Correction)
    anchors: tuple[Anchor, ...] = ()

    @classmethod
    def load(cls, store: Store, setting: LatencySetting) -> LatencyTable:
        """The table of a setting, empty where nothing was measured yet; not corrected."""
        # Rows have their columns in the order of the fields.
        blocks = (Measurement(*row.values()) for row in store.latency_blocks(setting.key))
        networks = {}
        for row in store.latency_networks(setting.key):
            name, own, *values = row.values()
            networks[name] = MeasuredNetwork(Measurement(name, *values), tuple(own))
        return cls(setting, {found.id: found for found in blocks}, networks)

    def add_blocks(self, store: Store, measured: Iterable[Measurement]) -> None:
        """Adds measurements, or predictions, here and in the database."""
        new = {found.id: found for found in measured}
        self.blocks.update(new)
        rows = ({"block": found.id, **_values(found)} for found in new.values())
        store.add_latencies(self.setting.key, vars(self.setting), blocks=rows)

    def add_networks(self, store: Store, measured: Iterable[MeasuredNetwork]) -> None:
        """Adds networks measured end to end, here and in the database."""
        new = {found.measurement.id: found for found in measured}
        self.networks.update(new)
        rows = (
            {"network": name, "blocks": list(found.blocks), **_values(found.measurement)}
            for name, found in new.items()
        )
        store.add_latencies(self.setting.key, vars(self.setting), networks=rows)

    def store_file(self, store: Store, file: TableFile) -> None:
        """Adds all that a file says, here and in the database."""
        self.add_blocks(store, file.blocks.values())
        self.add_networks(store, file.networks.values())

    def as_file(self, blocks: Iterable[str]) -> TableFile:
        """These blocks, and the networks that consist of them."""
        # A set that keeps their order, which is that of the file's rows.
        allowed = dict.fromkeys(blocks)
        networks = {
            name: found
            for name, found in self.networks.items()
            if all(block in allowed for block in found.blocks)
        }
        return TableFile(self.setting, {name: self.blocks[name] for name in allowed}, networks)

    def corrected(self, blocks: Collection[Graph]) -> LatencyTable:
        """The same table with a correction fitted on all networks that consist of these blocks.

        Networks that were measured while the device was not quiet are left out where enough
        others are there. Of estimates, which never change, nothing is asked again.
        """
        found = self.networks_of(blocks)
        quiet = [network for network in found if network.measurement.is_quiet]
        fitted = quiet if len(quiet) >= MIN_NETWORKS else found
        graphs = {graph.id: graph for graph in blocks}
        flops = {name: graph_cost(graph).flops for name, graph in graphs.items()}
        fit = fit_correction(
            [
                WholeNetwork(
                    self._sum_ms(own), sum(flops[block] for block in own), len(own),
                    measurement.latency_ms,
                )
                for measurement, own in fitted
            ]
        )  # fmt: skip
        anchors = [
            Anchor(
                Subject.of_blocks(measurement.id, tuple(graphs[block] for block in own)),
                measurement.latency_ms,
            )
            for measurement, own in sorted(fitted, key=_by_latency)
            if not self.setting.is_estimated
        ]
        return replace(self, correction=fit, anchors=tuple(_spread(anchors, NUM_ANCHORS)))

    def networks_of(self, blocks: Iterable[Graph]) -> list[MeasuredNetwork]:
        """The measured networks that consist of these blocks."""
        allowed = {graph.id for graph in blocks}
        return [found for found in self.networks.values() if allowed.issuperset(found.blocks)]

    def predict(self, network: Network) -> float:
        """Milliseconds of a network: the sum over its blocks, corrected."""
        sum_ms = self._sum_ms(block.graph.id for block in network.blocks)
        flops = sum(graph_cost(block.graph).flops for block in network.blocks)
        return self.correction(sum_ms, flops, len(network.blocks))

    def _sum_ms(self, blocks: Iterable[str]) -> float:
        return sum(self.blocks[block].latency_ms for block in blocks)

    def usual_reference_ms(self) -> float | None:
        """What the reference block takes on the quiet device; None where nothing is known."""
        # A predicted block had no reference beside it.
        known = [found.reference_ms for found in self.blocks.values() if found.num_runs]
        return usual(known) if known else None

    def disturbed(self, blocks: Iterable[str]) -> list[str]:
        """Those of the blocks that were measured while the device was not quiet."""
        return [block for block in blocks if not self.blocks[block].is_quiet]

    def predicted(self, blocks: Iterable[str]) -> list[str]:
        """Those of the blocks that were predicted from others."""
        return [block for block in blocks if not self.blocks[block].num_runs]

    def warning(self, blocks: Sequence[str]) -> str | None:
        """One line where some of these blocks were measured while the device was not quiet."""
        disturbed = len(self.disturbed(blocks))
        if not disturbed:
            return None
        return (
            f"the device was not quiet: {disturbed} of {len(blocks)} blocks were measured while "
            "something else used it; their latencies are marked and may be too long"
        )


def _by_latency(network: MeasuredNetwork) -> tuple[float, str]:
    # By id where two are equally fast, so that the order of rows does not matter.
    return network.measurement.latency_ms, network.measurement.id


def _spread(anchors: Sequence[Anchor], count: int) -> list[Anchor]:
    """So many of them, evenly spread over their places in the row, the ends among them."""
    places = np.linspace(0, len(anchors) - 1, min(count, len(anchors))).round().astype(int)
    return [anchors[place] for place in places]


def _values(found: Measurement) -> dict[str, object]:
    return dict(zip(MEASURED, found[1:], strict=True))


MAX_NAMED = 5
"""Missing blocks that an error names."""


def own_setting(spec: LatencySpec) -> LatencySetting:
    """The setting in which latencies are measured here, or estimated.

    Raises:
        LatencyError: The device is not there, or a package is not installed.
    """
    if spec.estimator is None:
        return setting_here(**spec.conditions())
    from workers.latency.vela import Npu, vela_setting

    return vela_setting(Npu.of(**spec.npu()))


def read_foreign_table(path: Path, spec: LatencySpec) -> TableFile:
    """The table of a file, measured as the section `latency` says.

    Raises:
        LatencyError: The file is damaged, or was measured in another way.
    """
    file = read_table(path)
    for name, wanted in spec.conditions().items():
        came = getattr(file.setting, name)
        if came != wanted:
            raise LatencyError(
                f"{path}: was measured with {name} {came}; `latency.{name}` is {wanted}"
            )
    return file


def require_all(path: Path, file: TableFile, graphs: Iterable[Graph]) -> None:
    """Raises LatencyError where the file lacks blocks, saying which and how many."""
    wanted = list(graphs)
    missing = [graph for graph in wanted if graph.id not in file.blocks]
    if missing:
        named = ", ".join(map(_in_words, missing[:MAX_NAMED]))
        more = f" and {len(missing) - MAX_NAMED} more" if len(missing) > MAX_NAMED else ""
        raise LatencyError(
            f"{path}: lacks {len(missing)} of the {len(wanted)} blocks of the space: "
            f"{named}{more}; `nas profile --bundle` makes what measures them all"
        )


def _in_words(graph: Graph) -> str:
    """A block by its id and the shapes that it goes between."""
    ends = ("x".join(map(str, shape)) for shape in (graph.in_shape, graph.out_shape))
    return f"{graph.id} ({' to '.join(ends)})"
