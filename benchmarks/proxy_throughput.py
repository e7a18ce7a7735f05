"""How many images a second does the proxy trainer train, beside a plain training loop?

One network of each of the four families of blocks, on images of 32 x 32. The plain loop is what a
competent user writes: float32, a DataLoader with random crop and flip of each image, PyTorch's
default memory format and SGD. It has the same networks, batch, optimiser settings and crops. Each
loop runs in a process of its own (how memory is kept is a matter of the process), and the two take
turns: a round is some epochs of each, the figure the median over rounds.

On the CPU both have one thread, and seconds are those of the process on its core, the system's work
for it included; waiting for a core that another program has is not counted. The plain loop's
DataLoader has no workers, since on one core they would only take the loop's time. With `--accuracy`
both also train on the digits for a few epochs under several seeds.

    python -m benchmarks.proxy_throughput [--json] [--accuracy] [--device cuda]

More of a card: `benchmarks/gpu.py`.
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
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import NamedTuple

import torch

from benchmarks.plain_loop import RECIPE, PlainLoop, synchronize
from nas.config.dataset import DatasetSpec
from search_spaces.graphs.network import Network
from workers.datasets import Dataset, load_dataset
from workers.gpu_checks import FAMILIES, family_network, noise
from workers.latency import processor_name
from workers.proxy import (
    Execution,
    ProxyData,
    ProxyTrainer,
    conv_layers,
    keep_freed_memory,
    measure_execution,
)


class Round(NamedTuple):
    """What is timed at a time.

    Attributes:
        steps: Of an epoch.
        least_s: A round has as many epochs as that takes, and one at least.
    """

    steps: int
    least_s: float


ROUNDS = {"cpu": Round(4, 0.0), "cuda": Round(64, 0.5)}
"""On a card four steps are over before the clock has told them apart from starting an epoch."""


# Both loops behind one face


@dataclass(frozen=True)
class Setting:
    """What both loops are run with.

    Attributes:
        num_loaders: Processes that load images for the plain loop; None as suits the device.
    """

    device: str
    execution: Execution
    num_loaders: int | None = None

    @property
    def dataset(self) -> Dataset:
        return noise(ROUNDS[self.device].steps * RECIPE.batch_size)


def our_execution(device: str) -> Execution:
    if device == "cuda":
        return Execution(autocast=True, cuda_graphs=True)
    networks = [family_network(family) for family in FAMILIES]
    graphs = (block.graph for net in networks for block in net.blocks)
    return measure_execution(conv_layers(graphs), RECIPE.batch_size, 1)


def ours(family: str, setting: Setting) -> Callable[[], object]:
    """An epoch of training without its evaluation, which the plain loop's timing has not either."""
    data = ProxyData(setting.dataset, setting.device)
    trainer = ProxyTrainer(family_network(family), data, RECIPE, 1000, 0, setting.execution)
    trainer.evaluate = lambda: 0.0  # type: ignore[method-assign]
    return trainer.train_epoch


def plain(family: str, setting: Setting) -> Callable[[], object]:
    torch.manual_seed(0)
    return PlainLoop(
        family_network(family), setting.dataset, setting.device, 1000,
        num_loaders=setting.num_loaders,
    ).train_epoch  # fmt: skip


LOOPS = {"ours": ours, "plain": plain}


def serve(pipe: Connection, loop: str, setting: Setting) -> None:
    """In its own process: trains a round of the family that is asked for, and tells its rate."""
    torch.set_num_threads(1)
    if loop == "ours":
        keep_freed_memory()
    epochs: dict[str, Callable[[], object]] = {}
    while (family := _asked(pipe)) is not None:
        if family not in epochs:
            epochs[family] = LOOPS[loop](family, setting)
            epochs[family]()
        pipe.send(timed_round(epochs[family], setting.device))


def _asked(pipe: Connection) -> str | None:
    """The next family; None where there is none, or nobody to ask for one."""
    try:
        family: str | None = pipe.recv()
    except EOFError:
        return None
    return family


def timed_round(
    epoch: Callable[[], object], device: str, clock: Callable[[], float] | None = None
) -> float:
    """Images a second of as many epochs as a round has."""
    clock = clock or (time.process_time if device == "cpu" else time.perf_counter)
    steps, least_s = ROUNDS[device]
    num_epochs, start, elapsed = 0, clock(), 0.0
    while num_epochs == 0 or elapsed < least_s:
        epoch()
        synchronize(device)
        num_epochs, elapsed = num_epochs + 1, clock() - start
    return num_epochs * steps * RECIPE.batch_size / elapsed


@dataclass
class Worker:
    """A process that trains one of the loops."""

    process: multiprocessing.process.BaseProcess
    pipe: Connection

    @classmethod
    @contextmanager
    def running(cls, loop: str, setting: Setting) -> Iterator[Worker]:
        """Open while the process is needed."""
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe()
        # Not a daemon, which may have no processes of its own: the plain loop's load images.
        process = context.Process(target=serve, args=(there, loop, setting))
        process.start()
        there.close()  # so that the end of the process ends the waiting for its answer
        try:
            yield cls(process, here)
        finally:
            here.close()
            process.join()

    def ask(self, family: str) -> None:
        self.pipe.send(family)

    def answer(self) -> float:
        """Images a second of the round that was asked for."""
        return float(self.pipe.recv())


def throughputs(device: str, num_rounds: int) -> dict[str, dict[str, float]]:
    setting = Setting(device, our_execution(device))
    seen: dict[str, dict[str, list[float]]] = {f: {loop: [] for loop in LOOPS} for f in FAMILIES}
    with ExitStack() as stack:
        workers = {loop: stack.enter_context(Worker.running(loop, setting)) for loop in LOOPS}
        for number in range(num_rounds):
            for family in FAMILIES:
                for loop in sorted(LOOPS, reverse=bool(number % 2)):
                    workers[loop].ask(family)
                    seen[family][loop].append(workers[loop].answer())
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


# Accuracy


def accuracies(num_epochs: int, seeds: range) -> dict[str, dict[str, list[float]]]:
    """Validation accuracy of both loops after so many epochs on the digits, for each seed."""
    dataset = load_dataset(DatasetSpec(name="cluttered_digits", train_size=2000))
    networks = {family: family_network(family, dataset.info.in_shape) for family in FAMILIES}
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
