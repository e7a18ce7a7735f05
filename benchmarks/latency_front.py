"""How far off are the predicted latencies of the networks that a search ends with?

An error measured on random networks says little there: a search ends at the smallest networks and
at those that just keep to the budgets, and prefers those whose latency is predicted too low. Here
a stub stands in for it: from a table that was measured anew it proposes the cheapest networks that
it can find by their predictions and the dearest within the budgets. They are then measured end to
end, and held against the predictions that a search would have worked with, and against those of a
least-squares fit of a factor and a constant for each block on sixteen random networks, which is
how sums were corrected before.

    python -m benchmarks.latency_front [search_spaces/quickstart.yaml] [--repeats 10] [--json]
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nas.config import ExperimentFile
from nas.latency.end_to_end import measure_networks
from nas.latency.front import OF_FRONT
from nas.latency.networks import random_networks
from nas.latency.profile import Profile, profile_space
from nas.latency.table import LatencyTable
from nas.runner.preparation import checked_space
from nas.samplers.neighbours import mutated
from nas.store import Store
from search_spaces.graphs.network import Network
from search_spaces.spaces.problem import SpaceProblem, Values, violations
from search_spaces.spaces.space import Space

NUM_FRONT = 12
"""Networks of the stub's front, half of them the cheapest, half at the budgets."""

NUM_STEPS = 400
NUM_RANDOM = 16


@dataclass
class Told:
    """What the profiling says of itself."""

    lines: list[str] = field(default_factory=list)

    def message(self, text: str) -> None:
        self.lines.append(text)

    def profiling(self, done: int, total: int) -> None: ...


@dataclass(frozen=True)
class Found:
    """One profile and its front.

    Attributes:
        seconds: Of the profile.
        told: What it said that it would take.
        predicted: Blocks that there was no time for.
        not_quiet: Blocks that stayed marked.
        mean_error: Of the front's predictions, as the search has them.
        max_error: The largest.
        old_mean_error: The same with the old correction.
        old_max_error: The same with the old correction.
        pairs_ms: Predicted, by the old correction, and measured.
    """

    seconds: float
    told: str
    predicted: int
    not_quiet: int
    mean_error: float
    max_error: float
    old_mean_error: float
    old_max_error: float
    pairs_ms: list[tuple[float, float, float]]


def one(file: ExperimentFile, space: Space, seed: int) -> Found:
    """Profiles with an empty table, lets the stub search, and measures its front."""
    limits, told = file.experiment.constraints.limits(), Told()
    with tempfile.TemporaryDirectory() as folder, Store(f"sqlite:///{folder}/nas.db") as store:
        profile = profile_space(store, space, file.experiment.latency, told, limits=limits)
    table = profile.table
    problem = SpaceProblem(space, file.experiment.objectives, limits, table.predict)
    front = stub_front(problem, space, np.random.default_rng(seed))
    drawn = random_networks(space, NUM_RANDOM)
    found = measure_networks(drawn, table)
    weights = old_correction(table, drawn, [found[n.id].measurement.latency_ms for n in drawn])
    found = measure_networks(front, table, effort=OF_FRONT, max_seconds=25)
    measured = np.array([found[network.id].measurement.latency_ms for network in front])
    return _found(
        profile, told,
        np.array([table.predict(network) for network in front]),
        np.array([row @ weights for row in _rows(table, front)]),
        measured,
    )  # fmt: skip


def _found(
    profile: Profile,
    told: Told,
    new: NDArray[np.float64],
    old: NDArray[np.float64],
    measured: NDArray[np.float64],
) -> Found:
    errors, old_errors = np.abs(new / measured - 1), np.abs(old / measured - 1)
    table = profile.table
    return Found(
        profile.seconds, told.lines[0].rpartition(": ")[2],
        len(table.predicted(profile.blocks)), len(table.disturbed(profile.blocks)),
        float(errors.mean()), float(errors.max()), float(old_errors.mean()),
        float(old_errors.max()), np.column_stack([new, old, measured]).tolist(),
    )  # fmt: skip


def stub_front(problem: SpaceProblem, space: Space, rng: np.random.Generator) -> list[Network]:
    """The cheapest networks and the dearest within the budgets, by their predicted latency."""
    known: dict[str, tuple[float, Values]] = {}

    def add(values: Values) -> None:
        candidate = problem.candidate(values)
        if not violations(candidate, problem.limits):
            known[candidate.architecture] = candidate.costs["latency_ms"], values

    for _ in range(NUM_STEPS):
        add(space.sample(rng))
    for step in range(2 * NUM_STEPS):
        ordered = sorted(known.values(), key=lambda entry: entry[0])
        ends = ordered[: NUM_FRONT // 2] if step % 2 else ordered[-NUM_FRONT // 2 :]
        add(mutated(space.choices, ends[int(rng.integers(len(ends)))][1], rng))
    ordered = sorted(known.values(), key=lambda entry: entry[0])
    picked = [*ordered[: NUM_FRONT // 2], *ordered[-NUM_FRONT // 2 :]]
    return [space.network(values) for _, values in picked]


def _rows(table: LatencyTable, networks: list[Network]) -> NDArray[np.float64]:
    """Sum over the blocks and their number, a row for each network."""
    return np.array(
        [
            (sum(table.blocks[b.graph.id].latency_ms for b in n.blocks), len(n.blocks))
            for n in networks
        ]
    )


def old_correction(
    table: LatencyTable, networks: list[Network], measured_ms: list[float]
) -> NDArray[np.float64]:
    """A factor and a constant for each block, by least squares of relative errors."""
    rows = _rows(table, networks) / np.array(measured_ms)[:, None]
    weights: NDArray[np.float64] = np.linalg.lstsq(rows, np.ones(len(rows)), rcond=None)[0]
    return weights


def _table(found: list[Found]) -> str:
    lines = ["seconds  told    predicted  not quiet   error  largest   old error  largest"]
    lines += [
        f"{f.seconds:7.1f}  {f.told:<18} {f.predicted:6d} {f.not_quiet:6d} {f.mean_error:7.1%}"
        f" {f.max_error:7.1%} {f.old_mean_error:9.1%} {f.old_max_error:9.1%}"
        for f in found
    ]
    mean, old = (
        float(np.mean([getattr(f, n) for f in found])) for n in ("mean_error", "old_mean_error")
    )
    return "\n".join([*lines, f"mean error {mean:.1%}; with the old correction {old:.1%}"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file", nargs="?", default="search_spaces/quickstart.yaml", type=Path)
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args()
    file = ExperimentFile.read(options.file)
    space, start = checked_space(file), time.time()
    found = [one(file, space, seed) for seed in range(options.repeats)]
    if options.json:
        seconds = time.time() - start
        print(json.dumps({"seconds": seconds, "profiles": [asdict(f) for f in found]}))
    else:
        print(_table(found))


if __name__ == "__main__":
    main()
