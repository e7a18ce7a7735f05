"""What a search has found: the Pareto front of its finished trials, and choices from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from nas.pareto import as_points, knee, non_dominated
from nas.store import TrialRecord
from search_spaces.errors import StoreError

COST_ORDER = ("flops", "params", "latency_ms", "peak_activation_bytes", "weight_bytes")


def pareto_front(trials: Iterable[TrialRecord], objectives: Sequence[str]) -> list[TrialRecord]:
    """The COMPLETE trials that no other dominates, from the cheapest up.

    A stopped trial never counts as finished. Of trials equal in all objectives the first is kept.
    """
    finished = [trial for trial in trials if trial.state == "COMPLETE"]
    if not finished:
        return []
    points = as_points((trial.values() for trial in finished), objectives)
    mask = non_dominated(points)
    front: dict[tuple[float, ...], TrialRecord] = {}
    for trial, point, kept in zip(finished, points, mask, strict=True):
        if kept:
            front.setdefault(tuple(point), trial)
    costs = [name for name in COST_ORDER if name in objectives]
    return sorted(front.values(), key=lambda t: [t.values()[name] for name in costs])


def knee_trial(front: Sequence[TrialRecord], objectives: Sequence[str]) -> TrialRecord:
    """The front's best compromise: closest to the best of each objective, costs as logarithms.

    Raises:
        StoreError: The front is empty.
    """
    if not front:
        raise StoreError("the front is empty: no trial of this study is COMPLETE yet")
    points = as_points((trial.values() for trial in front), objectives)
    for column, name in enumerate(objectives):
        if name != "accuracy":
            points[:, column] = np.log(np.maximum(points[:, column], 1e-12))
    return front[knee(points)]


def as_json(trial: TrialRecord) -> dict[str, Any]:
    """A trial as the commands print it with `--json`."""
    values: Mapping[str, Any] = {
        "trial": trial.number,
        "architecture": trial.architecture,
        "state": trial.state,
        "accuracy": trial.accuracy,
        "flops": trial.flops,
        "params": trial.params,
        "latency_ms": trial.latency_ms,
        "peak_activation_bytes": trial.peak_activation_bytes,
        "weight_bytes": trial.weight_bytes,
        "epochs": trial.epochs,
        "description": trial.description,
        "choices": trial.choices,
    }
    return dict(values)
