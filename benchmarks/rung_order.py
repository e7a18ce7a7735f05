"""How well does the order at a rung predict the order at the end?

Early stopping is worth as much as that. Random networks of the quickstart's space, within its
budgets, are trained fully on cluttered digits by the recipe and schedule of its file. After every
epoch the accuracy on the validation images is measured twice: with the averaged weights, by which
the search judges, and with the raw weights of that moment. Each is ranked against the accuracy at
the end, that of the averaged weights, which is what the search reports: Kendall's tau-b and
Spearman's rho over the networks, with 95% bootstrap intervals (percentiles of resampled networks);
the difference of the two is resampled in pairs. The raw weights are also ranked against their own
end. One thread, float32; seconds are those of the processor.

    nice python -m benchmarks.rung_order [--num-networks 16] [--seed 0] [--json]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.stats import kendalltau, spearmanr
from torch import nn

import search_spaces
from nas.config import ExperimentFile
from nas.problem import SpaceProblem, violations
from nas.quantities import format_duration
from search_spaces.limits import Limit
from search_spaces.network import Network
from workers.datasets import load_dataset
from workers.latency import processor_name
from workers.proxy import ProxyData, ProxyTrainer, keep_freed_memory
from workers.proxy.augmentation import resized
from workers.proxy.batches import EVALUATION_BATCH

NUM_RESAMPLES = 2_000
Values = NDArray[np.float64]
Measure = Callable[[Values, Values], float]


class Estimate(NamedTuple):
    """A statistic and its 95% bootstrap interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:5.2f} ({self.low:5.2f} to {self.high:5.2f})"


def tau(early: Values, final: Values) -> float:
    """Kendall's tau-b, which allows for ties."""
    return float(kendalltau(early, final).statistic)


def rho(early: Values, final: Values) -> float:
    """Spearman's rank correlation."""
    return float(spearmanr(early, final).statistic)


MEASURES: dict[str, Measure] = {"tau": tau, "rho": rho}


def bootstrap(
    statistic: Callable[[NDArray[np.int64]], float], number: int, rng: np.random.Generator
) -> Estimate:
    """A statistic of all networks, and the percentiles of it over resampled ones.

    Resamples in which all networks are equal have no order and are left out.

    Args:
        statistic: Of the networks with these indices.
        number: Of networks.
    """
    resamples = rng.integers(number, size=(NUM_RESAMPLES, number))
    values = [statistic(picked) for picked in resamples if len(set(picked)) > 1]
    low, high = np.nanpercentile(values, (2.5, 97.5))
    return Estimate(statistic(np.arange(number)), float(low), float(high))


def correlation(
    measure: Measure, early: Values, final: Values, rng: np.random.Generator
) -> Estimate:
    """How well early values order the networks as final ones do."""
    return bootstrap(lambda i: measure(early[i], final[i]), len(final), rng)


def gain(
    measure: Measure, early: Values, other: Values, final: Values, rng: np.random.Generator
) -> Estimate:
    """By how much early values order better than others, in pairs."""
    difference = lambda i: measure(early[i], final[i]) - measure(other[i], final[i])  # noqa: E731
    return bootstrap(difference, len(final), rng)


@dataclass(frozen=True)
class Curves:
    """What was measured.

    Attributes:
        averaged: Accuracy of the averaged weights, `(num_networks, num_epochs)`.
        raw: That of the raw weights, likewise.
        seconds: Of the processor, for training and both evaluations, each network.
    """

    averaged: Values
    raw: Values
    seconds: list[float]


def order(curves: Curves, epochs: int, seed: int) -> dict[str, Estimate]:
    """All statistics of the order after some epochs."""
    make_rng = partial(np.random.default_rng, [seed, epochs])
    averaged, raw = curves.averaged[:, epochs - 1], curves.raw[:, epochs - 1]
    final, raw_final = curves.averaged[:, -1], curves.raw[:, -1]
    found: dict[str, Estimate] = {}
    for name, measure in MEASURES.items():
        found[f"{name} averaged"] = correlation(measure, averaged, final, make_rng())
        found[f"{name} raw"] = correlation(measure, raw, final, make_rng())
        found[f"{name} gain"] = gain(measure, averaged, raw, final, make_rng())
        found[f"{name} raw against raw end"] = correlation(measure, raw, raw_final, make_rng())
    return found


def quickstart() -> ExperimentFile:
    """The quickstart's file."""
    return ExperimentFile.read(Path(next(iter(search_spaces.__path__))) / "quickstart.yaml")


def draw(problem: SpaceProblem, number: int, seed: int) -> list[Network]:
    """Distinct random networks within the budgets."""
    rng = np.random.default_rng(seed)
    found: dict[str, Network] = {}
    while len(found) < number:
        values = problem.sample(rng)
        candidate = problem.candidate(values)
        if not violations(candidate, problem.limits):
            found.setdefault(candidate.architecture, problem.space.network(values))
    return list(found.values())


@torch.inference_mode()
def accuracy(module: nn.Module, data: ProxyData, resolution: tuple[int, int]) -> float:
    """Share of validation images that a module labels rightly."""
    module.eval()
    right, count = 0, len(data.validation.labels)
    for index in torch.arange(count).split(EVALUATION_BATCH):
        images, labels = data.validation.batch(index)
        logits = module(resized(data.normalise(images), *resolution))
        right += int((logits.argmax(1) == labels).sum())
    return right / count


def train(networks: Sequence[Network], file: ExperimentFile, data: ProxyData) -> Curves:
    """Trains each network fully; every training has the experiment's seed, as in a search."""
    experiment = file.experiment
    max_epochs = experiment.fidelity.max_epochs
    averaged, raw, seconds = [], [], []
    for number, network in enumerate(networks):
        started = time.process_time()
        trainer = ProxyTrainer(network, data, experiment.proxy, max_epochs, experiment.seed)
        averaged.append([])
        raw.append([])
        for _ in range(max_epochs):
            averaged[-1].append(trainer.train_epoch().accuracy)
            raw[-1].append(accuracy(trainer.module, data, network.in_shape[1:]))
        seconds.append(time.process_time() - started)
        end = f"{averaged[-1][-1]:.3f} in {format_duration(seconds[-1])}"
        print(f"network {number + 1} of {len(networks)}: {end}", file=sys.stderr)
    return Curves(np.array(averaged), np.array(raw), seconds)


def report(curves: Curves, file: ExperimentFile, seed: int) -> dict[str, Any]:
    """Everything as plain values."""
    fidelity = file.experiment.fidelity
    orders = {n: order(curves, n, seed) for n in range(1, fidelity.max_epochs)}
    return {
        "num_networks": len(curves.averaged),
        "max_epochs": fidelity.max_epochs,
        "rungs": list(fidelity.rungs()),
        "device": processor_name(),
        "versions": {name: metadata.version(name) for name in ("torch", "numpy", "scipy")},
        "order": {n: {k: v._asdict() for k, v in found.items()} for n, found in orders.items()},
        "averaged": curves.averaged.tolist(),
        "raw": curves.raw.tolist(),
        "mean_accuracy": {
            "averaged": curves.averaged.mean(axis=0).tolist(),
            "raw": curves.raw.mean(axis=0).tolist(),
        },
        "seconds": curves.seconds,
    }


def show(found: dict[str, Any]) -> None:
    """The report as a table."""
    total = format_duration(sum(found["seconds"]))
    count = f"{found['num_networks']} networks, {found['max_epochs']} epochs each"
    print(f"{count}, {total} of one core; rungs at {found['rungs']}")
    print(f"{found['device']}; {found['versions']}")
    print(f"{'epochs':>7} {'':4} {'averaged':>22} {'raw':>22} {'averaged - raw':>22}")
    for epochs, statistics in found["order"].items():
        for name in MEASURES:
            shown = [Estimate(**statistics[f"{name} {of}"]) for of in ("averaged", "raw", "gain")]
            cells = " ".join(f"{estimate!s:>22}" for estimate in shown)
            mark = "*" if epochs in found["rungs"] else " "
            print(f"{epochs:>6}{mark} {name:4} {cells}")
    print("* a rung of the quickstart; in brackets 95% of bootstrap resamples")


def main() -> None:
    """Reads the command line, measures, prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--num-networks", type=int, default=16)
    parser.add_argument("--seed", type=int, default=0, help="of the networks drawn")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    keep_freed_memory()
    file = quickstart()
    data = load_dataset(file.experiment.dataset)
    space = file.space(data.info.in_shape, data.info.num_classes)
    problem = SpaceProblem(space, ("accuracy",), _known(file.experiment.constraints.limits()))
    networks = draw(problem, arguments.num_networks, arguments.seed)
    found = report(train(networks, file, ProxyData(data)), file, arguments.seed)
    if arguments.json:
        print(json.dumps(found))
    else:
        show(found)


def _known(limits: Sequence[Limit]) -> tuple[Limit, ...]:
    """Those that need no measurement."""
    return tuple(limit for limit in limits if limit.quantity != "latency_ms")


if __name__ == "__main__":
    main()
