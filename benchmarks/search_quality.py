"""What does a search find in ten minutes? The default one beside random search, same worker time.

Each seed runs the quickstart's space twice on this machine: `cost_aware` with early stopping, and
`random` with every trial trained fully; same budgets, same data, same latency table, same time.
The hypervolume is that of the fully trained networks: error scaled by that of guessing, costs as
logarithms scaled from the cheapest network that any of the searches trained to the budget; the
reference point is 1 in each. So 0 is nothing and 1 cannot be reached.

    python -m benchmarks.search_quality --minutes 10 --seeds 0 1 2 [--folder DIR] [--json]

A search that is complete in the folder is read, not run again.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import numpy as np
import yaml

import search_spaces
from nas.config import ExperimentFile
from nas.config.document import Document
from nas.runner.progress import Progress
from nas.runner.run import run_search
from nas.statistics.hypervolume import hypervolume
from nas.store import Store, TrialRecord
from nas.store.workspace import Workspace

FIDELITY: dict[str, dict[str, Any]] = {
    "cost_aware": {"max_epochs": 6, "min_epochs": 2, "reduction_factor": 3},
    "random": {"max_epochs": 6, "scheduler": "none"},
}
"""Of each search, by the name of its sampler."""

OBJECTIVES = {"2 objectives": ("flops",), "3 objectives": ("flops", "latency_ms")}
NUM_TRIALS = 100_000


class Silent:
    """An observer who says only what begins."""

    def message(self, text: str) -> None:
        print(text, file=sys.stderr)

    def profiling(self, done: int, total: int) -> None:
        pass

    @contextmanager
    def searching(self, progress: Progress) -> Iterator[None]:
        yield


@dataclass(frozen=True)
class Run:
    """One search.

    Attributes:
        trials: All of its trials.
    """

    arm: str
    seed: int
    trials: list[TrialRecord]

    @property
    def complete(self) -> list[TrialRecord]:
        return [trial for trial in self.trials if trial.state == "COMPLETE"]


def experiment(arm: str, seed: int, minutes: float) -> ExperimentFile:
    """The quickstart's space, data and budgets, searched by this sampler."""
    text = (Path(search_spaces.__file__).parent / "quickstart.yaml").read_text()
    values = yaml.safe_load(text)
    values |= {"name": f"{arm}-{seed}", "seed": seed}
    values["search"] = {
        "sampler": arm, "num_trials": NUM_TRIALS, "time_limit": f"{minutes} min", "reuse": False,
    }  # fmt: skip
    values["fidelity"] = FIDELITY[arm]
    return ExperimentFile(Document(f"{arm}-{seed}.yaml", yaml.safe_dump(values)))


def search(arm: str, seed: int, minutes: float, folder: Path) -> Run:
    """Runs a search, unless the folder holds it."""
    storage = f"sqlite:///{folder / 'nas.db'}"
    file = experiment(arm, seed, minutes)
    name = file.experiment.name
    with Store(storage) as store:
        found = store.find_study(name)
        is_complete = found is not None and found.state == "COMPLETE"
    if not is_complete:
        print(f"{name}: {minutes:g} minutes", file=sys.stderr)
        run_search(file, storage, Workspace(folder, name), Silent())
    with Store(storage) as store:
        return Run(arm, seed, list(store.trials(store.study(name))))


def volumes(runs: Sequence[Run]) -> dict[str, dict[str, dict[int, float]]]:
    """Hypervolume by objectives, arm and seed."""
    constraints = experiment(next(iter(FIDELITY)), 0, 1).experiment.constraints
    limits = {limit.quantity: limit.value for limit in constraints.limits() if not limit.is_lower}
    least = {
        name: min(trial.values()[name] for run in runs for trial in run.trials)
        for name in ("flops", "latency_ms")
    }

    def point(trial: TrialRecord, costs: Sequence[str]) -> list[float]:
        values = trial.values()
        error = (1 - values["accuracy"]) / 0.9
        scaled = [
            math.log(values[name] / least[name]) / math.log(limits[name] / least[name])
            for name in costs
        ]
        return [error, *scaled]

    found: dict[str, dict[str, dict[int, float]]] = {}
    for label, costs in OBJECTIVES.items():
        found[label] = {arm: {} for arm in FIDELITY}
        for run in runs:
            points = np.array([point(trial, costs) for trial in run.complete])
            found[label][run.arm][run.seed] = hypervolume(points, np.ones(points.shape[1]))
    return found


def summary(runs: Sequence[Run], minutes: float) -> dict[str, Any]:
    return {
        "minutes": minutes,
        "versions": {name: metadata.version(name) for name in ("torch", "ray", "optuna")},
        "hypervolume": {
            label: {arm: {str(seed): v for seed, v in seeds.items()} for arm, seeds in arms.items()}
            for label, arms in volumes(runs).items()
        },
        "runs": [
            {
                "arm": run.arm,
                "seed": run.seed,
                "trials": len(run.trials),
                "complete": len(run.complete),
                "epochs": sum(trial.epochs for trial in run.trials),
                "worker_s": sum(trial.train_s for trial in run.trials),
                "best_accuracy": max(t.values()["accuracy"] for t in run.complete),
            }
            for run in runs
        ],
    }


def show(result: dict[str, Any]) -> None:
    print(f"quickstart's space, {result['minutes']:g} minutes a search")
    print(f"{'search':14}{'seed':>5}{'trials':>8}{'complete':>10}{'epochs':>8}{'worker s':>10}"
          f"{'best':>8}")  # fmt: skip
    for run in result["runs"]:
        row = f"{run['arm']:14}{run['seed']:>5}{run['trials']:>8}{run['complete']:>10}"
        row += f"{run['epochs']:>8}{run['worker_s']:>10.0f}{run['best_accuracy']:>8.3f}"
        print(row)
    for label, arms in result["hypervolume"].items():
        print(f"\nhypervolume, {label}")
        for arm, seeds in arms.items():
            values = list(seeds.values())
            spread = f" +-{stdev(values):.4f}" if len(values) > 1 else ""
            print(f"{arm:14}" + "".join(f"{v:>9.4f}" for v in values)
                  + f"   mean {mean(values):.4f}{spread}")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--folder", type=Path, help="where databases are kept; else a passing one")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        folder = options.folder or Path(passing)
        folder.mkdir(parents=True, exist_ok=True)
        runs = []
        for seed in options.seeds:
            arms = list(FIDELITY) if seed % 2 == 0 else list(reversed(FIDELITY))
            runs += [search(arm, seed, options.minutes, folder) for arm in arms]
    result = summary(runs, options.minutes)
    if options.json:
        print(json.dumps(result))
    else:
        show(result)


if __name__ == "__main__":
    main()
