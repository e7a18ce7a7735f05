"""Does dilation earn its place? The ready space for segmentation, and the same without it.

Each seed searches `segmentation_64` twice, with the same budgets, recipe, trials and epochs: as it
is, and with every dilation fixed to 1. Without dilation the last stage keeps its finer map by a
stride of 1 where the other one dilates (`output_stride`), so that both have the same maps to choose
from; the head `aspp`, which is made of dilated convolutions, is left out.

Both fronts of a seed are held side by side: the best mIoU within an eighth, a quarter, half and all
of the budget of FLOPs, and the hypervolume in the box of all searches. Intervals are Student's over
the differences of the seeds, each of which trains both with the same weights to begin with.

    python -m benchmarks.dilation --seeds 0 1 2 [--num-trials N] [--max-epochs N] [--json]

A search that is complete in the folder is read, not run again.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml

import search_spaces
from benchmarks.search_quality import Silent
from nas.config import ExperimentFile
from nas.config.document import Document
from nas.runner.run import run_search
from nas.statistics import Comparison, mean_interval
from nas.store import Store, TrialRecord
from nas.store.results import pareto_front
from nas.store.workspace import Workspace
from nas.trust.progress import Volume

ARMS = ("dilated", "undilated")
SHARES = (1 / 8, 1 / 4, 1 / 2, 1.0)
"""Of the budget of FLOPs: within them mIoU is compared."""


@dataclass(frozen=True)
class Run:
    """One search.

    Attributes:
        trials: All of its trials.
        budget: Most FLOPs of a network.
    """

    arm: str
    seed: int
    trials: Sequence[TrialRecord]
    objectives: tuple[str, ...]
    budget: float

    @property
    def front(self) -> list[TrialRecord]:
        return pareto_front(self.trials, self.objectives)

    def best(self, flops: float) -> float:
        """The best mIoU of what was trained to the end within so many FLOPs; 0 without any."""
        within = [t.accuracy or 0.0 for t in self.front if t.values()["flops"] <= flops]
        return max(within, default=0.0)


def undilated(space: Mapping[str, Any]) -> dict[str, Any]:
    """The section `space` with every dilation 1, and the finer last map by its stride."""
    strides = [stage.get("stride", 1) for stage in space["stages"]]
    whole = space["stem"].get("stride", 1) * math.prod(strides)
    kept = [{**stage, "block": [_plain(block) for block in stage["block"]]}
            for stage in space["stages"]]  # fmt: skip
    finer = [whole // stride for stride in space["output_stride"]]
    kept[-1]["stride"] = [strides[-1] // factor for factor in sorted(finer, reverse=True)]
    heads = [head for head in space["head"] if "aspp" not in head]
    rest = {key: value for key, value in space.items() if key != "output_stride"}
    return {**rest, "stages": kept, "head": heads}


def _plain(block: str | Mapping[str, Any]) -> Any:
    if isinstance(block, str):
        return block
    return {
        name: {key: value for key, value in (choices or {}).items() if key != "dilation"}
        for name, choices in block.items()
    }


def experiment(
    arm: str,
    seed: int,
    num_trials: int | None = None,
    max_epochs: int | None = None,
    workers: int = 2,
) -> ExperimentFile:
    """The ready space with its recipe and budgets, as it is or without dilation.

    Args:
        num_trials: Where other than the space's; likewise `max_epochs`.
    """
    text = (Path(search_spaces.__file__).parent / "segmentation_64.yaml").read_text()
    values = yaml.safe_load(text)
    values |= {"name": f"{arm}-{seed}", "seed": seed, "workers": {"max_concurrent": workers}}
    values.pop("baselines", None)
    if num_trials is not None:
        values["search"]["num_trials"] = num_trials
    if max_epochs is not None:
        values["fidelity"] = {**values["fidelity"], "max_epochs": max_epochs}
    if arm == "undilated":
        values["space"] = undilated(values["space"])
    return ExperimentFile(Document(f"{arm}-{seed}.yaml", yaml.safe_dump(values)))


def search(file: ExperimentFile, arm: str, folder: Path) -> Run:
    """Runs a search, unless the folder holds it."""
    storage, values = f"sqlite:///{folder / 'nas.db'}", file.experiment
    with Store(storage) as store:
        found = store.find_study(values.name)
    if found is None or found.state != "COMPLETE":
        run_search(file, storage, Workspace(folder, values.name), Silent())
    limits = {limit.quantity: limit.value for limit in values.constraints.limits()}
    with Store(storage) as store:
        trials = store.trials(store.study(values.name))
    return Run(arm, values.seed, trials, tuple(values.objectives), limits["flops"])


def differences(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """Dilated less undilated, for each seed and over all of them."""
    pairs = [[run for run in runs if run.seed == seed] for seed in sorted({r.seed for r in runs})]
    box = Volume([trial for run in runs for trial in run.front], runs[0].objectives)
    rows = [
        (f"mIoU within {share * runs[0].budget / 1e6:.3g}M FLOPs",
         [{run.arm: run.best(share * run.budget) for run in pair} for pair in pairs])
        for share in SHARES
    ]  # fmt: skip
    volumes = [{run.arm: float(box.shares(run.front)[-1]) for run in pair} for pair in pairs]
    return [compared(name, values) for name, values in [*rows, ("hypervolume", volumes)]]


def compared(name: str, by_seed: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    each = [values["dilated"] - values["undilated"] for values in by_seed]
    mean = mean_interval(each)
    return {
        "of": name,
        **{arm: [values[arm] for values in by_seed] for arm in ARMS},
        "difference": mean.value,
        "interval": [mean.low, mean.high],
        "verdict": Comparison(mean).verdict,
    }


def summary(runs: Sequence[Run]) -> dict[str, Any]:
    return {
        "versions": {name: metadata.version(name) for name in ("torch", "ray", "optuna")},
        "differences": differences(runs),
        "runs": [
            {
                "arm": run.arm,
                "seed": run.seed,
                "trials": len(run.trials),
                "complete": sum(trial.state == "COMPLETE" for trial in run.trials),
                "epochs": sum(trial.epochs for trial in run.trials),
                "best_miou": run.best(run.budget),
                "front": [[t.values()["flops"], t.accuracy, t.description] for t in run.front],
            }
            for run in runs
        ],
    }


def show(result: Mapping[str, Any]) -> None:
    print(
        f"{'search':12}{'seed':>5}{'trials':>8}{'complete':>10}{'epochs':>8}{'best':>8}{'front':>7}"
    )
    for run in result["runs"]:
        print(f"{run['arm']:12}{run['seed']:>5}{run['trials']:>8}{run['complete']:>10}"
              f"{run['epochs']:>8}{run['best_miou']:>8.3f}{len(run['front']):>7}")  # fmt: skip
    print(f"\n{'':28}{'dilated':>22}{'undilated':>22}   difference (95%)")
    for row in result["differences"]:
        values = ["".join(f"{value:>7.3f}" for value in row[arm]) for arm in ARMS]
        low, high = row["interval"]
        said = f"{row['difference']:+.3f} ({low:+.3f} to {high:+.3f})  {row['verdict']}"
        print(f"{row['of']:28}{values[0]:>22}{values[1]:>22}   {said}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--num-trials", type=int, help="of each search; else those of the space")
    parser.add_argument("--max-epochs", type=int, help="of a trial; else those of the space")
    parser.add_argument("--workers", type=int, default=2, help="trials that train at once")
    parser.add_argument("--folder", type=Path, help="where databases are kept; else a passing one")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        folder = options.folder or Path(passing)
        folder.mkdir(parents=True, exist_ok=True)
        runs = []
        for seed in options.seeds:
            for arm in ARMS if seed % 2 == 0 else reversed(ARMS):
                given = (options.num_trials, options.max_epochs, options.workers)
                runs.append(search(experiment(arm, seed, *given), arm, folder))
    result = summary(runs)
    if options.json:
        print(json.dumps(result))
    else:
        show(result)


if __name__ == "__main__":
    main()
