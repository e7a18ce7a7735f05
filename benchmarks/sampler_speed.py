"""How long does a proposal take after many finished trials?

A made-up problem of 20 choices of 4 values with accuracy, FLOPs and latency, one thread. The study
is in memory and filled with finished trials of random values; the sampler is new, so that the first
proposal reads all of them; it stands apart from the later ones, which read one more each. Beside
Optuna's TPE and, where it can within a minute, its GP.

    python -m benchmarks.sampler_speed [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata

import numpy as np
import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution
from optuna.samplers import BaseSampler

from nas.samplers import SAMPLERS as OURS
from search_spaces.registry import Value
from search_spaces.spaces.choices import Choice
from search_spaces.spaces.problem import Candidate, Limit, Values

NUM_CHOICES = 20
SIZES = (300, 2_000, 10_000)
MAX_TRIALS = {"gp": 300}


@dataclass(frozen=True)
class MadeUp:
    """Costs are products of weights of the values; see `search_spaces.spaces.problem.Problem`."""

    objectives: tuple[str, ...] = ("accuracy", "flops", "latency_ms")
    limits: tuple[Limit, ...] = ()
    choices: tuple[Choice, ...] = tuple(
        Choice(f"choice{n}", ("none", "small", "wide", "large")) for n in range(NUM_CHOICES)
    )

    def sample(self, rng: np.random.Generator) -> dict[str, Value]:
        picked = rng.integers(4, size=NUM_CHOICES)
        return {c.name: c.values[i] for c, i in zip(self.choices, picked, strict=True)}

    def codes(self, values: Values) -> list[int]:
        return [choice.values.index(values[choice.name]) for choice in self.choices]

    def candidate(self, values: Values) -> Candidate:
        codes = self.codes(values)
        flops = 1e6 * (1 + sum((n % 3 + 1) * code for n, code in enumerate(codes)))
        latency_ms = 0.1 * (1 + sum((n % 4 + 1) * (code > 0) for n, code in enumerate(codes)))
        costs = {"flops": flops, "latency_ms": latency_ms}
        return Candidate(dict(values), "".join(map(str, codes)), costs)

    def num_combinations(self) -> int:
        return 4**NUM_CHOICES

    def accuracy(self, values: Values, rng: np.random.Generator) -> float:
        codes = self.codes(values)
        gain = sum(code * (1 + n % 5) for n, code in enumerate(codes))
        return float(0.95 - 0.6 / (1 + 0.03 * gain) + rng.normal(scale=0.005))


PROBLEM = MadeUp()


def tpe(seed: int) -> BaseSampler:
    return optuna.samplers.TPESampler(multivariate=True, seed=seed)


def gp(seed: int) -> BaseSampler:
    return optuna.samplers.GPSampler(seed=seed)


def cost_aware(seed: int) -> BaseSampler:
    return OURS["cost_aware"](PROBLEM, seed)


SAMPLERS: dict[str, Callable[[int], BaseSampler]] = {
    "cost_aware": cost_aware,
    "tpe": tpe,
    "gp": gp,
}


def filled_study(num_trials: int, sampler: BaseSampler) -> optuna.Study:
    rng = np.random.default_rng(0)
    study = optuna.create_study(directions=["maximize", "minimize", "minimize"], sampler=sampler)
    distributions: dict[str, BaseDistribution] = {
        choice.name: CategoricalDistribution(choice.values) for choice in PROBLEM.choices
    }
    for _ in range(num_trials):
        candidate = PROBLEM.candidate(PROBLEM.sample(rng))
        accuracy = PROBLEM.accuracy(candidate.values, rng)
        trial = optuna.trial.create_trial(
            params=dict(candidate.values),
            distributions=distributions,
            values=[accuracy, *candidate.costs.values()],
            user_attrs={"architecture": candidate.architecture, "curve": [[9, accuracy]]},
        )
        study.add_trial(trial)
    return study


def propose(study: optuna.Study, rng: np.random.Generator) -> float:
    """Seconds from asking until all choices are known; the answer is told outside of that."""
    start = time.perf_counter()
    trial = study.ask()
    values = {c.name: trial.suggest_categorical(c.name, c.values) for c in PROBLEM.choices}
    elapsed = time.perf_counter() - start
    candidate = PROBLEM.candidate(values)
    accuracy = PROBLEM.accuracy(values, rng)
    trial.set_user_attr("architecture", candidate.architecture)
    trial.set_user_attr("curve", [[9, accuracy]])
    study.tell(trial, [accuracy, *candidate.costs.values()])
    return elapsed


def measure(name: str, num_trials: int, num_proposals: int) -> dict[str, float]:
    study, rng = filled_study(num_trials, SAMPLERS[name](0)), np.random.default_rng(1)
    first, *later = [propose(study, rng) for _ in range(num_proposals + 1)]
    return {
        "n": len(later),
        "first_s": first,
        "median_s": statistics.median(later),
        "max_s": max(later),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--num-proposals", type=int, default=5, help="timed, after the first")
    options = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
    rows = {
        name: {
            str(size): measure(name, size, options.num_proposals)
            for size in SIZES
            if size <= MAX_TRIALS.get(name, max(SIZES))
        }
        for name in SAMPLERS
    }
    result = {
        "what": f"seconds for a proposal, {NUM_CHOICES} choices of 4 values, 3 objectives",
        "device": f"{platform.machine()}, threads: {os.environ.get('OMP_NUM_THREADS', 'all')}",
        "versions": {n: metadata.version(n) for n in ("optuna", "numpy", "scipy", "torch")},
        "rows": rows,
    }
    if options.json:
        print(json.dumps(result))
        return
    print(result["what"], result["device"], result["versions"], sep="\n")
    print(f"\n{'sampler':14}{'trials':>8}{'n':>4}{'first s':>10}{'median s':>10}{'max s':>10}")
    for name, row in rows.items():
        for size, seen in row.items():
            shown = f"{seen['first_s']:10.3f}{seen['median_s']:10.3f}{seen['max_s']:10.3f}"
            print(f"{name:14}{size:>8}{seen['n']:4}{shown}")


if __name__ == "__main__":
    main()
