"""How do the commands and the database bear 10,000 finished trials, or 100,000?

A database is filled with trials of the quickstart space: real architectures with their real costs,
made-up curves of nine epochs for a third of the trials and of one or three for the others. Above
10,000 trials the same networks come again under other ids, as rows of their own. Then each command
is timed as a user waits for it, start of the process included, and so is the unit of work that
writes one report, into the database as large as it is.

    python -m benchmarks.store_scale [--num-trials 10000] [--storage URL] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from importlib import metadata, resources
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Table, func, insert, select

from nas.config import ExperimentFile
from nas.config.document import Document
from nas.store import EpochRecord, Store, StudyRecord
from nas.store.schema import ArchitectureRow, EpochRow, TrialRow
from search_spaces.graphs.cost import Cost, cost
from search_spaces.graphs.network import Network
from search_spaces.spaces.space import Space

STUDY = "scale"
NUM_NETWORKS = 10_000
IN_SHAPE, NUM_CLASSES = (1, 32, 32), 10
CHUNK = 2000
LIMITS_S = {"list": 2.0, "status": 2.0, "pareto": 2.0, "report": 10.0}
"""What is promised for 10,000 trials."""

REPORT_LIMIT_MS = 10.0


class Sampled(NamedTuple):
    """One network of the space, the choices that lead to it, and what follows from it."""

    network: Network
    choices: dict[str, Any]
    description: str
    costs: Cost
    graph: dict[str, Any]


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        url = arguments.storage or f"sqlite:///{Path(folder) / 'nas.db'}"
        with Store(url) as store:
            fill(store, arguments.num_trials)
            reports_ms = list(_reports_ms(store, arguments.reports))
        commands = [name for name in LIMITS_S if _is_there(name)]
        seconds = {name: _command_s(name, url, folder, arguments.repeats) for name in commands}
        size = Path(folder, "nas.db").stat().st_size if arguments.storage is None else None
    result = {
        "num_trials": arguments.num_trials,
        "backend": "sqlite" if arguments.storage is None else "postgresql",
        "database_bytes": size,
        "commands_s": {name: statistics.median(taken) for name, taken in seconds.items()},
        "commands_longest_s": {name: max(taken) for name, taken in seconds.items()},
        "repeats": arguments.repeats,
        "report_ms": statistics.median(reports_ms),
        "report_95_percent_ms": float(np.percentile(reports_ms, 95)),
        "num_reports": len(reports_ms),
        "machine": {"processor": platform.machine(), "num_cpus": os.cpu_count()},
        "versions": {name: metadata.version(name) for name in ("sqlalchemy", "numpy", "optuna")},
    }
    print(json.dumps(result, indent=2) if arguments.json else _table(result))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--num-trials", type=int, default=10_000)
    parser.add_argument("--storage", help="an empty database instead of a SQLite file")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each command")
    parser.add_argument("--reports", type=int, default=300, help="timed reports")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


# The database


def fill(store: Store, num_trials: int) -> None:
    """Adds a study of so many finished trials."""
    study = _study(store)
    rng = np.random.default_rng(0)
    sampled = _sampled(_space(study), min(num_trials, NUM_NETWORKS), rng)
    rows = [
        _rows(study, number, sampled[number % len(sampled)], rng) for number in range(num_trials)
    ]
    _insert(store, ArchitectureRow.__table__, (row[0] for row in rows))
    _insert(store, TrialRow.__table__, (row[1] for row in rows))
    _insert(store, EpochRow.__table__, (epoch for row in rows for epoch in row[2]))


def _study(store: Store, name: str = STUDY) -> StudyRecord:
    text = resources.files("search_spaces").joinpath("quickstart.yaml").read_text()
    text = "\n".join(line for line in text.splitlines() if not line.startswith("name:"))
    file = ExperimentFile(Document("space.yaml", f"name: {name}\n{text}"))
    experiment = file.experiment
    return store.create_study(
        name=name, state="COMPLETE", identity=experiment.identity(), seed=0,
        experiment_file=file.document.text, experiment=experiment.model_dump(mode="json"),
        dataset="cluttered_digits", dataset_fingerprint="0" * 16, in_shape=list(IN_SHAPE),
        num_classes=NUM_CLASSES, versions={}, hardware={},
    )  # fmt: skip


def _space(study: StudyRecord) -> Space:
    file = ExperimentFile(Document("space.yaml", study.experiment_file))
    return file.space(IN_SHAPE, NUM_CLASSES)


def _sampled(space: Space, number: int, rng: np.random.Generator) -> list[Sampled]:
    """So many distinct networks."""
    found: dict[str, Sampled] = {}
    while len(found) < number:
        choices = dict(space.sample(rng))
        network = space.network(choices)
        words, graph = space.in_words(choices), network.to_json()
        found.setdefault(network.id, Sampled(network, choices, words, cost(network), graph))
    return list(found.values())


def _rows(
    study: StudyRecord, number: int, sampled: Sampled, rng: np.random.Generator
) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
    """Of the architecture, the trial, and its curve."""
    costs = sampled.costs
    again = number // NUM_NETWORKS
    architecture = sampled.network.id if not again else f"{sampled.network.id}-{again}"
    epochs = int(rng.choice([1, 3, 9]))
    best = 1 - 0.9 / np.log10(costs.flops) + rng.normal(0, 0.02)
    curve = [
        {"trial_id": number + 1, "epochs": e, "accuracy": float(best * e / (e + 1)),
         "train_loss": 1.0 / e, "train_s": 1.0}
        for e in range(1, epochs + 1)
    ]  # fmt: skip
    return (
        {
            "id": architecture, "network": sampled.graph, "flops": costs.flops,
            "params": costs.params, "weight_bytes": costs.weight_bytes,
            "peak_activation_bytes": costs.peak_activation_bytes,
            "receptive_field_px": costs.receptive_field,
        },
        {
            "id": number + 1, "study_id": study.id, "number": number,
            "architecture_id": architecture, "choices": sampled.choices,
            "description": sampled.description, "latency_ms": costs.flops / 1e7,
            "state": "COMPLETE" if epochs == 9 else "PRUNED", "epochs": epochs,
            "accuracy": curve[-1]["accuracy"], "train_s": float(epochs),
        },
        curve,
    )  # fmt: skip


def _insert(store: Store, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    listed = list(rows)
    with store.engine.begin() as connection:
        for start in range(0, len(listed), CHUNK):
            connection.execute(insert(table), listed[start : start + CHUNK])


# What is timed


def _is_there(command: str) -> bool:
    from nas.cli import COMMANDS

    return command in COMMANDS


def _reports_ms(store: Store, number: int) -> Iterator[float]:
    """Milliseconds of units of work that write a report, one after another, of one trial."""
    study = _study(store, "reports")
    with store.engine.connect() as connection:
        architecture = str(connection.scalar(select(func.min(ArchitectureRow.id))))
    network = store.network(architecture)
    store.add_trial(
        study, 0, network, cost(network), choices={}, description="", latency_ms=None
    )  # fmt: skip
    for epoch in range(1, number + 1):
        start = time.perf_counter()
        store.report(study, EpochRecord(0, epoch, 0.5, 1.0, 1.0))
        yield 1000 * (time.perf_counter() - start)


def _command_s(name: str, url: str, folder: str, repeats: int) -> list[float]:
    command = [sys.executable, "-m", "nas", name, *([] if name == "list" else [STUDY])]
    environment = {**os.environ, "NAS_STORAGE": url}
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
        taken.append(time.perf_counter() - start)
    return taken


def _table(result: dict[str, Any]) -> str:
    limited = result["num_trials"] <= 10_000
    lines: list[Sequence[str]] = [("what", "median", "longest", "promised")]
    for name, taken in result["commands_s"].items():
        longest = result["commands_longest_s"][name]
        promised = f"{LIMITS_S[name]:g} s" if limited else "-"
        lines.append((f"nas {name}", f"{taken:.2f} s", f"{longest:.2f} s", promised))
    report, high = result["report_ms"], result["report_95_percent_ms"]
    lines.append(
        ("one report", f"{report:.2f} ms", f"{high:.2f} ms (95%)", f"{REPORT_LIMIT_MS:g} ms")
    )
    head, *body = ["| " + " | ".join(line) + " |" for line in lines]
    size = result["database_bytes"]
    title = f"{result['num_trials']:,} trials, {result['backend']}"
    title += f", {size / 1e6:.0f} MB" if size else ""
    return "\n".join([title, "", head, "|---|---|---|---|", *body])


if __name__ == "__main__":
    main()
