"""What trainings with other seeds say of a front: near networks, means, verdicts, probabilities."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from confirm_kit import FOUND, made_again, read, study_of

from nas.statistics import brier_score, reliability
from nas.store import Store, StudyRecord, TrialRecord
from nas.trust.confirmed import (
    Confirmation,
    confirmation,
    confirmations,
    confirmed,
    near_front,
    summary,
)


def test_costs_rise_in_this_order(store: Store) -> None:
    trials = store.trials(study_of(store, FOUND))
    assert sorted(range(6), key=lambda n: trials[n].flops) == [0, 2, 1, 4, 3, 5]


def test_near_is_what_lacks_the_least(store: Store) -> None:
    """The front is 0, 1, 4, 3, 5 with .50, .69, .70, .80, .81; 2 lacks .05 to 0."""
    study = study_of(store, FOUND)
    assert [t.number for t in near_front(study, store.trials(study), 4)] == [2]
    assert near_front(study, store.trials(study), 0) == []


def test_near_is_ordered_by_what_is_lacking_and_not_by_accuracy(store: Store) -> None:
    """With 0 at .60, trial 2 of .58 lacks .02, 4 of .30 lacks .30, 1 of .59 .01, 5 of .75 .05."""
    accuracies = [0.60, 0.59, 0.58, 0.80, 0.30, 0.75]
    rows = [(w, k, a) for (w, k, _), a in zip(FOUND, accuracies, strict=True)]
    study = study_of(store, rows)
    trials = store.trials(study)
    assert [t.number for t in near_front(study, trials, 3)] == [1, 2, 5]
    pruned = [replace(t, state="PRUNED") if t.number == 1 else t for t in trials]
    assert [t.number for t in near_front(study, pruned, 3)] == [2, 5, 4]


def test_means_and_verdicts_by_hand(store: Store) -> None:
    """Two seeds .02 apart each: the spread is .01 sqrt(2), over six degrees of freedom.

    The quantile is 2.4469, so that a mean is known to 2.4469 * .0141421 / sqrt(2) = .024469, and
    a difference to .0346.
    """
    study = study_of(store, FOUND)
    truth = [accuracy for _, _, accuracy in FOUND]
    made_again(store, study, [a - 0.01 for a in truth], 1)
    made_again(store, study, [a + 0.01 for a in truth], 2)
    found = read(store, study)
    assert (found.max_epochs, found.seeds, found.missing) == (2, (1, 2), ())
    assert found.spread == pytest.approx((0.01 * 2**0.5, 6))
    assert [n.trial.number for n in found.networks] == [0, 2, 1, 4, 3, 5]
    by_number = {n.trial.number: n for n in found.networks}
    half = 2.4469 * 0.01
    assert by_number[3].mean == pytest.approx((0.80, 0.80 - half, 0.80 + half), abs=1e-6)
    assert by_number[3].accuracies == {1: pytest.approx(0.79), 2: pytest.approx(0.81)}
    assert [n.verdict for n in found.networks] == [
        "front", "behind", "front", "tie", "front", "tie",
    ]  # fmt: skip
    assert by_number[2].behind == (0,)
    assert (by_number[4].tied_with, by_number[4].behind) == ((1,), ())
    assert by_number[5].tied_with == (3,)
    assert [n.is_on_front for n in found.networks] == [True, False, True, True, True, True]
    probabilities = {number: n.front_probability for number, n in by_number.items()}
    assert probabilities[0] == 1.0
    assert probabilities[2] < 0.05
    assert probabilities[1] > 0.95 and probabilities[3] > 0.95
    assert 0.5 < probabilities[4] < 0.95 and 0.5 < probabilities[5] < 0.95


def test_the_search_itself_does_not_count(store: Store) -> None:
    """It chose the front for what it measured; neither that nor another length is mixed in."""
    study = study_of(store, FOUND)
    made_again(store, study, [0.4] * 6, 1)
    assert confirmation(store, study, store.trials(study)) is None
    made_again(store, study, [0.42] * 6, 2)
    made_again(store, study, [0.9] * 6, 0)  # the search's own seed
    made_again(store, study, [0.9] * 6, 3, state="INTERRUPTED")
    made_again(store, study, [0.8] * 6, 1, max_epochs=10)
    assert [n.mean.value for n in read(store, study).networks] == [pytest.approx(0.41)] * 6
    made_again(store, study, [0.81] * 6, 4, max_epochs=10)
    short, full = confirmations(store, study, store.trials(study))
    assert (short.max_epochs, full.max_epochs, full.seeds) == (2, 10, (1, 4))
    assert read(store, study) == full
    other = replace(study, dataset_fingerprint="other data")
    assert confirmations(store, other, store.trials(study)) == []


def test_what_was_not_trained_again_is_told(store: Store) -> None:
    study = study_of(store, FOUND)
    trials = store.trials(study)
    accuracies = {t.architecture: {1: t.accuracy, 2: t.accuracy} for t in trials[:5]}
    found = confirmed(study, trials, accuracies, 2)
    assert found is not None
    assert found.missing == (5,)
    assert found.of(trials[5]) is None
    assert "On the front and not yet confirmed: 5." in summary(found)


def test_what_is_equal_every_time_ties_and_the_dearer_is_not_on_the_front(store: Store) -> None:
    study = study_of(store, FOUND)
    trials = store.trials(study)
    found = confirmed(study, trials, {t.architecture: {1: 0.5, 2: 0.5} for t in trials}, 2)
    assert found is not None
    assert [n.front_probability for n in found.networks] == [1, 0, 0, 0, 0, 0]
    assert [n.verdict for n in found.networks] == ["front", "tie", "tie", "tie", "tie", "tie"]
    assert found.networks[1].mean == (0.5, 0.5, 0.5)


def test_other_objectives_have_other_rivals(store: Store) -> None:
    """By parameters alone or by accuracy alone; a limit leaves out what is beyond it."""
    study = study_of(store, FOUND)
    trials = store.trials(study)
    again = {t.architecture: {1: t.accuracy - 0.001, 2: t.accuracy + 0.001} for t in trials}
    alone = confirmed(_with(study, objectives=["accuracy"]), trials, again, 2)
    assert alone is not None
    best = {n.trial.number: n.verdict for n in alone.networks if n.is_on_front}
    assert best == {5: "front"}
    assert alone.costs == ()
    flops = trials[1].flops
    limited = confirmed(_with(study, constraints={"flops": flops}), trials, again, 2)
    assert limited is not None
    assert [n.trial.number for n in limited.networks] == [0, 2, 1]


def test_who_is_dearer_in_something_is_no_rival(store: Store) -> None:
    """Latencies that fall as FLOPs rise: each is on the front, whatever its accuracy."""
    study = study_of(store, FOUND)
    both = _with(study, objectives=["accuracy", "flops", "latency_ms"])
    trials = [replace(t, latency_ms=1e6 / t.flops) for t in store.trials(study)]
    again = {t.architecture: {1: 0.5, 2: 0.52} for t in trials}
    found = confirmed(both, trials, again, 2)
    assert found is not None
    assert found.costs == ("flops", "latency_ms")
    assert {(n.verdict, n.front_probability) for n in found.networks} == {("front", 1.0)}
    unknown = [replace(t, latency_ms=None) if t.number == 2 else t for t in trials]
    fewer = confirmed(replace(both, experiment=study.experiment), unknown, again, 2)
    assert fewer is not None and len(fewer.networks) == 6


def _with(study: StudyRecord, **values: Any) -> StudyRecord:
    return replace(study, experiment={**study.experiment, **values})


NUM_STUDIES = 300


def _simulated(
    draw: np.random.Generator, trials: list[TrialRecord], study: StudyRecord
) -> tuple[list[TrialRecord], np.ndarray, Confirmation]:
    """Six networks of known truth; the search sees one training of each, chosen or not."""
    flops = np.log([t.flops for t in trials])
    rising = (flops - flops.min()) / np.ptp(flops)
    truth = 0.8 + 0.03 * rising + draw.normal(0, 0.01, len(trials))
    searched = draw.normal(truth, 0.01)
    seen = [replace(t, accuracy=float(a)) for t, a in zip(trials, searched, strict=True)]
    again = draw.normal(truth[:, None], 0.01, size=(len(trials), 2))
    accuracies = {
        t.architecture: dict(enumerate(row, 1)) for t, row in zip(trials, again, strict=True)
    }
    found = confirmed(study, seen, accuracies, 2)
    assert found is not None
    return seen, truth, found


def test_intervals_cover_and_probabilities_come_true(store: Store) -> None:
    """For the networks of the front too, which the search chose for being lucky."""
    study = study_of(store, FOUND)
    trials, draw = store.trials(study), np.random.default_rng(0)
    covered, gains, said, came = [], [], [], []
    for _ in range(NUM_STUDIES):
        _, truth, found = _simulated(draw, trials, study)
        for network in found.networks:
            number = network.trial.number
            rivals = [t.number for t in trials if t.flops < network.trial.flops]
            said.append(network.front_probability)
            came.append(all(truth[number] > truth[rival] for rival in rivals))
            if network.is_on_front:
                covered.append(network.mean.low <= truth[number] <= network.mean.high)
                gains.append((network.trial.accuracy or 0.0) - truth[number])
    assert np.mean(gains) > 0.002  # the search's own accuracies promise too much
    assert np.mean(covered) == pytest.approx(0.95, abs=0.02)
    probabilities, outcomes = np.array(said), np.array(came)
    for found_bin in reliability(probabilities, outcomes, 5):
        assert found_bin.probability == pytest.approx(found_bin.came.value, abs=0.12)
    share = outcomes.mean()
    assert brier_score(probabilities, outcomes) < 0.75 * share * (1 - share)
