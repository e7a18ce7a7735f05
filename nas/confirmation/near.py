"""Which networks beside the front may belong on it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nas.pareto import as_points
from nas.results import COST_ORDER, contenders, pareto_front
from nas.store import StudyRecord, TrialRecord


def cost_names(objectives: Sequence[str]) -> list[str]:
    """The objectives that are costs."""
    return [name for name in COST_ORDER if name in objectives]


def near_front(study: StudyRecord, trials: Sequence[TrialRecord], number: int) -> list[TrialRecord]:
    """The networks beside the front that lack the least accuracy to be on it.

    What one lacks is the difference to the most accurate network that costs no more in anything.
    Trainings of all networks being about equally noisy, the less a network lacks, the likelier it
    is on the true front.
    """
    front = pareto_front(trials, study.objectives, study.limits)
    on_front = {trial.number for trial in front}
    rest = [t for t in contenders(trials, study.limits) if t.number not in on_front]
    names = cost_names(study.objectives)
    better, costs = _accuracies(front), as_points((t.values() for t in front), names)
    lacking = [
        float(better[(costs <= own).all(axis=1)].max()) - (trial.accuracy or 0.0)
        for trial, own in zip(rest, as_points((t.values() for t in rest), names), strict=True)
    ]
    order = np.argsort(lacking, kind="stable")[:number]
    return [rest[index] for index in order]


def _accuracies(trials: Sequence[TrialRecord]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([trial.accuracy or 0.0 for trial in trials])
