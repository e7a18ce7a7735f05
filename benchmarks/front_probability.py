"""Does the probability of being on the front come true as often as it says?

The table has three trainings of each network, with three seeds. Studies of networks drawn from it
see two of the trainings; from these each network gets the probability of being on the front when
all are trained once more. What came is whether it is on the front of the third trainings. Nothing
of the third is used before, so that no luck is counted twice.

    python -m benchmarks.front_probability ../shared/data/nas_bench_macro.csv.gz [--json]
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nas.statistics import Beliefs, beliefs, brier_score, front_probability, reliability

NUM_SEEDS = 3
COSTS = (("flops",), ("flops", "params"))
WITHIN = 0.006
"""Networks near the front: so much less accurate in training 0 than the best no dearer one."""


@dataclass(frozen=True)
class Trainings:
    """Distinct networks of a table.

    Attributes:
        accuracies: `(num_networks, NUM_SEEDS)`.
        costs: By name, `(num_networks,)` each.
    """

    accuracies: NDArray[np.float64]
    costs: dict[str, NDArray[np.float64]]

    def cost_columns(
        self, names: tuple[str, ...], picked: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Costs of some networks, `(num_picked, num_costs)`."""
        return np.column_stack([self.costs[name][picked] for name in names])


def read(path: Path) -> Trainings:
    """The distinct networks of a table with columns `accuracy_seed0` and on."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = {row["architecture"]: row for row in csv.DictReader(file)}.values()
    columns = [[float(row[f"accuracy_seed{seed}"]) for row in rows] for seed in range(NUM_SEEDS)]
    names = {name for group in COSTS for name in group}
    costs = {name: np.array([float(row[name]) for row in rows]) for name in sorted(names)}
    return Trainings(np.array(columns).T, costs)


def near_front(table: Trainings, costs: tuple[str, ...], seed: int) -> NDArray[np.int64]:
    """Indices of networks nearly as accurate, in one training, as the best that cost no more.

    As a search finds them: by a training that is then among those that are known.
    """
    accuracy = table.accuracies[:, seed]
    every = table.cost_columns(costs, np.arange(len(accuracy)))
    best = np.array([accuracy[(every <= own).all(axis=1)].max() for own in every])
    return np.flatnonzero(best - accuracy < WITHIN)


def foretell(
    table: Trainings, costs: tuple[str, ...], near: bool, num_studies: int, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Probabilities of studies of 40 networks, and what came."""
    said, came = [], []
    pools = [
        near_front(table, costs, (held + 1) % NUM_SEEDS)
        if near
        else np.arange(len(table.accuracies))
        for held in range(NUM_SEEDS)
    ]
    for study in range(num_studies):
        held = study % NUM_SEEDS
        known = [seed for seed in range(NUM_SEEDS) if seed != held]
        picked = rng.choice(pools[held], 40, replace=False)
        columns = table.cost_columns(costs, picked)
        groups = table.accuracies[np.ix_(picked, known)].tolist()
        said.append(front_probability(beliefs(groups, columns, of_next=True), columns, rng, 2_000))
        third = Beliefs(table.accuracies[picked, held], np.zeros(len(picked)))
        came.append(front_probability(third, columns, rng, 1) == 1)
    return np.concatenate(said), np.concatenate(came)


def report(table: Trainings, num_studies: int, seed: int) -> list[dict[str, Any]]:
    """Scores of every kind of study."""
    found = []
    for near in (False, True):
        for costs in COSTS:
            rng = np.random.default_rng(seed)
            said, came = foretell(table, costs, near, num_studies, rng)
            share = float(came.mean())
            found.append(
                {
                    "networks": "near the front" if near else "drawn at random",
                    "objectives": ["accuracy", *costs],
                    "num_studies": num_studies,
                    "brier": brier_score(said, came),
                    "brier_of_the_share": share * (1 - share),
                    "bins": [
                        {"probability": b.probability, "came": b.came._asdict(), "number": b.number}
                        for b in reliability(said, came)
                    ],
                }
            )
    return found


def show(found: list[dict[str, Any]]) -> None:
    """The scores as tables."""
    for kind in found:
        print(f"{kind['num_studies']} studies of 40 networks {kind['networks']}, ", end="")
        print(f"{', '.join(kind['objectives'])}")
        print(f"Brier score {kind['brier']:.4f}; saying always the share that came ", end="")
        print(f"{kind['brier_of_the_share']:.4f}")
        print("  said   came  (95%)         networks")
        for row in kind["bins"]:
            came = row["came"]
            print(
                f"  {row['probability']:.3f}  {came['value']:.3f} ({came['low']:.3f} to "
                f"{came['high']:.3f}) {row['number']:6d}"
            )


def main() -> None:
    """Reads the command line, computes, prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path, help="nas_bench_macro.csv.gz")
    parser.add_argument("--num-studies", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    found = report(read(arguments.table), arguments.num_studies, arguments.seed)
    if arguments.json:
        print(json.dumps(found))
    else:
        show(found)


if __name__ == "__main__":
    main()
