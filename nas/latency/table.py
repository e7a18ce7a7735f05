"""A latency table: milliseconds of each block in one setting, and what a network takes by it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from nas.store import Store
from nas.store.latency_tables import MEASURED
from search_spaces.network import Network
from workers.latency import LatencySetting, Measurement, usual


@dataclass
class LatencyTable:
    """What is known of blocks in one setting.

    Attributes:
        blocks: By the id of the block's graph.
    """

    setting: LatencySetting
    blocks: dict[str, Measurement] = field(default_factory=dict)

    @classmethod
    def load(cls, store: Store, setting: LatencySetting) -> LatencyTable:
        """The table of a setting, empty where nothing was measured yet."""
        rows = store.latency_blocks(setting.key)
        return cls(setting, {row["block"]: Measurement(*row.values()) for row in rows})

    def add(self, store: Store, measured: Iterable[Measurement]) -> None:
        """Adds measurements here and in the database."""
        new = list(measured)
        self.blocks.update({found.id: found for found in new})
        store.add_latencies(self.setting.key, vars(self.setting), map(_block_row, new))

    def usual_reference_ms(self) -> float | None:
        """What the reference block takes on the quiet device; None where nothing is known."""
        known = [found.reference_ms for found in self.blocks.values()]
        return usual(known) if known else None

    def warning(self, blocks: Sequence[str]) -> str | None:
        """One line where some of these blocks were measured while the device was not ours alone."""
        disturbed = sum(not self.blocks[block].is_quiet for block in blocks)
        if not disturbed:
            return None
        return (
            f"the device was not quiet: {disturbed} of {len(blocks)} blocks were measured while "
            "something else used it; their latencies are marked and may be too long"
        )

    def predict(self, network: Network) -> float:
        """Milliseconds of a network: the sum over its blocks."""
        return sum(self.blocks[block.graph.id].latency_ms for block in network.blocks)


def _block_row(found: Measurement) -> dict[str, object]:
    block, *values = found
    return {"block": block, **dict(zip(MEASURED, values, strict=True))}
