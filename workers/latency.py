"""How long a block takes on this device, measured alone.

The latency of a network is the sum over its blocks of a table of such measurements. What is
timed: one block in eval mode, float32, run by PyTorch eagerly, at the batch size and thread count
asked for.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from statistics import median
from typing import NamedTuple

import torch

from search_spaces.graph import Graph
from search_spaces.modules import GraphModule

WARM_UP_RUNS = 3
MIN_RUNS = 7
MAX_RUNS = 200
MIN_SECONDS = 0.02
"""A block is timed at least MIN_RUNS times and for MIN_SECONDS, at most MAX_RUNS times."""


@dataclass(frozen=True)
class LatencySetting:
    """What a measurement holds for.

    Attributes:
        device: `cpu` or `cuda`.
        batch_size: Images in one run.
        num_threads: Threads of PyTorch on the CPU.
        device_name: The processor or the card.
        versions: Versions of what ran.
    """

    device: str
    batch_size: int
    num_threads: int
    device_name: str
    versions: str

    @classmethod
    def here(cls, device: str, batch_size: int, num_threads: int) -> LatencySetting:
        """The setting for measurements in this process."""
        name = torch.cuda.get_device_name() if device == "cuda" else processor_name()
        return cls(device, batch_size, num_threads, name, f"torch {torch.__version__}")

    @property
    def key(self) -> str:
        """Sixteen hex digits that equal settings share."""
        return sha256(repr(self).encode()).hexdigest()[:16]


class Measurement(NamedTuple):
    """One block's latency.

    Attributes:
        block: Id of its graph.
        latency_ms: Median over the runs.
        spread_ms: Interquartile range of the runs.
        num_runs: How many runs were timed.
    """

    block: str
    latency_ms: float
    spread_ms: float
    num_runs: int


def processor_name() -> str:
    """The processor's model, as the system names it."""
    try:
        with open("/proc/cpuinfo") as file:
            names = [line.split(":", 1)[1].strip() for line in file if "model name" in line]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or platform.machine()


def measure_blocks(
    graphs: Iterable[Graph],
    setting: LatencySetting,
    clock: Callable[[], float] = time.perf_counter,
) -> Iterator[Measurement]:
    """Measures blocks one after another, with nothing else running in this process."""
    threads = torch.get_num_threads()
    torch.set_num_threads(setting.num_threads)
    try:
        for graph in graphs:
            yield _measure(graph, setting, clock)
    finally:
        torch.set_num_threads(threads)


@torch.inference_mode()
def _measure(graph: Graph, setting: LatencySetting, clock: Callable[[], float]) -> Measurement:
    module = GraphModule(graph).eval().to(setting.device)
    x = torch.randn(setting.batch_size, *graph.in_shape, device=setting.device)
    for _ in range(WARM_UP_RUNS):
        module(x)
    times: list[float] = []
    while len(times) < MAX_RUNS and (len(times) < MIN_RUNS or sum(times) < MIN_SECONDS):
        _synchronize(setting.device)
        start = clock()
        module(x)
        _synchronize(setting.device)
        times.append(clock() - start)
    times.sort()
    spread = times[(3 * len(times)) // 4] - times[len(times) // 4]
    return Measurement(graph.id, 1e3 * median(times), 1e3 * spread, len(times))


def _synchronize(device: str) -> None:
    if device == "cuda":
        torch.cuda.synchronize()
