"""What random search is expected to win, against random searches of a made-up truth."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from synthetic import draw, fill_study, log_error, quickstart

from nas.store import EpochRecord, Store, StudyRecord, TrialRecord
from nas.trust.outcomes import Outcomes
from nas.trust.progress import Volume
from nas.trust.random_search import random_search
from search_spaces.errors import NasError

NUM_TRIALS, NOISE = 60, 0.06


@pytest.fixture
def study(tmp_path: Path) -> StudyRecord:
    """A study of the quickstart space, of which only the experiment is read here."""
    with Store(f"sqlite:///{tmp_path / 'nas.db'}") as store:
        return fill_study(store, 3)


def _searched(study: StudyRecord, seed: int) -> list[TrialRecord]:
    """The trials of a random search in which all are trained to the end."""
    rng = np.random.default_rng(seed)
    file = quickstart()
    space = file.space(study.in_shape, study.num_classes)
    return [
        TrialRecord(
            number=number, architecture=found.network.id, choices=found.values, description="",
            state="COMPLETE", epochs=6, flops=found.cost.flops, params=found.cost.params,
            accuracy=1 - float(np.exp(log_error(found.values, found.cost.flops)
                                      + NOISE * rng.standard_normal())),
            weight_bytes=1, peak_activation_bytes=1, latency_ms=found.latency_ms, train_s=1.0,
            failure=None,
        )
        for number, found in enumerate(draw(space, file, NUM_TRIALS, rng))
    ]  # fmt: skip


def _outcomes(trials: list[TrialRecord]) -> Outcomes:
    return Outcomes.of(trials, [EpochRecord(t.number, 6, t.accuracy or 0, None, 1) for t in trials])


def test_expectation_is_what_others_win_on_average(study: StudyRecord) -> None:
    expected, won = [], []
    for seed in range(3):
        trials = _searched(study, seed)
        volume = Volume(trials, study.objectives)
        estimate = random_search(study, _outcomes(trials), seed=seed)
        assert estimate is not None
        expected.append(volume.expected(estimate.points, [NUM_TRIALS])[0])
        won += [volume.shares(_searched(study, 100 + 10 * seed + i))[-1] for i in range(2)]
    assert np.mean(expected) == pytest.approx(np.mean(won), rel=0.2)


def test_nothing_out_of_the_limits_wins(study: StudyRecord) -> None:
    estimate = random_search(study, _outcomes(_searched(study, 0)), num_drawn=50)
    assert estimate is not None
    finite = estimate.points[np.isfinite(estimate.points).all(axis=1)]
    limits = {limit.quantity: limit.value for limit in study.limits}
    flops, latency = (study.objectives.index(name) for name in ("flops", "latency_ms"))
    assert (finite[:, flops] <= limits["flops"]).all()
    assert (finite[:, latency] <= limits["latency_ms"]).all()


def test_too_few_trials_or_an_unknown_space(study: StudyRecord) -> None:
    assert random_search(study, _outcomes(_searched(study, 0)[:19])) is None
    broken = replace(study, experiment_file="name: digits\n")
    with pytest.raises(NasError, match="is required and missing"):
        random_search(broken, _outcomes(_searched(study, 0)))
