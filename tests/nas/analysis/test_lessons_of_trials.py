"""What is learnt from trials, against truths that were built in, and by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from nas.statistics.hypervolume import hypervolume
from nas.store import EpochRecord, TrialRecord
from nas.trust.effects import effects_at_equal, fit_ridge, importances
from nas.trust.outcomes import Outcomes, accuracy_of, each_choice, each_kind
from nas.trust.progress import Volume, progress
from search_spaces.spaces.problem import Limit

START = datetime(2026, 1, 1, tzinfo=UTC)


def _trial(number: int, state: str = "COMPLETE", **fields: Any) -> TrialRecord:
    known: dict[str, Any] = {
        "architecture": str(number), "choices": {}, "description": "", "epochs": 3,
        "accuracy": 0.5, "flops": 1_000_000, "params": 1000, "weight_bytes": 4000,
        "peak_activation_bytes": 100, "latency_ms": None, "train_s": 3.0, "failure": None,
    }  # fmt: skip
    return TrialRecord(number=number, state=state, **{**known, **fields})


def _curve(number: int, accuracies: list[float]) -> list[EpochRecord]:
    return [EpochRecord(number, e, a, None, 1.0) for e, a in enumerate(accuracies, 1)]


def test_a_stopped_trial_is_carried_on_by_the_others_progress() -> None:
    # Errors (of 1.005): 0.4 -> 0.2 and 0.6 -> 0.15 in the two that finished: a half and a quarter,
    # in logarithms -0.693 and -1.386, on average -1.040; stopped at 0.8: 0.8 e^-1.040 = 0.283.
    trials = [_trial(0), _trial(1), _trial(2, "PRUNED", epochs=1), _trial(3, "FAIL", epochs=0)]
    curves = [*_curve(0, [0.605, 0.7, 0.805]), *_curve(1, [0.405, 0.7, 0.855]), *_curve(2, [0.205])]
    outcomes = Outcomes.of(trials, curves)
    assert [trial.number for trial in outcomes.trials] == [0, 1, 2]
    assert accuracy_of(outcomes.final()) == pytest.approx([0.805, 0.855, 1.005 - 0.8 / 8**0.5])


def test_levels_are_shares_less_the_average() -> None:
    choices = [
        {"stage1.block": "fire", "stage2.block": "fire", "width_mult": 1.0},
        {"stage1.block": "fire", "stage2.block": "plain", "width_mult": 1.0},
    ]
    (kind,) = each_kind(choices)
    assert (kind.name, kind.levels, kind.counts) == ("block", ("fire", "plain"), (2, 1))
    assert kind.columns.tolist() == [[0.25, -0.25], [-0.25, 0.25]]
    (choice,) = each_choice(choices)
    assert (choice.name, choice.columns.tolist()) == ("stage2.block", [[0.5, -0.5], [-0.5, 0.5]])
    assert choice.encode([{"stage2.block": "plain"}, {}]).tolist() == [[-0.5, 0.5], [0, 0]]


def test_ridge_leaves_one_out_as_refitting_does() -> None:
    rng = np.random.default_rng(0)
    columns, fixed = rng.normal(size=(12, 4)), rng.normal(size=(12, 1))
    target = columns @ [1.0, 0, 0, -1] + 3 + rng.normal(size=12)
    model = fit_ridge(columns, fixed, target)
    for row in range(12):
        rest = np.delete(np.arange(12), row)
        design = np.hstack([columns, np.ones((12, 1)), fixed])
        penalty = np.diag([model.penalty] * 4 + [0, 0])
        weights = np.linalg.solve(
            design[rest].T @ design[rest] + penalty, design[rest].T @ target[rest]
        )
        assert model.left_out[row] == pytest.approx(target[row] - design[row] @ weights)


BONUS = {"plain": 0.0, "separable": 0.4, "fire": -0.2}
"""By how much the logarithm of the error falls where all stages have a block."""


def _study(num: int, seed: int = 0) -> tuple[list[TrialRecord], list[EpochRecord]]:
    """Cost follows the width alone; accuracy the cost and the blocks; kernels do nothing."""
    rng = np.random.default_rng(seed)
    trials, curves = [], []
    for number in range(num):
        blocks = rng.choice(list(BONUS), size=2)
        width = float(rng.choice([0.5, 1.0, 2.0]))
        choices = {
            "stage1.block": str(blocks[0]), "stage2.block": str(blocks[1]), "width_mult": width,
            "stage1.kernel_size": int(rng.choice([3, 5])),
        }  # fmt: skip
        flops = int(1e6 * width**2 * rng.uniform(0.7, 1.4))
        loss = -1 - 0.3 * np.log(flops / 1e6) - sum(BONUS[str(b)] for b in blocks) / 2
        accuracy = float(accuracy_of(loss + 0.05 * rng.normal()))
        trials.append(_trial(number, choices=choices, flops=flops, accuracy=accuracy, epochs=1))
        curves += _curve(number, [accuracy])
    return trials, curves


def test_effects_at_equal_cost() -> None:
    found = effects_at_equal("flops", Outcomes.of(*_study(400)))
    by_level = {(effect.kind, effect.level): effect for effect in found}
    typical = np.median([1.005 - trial.accuracy for trial in _study(400)[0] if trial.accuracy])
    mean = sum(BONUS.values()) / 3
    for block, bonus in BONUS.items():
        truth = 100 * typical * (1 - np.exp(mean - bonus))
        effect = by_level["block", block]
        assert effect.low - 0.3 < truth < effect.high + 0.3
        assert effect.high - effect.low < 4
    for nothing in (("kernel_size", 3), ("width_mult", 2.0)):  # width acts through cost alone
        assert by_level[nothing].low < 0.4
        assert by_level[nothing].high > -0.4


def test_importances_with_the_cost_included() -> None:
    found = importances(Outcomes.of(*_study(400)))
    assert found[0].choice == "width_mult"
    by_choice = {importance.choice: importance for importance in found}
    assert by_choice["stage1.kernel_size"].share < 0.01
    assert by_choice["stage1.kernel_size"].low <= 0 <= by_choice["stage1.kernel_size"].high
    # Of the variance: blocks 2 x 0.0622 / 4, width 0.36 var(log width) = 0.36 x 0.320.
    whole = 0.0311 + 0.1153 + 0.3**2 * 0.04 + 0.05**2
    assert by_choice["width_mult"].share == pytest.approx(0.1153 / whole, abs=0.08)
    assert by_choice["stage1.block"].share == pytest.approx(0.01556 / whole, abs=0.04)


@pytest.mark.parametrize("seed", range(6))
def test_a_dozen_trials_explain_no_more_than_everything(seed: int) -> None:
    found = importances(Outcomes.of(*_study(12, seed)))
    assert len(found) == 4
    assert all(0 <= i.low <= i.high <= 1 and 0 <= i.share <= 1 for i in found)
    assert sum(importance.share for importance in found) <= 1  # the choices are independent


def test_importances_where_all_are_equally_accurate() -> None:
    trials = [_trial(n, choices={"width_mult": n % 2}, epochs=1) for n in range(20)]
    assert importances(Outcomes.of(trials, [e for n in range(20) for e in _curve(n, [0.5])])) == []


def test_too_few_trials_teach_nothing() -> None:
    outcomes = Outcomes.of(*_study(11))
    assert effects_at_equal("flops", outcomes) == []
    assert importances(outcomes) == []
    assert importances(Outcomes.of([], [])) == []


def _spread(accuracies: list[float], flops: list[int]) -> list[TrialRecord]:
    return [
        _trial(n, accuracy=a, flops=f)
        for n, (a, f) in enumerate(zip(accuracies, flops, strict=True))
    ]


def test_volume_agrees_with_the_exact_one() -> None:
    trials = _spread([0.2, 0.5, 0.6, 0.9, 0.4], [1000, 3000, 9000, 40_000, 100_000])
    volume = Volume(trials, ("accuracy", "flops"))
    logs = np.log([1000, 3000, 9000, 40_000, 100_000])
    points = np.column_stack([-np.array([0.2, 0.5, 0.6, 0.9, 0.4]), logs])
    points = (points - points.min(axis=0)) / np.ptp(points, axis=0)
    exact = [hypervolume(points[:n], np.full(2, 1.1)) / 1.1**2 for n in range(1, 6)]
    assert volume.shares(trials) == pytest.approx(exact, abs=2e-3)


def test_random_draws_win_what_counting_says() -> None:
    # Two networks, each as likely: after n draws one alone (x2) or both.
    trials = _spread([0.2, 0.5, 0.9], [1000, 10_000, 100_000])
    volume = Volume(trials, ("accuracy", "flops"))
    drawn = np.array([[-0.5, 10_000.0], [-0.9, 100_000.0]])
    # Scaled, the middle one has the loss 4/7 and the cost 1/2, the dearest 0 and 1; up to 1.1.
    both = (1.1 - 4 / 7) * (1.1 - 1) / 1.1**2
    one = ((1.1 - 4 / 7) * (1.1 - 1 / 2) + 1.1 * (1.1 - 1)) / 1.1**2 - 2 * both
    assert volume.expected(drawn, [0, 1, 3]) == pytest.approx(
        [0, both + one / 2, both + one * (1 - 1 / 8)], abs=2e-3
    )


def test_the_dearest_wins_where_a_cost_has_two_values() -> None:
    """At the edge of the box half of such a study would be worth nothing, the best included."""
    trials = _spread([0.2, 0.5, 0.6, 0.9], [1000, 1000, 10_000, 10_000])
    shares = Volume(trials, ("accuracy", "flops")).shares(trials)
    # loss scaled 1, 4/7, 3/7, 0; cost 0, 0, 1, 1; up to 1.1
    cheap = (1.1 - 4 / 7) * 1.1
    won = [0.1 * 1.1, cheap, cheap + (4 / 7 - 3 / 7) * 0.1, cheap + 4 / 7 * 0.1]
    assert shares == pytest.approx([value / 1.1**2 for value in won], abs=2e-3)


def test_one_failed_training_does_not_set_the_scale() -> None:
    usual = _spread([0.80 + 0.01 * n for n in range(10)], [1000 * 2**n for n in range(10)])
    failed = _trial(10, accuracy=0.1, flops=3000)
    objectives = ("accuracy", "flops")
    found = Volume([*usual, failed], objectives).shares([*usual, failed])
    assert found[:10] == pytest.approx(Volume(usual, objectives).shares(usual))
    assert found[10] == found[9]


def test_progress_counts_all_but_lets_only_what_is_within_win() -> None:
    def at(begin: float, end: float) -> dict[str, datetime]:
        return {
            "started_at": START + timedelta(seconds=begin),
            "finished_at": START + timedelta(seconds=end),
        }

    trials = [
        _trial(0, accuracy=0.2, flops=1000, **at(0, 20)),
        _trial(1, "PRUNED", epochs=1, **at(0, 5)),
        _trial(2, accuracy=0.5, flops=10_000, **at(100, 110)),  # after an hour off, so to say
        _trial(3, accuracy=0.9, flops=100_000, **at(105, 130)),
        _trial(4, accuracy=0.99, flops=900_000, **at(130, 140)),
        _trial(5, "RUNNING", epochs=1),
    ]
    steps = progress(trials, ("accuracy", "flops"), [Limit("flops", 200_000)])
    assert [(s.trial, s.num_trials, s.epochs, s.elapsed_s) for s in steps] == [
        (1, 1, 1, 5), (0, 2, 4, 20), (2, 3, 7, 30), (3, 4, 10, 50), (4, 5, 13, 60),
    ]  # fmt: skip
    # Scaled loss and cost are (1, 0), (4/7, 1/2) and (0, 1); up to 1.1.
    won = np.array([0.1 * 1.1, (1 - 4 / 7 + 0.1) * 0.6 - 0.1 * 0.6, 4 / 7 * 0.1]) / 1.1**2
    assert [s.share for s in steps] == pytest.approx(
        [0, won[0], won[:2].sum(), won.sum(), won.sum()], abs=2e-3
    )


def test_nothing_to_win_where_all_are_equal() -> None:
    assert progress([_trial(0), _trial(1)], ("accuracy", "flops"), []) == []
    assert progress([], ("accuracy", "flops"), []) == []


def test_resamples_without_a_trial_that_went_to_the_end_do_not_count() -> None:
    """Two of fourteen went to the end: one resample in nine has neither of them."""
    blocks = ("fire", "plain")
    trials, curves = [], []
    for number in range(14):
        is_done = number < 2
        state = "COMPLETE" if is_done else "PRUNED"
        epochs, accuracy = (3, 0.8) if is_done else (1, 0.3 + 0.01 * number)
        fields = {"epochs": epochs, "flops": 1_000_000 + 100_000 * number}
        trials.append(_trial(number, state, choices={"block": blocks[number % 2]}, **fields))
        curves += _curve(number, [0.3 + 0.01 * number, 0.5, accuracy][:epochs])
    effects = effects_at_equal("flops", Outcomes.of(trials, curves))
    assert {effect.level for effect in effects} == set(blocks)
    assert np.isfinite([(e.points, e.low, e.high) for e in effects]).all()
