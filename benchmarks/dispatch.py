"""Are the workers busy? What does a trial cost beside its training, and does memory grow?

Proxies that sleep, run by the real search: Ray workers, session, database and sampler.

busy      share of the workers' time between the first dispatch and the last result in which they
          train; proxies of 5 seconds on two workers by default
overhead  time between the end of one trial and the start of the next on the same worker, less what
          bare Ray actors need between two calls of the same length; medians
growth    memory of the launching process for each of many trials that take no time: slope of the
          least-squares line through its resident memory over the last two thirds of them. Caches
          and heap fill in the first third; a few hundred trials tell nothing, since the heap grows
          in steps of a MiB and Python collects cycles now and then. Nothing is trimmed or collected
          for the measurement: it is what the system sees

    python -m benchmarks.dispatch [--json] [--trials 24] [--seconds 5] [--growth-trials 3000]
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import platform
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib import metadata
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import nas
from search_spaces.graphs.cost import cost
from workers.evaluator import TrialTask
from workers.memory import resident_bytes

WORKERS = 2
SAMPLERS = ("cost_aware", "random")

SPACE: dict[str, Any] = {
    "dataset": {"name": "cluttered_digits", "train_size": 320, "validation_size": 100},
    "space": {
        "stem": {"out_channels": 8},
        "width_mult": [0.5, 1.0, 1.5, 2.0],
        "stages": [
            {
                "out_channels": 16 * (stage + 1),
                "stride": 2,
                "num_blocks": [1, 2],
                "block": [
                    {"standard": {"kernel_size": [1, 3, 5]}},
                    {"separable": {"kernel_size": [3, 5, 7]}},
                ],
            }
            for stage in range(3)
        ],
    },
    "fidelity": {"scheduler": "none", "max_epochs": 1},
}


class Sleeper:
    """Sleeps instead of training, and notes when; larger networks are better."""

    def __init__(self, task: TrialTask, seconds: float, log: Path) -> None:
        params = cost(task.network).params
        self._accuracy = params / (params + 10_000)
        self._seconds = seconds
        self._log = log

    def train_epoch(self) -> float:
        start = time.time()
        time.sleep(self._seconds)
        note(self._log, start, time.time())
        return self._accuracy


class Call(NamedTuple):
    """One training, or one call of a bare actor."""

    worker: int
    start: float
    end: float


def note(log: Path, start: float, end: float) -> None:
    with log.open("a") as file:
        file.write(f"{os.getpid()} {start!r} {end!r}\n")


def calls(log: Path) -> list[Call]:
    """What was noted, in order of the start."""
    rows = [line.split() for line in log.read_text().splitlines()]
    noted = [Call(int(worker), float(start), float(end)) for worker, start, end in rows]
    return sorted(noted, key=lambda call: call.start)


def search(folder: Path, sampler: str, num_trials: int, seconds: float) -> list[Call]:
    log = folder / f"{sampler}-{num_trials}.log"
    nas.search(
        {**SPACE, "name": log.stem, "search": {"sampler": sampler, "num_trials": num_trials}},
        storage=f"sqlite:///{folder / log.stem}.db", folder=folder, progress=False,
        evaluator=partial(Sleeper, seconds=seconds, log=log),
    )  # fmt: skip
    return calls(log)


def bare(folder: Path, num_calls: int, seconds: float) -> list[Call]:
    """The same sleeps on bare Ray actors, each given its next call when it has done the last."""
    import ray

    log = folder / "bare.log"

    @ray.remote(num_cpus=1)
    class Actor:
        def sleep(self) -> None:
            start = time.time()
            time.sleep(seconds)
            note(log, start, time.time())

    actors = [Actor.remote() for _ in range(WORKERS)]
    running = {actor.sleep.remote(): actor for actor in actors}
    for _ in range(num_calls - WORKERS):
        (done,), _ = ray.wait(list(running))
        actor = running.pop(done)
        running[actor.sleep.remote()] = actor
    ray.get(list(running))
    return calls(log)


def busy(seen: list[Call]) -> float:
    spent = sum(call.end - call.start for call in seen)
    return spent / (WORKERS * (max(call.end for call in seen) - seen[0].start))


def gaps_ms(seen: list[Call]) -> list[float]:
    """Milliseconds between the end of a call and the start of the next on the same worker."""
    by_worker = {call.worker: [c for c in seen if c.worker == call.worker] for call in seen}
    return [
        1e3 * (after.start - before.end)
        for row in by_worker.values()
        for before, after in pairwise(row)
    ]


@contextmanager
def memory_over(log: Path, seen: list[tuple[int, int]]) -> Iterator[None]:
    """Adds (trials so far, resident bytes) to `seen`, twice a second."""
    done = threading.Event()

    def watch() -> None:
        trials = place = 0
        while not done.wait(0.5):
            if log.exists():
                with log.open("rb") as file:  # only what is new: the file grows with the trials
                    file.seek(place)
                    new = file.read()
                trials, place = trials + new.count(b"\n"), place + len(new)
                seen.append((trials, resident_bytes()))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def growth_kib(folder: Path, sampler: str, num_trials: int) -> float:
    """Slope of the launching process's memory, KiB a trial."""
    seen: list[tuple[int, int]] = []
    with memory_over(folder / f"{sampler}-{num_trials}.log", seen):
        search(folder, sampler, num_trials, 0.0)
    trials, memory = np.array([s for s in seen if s[0] >= num_trials / 3]).T
    return float(np.polyfit(trials, memory / 1024, 1)[0])


def measure(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    # First, as a user's search has it: no freed memory to fill, and a Ray that the search starts.
    grown = growth_kib(folder, "random", options.growth_trials)
    with ray_running():
        return {**of_workers(folder, options), "growth_kib_per_trial": grown}


@contextmanager
def ray_running() -> Iterator[None]:
    """One Ray for bare actors and searches, so that they differ in nothing else."""
    import ray

    ray.init(
        num_cpus=WORKERS, include_dashboard=False, log_to_driver=False,
        logging_level=logging.ERROR,
    )  # fmt: skip
    try:
        yield
    finally:
        ray.shutdown()


def of_workers(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """How busy they are, and what lies between two trials of one."""
    without = gaps_ms(bare(folder, options.trials, options.seconds))
    rows = {}
    for sampler in SAMPLERS:
        seen = search(folder, sampler, options.trials, options.seconds)
        gaps = gaps_ms(seen)
        rows[sampler] = {
            "busy": busy(seen),
            "num_workers": len({call.worker for call in seen}),
            "gap_ms": statistics.median(gaps),
            "max_gap_ms": max(gaps),
            "overhead_ms": statistics.median(gaps) - statistics.median(without),
        }
    return {
        "busy": min(row["busy"] for row in rows.values()),
        "overhead_ms": max(row["overhead_ms"] for row in rows.values()),
        "trials": options.trials,
        "seconds": options.seconds,
        "growth_trials": options.growth_trials,
        "bare_gap_ms": statistics.median(without),
        "samplers": rows,
        "device": f"{platform.machine()}, {os.cpu_count()} cores, {WORKERS} workers",
        "versions": {n: metadata.version(n) for n in ("ray", "optuna", "sqlalchemy", "torch")},
    }


def show(result: dict[str, Any]) -> None:
    print(result["device"], result["versions"], sep="\n")
    print(f"\n{result['trials']} proxies of {result['seconds']} s, and bare actors between calls")
    print(f"\n{'':14}{'busy':>8}{'gap ms':>10}{'longest ms':>12}{'overhead ms':>13}")
    for name, row in result["samplers"].items():
        times = f"{row['gap_ms']:10.0f}{row['max_gap_ms']:12.0f}{row['overhead_ms']:13.0f}"
        print(f"{name:14}{row['busy']:8.1%}{times}")
    print(f"{'bare actors':14}{'':8}{result['bare_gap_ms']:10.1f}")
    grown = f"{result['growth_kib_per_trial']:.2f} KiB a trial over {result['growth_trials']}"
    print(f"\nmemory of the launching process: {grown} trials (random)")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--trials", type=int, default=24)
    parser.add_argument("--seconds", type=float, default=5.0, help="length of a proxy")
    parser.add_argument("--growth-trials", type=int, default=3000)
    options = parser.parse_args()
    if options.trials < 2 * WORKERS:
        parser.error(f"--trials must be at least {2 * WORKERS}: a gap lies between two trials")
    with tempfile.TemporaryDirectory() as folder:
        result = measure(Path(folder), options)
    if options.json:
        print(json.dumps(result))
    else:
        show(result)


if __name__ == "__main__":
    main()
