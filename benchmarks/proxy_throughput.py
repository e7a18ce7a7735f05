"""How many images a second does the proxy trainer train, beside a plain training loop?

One network of each of the four families of blocks, on images of 32 x 32. The plain loop is what a
competent user writes: float32, a DataLoader with random crop and flip of each image, PyTorch's
default memory format and SGD. It has the same networks, batch, optimiser settings and crops. Each
loop runs in a process of its own (how memory is kept is a matter of the process), and the two take
turns: a round is a number of steps of each, the figure the median over rounds.

On the CPU both have one thread, and seconds are those of the process on its core, the system's work
for it included; waiting for a core that another program has is not counted. The plain loop's
DataLoader has no workers, since on one core they would only take the loop's time. With `--accuracy`
both also train on the digits for a few epochs under several seeds.

    python -m benchmarks.proxy_throughput [--json] [--accuracy] [--device cuda]
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection

import numpy as np
import torch

from benchmarks.plain_loop import RECIPE, PlainLoop, synchronize
from nas.config.dataset import DatasetSpec
from search_spaces.graphs.chain import Chain, head, stem
from search_spaces.graphs.cost import cost
from search_spaces.graphs.network import Network
from search_spaces.registry import Value
from workers.datasets import Dataset, DatasetInfo, load_dataset
from workers.datasets.base import Split
from workers.latency import processor_name
from workers.proxy import (
    Execution,
    ProxyData,
    ProxyTrainer,
    conv_layers,
    keep_freed_memory,
    measure_execution,
)

FAMILIES: dict[str, dict[str, Value]] = {
    "standard": {"kernel_size": 3},
    "separable": {"kernel_size": 3},
    "shuffle": {"groups": 4},
    "fire": {"squeeze_ratio": 0.25},
}
STEPS = 4
"""Steps of a round."""


def network(family: str, in_shape: tuple[int, ...] = (3, 32, 32)) -> Network:
    """Six blocks of one family, 32, 64 and 64 channels wide, on 32 x 32, 16 x 16 and 8 x 8."""
    chain = Chain(in_shape)
    chain.write("stem", "stem", lambda net, x: stem(net, x, 16))
    for stage, (width, stride) in enumerate(((32, 1), (64, 2), (64, 2)), 1):
        for block in range(2):
            first = stride if block == 0 else 1
            chain.block(f"stage{stage}.{block}", family, width, first, **FAMILIES[family])
    chain.write("head", "head", lambda net, x: head(net, x, 10))
    return chain.network()


def noise() -> Dataset:
    """Images for timing, which need not show anything."""
    rng = np.random.default_rng(0)

    def split(size: int) -> Split:
        images = rng.integers(0, 256, (size, 3, 32, 32), dtype=np.uint8)
        return Split(images, rng.integers(0, 10, size))

    info = DatasetInfo((3, 32, 32), 10, flip=True)
    return Dataset("noise", info, split(STEPS * RECIPE.batch_size), split(10))


# Both loops behind one face


def our_execution(device: str) -> Execution:
    if device == "cuda":
        return Execution(autocast=True, cuda_graphs=True)
    networks = [network(family) for family in FAMILIES]
    graphs = (block.graph for net in networks for block in net.blocks)
    return measure_execution(conv_layers(graphs), RECIPE.batch_size, 1)


def ours(family: str, device: str, execution: Execution) -> Callable[[], object]:
    """An epoch of training without its evaluation, which the plain loop's timing has not either."""
    data = ProxyData(noise(), device)
    trainer = ProxyTrainer(network(family), data, RECIPE, 1000, 0, execution)
    trainer.evaluate = lambda: 0.0  # type: ignore[method-assign]
    return trainer.train_epoch


def plain(family: str, device: str, _: Execution) -> Callable[[], object]:
    torch.manual_seed(0)
    return PlainLoop(network(family), noise(), device, 1000).train_epoch


LOOPS = {"ours": ours, "plain": plain}


def serve(pipe: Connection, loop: str, device: str, execution: Execution) -> None:
    """In its own process: trains a round of the family that is asked for, and tells its seconds."""
    torch.set_num_threads(1)
    if loop == "ours":
        keep_freed_memory()
    epochs: dict[str, Callable[[], object]] = {}
    while (family := pipe.recv()) is not None:
        if family not in epochs:
            epochs[family] = LOOPS[loop](family, device, execution)
            epochs[family]()
        clock = time.process_time if device == "cpu" else time.perf_counter
        start = clock()
        epochs[family]()
        synchronize(device)
        pipe.send(clock() - start)


@dataclass
class Worker:
    """A process that trains one of the loops."""

    process: multiprocessing.process.BaseProcess
    pipe: Connection

    @classmethod
    def start(cls, loop: str, device: str, execution: Execution) -> Worker:
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe()
        process = context.Process(target=serve, args=(there, loop, device, execution), daemon=True)
        process.start()
        there.close()  # so that the end of the process ends the waiting for its answer
        return cls(process, here)

    def ask(self, family: str) -> None:
        self.pipe.send(family)

    def answer(self) -> float:
        """Images a second of the round that was asked for."""
        return float(STEPS * RECIPE.batch_size / self.pipe.recv())

    def stop(self) -> None:
        self.pipe.send(None)
        self.process.join()


def throughputs(device: str, num_rounds: int) -> dict[str, dict[str, float]]:
    execution = our_execution(device)
    workers = {loop: Worker.start(loop, device, execution) for loop in LOOPS}
    seen: dict[str, dict[str, list[float]]] = {f: {loop: [] for loop in LOOPS} for f in FAMILIES}
    for number in range(num_rounds):
        for family in FAMILIES:
            for loop in sorted(LOOPS, reverse=bool(number % 2)):
                workers[loop].ask(family)
                seen[family][loop].append(workers[loop].answer())
    for worker in workers.values():
        worker.stop()
    return {family: _summary(times) for family, times in seen.items()}


def _summary(seen: dict[str, list[float]]) -> dict[str, float]:
    """Medians, and the ratio as the median over rounds, in which both met the same machine."""
    ratios = sorted(a / b for a, b in zip(seen["ours"], seen["plain"], strict=True))
    return {
        "ours": statistics.median(seen["ours"]),
        "plain": statistics.median(seen["plain"]),
        "ratio": statistics.median(ratios),
        "ratio_low": ratios[len(ratios) // 4],
        "ratio_high": ratios[(3 * len(ratios)) // 4],
    }


# What only a GPU has


def sharing(num_trials: int = 4, num_rounds: int = 9) -> dict[str, float]:
    """Images a second of several trials on one card together, over those of one alone."""
    execution = our_execution("cuda")
    workers = [Worker.start("ours", "cuda", execution) for _ in range(num_trials)]
    rates = {}
    for family in FAMILIES:
        alone, together = [], []
        for _ in range(num_rounds):
            for asked, sums in ((workers[:1], alone), (workers, together)):
                for worker in asked:
                    worker.ask(family)
                sums.append(sum([worker.answer() for worker in asked]))
        rates[family] = statistics.median(together) / statistics.median(alone)
    for worker in workers:
        worker.stop()
    return rates


def arithmetic_share(rows: dict[str, dict[str, float]]) -> dict[str, float]:
    """Multiply-adds that training needs, thrice those of a forward pass, of what the card can do.

    What it can do is what it does on a large product of bfloat16 matrices.
    """
    size, repeats = 8192, 20
    matrix = torch.randn(size, size, device="cuda", dtype=torch.bfloat16)
    for _ in range(3):
        matrix @ matrix
    torch.cuda.synchronize()
    start = time.perf_counter()
    for _ in range(repeats):
        matrix @ matrix
    torch.cuda.synchronize()
    limit = repeats * size**3 / (time.perf_counter() - start)
    return {f: 3 * cost(network(f)).flops * row["ours"] / limit for f, row in rows.items()}


# Accuracy


def accuracies(num_epochs: int, seeds: range) -> dict[str, dict[str, list[float]]]:
    """Validation accuracy of both loops after so many epochs on the digits, for each seed."""
    dataset = load_dataset(DatasetSpec(name="cluttered_digits", train_size=2000))
    networks = {family: network(family, dataset.info.in_shape) for family in FAMILIES}
    graphs = (block.graph for net in networks.values() for block in net.blocks)
    execution = measure_execution(conv_layers(graphs), RECIPE.batch_size, 1)
    data = ProxyData(dataset)
    found: dict[str, dict[str, list[float]]] = {}
    for family, net in networks.items():
        found[family] = {
            "ours": [_ours_accuracy(net, data, execution, num_epochs, seed) for seed in seeds],
            "plain": [_plain_accuracy(net, dataset, num_epochs, seed) for seed in seeds],
        }
    return found


def _ours_accuracy(
    net: Network, data: ProxyData, execution: Execution, num_epochs: int, seed: int
) -> float:
    trainer = ProxyTrainer(net, data, RECIPE, num_epochs, seed, execution)
    return [trainer.train_epoch().accuracy for _ in range(num_epochs)][-1]


def _plain_accuracy(net: Network, dataset: Dataset, num_epochs: int, seed: int) -> float:
    torch.manual_seed(seed)
    loop = PlainLoop(net, dataset, "cpu", num_epochs)
    for _ in range(num_epochs):
        loop.train_epoch()
    return loop.evaluate()


# Printing


def geometric_mean(values: Iterator[float]) -> float:
    return math.exp(statistics.fmean(map(math.log, values)))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--num-rounds", type=int, default=9)
    parser.add_argument("--accuracy", action="store_true", help="train both on the digits too")
    parser.add_argument("--num-epochs", type=int, default=4, help="for the accuracy")
    parser.add_argument("--num-seeds", type=int, default=3, help="for the accuracy")
    options = parser.parse_args()
    torch.set_num_threads(1)
    rows = throughputs(options.device, options.num_rounds)
    result = {
        "networks": rows,
        "geometric_mean": geometric_mean(row["ratio"] for row in rows.values()),
        "device": processor_name() if options.device == "cpu" else torch.cuda.get_device_name(),
        "threads": 1,
        "batch_size": RECIPE.batch_size,
        "num_rounds": options.num_rounds,
        "versions": {"torch": torch.__version__, "python": platform.python_version()},
    }
    if options.device == "cuda":
        result["share_of_arithmetic_limit"] = arithmetic_share(rows)
        result["four_trials_over_one"] = sharing()
    if options.accuracy:
        result["accuracy"] = accuracies(options.num_epochs, range(options.num_seeds))
    if options.json:
        print(json.dumps(result))
    else:
        _print(result)


def _print(result: dict[str, object]) -> None:
    rows, found = result["networks"], result.get("accuracy")
    assert isinstance(rows, dict)
    told = {k: v for k, v in result.items() if k not in ("networks", "geometric_mean", "accuracy")}
    print(", ".join(f"{name} {value}" for name, value in told.items()))
    print(f"\n{'images/s':12}{'ours':>8}{'plain':>8}{'ratio':>8}   middle half of the rounds")
    for family, row in rows.items():
        half = f"{row['ratio_low']:.2f} to {row['ratio_high']:.2f}"
        print(f"{family:12}{row['ours']:8.0f}{row['plain']:8.0f}{row['ratio']:8.2f}   {half}")
    print(f"{'geometric mean':28}{result['geometric_mean']:8.2f}")
    if isinstance(found, dict):
        print(f"\n{'accuracy':12}{'ours':>22}{'plain':>22}   mean, range over seeds")
        for family, both in found.items():
            shown = [
                f"{statistics.fmean(v):.4f} ({min(v):.3f}-{max(v):.3f})" for v in both.values()
            ]
            print(f"{family:12}{shown[0]:>22}{shown[1]:>22}")


if __name__ == "__main__":
    main()
