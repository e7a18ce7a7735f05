"""What runs on another board: measures the blocks of a bundle and writes their table.

A bundle is one file, made by `nas profile --bundle`. Beside it the board needs Python and the
backend that the bundle was made for: PyTorch, or ONNX Runtime.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from search_spaces.errors import NasError
from search_spaces.graphs.graph import Graph
from search_spaces.graphs.network import Network
from workers.latency.here import setting_here
from workers.latency.measurement import OF_NETWORKS, Measurement, measure, reference_block, usual
from workers.latency.rounds import Effort
from workers.latency.setting import LatencySetting
from workers.latency.subject import Subject
from workers.latency.table_file import MeasuredNetwork, TableFile, write_table

CONTENTS = "subjects.json"


def model_name(subject: str) -> str:
    """Where the ONNX file of a block or network lies in a bundle."""
    return f"onnx/{subject}.onnx"


@dataclass(frozen=True)
class Contents:
    """What a bundle asks to be measured.

    Attributes:
        conditions: The arguments of `setting_here`.
        blocks: In the order in which they are measured.
        blocks_of: The blocks of each network.
        max_seconds: Time for the blocks; None where there is no limit.
    """

    conditions: dict[str, Any]
    reference: Subject
    blocks: list[Subject]
    networks: list[Subject]
    blocks_of: dict[str, tuple[str, ...]]
    max_seconds: float | None

    @classmethod
    def read(cls, bundle: zipfile.ZipFile) -> Contents:
        data = json.loads(bundle.read(CONTENTS))
        stored = set(bundle.namelist())

        def with_model(bare: Subject) -> Subject:
            model = model_name(bare.id)
            return bare._replace(onnx_model=bundle.read(model)) if model in stored else bare

        graphs = [_graph(entry) for entry in data["blocks"]]
        networks = [Network.from_json(entry) for entry in data["networks"]]
        return cls(
            data["conditions"],
            with_model(Subject.of_block(reference_block())),
            [with_model(Subject.of_block(graph)) for graph in graphs],
            [with_model(Subject.of_network(network)) for network in networks],
            {n.id: tuple(block.graph.id for block in n.blocks) for n in networks},
            data["max_seconds"],
        )


def _graph(entry: dict[str, Any]) -> Graph:
    sides = tuple(map(tuple, entry.get("side_shapes", ())))
    return Graph.from_json(tuple(entry["in_shape"]), entry["layers"], sides)


def run(contents: Contents, say: Callable[[str], None]) -> TableFile:
    """Measures everything that a bundle asks for.

    Raises:
        LatencyError: The board lacks the device or the backend.
    """
    setting = setting_here(**contents.conditions)
    say(f"{setting.in_words}; {setting.versions}")
    start = time.monotonic()
    table = TableFile(setting)
    for found in measure(
        contents.blocks, setting, reference=contents.reference, max_seconds=contents.max_seconds
    ):
        # A block comes again where later rounds changed it; the last time counts.
        is_new = found.id not in table.blocks
        table.blocks[found.id] = found
        if is_new and len(table.blocks) % 50 == 0:
            seconds = time.monotonic() - start
            say(f"{len(table.blocks)} of {len(contents.blocks)} blocks after {seconds:.0f} s")
    # The networks are stated at the speed at which the blocks were.
    usual_ms = usual([found.reference_ms for found in table.blocks.values()])
    measured = _measure_networks(contents, setting, usual_ms)
    table.networks.update(
        (name, MeasuredNetwork(found, contents.blocks_of[name])) for name, found in measured.items()
    )
    disturbed = sum(not found.is_quiet for found in table.blocks.values())
    if disturbed:
        say(f"the device was not quiet: {disturbed} of {len(table.blocks)} blocks are marked")
    return table


def _measure_networks(
    contents: Contents, setting: LatencySetting, usual_ms: float, effort: Effort = OF_NETWORKS
) -> dict[str, Measurement]:
    measured = measure(
        contents.networks, setting, effort, usual_reference_ms=usual_ms,
        reference=contents.reference,
    )  # fmt: skip
    return {found.id: found for found in measured}


def main() -> None:
    """Entry point of a bundle; errors are one line on standard error."""
    parser = argparse.ArgumentParser(description="Measures the latency of blocks on this device.")
    parser.add_argument("--out", type=Path, default=Path("table.csv"), help="[table.csv]")
    options = parser.parse_args()
    try:
        with zipfile.ZipFile(sys.argv[0]) as bundle:
            contents = Contents.read(bundle)
        table = run(contents, lambda line: print_line(sys.stderr, line))
        write_table(options.out, table)
    except NasError as error:
        print_line(sys.stderr, str(error))
        sys.exit(1)
    print_line(sys.stdout, str(options.out))


def print_line(stream: Any, line: str) -> None:
    """Writes a line at once."""
    stream.write(f"{line}\n")
    stream.flush()
