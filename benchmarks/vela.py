"""How well do blocks that vela compiles alone foretell networks that it compiles whole?

For each accelerator a table is made anew, as a search would, and held against random networks that
no correction was fitted on, and against networks such as a search ends with: the cheapest that can
be found by their predictions, and the dearest within the budgets. Nothing is timed: the same
versions print the same numbers on every machine, but for the seconds.

    python -m benchmarks.vela [search_spaces/mobile_32.yaml] [--accelerator ethos-u55-128 ...]
        [--networks 30] [--json]
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks.latency_front import Told, stub_front
from nas.cli.options import space_to_look_at
from nas.config import ExperimentFile
from nas.config.latency import LatencySpec
from nas.latency.check import Check, check_table, compare
from nas.latency.profile import profile_space
from nas.store import Store
from search_spaces.measures import LATENCY
from search_spaces.spaces.problem import SpaceProblem

ACCELERATORS = ("ethos-u55-128",)


@dataclass(frozen=True)
class Found:
    """A table and what it foretold.

    Attributes:
        blocks: In the table.
        seconds: Of making it.
        correction: From sums of blocks to networks, in words.
        random: Networks drawn at random.
        front: Networks such as a search ends with.
    """

    accelerator: str
    versions: str
    blocks: int
    seconds: float
    correction: str
    random: Check
    front: Check


def one(file: ExperimentFile, accelerator: str, num_networks: int) -> Found:
    """A table of the blocks of a space, and networks held against it."""
    space = space_to_look_at(file).space
    experiment = file.experiment
    spec = LatencySpec.model_validate({"estimator": "vela", "accelerator": accelerator})
    limits = tuple(lim for lim in experiment.constraints.limits() if lim.quantity != LATENCY)
    with tempfile.TemporaryDirectory() as folder, Store(f"sqlite:///{folder}/nas.db") as store:
        start = time.monotonic()
        profile = profile_space(store, space, spec, Told(), limits=limits)
        seconds = time.monotonic() - start
    table = profile.table
    objectives = (experiment.quality, LATENCY)
    problem = SpaceProblem(space, objectives, limits, table.predict)
    front = stub_front(problem, space, np.random.default_rng(0))
    return Found(
        accelerator, table.setting.versions, len(profile.blocks), seconds,
        table.correction.in_words, check_table(table, space, num_networks, Told()),
        compare(table, front),
    )  # fmt: skip


def _rows(found: list[Found]) -> str:
    lines = [
        f"{'accelerator':<16} blocks  seconds   random: error  largest   tau"
        "   front: error  largest   tau"
    ]
    for each in found:
        cells = "".join(
            f"{check.mean_error:15.1%} {check.max_error:8.1%} {check.kendall_tau:6.3f}"
            for check in (each.random, each.front)
        )
        lines.append(f"{each.accelerator:<16} {each.blocks:6d} {each.seconds:8.1f}{cells}")
        lines.append(f"    {each.correction}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file", nargs="?", default="search_spaces/mobile_32.yaml", type=Path)
    parser.add_argument("--accelerator", nargs="+", default=ACCELERATORS)
    parser.add_argument("--networks", type=int, default=30)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args()
    file = ExperimentFile.read(options.file)
    found = [one(file, accelerator, options.networks) for accelerator in options.accelerator]
    if options.json:
        rows = [
            {**asdict(f), "random": f.random.as_json(), "front": f.front.as_json()} for f in found
        ]
        print(json.dumps({"space": options.file.name, "tables": rows}))
    else:
        print(found[0].versions)
        print(_rows(found))


if __name__ == "__main__":
    main()
