"""What a trial that was stopped early was compared with, by hand."""

from __future__ import annotations

import json

import pytest

from dashboards.sections.words import why_stopped
from nas.cli import main
from nas.config.fidelity import FidelitySpec
from nas.schedulers import Hyperband
from nas.store import EpochRecord, StudyRecord, TrialRecord
from nas.trust.rung_comparison import RungComparison, RungComparisons

TWO = ("accuracy", "flops")


def _trial(number: int, flops: int, state: str = "COMPLETE", epochs: int = 9) -> TrialRecord:
    return TrialRecord(
        number=number, architecture=str(number), choices={}, description="", state=state,
        epochs=epochs, accuracy=0.5, flops=flops, params=1, weight_bytes=4,
        peak_activation_bytes=1, latency_ms=None, train_s=1.0, failure=None,
    )  # fmt: skip


def _at(number: int, epochs: int, accuracy: float) -> EpochRecord:
    return EpochRecord(number, epochs, accuracy, None, 1.0)


def test_all_that_reached_the_rung_are_compared_at_its_epochs() -> None:
    """Trial 3 was better at 1 epoch only, trial 4 failed before the rung, trial 5 is no better."""
    stopped = _trial(2, 20, "PRUNED", 3)
    trials = [_trial(0, 20), _trial(1, 10), stopped, _trial(3, 5), _trial(4, 1, "FAIL", 1)]
    trials.append(_trial(5, 20, "PRUNED", 3))
    curves = [
        _at(0, 3, 0.6), _at(0, 9, 0.1), _at(1, 3, 0.5), _at(2, 1, 0.9), _at(2, 3, 0.5),
        _at(3, 1, 0.95), _at(3, 3, 0.4), _at(4, 1, 0.99), _at(5, 3, 0.5),
    ]  # fmt: skip
    found = RungComparisons(FidelitySpec(min_epochs=1), TWO, trials, curves)
    assert found.of(2) == RungComparison(3, TWO, (0, 1, 3, 5), (0, 1), (0,), 3)
    assert [found.of(number) for number in (0, 1, 3, 4)] == [None] * 4


def test_a_bracket_of_hyperband_is_compared_within_itself() -> None:
    fidelity = FidelitySpec(scheduler="hyperband")
    brackets = Hyperband((1, 3, 9), 3, TWO)
    early = [number for number in range(17) if brackets.bracket(number) == 0]
    trials = [_trial(n, 10, "PRUNED" if n == early[1] else "COMPLETE", 3) for n in range(17)]
    found = RungComparisons(fidelity, TWO, trials, [_at(n, 3, 0.5 + n / 100) for n in range(17)])
    comparison = found.of(early[1])
    assert comparison is not None
    assert comparison.others == tuple(n for n in early if n != early[1])
    assert comparison.better == tuple(n for n in early if n > early[1])


@pytest.mark.parametrize(
    ("better", "said"),
    [
        ((), "None was as good in each, but others cover more of the front."),
        ((4,), "Trial 4 was as good or better in each."),
        ((1, 4), "Trials 1 and 4 were as good or better in each."),
        ((1, 4, 5, 7, 8), "Trials 1, 4, 5 and 2 more were as good or better in each."),
    ],
)
def test_in_words(better: tuple[int, ...], said: str) -> None:
    compared = RungComparison(
        6, ("accuracy", "flops", "latency_ms"), tuple(range(10)), better, (), 2
    )
    assert why_stopped(compared) == (
        "After 6 epochs it was compared with 10 other trials by accuracy, FLOPs and latency "
        f"together; one in 2 goes on. {said}"
    )


def test_describe_says_what_a_stopped_trial_was_compared_with(
    hand_made: StudyRecord, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Trial 3: the widest with the smaller kernel, .25 after 2 epochs; 0, 1 and 2 had .5 to .75."""
    arguments = ["describe", "hand-made", "--storage", url, "--trial"]
    assert _run([*arguments, "3"], capsys).endswith(
        "Stopped early. After 2 epochs it was compared with 3 other trials by accuracy and FLOPs "
        "together; one in 3 goes on. Trial 0 was as good or better in each."
    )
    assert json.loads(_run([*arguments, "3", "--json"], capsys))["stopped"] == {
        "epochs": 2, "objectives": ["accuracy", "flops"], "compared_with": [0, 1, 2],
        "better_in_all": [0], "more_accurate": [0, 1, 2], "reduction_factor": 3,
    }  # fmt: skip
    assert "stopped" not in json.loads(_run([*arguments, "0", "--json"], capsys))


def _run(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit, match=r"^0$"):
        main(arguments)
    return " ".join(capsys.readouterr().out.split())
