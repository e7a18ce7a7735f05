"""What the validation images leave open of a mean over seeds, beside what the seeds do."""

from __future__ import annotations

from dataclasses import replace
from math import hypot

import pytest
from confirm_kit import FOUND, study_of

from nas.cli.commands import confirm
from nas.store import Store, StudyRecord, TrialRecord
from nas.trust.confirmed import Confirmation, confirmed, summary

SEEDS = 2.4469 * 0.01
"""Half the interval over two seeds .02 apart, see `test_means_and_verdicts_by_hand`."""


def found_of(study: StudyRecord, trials: list[TrialRecord]) -> Confirmation:
    again = {
        t.architecture: {1: a - 0.01, 2: a + 0.01}
        for t, (_, _, a) in zip(trials, FOUND, strict=True)
    }
    found = confirmed(study, trials, again, 2)
    assert found is not None
    return found


def measured_by_miou(study: StudyRecord, trials: list[TrialRecord]) -> list[TrialRecord]:
    """The same networks with an interval of .12 each, as resampled images leave it."""
    return [
        replace(t, quality="miou", interval=((t.accuracy or 0) - 0.05, (t.accuracy or 0) + 0.07))
        for t in trials
    ]


def test_a_share_of_images_has_a_binomial_part(store: Store) -> None:
    """Trial 3 has .80 of 50 images: 1.96 sqrt(.8 * .2 / 50) beside the seeds'."""
    study = study_of(store, FOUND)
    found = found_of(replace(study, num_validation_images=50), store.trials(study))
    network = next(n for n in found.networks if n.trial.number == 3)
    half = hypot(SEEDS, 1.959964 * (0.8 * 0.2 / 50) ** 0.5)
    assert network.mean == pytest.approx((0.80, 0.80 - SEEDS, 0.80 + SEEDS), abs=1e-6)
    assert network.on_other_images == pytest.approx((0.80, 0.80 - half, 0.80 + half), abs=1e-6)
    assert network.as_json()["interval_with_images"] == pytest.approx([0.8 - half, 0.8 + half])


def test_mean_iou_has_what_resampled_images_leave_open(store: Store) -> None:
    """Whatever the number of images: half of the interval of .12."""
    study = study_of(store, FOUND)
    values = {**study.experiment, "objectives": ["miou", "flops"]}
    other = replace(study, experiment=values, num_validation_images=50)
    found = found_of(other, measured_by_miou(other, store.trials(study)))
    network = next(n for n in found.networks if n.trial.number == 3)
    half = hypot(SEEDS, 0.06)
    assert network.on_other_images == pytest.approx((0.80, 0.80 - half, 0.80 + half), abs=1e-6)
    assert network.verdict == "front"  # as before: its rivals saw the same images
    assert "Lower mIoU than a cheaper one: 2." in summary(found_with_two(found))


def found_with_two(found: Confirmation) -> Confirmation:
    """As if trial 2, which is behind a cheaper one, were of the front."""
    networks = tuple(replace(n, is_on_front=True) for n in found.networks)
    return replace(found, networks=networks)


def test_where_it_is_not_known_nothing_is_said(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    study = study_of(store, FOUND)
    trials = store.trials(study)
    own = replace(study, experiment={**study.experiment, "evaluator": "mine:It"})
    for unknown in (study, replace(own, num_validation_images=50)):
        found = found_of(unknown, trials)
        assert {n.on_other_images for n in found.networks} == {None}
        assert found.networks[0].as_json()["interval_with_images"] is None
        confirm._print(found)
        assert "images" not in capsys.readouterr().out


def test_the_table_has_it(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    study = study_of(store, FOUND)
    confirm._print(found_of(replace(study, num_validation_images=50), store.trials(study)))
    lines = capsys.readouterr().out.splitlines()
    row = next(line for line in lines if line.split()[:1] == ["3"])
    assert "0.800 ±0.024" in row and "±0.114" in row
    assert max(map(len, lines[:8])) <= 80
    assert any("Other images" in line for line in lines)
