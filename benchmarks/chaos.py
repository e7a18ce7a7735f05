"""Is anything lost when a search is killed? Searches that are, at random moments, until they end.

Each search of quick trials loses, by SIGKILL, now the launching process, now a worker, now Ray's
node process, now the database server; then the same command is given again. At the end there must
be exactly so many distinct trials that are complete or stopped early, every result that the
database had ever shown, none twice, nothing RUNNING, no process left. Three kinds of search take
turns:

sequence  one worker, the default sampler, halving; no worker is killed, for then its trial comes
          after the one that waited. The whole search must be the one that was not killed.
crowd     two workers, the default sampler, halving; anything is killed.
random    one worker, random networks, all trained to the end; anything is killed. The front must be
          that of the search that was not killed.

Every fourth search has a PostgreSQL server of its own, the others a SQLite file.

    python -m benchmarks.chaos [--json] [--searches 30] [--seed 0] [--trials 20] [--parallel 2]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.chaos_databases import Database, PostgresDatabase, Shown, SQLiteDatabase
from benchmarks.chaos_processes import TAG, kill, processes, workers_and_nodes

KINDS = ("sequence", "crowd", "random")
POSTGRES_EVERY = 4
MAX_KILLS = 3
MAX_LAUNCHES = 12
STUCK_AFTER_S = 300.0
"""A launch that takes longer hangs."""
GONE_AFTER_S = 10.0
"""What a search started must have ended by then."""


def space(kind: str, num_trials: int) -> dict[str, Any]:
    """The experiment of a kind of search: some sixty networks, epochs of a tenth of a second."""
    every = kind == "random"
    fidelity = {"scheduler": "none", "max_epochs": 4} if every else {"max_epochs": 4}
    return {
        "name": "chaos",
        "dataset": {"name": "cluttered_digits", "train_size": 640, "validation_size": 200},
        "space": {
            "stem": {"out_channels": 8},
            "width_mult": [0.5, 1.0, 1.5, 2.0],
            "stages": [
                {
                    "out_channels": 16,
                    "stride": 4,
                    "num_blocks": [1, 2],
                    "block": [
                        {"standard": {"kernel_size": [1, 3, 5]}},
                        {"separable": {"kernel_size": [3, 5], "dilation": [1, 2]}},
                    ],
                }
            ],
        },
        "search": {"num_trials": num_trials, "sampler": "random" if every else "cost_aware"},
        "fidelity": {**fidelity, **({} if every else {"min_epochs": 1, "reduction_factor": 2})},
        "proxy": {"execution": "float32"},
        "workers": {"max_concurrent": 2 if kind == "crowd" else 1, "max_retries": 100},
    }


@dataclass
class Outcome:
    """What became of one search.

    Attributes:
        killed: What was killed, in order.
        lost: Results that were shown once and are missing or different at the end, and trials that
            are missing.
        doubled: Results and networks that are there twice, and trials too many.
        stuck: What hangs: launches, trials that are still RUNNING, processes that are left.
        differs: Whether it is another search than the undisturbed one; None where not compared.
    """

    kind: str
    database: str
    killed: list[str] = field(default_factory=list)
    launches: int = 0
    lost: int = 0
    doubled: int = 0
    stuck: list[str] = field(default_factory=list)
    differs: bool | None = None
    seconds: float = 0.0


class Search:
    """One search in a folder of its own, launched as a user does."""

    def __init__(self, folder: Path, kind: str, num_trials: int, database: Database) -> None:
        self.kind, self.num_trials, self.database = kind, num_trials, database
        self.outcome = Outcome(kind, database.name)
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "space.yaml").write_text(json.dumps(space(kind, num_trials)))
        self.tag = folder.name

    def launch(self) -> subprocess.Popen[bytes]:
        """Gives the command, again or for the first time."""
        command = [sys.executable, "-m", "nas", "launch", "space.yaml", "--json"]
        ray = self._folder / "ray"
        ray.mkdir(exist_ok=True)
        environment = {
            **os.environ, TAG: self.tag, "NAS_STORAGE": self.database.url, "RAY_TMPDIR": str(ray),
            "TMPDIR": str(self._folder),
            "OMP_NUM_THREADS": "1",
        }  # fmt: skip
        self.outcome.launches += 1
        with (self._folder / "said.txt").open("ab") as said:
            self._process = subprocess.Popen(
                command, cwd=self._folder, env=environment, stdout=said, stderr=said
            )
        return self._process

    def run(self) -> None:
        """To the end, undisturbed."""
        if self.launch().wait(STUCK_AFTER_S) != 0:
            raise RuntimeError(self.said())

    def said(self) -> str:
        return (self._folder / "said.txt").read_text(errors="replace")

    def end(self) -> None:
        """Leaves nothing of it; what is still there is noted."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        deadline = time.monotonic() + GONE_AFTER_S
        while (left := processes(self.tag)) and time.monotonic() < deadline:
            time.sleep(0.1)
        for process in left:
            self.outcome.stuck.append(f"process {process.name} is left")
            kill(process, self.tag)
        self.database.close()


def disturb(search: Search, rng: np.random.Generator) -> None:
    """Runs a search to its end, and kills parts of it on the way."""
    outcome, seen = search.outcome, Shown({}, {})
    kills = int(rng.integers(1, MAX_KILLS + 1))
    while outcome.launches < MAX_LAUNCHES:
        process = search.launch()
        while len(outcome.killed) < kills and _await_moment(search, process, rng):
            seen.add(search.database.shown())
            outcome.killed.append(_kill_something(search, process, rng))
        try:
            code = process.wait(STUCK_AFTER_S)
        except subprocess.TimeoutExpired:
            outcome.stuck.append(f"launch {outcome.launches} after {outcome.killed[-1:]}")
            return
        seen.add(search.database.shown())
        if code == 0:
            break
    else:
        outcome.stuck.append(f"no end after {MAX_LAUNCHES} launches; code {code}")
    _judge(search, seen)


def _await_moment(
    search: Search, process: subprocess.Popen[bytes], rng: np.random.Generator
) -> bool:
    """Until a random moment, often in the midst of training; False where the search has ended."""
    if rng.random() < 0.25:
        return not _ends_within(process, rng.uniform(0, 8))
    wanted = search.database.shown().num_epochs + int(rng.integers(1, 16))
    deadline = time.monotonic() + STUCK_AFTER_S
    while search.database.shown().num_epochs < wanted and time.monotonic() < deadline:
        if _ends_within(process, 0.05):
            return False
    return not _ends_within(process, rng.uniform(0, 0.4))


def _ends_within(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def _kill_something(
    search: Search, process: subprocess.Popen[bytes], rng: np.random.Generator
) -> str:
    """SIGKILL for one of what there is; returns what it was."""
    workers, nodes = workers_and_nodes(search.tag)
    victims = {"launching process": partial(process.kill)}
    if workers and search.kind != "sequence":
        victims["worker"] = partial(kill, workers[int(rng.integers(len(workers)))], search.tag)
    if nodes:
        victims["node process"] = partial(kill, nodes[0], search.tag)
    if isinstance(search.database, PostgresDatabase):
        victims["database server"] = partial(search.database.kill, rng.uniform(0, 3))
    name = str(rng.choice(list(victims)))
    victims[name]()
    return name


def _judge(search: Search, seen: Shown) -> None:
    outcome, end = search.outcome, search.database.shown()
    good = [t for t in end.trials.values() if t.state in ("COMPLETE", "PRUNED")]
    outcome.lost = end.missing(seen) + max(0, search.num_trials - len(good))
    outcome.doubled = search.database.num_doubled() + max(0, len(good) - search.num_trials)
    running = [number for number, t in end.trials.items() if t.state in ("RUNNING", "WAITING")]
    outcome.stuck += [f"trial {number} is {end.trials[number].state}" for number in running]
    outcome.stuck += [f"Optuna's trial {n} is RUNNING" for n in search.database.optuna_running()]


@contextmanager
def prepared(kind: str, num_trials: int, *, postgres: bool = False) -> Iterator[Search]:
    """A search that is not begun yet; nothing of it is left afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="nas-", dir="/tmp"))  # names of sockets must be short
    try:
        database = PostgresDatabase(folder) if postgres else SQLiteDatabase(folder)
        search = Search(folder, kind, num_trials, database)
        try:
            yield search
        finally:
            search.end()
    finally:
        shutil.rmtree(folder)


def undisturbed(kind: str, num_trials: int) -> Shown:
    """What a search shows that nobody kills."""
    with prepared(kind, num_trials) as search:
        search.run()
        return search.database.shown()


def disturbed(
    index: int, seed: int, num_trials: int, kinds: tuple[str, ...], expected: dict[str, Shown]
) -> Outcome:
    """One search that is killed, compared with the one that was not where that means anything."""
    kind, rng = kinds[index % len(kinds)], np.random.default_rng([seed, index])
    postgres = index % POSTGRES_EVERY == POSTGRES_EVERY - 1
    start = time.monotonic()
    with prepared(kind, num_trials, postgres=postgres) as search:
        disturb(search, rng)
        found = search.database.shown()
        if kind == "sequence":
            search.outcome.differs = found != expected[kind]
        elif kind == "random":
            search.outcome.differs = found.front() != expected[kind].front()
        if search.outcome.stuck or search.outcome.lost or search.outcome.differs:
            print(f"search {index}:\n{search.said()[-3000:]}", file=sys.stderr)
    search.outcome.seconds = time.monotonic() - start
    print(f"search {index}: {asdict(search.outcome)}", file=sys.stderr)
    return search.outcome


def measure(
    searches: int, seed: int, num_trials: int, parallel: int, kinds: tuple[str, ...] = KINDS
) -> dict[str, Any]:
    start = time.monotonic()
    with ThreadPoolExecutor(parallel) as pool:
        compared = [kind for kind in kinds[:searches] if kind != "crowd"]
        shown = pool.map(partial(undisturbed, num_trials=num_trials), compared)
        expected = dict(zip(compared, shown, strict=True))
        one = partial(disturbed, seed=seed, num_trials=num_trials, kinds=kinds, expected=expected)
        outcomes = list(pool.map(one, range(searches)))
    killed = [name for outcome in outcomes for name in outcome.killed]
    return {
        "searches": searches,
        "trials": num_trials,
        "kills": len(killed),
        "killed": {name: killed.count(name) for name in sorted(set(killed))},
        "launches": sum(outcome.launches for outcome in outcomes),
        "lost": sum(outcome.lost for outcome in outcomes),
        "doubled": sum(outcome.doubled for outcome in outcomes),
        "stuck": sum(len(outcome.stuck) for outcome in outcomes),
        "compared": sum(outcome.differs is not None for outcome in outcomes),
        "different": sum(bool(outcome.differs) for outcome in outcomes),
        "on_postgresql": sum(outcome.database == "PostgreSQL" for outcome in outcomes),
        "seconds": round(time.monotonic() - start),
        "seed": seed,
        "device": f"{platform.machine()}, {os.cpu_count()} cores, {parallel} searches at a time",
        "outcomes": [asdict(outcome) for outcome in outcomes],
    }


def show(result: dict[str, Any]) -> None:
    for outcome in result["outcomes"]:
        print(outcome)
    print()
    for key, value in result.items():
        if key != "outcomes":
            print(f"{key:14} {value}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--searches", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--parallel", type=int, default=2, help="searches at a time")
    options = parser.parse_args()
    result = measure(options.searches, options.seed, options.trials, options.parallel)
    print(json.dumps(result)) if options.json else show(result)
    bad = ("lost", "doubled", "stuck", "different")
    sys.exit(any(result[name] for name in bad))


if __name__ == "__main__":
    main()
