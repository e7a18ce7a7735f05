"""How many trainings does a sampler need? The hypervolume gap on a table of known results.

All samplers run on the same table in the same run; the gap is 1 - hypervolume(found) /
hypervolume(table's front), with costs as logarithms scaled to [0, 1] and accuracy from the best to
the fifth percentile (`nas.simulation.compare.GapScore`), all of it within the budgets where there
are some. Every sampler stands in the wrapper that a search uses too, so that none proposes an
architecture twice. `--samplers` adds the others, of which `gp` is slow. Last, how many evaluations
`cost_aware` needs for the gap that each other sampler has after the last of the given numbers.

With `--short`, beside that: `cost_aware` searches on the table's shorter trainings and trains a few
fully, against full trainings only, by epochs.

    python -m benchmarks.sampler_quality ../shared/data/nas_bench_macro.csv.gz --seeds 10 [--json]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from importlib import metadata
from typing import Any

import optuna

from nas.samplers import SAMPLERS
from nas.simulation.compare import Contender, curves, needed, spread_at
from nas.simulation.table import TableProblem
from nas.simulation.training import SHORT_THEN_FULL, Fidelity
from search_spaces.errors import NasError
from search_spaces.spaces.problem import Limit

DEFAULT = ("cost_aware", "tpe", "nsga2", "random")


def measure(
    problem: TableProblem, samplers: Sequence[str], marks: Sequence[int], num_seeds: int
) -> dict[str, Any]:
    found, rows, epochs = {}, {}, problem.results[0].epochs
    for name in samplers:
        start = time.perf_counter()
        contender = Contender(name, SAMPLERS[name])
        found[name] = list(curves(problem, contender, max(marks), num_seeds))
        rows[name] = {str(m): spread_at(found[name], m * epochs)._asdict() for m in marks}
        print(f"{name}: {time.perf_counter() - start:.0f} s", file=sys.stderr)
    last = str(max(marks))

    def evaluations(gap: float) -> int | None:
        paid = needed(found["cost_aware"], gap)
        return None if paid is None else paid // epochs

    return {
        "table": problem.name,
        "objectives": problem.objectives,
        "num_seeds": num_seeds,
        "versions": {name: metadata.version(name) for name in ("optuna", "numpy", "scipy")},
        "gap": rows,
        "cost_aware_needs": {
            f"gap of {name} after {last}": evaluations(rows[name][last]["mean"])
            for name in samplers
            if name != "cost_aware"
        },
    }


def measure_short(
    problem: TableProblem, num_trials: int, num_promoted: int, num_seeds: int
) -> dict[str, Any]:
    """Epochs and gap of a search on short trainings, each seed's own."""
    fidelity = Fidelity(SHORT_THEN_FULL, num_promoted=num_promoted)
    contender = Contender("cost_aware", SAMPLERS["cost_aware"], fidelity)
    runs = list(curves(problem, contender, num_trials, num_seeds))
    epochs, _ = runs[0][-1]
    return {
        "num_trials": num_trials,
        "num_promoted": num_promoted,
        "epochs": epochs,
        "gap": spread_at(runs, epochs)._asdict(),
    }


def show(result: dict[str, Any]) -> None:
    marks = list(next(iter(result["gap"].values())))
    print(f"{result['table']}, {', '.join(result['objectives'])}, {result['num_seeds']} seeds")
    print(f"{'gap after':22}" + "".join(f"{mark:>16}" for mark in marks))
    for name, row in result["gap"].items():
        shown = (f"{row[mark]['mean']:.4f} +-{row[mark]['std']:.4f}" for mark in marks)
        print(f"{name:22}" + "".join(f"{text:>16}" for text in shown))
    for what, number in result["cost_aware_needs"].items():
        print(f"cost_aware needs {number} evaluations for the {what}")
    for row in result.get("short", ()):
        trained = f"{row['num_trials']} short and {row['num_promoted']} full trainings"
        gap = f"{row['gap']['mean']:.4f} +-{row['gap']['std']:.4f}"
        print(f"cost_aware on {trained}, {row['epochs']} epochs: {gap}")


def read_limits(text: str) -> list[Limit]:
    """`flops=50e6,params=1e6`: limits from above."""
    pairs = (part.split("=") for part in text.split(",") if part)
    return [Limit(name, float(value)) for name, value in pairs]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("table", help="a CSV file of known results, gzipped or not")
    parser.add_argument("--objectives", default="accuracy,flops")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--samplers", default=",".join(DEFAULT), help=f"of {', '.join(SAMPLERS)}")
    parser.add_argument("--limits", default="", help="budgets, for example flops=50e6,params=1e6")
    parser.add_argument("--marks", default="30,50,75,100,150", help="numbers of evaluations")
    parser.add_argument("--short", action="store_true", help="also short trainings first")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        problem = TableProblem.read(options.table).of(
            options.objectives.split(","), read_limits(options.limits)
        )
        marks = [int(mark) for mark in options.marks.split(",")]
        result = measure(problem, options.samplers.split(","), marks, options.seeds)
        if options.short:
            result["short"] = [
                measure_short(problem, num_trials, num_promoted, options.seeds)
                for num_trials, num_promoted in ((60, 8), (90, 8), (90, 10), (120, 12))
            ]
    except NasError as error:
        raise SystemExit(str(error)) from None
    if options.json:
        print(json.dumps(result))
    else:
        show(result)


if __name__ == "__main__":
    main()
