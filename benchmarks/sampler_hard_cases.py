"""Where a search is hard: few architectures within the budget, and trainings that fail unseen.

Tight budgets: the gap after `--trials` evaluations with one cost limited to a quantile of the
table, beside random search; or with `--limits`. Failed trainings, with `--failing`: each training
ends at chance level with a probability, as complete as any other; the gap is that of the others,
after so many of them. The gap is that of `nas.simulation.compare.GapScore`, mean and standard error
over the seeds.

    python -m benchmarks.sampler_hard_cases ../shared/data/nas_bench_macro.csv.gz [--json]
    python -m benchmarks.sampler_hard_cases ../shared/data/nas_bench_macro.csv.gz --failing 0.1
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from math import ceil, sqrt
from statistics import mean, stdev
from typing import Any

import numpy as np
import optuna

from benchmarks.sampler_quality import read_limits
from nas.samplers import SAMPLERS
from nas.simulation.compare import GapScore
from nas.simulation.simulate import simulate
from nas.simulation.table import TableProblem
from search_spaces.errors import NasError, SearchError
from search_spaces.spaces.problem import Limit

QUANTILES = (0.05, 0.15, 0.40)
_FAILING = 1


def with_failures(
    problem: TableProblem, probability: float, chance: float, seed: int
) -> TableProblem:
    """The table in which some architectures, drawn with a seed of their own, fail to train."""
    rng = np.random.default_rng([seed, _FAILING])
    ids = dict.fromkeys(result.candidate.architecture for result in problem.results)
    fails = dict(zip(ids, rng.random(len(ids)) < probability, strict=True))
    return replace(
        problem,
        results=tuple(
            replace(result, accuracy=chance) if fails[result.candidate.architecture] else result
            for result in problem.results
        ),
    )


def usable_gap(
    problem: TableProblem,
    sampler: str,
    seed: int,
    *,
    num_usable: int,
    probability: float,
    chance: float,
) -> float:
    """The gap of the first trainings that did not fail, so many of them."""
    failing = with_failures(problem, probability, chance, seed)
    # four standard deviations more than on average are needed, so that enough do not fail
    num_trials = ceil((num_usable + 4 * sqrt(num_usable * probability)) / (1 - probability))
    found = simulate(failing, SAMPLERS[sampler], num_trials, seed=seed)
    usable = list(islice((e.result for e in found if e.accuracy != chance), num_usable))
    if len(usable) < num_usable:
        raise SearchError(f"only {len(usable)} of {num_usable} trainings did not fail")
    return GapScore(problem).gap(usable)


def final_gap(problem: TableProblem, sampler: str, seed: int, *, num_trials: int) -> float:
    """The gap after so many evaluations, or after all that are within the limits."""
    found = simulate(problem, SAMPLERS[sampler], num_trials, seed=seed)
    return GapScore(problem).gap([evaluation.result for evaluation in found])


def tight_budgets(problem: TableProblem) -> Iterator[tuple[str, TableProblem]]:
    """The table with each of its costs limited to each quantile, alone."""
    for cost in problem.results[0].candidate.costs:
        values = [result.candidate.costs[cost] for result in problem.results]
        for quantile in QUANTILES:
            limit = float(np.quantile(values, quantile))
            label = f"{cost} at most {limit:.4g} ({quantile:.0%})"
            yield label, problem.of(problem.objectives, [Limit(cost, limit)])


def spread(gaps: Sequence[float]) -> dict[str, Any]:
    """Mean, standard error, and each."""
    error = stdev(gaps) / len(gaps) ** 0.5 if len(gaps) > 1 else 0.0
    return {"mean": mean(gaps), "standard_error": error, "gaps": list(gaps)}


def cases(
    problem: TableProblem, options: argparse.Namespace
) -> Iterator[tuple[str, Callable[[str, int], float]]]:
    """What was asked for: a label, and the gap of sampler and seed."""
    if options.failing:
        label = f"{options.failing:.0%} at {options.chance:g}, {options.usable} others"
        yield label, partial(
            usable_gap, problem, num_usable=options.usable, probability=options.failing,
            chance=options.chance,
        )  # fmt: skip
    elif options.limits:
        limited = problem.of(problem.objectives, read_limits(options.limits))
        yield options.limits, partial(final_gap, limited, num_trials=options.trials)
    else:
        for label, limited in tight_budgets(problem):
            yield label, partial(final_gap, limited, num_trials=options.trials)


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """All that was asked for, by case and sampler."""
    problem = TableProblem.read(options.table).of(options.objectives.split(","))
    found: dict[str, dict[str, Any]] = {}
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    for label, gap in cases(problem, options):
        start = time.perf_counter()
        found[label] = {
            sampler: spread([gap(sampler, seed) for seed in seeds])
            for sampler in options.samplers.split(",")
        }
        print(f"{label}: {time.perf_counter() - start:.0f} s", file=sys.stderr)
    return {
        "table": problem.name,
        "objectives": problem.objectives,
        "seeds": list(seeds),
        "trials": options.usable if options.failing else options.trials,
        "gap": found,
    }


def show(result: dict[str, Any]) -> None:
    seeds = result["seeds"]
    print(f"{result['table']}, {', '.join(result['objectives'])}, seeds {seeds[0]} to {seeds[-1]}")
    for label, row in result["gap"].items():
        shown = (f"{s} {g['mean']:.4f} +-{g['standard_error']:.4f}" for s, g in row.items())
        print(f"{label:38}" + "".join(f"{text:>32}" for text in shown))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("table", help="a CSV file of known results, gzipped or not")
    parser.add_argument("--objectives", default="accuracy,flops")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--samplers", default="cost_aware,random", help=f"of {', '.join(SAMPLERS)}")
    parser.add_argument("--trials", type=int, default=50, help="evaluations within a budget")
    parser.add_argument("--limits", default="", help="these budgets, for example flops=50e6")
    parser.add_argument("--failing", type=float, default=0.0, help="share that fails; no budgets")
    parser.add_argument("--usable", type=int, default=75, help="evaluations that did not fail")
    parser.add_argument("--chance", type=float, default=0.1, help="accuracy of what failed")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        result = measure(options)
    except NasError as error:
        raise SystemExit(str(error)) from None
    if options.json:
        print(json.dumps(result))
    else:
        show(result)


if __name__ == "__main__":
    main()
