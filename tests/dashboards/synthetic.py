"""Studies of any size without training: real networks and costs, made-up accuracies.

Fills a database in bulk, shaped as a search over the ready `quickstart` space shapes it: two rungs,
of which about a third of the trials see the second, diagnostics of all that finished, failures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import insert
from sqlalchemy.orm import Session

import search_spaces
from nas.config import ExperimentFile
from nas.store import Store, StudyRecord
from nas.store.results import pareto_front
from nas.store.schema import ArchitectureRow, EpochRow, LayerRow, TrialRow
from search_spaces.graphs.cost import Cost, cost
from search_spaces.graphs.network import Network
from search_spaces.graphs.primitives import Conv
from search_spaces.spaces.space import Space

FIRST_RUNG, LAST_RUNG = 2, 6
START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

BLOCK_BONUS = {"standard": 0.0, "separable": 0.35, "shuffle": 0.1, "fire": -0.2}
"""By how much the logarithm of the error falls where all stages have this block."""

_PER_KERNEL = {3: 0.0, 5: 0.12, 7: 0.16}


class Drawn(NamedTuple):
    values: dict[str, Any]
    network: Network
    cost: Cost
    latency_ms: float


def quickstart() -> ExperimentFile:
    return ExperimentFile.read(Path(search_spaces.__file__).parent / "quickstart.yaml")


def fill_study(
    store: Store, num_trials: int, *, seed: int = 0, name: str = "quickstart", noise: float = 0.06
) -> StudyRecord:
    """Adds a study of so many trials; equal seeds give equal studies."""
    file = quickstart()
    rng = np.random.default_rng(seed)
    study = _study(store, file, name)
    space = file.space(study.in_shape, study.num_classes)
    drawn = draw(space, file, num_trials, rng)
    with Session(store.engine) as session, session.begin():
        session.execute(insert(ArchitectureRow), [_architecture(d) for d in drawn])
        rows = [_trial(study, number, d, space) for number, d in enumerate(drawn)]
        epochs, ended = _train(rows, drawn, rng, noise)
        session.execute(insert(TrialRow), ended)
        ids = dict(session.query(TrialRow.number, TrialRow.id).filter_by(study_id=study.id).all())
        session.execute(insert(EpochRow), [{**e, "trial_id": ids[e["trial_id"]]} for e in epochs])
        layers = [
            {**layer, "trial_id": ids[row["number"]]}
            for row, d in zip(ended, drawn, strict=True)
            if row["state"] == "COMPLETE"
            for layer in _layers(d.network, rng)
        ]
        session.execute(insert(LayerRow), layers)
    _measure_front(store, study, rng)
    return study


def _study(store: Store, file: ExperimentFile, name: str) -> StudyRecord:
    return store.create_study(
        name=name, state="COMPLETE", identity="synthetic", seed=0,
        experiment_file=file.document.text, experiment=file.experiment.model_dump(mode="json"),
        dataset="cluttered_digits", dataset_fingerprint="synthetic", in_shape=[1, 40, 40],
        num_classes=10, versions={"python": "3.11.7", "torch": "2.13.0"}, hardware={"num_cpus": 2},
        created_at=START,
    )  # fmt: skip


def draw(space: Space, file: ExperimentFile, number: int, rng: np.random.Generator) -> list[Drawn]:
    """Distinct networks within the budgets."""
    limits = file.experiment.constraints.limits()
    found: dict[str, Drawn] = {}
    while len(found) < number:
        values = space.sample(rng)
        network = space.network(values)
        total = cost(network)
        latency = 0.08 * len(network.blocks) + total.flops / 12e6 + 0.02 * rng.random()
        costs = {"flops": total.flops, "params": total.params, "latency_ms": latency}
        if not any(limit.is_exceeded(costs[limit.quantity]) for limit in limits):
            found.setdefault(network.id, Drawn(values, network, total, latency))
    return list(found.values())


def _architecture(drawn: Drawn) -> dict[str, Any]:
    total = drawn.cost
    return {
        "id": drawn.network.id, "network": drawn.network.to_json(), "flops": total.flops,
        "params": total.params, "weight_bytes": total.weight_bytes,
        "peak_activation_bytes": total.peak_activation_bytes,
        "receptive_field_px": total.receptive_field,
    }  # fmt: skip


def _trial(study: StudyRecord, number: int, drawn: Drawn, space: Space) -> dict[str, Any]:
    return {
        "study_id": study.id, "number": number, "architecture_id": drawn.network.id,
        "choices": drawn.values, "description": space.in_words(drawn.values),
        "latency_ms": drawn.latency_ms, "worker": f"worker-{number % 2}", "failure": None,
        "failure_kind": None, "traceback": None, "created_at": START,
    }  # fmt: skip


def log_error(values: Mapping[str, Any], flops: int) -> float:
    """Of the fully trained network, without noise."""
    stages = [stage for stage in ("stage1", "stage2", "stage3")]
    blocks = [values[f"{stage}.block"] for stage in stages]
    kernels = [values.get(f"{s}.{b}.kernel_size", 3) for s, b in zip(stages, blocks, strict=True)]
    bonus = sum(BLOCK_BONUS[b] + _PER_KERNEL[k] for b, k in zip(blocks, kernels, strict=True))
    return -0.9 - 0.28 * float(np.log(flops / 1e6)) - bonus / 3


def _train(
    rows: Sequence[dict[str, Any]], drawn: Sequence[Drawn], rng: np.random.Generator, noise: float
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    epochs: list[dict[str, Any]] = []
    ended = []
    clock, seen = 0.0, []
    for row, network in zip(rows, drawn, strict=True):
        final = log_error(network.values, network.cost.flops) + noise * rng.standard_normal()
        begin, per_epoch = clock, 1.0 + network.cost.flops / 4e6
        losses = [final * (1 - 0.75 * 0.55**e) for e in range(1, LAST_RUNG + 1)]
        curve = [1 - float(np.exp(loss + 0.02 * rng.standard_normal())) for loss in losses]
        curve = [min(max(accuracy, 0.1), 0.999) for accuracy in curve]
        seen.append(curve[FIRST_RUNG - 1] / np.log10(network.cost.flops))
        state = "COMPLETE" if seen[-1] >= np.quantile(seen[-200:], 0.62) else "PRUNED"
        state = "FAIL" if row["number"] % 97 == 13 else state
        last = {"COMPLETE": LAST_RUNG, "PRUNED": FIRST_RUNG, "FAIL": 0}[state]
        clock += per_epoch * last / 2
        epochs += [
            {"trial_id": row["number"], "epochs": e, "accuracy": curve[e - 1],
             "train_loss": -float(np.log(curve[e - 1])), "train_s": per_epoch}
            for e in range(1, last + 1)
        ]  # fmt: skip
        failed = state == "FAIL"
        ended.append({
            **row, "state": state, "epochs": last, "accuracy": curve[last - 1] if last else None,
            "train_s": per_epoch * last, "started_at": START + timedelta(seconds=begin),
            "finished_at": START + timedelta(seconds=clock),
            "failure": "RuntimeError: cannot allocate 2.1 GiB" if failed else None,
            "failure_kind": "out_of_memory" if failed else None, "retries": 0,
        })  # fmt: skip
    return epochs, ended


def _layers(network: Network, rng: np.random.Generator) -> list[dict[str, Any]]:
    named = [(name, node.op) for name, _, node in network.layers() if isinstance(node.op, Conv)]
    return [
        {
            "layer": name, "position": position, "num_channels": op.out_channels,
            "dead_share": float(rng.integers(3)) / op.out_channels,
            "mean_correlation": float(rng.uniform(0.05, 0.4)),
            "effective_rank": float(op.out_channels * rng.uniform(0.3, 0.95)),
        }
        for position, (name, op) in enumerate(named)
    ]  # fmt: skip


def _measure_front(store: Store, study: StudyRecord, rng: np.random.Generator) -> None:
    facts = {
        "device": "cpu", "backend": "torch", "dtype": "float32", "batch_size": 1,
        "num_threads": 1, "memory_format": "channels_last", "device_name": "made up",
        "versions": "none",
    }  # fmt: skip
    store.add_latencies("synthetic", facts)
    rows = []
    for trial in pareto_front(store.trials(study), study.objectives, study.limits):
        assert trial.latency_ms is not None
        median = trial.latency_ms * rng.normal(1.0, 0.03)
        rows.append({
            "number": trial.number, "predicted_ms": trial.latency_ms, "latency_ms": median,
            "low_ms": 0.985 * median, "high_ms": 1.015 * median, "num_runs": 400, "is_quiet": True,
        })  # fmt: skip
    store.set_front_latencies(study, "synthetic", rows)
